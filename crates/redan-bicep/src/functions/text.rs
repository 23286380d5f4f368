//! Values as text: as `format` writes them, as JSON.

use super::values::unknown_in;
use super::{Fault, wrong};
use crate::eval::MAX_TEXT;
use redan_model::{Node, Part, ReasonClass, Str, Unknown, Value};

/// A value as a part of text: as .NET formats it, with objects and lists as JSON in single quotes.
pub(crate) fn formatted(node: &Node) -> Part {
    let text = |text: String| Part::Literal(Str::from(text));
    match &node.value {
        Value::Null => Part::Literal(Str::default()),
        Value::Bool(true) => text("True".to_owned()),
        Value::Bool(false) => text("False".to_owned()),
        Value::Int(value) => text(value.to_string()),
        Value::Float(value) => text(value.to_string()),
        Value::Text(known) => Part::Literal(*known),
        Value::List(_) | Value::Map(_) => match json(node) {
            Ok(Value::Text(json)) => text(json.replace('"', "'")),
            Ok(_) => Part::Hole(node.clone()),
            Err(Fault::Unknown(unknown)) => Part::Hole(Node::new(Value::Unknown(unknown), node.origin)),
            Err(Fault::Wrong(what)) => Part::Hole(Node::unknown(ReasonClass::Bound, &what, node.origin)),
        },
        Value::Ref(reference) => match &reference.text {
            Some(text) => formatted(&Node::new(text.clone(), node.origin)),
            None => Part::Hole(node.clone()),
        },
        Value::Template(_) | Value::Unknown(_) => Part::Hole(node.clone()),
    }
}

/// A value as text, for keys: known, or a template.
pub(crate) fn text_of(node: &Node) -> Result<Value, Fault> {
    match &node.value {
        Value::Unknown(unknown) => Err(Fault::Unknown(unknown.clone())),
        _ => Ok(Value::template([formatted(node)])),
    }
}

/// Text that is not longer than what can be copied.
pub(crate) fn limited(value: Value) -> Value {
    let length = match &value {
        Value::Text(text) => text.len(),
        Value::Template(template) => template
            .parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.len(),
                Part::Hole(_) => 1,
            })
            .sum(),
        _ => 0,
    };
    if length <= MAX_TEXT {
        return value;
    }
    Value::Unknown(Unknown::new(ReasonClass::Bound, "length of one text", redan_model::Origin::NOWHERE))
}

/// A value as compact JSON; text stands for itself only inside.
pub(super) fn json(node: &Node) -> Result<Value, Fault> {
    if let Some(unknown) = unknown_in(node) {
        return Err(Fault::Unknown(unknown));
    }
    let mut out = String::new();
    write(node, &mut out)?;
    Ok(Value::text(&out))
}

fn write(node: &Node, out: &mut String) -> Result<(), Fault> {
    if out.len() > MAX_TEXT {
        return wrong("the text is too long");
    }
    match &node.value {
        Value::Null | Value::Unknown(_) | Value::Template(_) | Value::Ref(_) => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Float(value) => out.push_str(&value.to_string()),
        Value::Text(text) => quote(text, out),
        Value::List(list) => {
            out.push('[');
            for (at, item) in list.items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (at, entry) in map.entries().iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quote(&entry.key, out);
                out.push(':');
                write(&entry.node, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}
