//! Values as people are shown them: one line, cut where long, with control characters escaped.

use crate::{Part, Rest, Target, Value};
use std::fmt::{self, Write};

const MAX_TEXT: usize = 120;
const MAX_ITEMS: usize = 8;
const MAX_DEPTH: usize = 6;

/// Shows a value on one line.
pub struct Shown<'a>(pub &'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, f, 0)
    }
}

fn show(value: &Value, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    if depth > MAX_DEPTH {
        return f.write_char('…');
    }
    match value {
        Value::Null => f.write_str("null"),
        Value::Bool(value) => write!(f, "{value}"),
        Value::Int(value) => write!(f, "{value}"),
        Value::Float(value) => write!(f, "{value}"),
        Value::Text(text) => {
            f.write_char('"')?;
            escaped(text, f)?;
            f.write_char('"')
        }
        Value::Template(template) => {
            f.write_char('"')?;
            for part in &template.parts {
                match part {
                    Part::Literal(text) => escaped(text, f)?,
                    Part::Hole(node) => {
                        f.write_str("${")?;
                        show(&node.value, f, depth + 1)?;
                        f.write_char('}')?;
                    }
                }
            }
            f.write_char('"')
        }
        Value::List(list) => {
            f.write_char('[')?;
            for (index, item) in list.items.iter().take(MAX_ITEMS).enumerate() {
                comma(index, f)?;
                show(&item.value, f, depth + 1)?;
            }
            if list.rest.is_some() || list.items.len() > MAX_ITEMS {
                comma(list.items.len(), f)?;
                f.write_char('…')?;
            }
            f.write_char(']')
        }
        Value::Map(map) => {
            f.write_char('{')?;
            for (index, entry) in map.entries().iter().take(MAX_ITEMS).enumerate() {
                comma(index, f)?;
                escaped(&entry.key, f)?;
                f.write_str(": ")?;
                show(&entry.node.value, f, depth + 1)?;
            }
            if matches!(map.rest, Rest::Unknown(_)) || map.entries().len() > MAX_ITEMS {
                comma(map.entries().len(), f)?;
                f.write_char('…')?;
            }
            f.write_char('}')
        }
        Value::Unknown(unknown) => {
            f.write_str("unknown")?;
            match unknown.reasons().first() {
                Some(reason) => {
                    f.write_str(" (")?;
                    escaped(&reason.what, f)?;
                    f.write_char(')')
                }
                None => Ok(()),
            }
        }
        Value::Ref(reference) => match (&reference.text, &reference.target) {
            (Some(text), _) => show(text, f, depth + 1),
            (None, Target::Address(address)) => {
                escaped(address, f)?;
                if reference.attribute.is_empty() {
                    return Ok(());
                }
                f.write_char('.')?;
                escaped(&reference.attribute, f)
            }
            (None, _) => {
                f.write_str("reference")?;
                if reference.attribute.is_empty() { Ok(()) } else { write!(f, " ({})", reference.attribute) }
            }
        },
    }
}

fn comma(index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if index > 0 { f.write_str(", ") } else { Ok(()) }
}

fn escaped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (shown, character) in text.chars().enumerate() {
        if shown >= MAX_TEXT {
            return f.write_char('…');
        }
        match character {
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            c if c.is_control() || is_invisible(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}

/// Bidirectional controls and other invisible characters, which can make text read as what it is not.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
