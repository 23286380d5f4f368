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
        Value::Template(template) => template.parts.iter().map(length).sum(),
        _ => 0,
    };
    if length <= MAX_TEXT { value } else { too_long() }
}

/// Text of parts, no longer than what can be copied.
pub(crate) fn assembled(parts: impl IntoIterator<Item = Part>) -> Value {
    let (mut bytes, mut all) = (0, Vec::new());
    for part in parts {
        bytes += match &part {
            Part::Literal(text) => text.len(),
            Part::Hole(Node { value: Value::Template(inner), .. }) => inner.parts.iter().map(length).sum(),
            Part::Hole(_) => 1,
        };
        if bytes > MAX_TEXT {
            return too_long();
        }
        all.push(part);
    }
    Value::template(all)
}

fn length(part: &Part) -> usize {
    match part {
        Part::Literal(text) => text.len(),
        Part::Hole(_) => 1,
    }
}

pub(super) fn too_long() -> Value {
    Value::Unknown(Unknown::new(ReasonClass::Bound, "length of one text", redan_model::Origin::NOWHERE))
}

/// A value as compact JSON; text stands for itself only inside.
pub(super) fn json(node: &Node) -> Result<Value, Fault> {
    if let Some(unknown) = unknown_in(node) {
        return Err(Fault::Unknown(unknown));
    }
    match redan_model::json::write(node, MAX_TEXT) {
        Some(text) => Ok(Value::text(&text)),
        None => wrong("the text is too long"),
    }
}
