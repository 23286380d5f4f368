//! Values to YAML in the block style that Terraform writes: keys sorted and quoted, text quoted, lines of text as blocks.
//! Writer: <https://github.com/zclconf/go-cty-yaml/blob/master/encode.go>

use crate::eval::{MAX_TEXT, unknown_from};
use crate::value::{Error, Kind, Result, Type, Value};

/// Columns after which the writer breaks quoted text.
const WIDTH: usize = 80;

/// The value as YAML text.
pub(super) fn encode(value: &Value) -> Result {
    if value.has_unknown() {
        return Ok(unknown_from(Type::String, [value]).with_document(value.clone()));
    }
    let mut out = String::new();
    match &value.kind {
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) => {
            scalar(value, 0, &mut out)?;
            out.push_str("...\n");
        }
        _ => node(value, 0, Place::Root, &mut out)?,
    }
    let structured = value.as_seq().is_some() || value.as_entries().is_some();
    let text = Value::from(out);
    Ok(if structured { text.with_document(value.clone()) } else { text })
}

/// Where a node stands, which decides how its first line begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Element,
    Member,
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn node(value: &Value, indent: usize, place: Place, out: &mut String) -> Result<()> {
    if out.len() > MAX_TEXT {
        return Err(Error::limit("text is longer than the limit allows"));
    }
    match &value.kind {
        Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) if !seq.items.is_empty() => {
            sequence(&seq.items, indent, place, out)
        }
        Kind::Map(entries) | Kind::Object(entries) if !entries.items.is_empty() => {
            mapping(&entries.items, indent, place, out)
        }
        _ => {
            if place == Place::Member {
                out.push(' ');
            }
            scalar(value, indent, out)
        }
    }
}

fn sequence(items: &[Value], indent: usize, place: Place, out: &mut String) -> Result<()> {
    if place == Place::Member {
        out.push('\n');
    }
    let own = if place == Place::Member { indent.saturating_sub(2) } else { indent };
    for (index, item) in items.iter().enumerate() {
        if index > 0 || place != Place::Element {
            pad(own, out);
        }
        out.push_str("- ");
        node(item, own + 2, Place::Element, out)?;
    }
    Ok(())
}

fn mapping(items: &[(crate::syntax::ast::Text, Value)], indent: usize, place: Place, out: &mut String) -> Result<()> {
    if place == Place::Member {
        out.push('\n');
    }
    for (index, (key, value)) in items.iter().enumerate() {
        if index > 0 || place != Place::Element {
            pad(indent, out);
        }
        if key.contains('\n') {
            out.push_str("? ");
            block(key, indent, out);
            pad(indent, out);
        } else {
            out.push_str(&quoted(key));
        }
        out.push(':');
        node(value, indent + 2, Place::Member, out)?;
    }
    Ok(())
}

fn scalar(value: &Value, indent: usize, out: &mut String) -> Result<()> {
    match &value.kind {
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(value) => out.push_str(&value.to_string()),
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => out.push_str("[]"),
        Kind::Map(_) | Kind::Object(_) => out.push_str("{}"),
        _ => {
            let text = value.as_str().unwrap_or("");
            if is_block(text) {
                block(text, indent, out);
                return Ok(());
            }
            folded(&quoted(text), indent.max(2), out);
        }
    }
    out.push('\n');
    Ok(())
}

/// Lines that a block can hold as they are.
fn is_block(text: &str) -> bool {
    let spaced = text.split('\n').any(|line| line.ends_with(' '));
    text.contains('\n')
        && !spaced
        && text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{feff}' && c < '\u{fffe}'))
}

fn block(text: &str, indent: usize, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    let trimmed = text.trim_end_matches('\n');
    match text.len() - trimmed.len() {
        0 => out.push('-'),
        1 if !trimmed.is_empty() => {}
        _ => out.push('+'),
    }
    out.push('\n');
    let body = text.strip_suffix('\n').unwrap_or(text);
    for line in body.split('\n') {
        if !line.is_empty() {
            pad(indent.max(2), out);
        }
        out.push_str(line);
        out.push('\n');
    }
}

/// Writes quoted text; lines longer than the writer's width break at a space.
fn folded(text: &str, indent: usize, out: &mut String) {
    let line = out.rsplit('\n').next().unwrap_or("");
    let mut column = line.chars().count();
    let mut spaced = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inner = !matches!(chars.peek(), Some('"') | None) && column > 0;
        if c == ' ' && !spaced && column > WIDTH && inner {
            out.push('\n');
            pad(indent, out);
            column = indent;
            if chars.peek() == Some(&' ') {
                out.push('\\');
                column += 1;
            }
            spaced = true;
            continue;
        }
        out.push(c);
        column += 1;
        spaced = c == ' ';
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            '\u{feff}' => out.push_str("\\uFEFF"),
            c if c.is_control() => out.push_str(&format!("\\x{:02X}", u32::from(c))),
            '\u{fffe}' | '\u{ffff}' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if c > '\u{ffff}' => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
