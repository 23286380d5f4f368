//! Arguments by their type.

use super::{Call, Fault, wrong};
use redan_model::{List, Map, Node, Part, ReasonClass, Str, Target, Unknown, Value};
use std::sync::Arc;

impl Call<'_> {
    /// The argument at a position.
    pub(super) fn at(&self, at: usize) -> Result<&Node, Fault> {
        match self.arguments.get(at) {
            Some(node) => Ok(node),
            None => wrong(format!("an argument is missing: {} given", self.arguments.len())),
        }
    }

    pub(super) fn text(&self, at: usize) -> Result<Str, Fault> {
        text(self.at(at)?)
    }

    pub(super) fn int(&self, at: usize) -> Result<i64, Fault> {
        int(self.at(at)?)
    }

    pub(super) fn list(&self, at: usize) -> Result<&List, Fault> {
        let node = self.at(at)?;
        match &node.value {
            Value::List(list) => Ok(list),
            _ => Err(mismatch(node, "a list")),
        }
    }

    pub(super) fn map(&self, at: usize) -> Result<&Map, Fault> {
        let node = self.at(at)?;
        match &node.value {
            Value::Map(map) => Ok(map),
            _ => Err(mismatch(node, "an object")),
        }
    }

    /// A list that is known to its end.
    pub(super) fn whole(&self, at: usize) -> Result<&[Node], Fault> {
        let list = self.list(at)?;
        match &list.rest {
            Some(unknown) => Err(Fault::Unknown(Arc::clone(unknown))),
            None => Ok(&list.items),
        }
    }
}

/// Text that is known in whole.
pub(super) fn text(node: &Node) -> Result<Str, Fault> {
    node.value.as_text().ok_or_else(|| mismatch(node, "text"))
}

/// A whole number.
pub(super) fn int(node: &Node) -> Result<i64, Fault> {
    match &node.value {
        Value::Int(value) => Ok(*value),
        Value::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => Ok(*value as i64),
        _ => Err(mismatch(node, "a whole number")),
    }
}

/// True or false.
pub(crate) fn boolean(node: &Node) -> Result<bool, Fault> {
    match &node.value {
        Value::Bool(value) => Ok(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(mismatch(node, "true or false")),
    }
}

/// Why a value is not of the type that is wanted: it is not known, or of another type.
pub(super) fn mismatch(node: &Node, wanted: &str) -> Fault {
    match unknown_of(node) {
        Some(unknown) => Fault::Unknown(unknown),
        None => Fault::Wrong(format!("needs {wanted}, not {}", kind_of(&node.value))),
    }
}

/// What is not known of a value on its outermost level.
pub(super) fn unknown_of(node: &Node) -> Option<Arc<Unknown>> {
    match &node.value {
        Value::Unknown(unknown) => Some(Arc::clone(unknown)),
        Value::Ref(reference) => match &reference.text {
            Some(text) => unknown_of(&Node::new(text.clone(), node.origin)),
            None => {
                let target = match reference.target {
                    Target::Address(address) => address,
                    _ => Str::default(),
                };
                let what = format!("{target}.{}", reference.attribute);
                Some(Unknown::new(ReasonClass::Computed, what.trim_end_matches('.'), node.origin))
            }
        },
        Value::Template(template) => {
            let holes = template.parts.iter().filter_map(|part| match part {
                Part::Hole(node) => unknown_of(node),
                Part::Literal(_) => None,
            });
            holes.reduce(|one, other| Unknown::merge(&one, &other))
        }
        _ => None,
    }
}

/// What is not known anywhere in a value.
pub(super) fn unknown_in(node: &Node) -> Option<Arc<Unknown>> {
    if let Some(unknown) = unknown_of(node) {
        return Some(unknown);
    }
    let merge = |one: Arc<Unknown>, other: Arc<Unknown>| Unknown::merge(&one, &other);
    match &node.value {
        Value::List(list) => list.items.iter().filter_map(unknown_in).chain(list.rest.clone()).reduce(merge),
        Value::Map(map) => {
            let rest = match &map.rest {
                redan_model::Rest::Unknown(unknown) => Some(Arc::clone(unknown)),
                _ => None,
            };
            map.entries().iter().filter_map(|entry| unknown_in(&entry.node)).chain(rest).reduce(merge)
        }
        _ => None,
    }
}

/// The type of a value as people call it.
pub(crate) const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Text(_) | Value::Template(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "an object",
        Value::Unknown(_) => "an unknown",
        Value::Ref(_) => "a resource",
    }
}
