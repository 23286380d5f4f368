//! Comparison and logic.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison>,
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical>

use super::values::{boolean, mismatch, unknown_in};
use super::{Call, Fault, Outcome, wrong};
use redan_model::{List, Map, Node, Part, Rest, Template, Unknown, Value};
use std::cmp::Ordering;
use std::sync::Arc;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "equals" => equals(call),
        "less" => order(call, |order| order == Ordering::Less),
        "lessorequals" => order(call, |order| order != Ordering::Greater),
        "greater" => order(call, |order| order == Ordering::Greater),
        "greaterorequals" => order(call, |order| order != Ordering::Less),
        "not" => call.at(0).and_then(boolean).map(|value| Value::Bool(!value)),
        "bool" => to_bool(call),
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        _ => return None,
    })
}

fn equals(call: &Call<'_>) -> Outcome {
    match same(call.at(0)?, call.at(1)?) {
        Some(same) => Ok(Value::Bool(same)),
        None => {
            let unknown = [call.at(0)?, call.at(1)?].into_iter().filter_map(unknown_in);
            match unknown.reduce(|one, other| Unknown::merge(&one, &other)) {
                Some(unknown) => Err(Fault::Unknown(unknown)),
                None => wrong("cannot compare these values"),
            }
        }
    }
}

fn order(call: &Call<'_>, holds: impl Fn(Ordering) -> bool) -> Outcome {
    let (left, right) = (call.at(0)?, call.at(1)?);
    let order = match (&left.value, &right.value) {
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.as_str().cmp(right.as_str()),
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            number(left).partial_cmp(&number(right)).unwrap_or(Ordering::Equal)
        }
        (Value::Int(_) | Value::Float(_), _) => return Err(mismatch(right, "a number")),
        (Value::Text(_), _) => return Err(mismatch(right, "text")),
        _ => return Err(mismatch(left, "a number or text")),
    };
    Ok(Value::Bool(holds(order)))
}

#[expect(clippy::cast_precision_loss, reason = "numbers of templates that are compared with fractions are small")]
fn number(node: &Node) -> f64 {
    match node.value {
        Value::Int(value) => value as f64,
        Value::Float(value) => value,
        _ => f64::NAN,
    }
}

/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical#bool>
fn to_bool(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    match node.value {
        Value::Int(value) => Ok(Value::Bool(value != 0)),
        _ => boolean(node).map(Value::Bool),
    }
}

/// Whether two values are the same; `None` if what is unknown decides. Text is compared with its case.
pub(crate) fn same(left: &Node, right: &Node) -> Option<bool> {
    match (&left.value, &right.value) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::Ref(reference), _) if reference.text.is_some() => {
            same(&Node::new(reference.text.clone().unwrap_or_default(), left.origin), right)
        }
        (_, Value::Ref(reference)) if reference.text.is_some() => {
            same(left, &Node::new(reference.text.clone().unwrap_or_default(), right.origin))
        }
        (Value::Ref(left), Value::Ref(right)) if left == right => Some(true),
        (Value::Null, Value::Ref(_)) | (Value::Ref(_), Value::Null) => None,
        (Value::Ref(_), _) | (_, Value::Ref(_)) => None,
        (Value::Template(template), Value::Text(text)) | (Value::Text(text), Value::Template(template)) => {
            if could_be(template, text) { None } else { Some(false) }
        }
        (Value::Template(_), Value::Template(_)) => None,
        (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_)) => Some(number(left) == number(right)),
        (Value::List(left), Value::List(right)) => same_lists(left, right),
        (Value::Map(left), Value::Map(right)) => same_maps(left, right),
        (left, right) => Some(left == right),
    }
}

/// Whether text may be what a template with holes stands for.
pub(super) fn could_be(template: &Template, text: &str) -> bool {
    let mut rest = text;
    if let Some(Part::Literal(first)) = template.parts.first() {
        match rest.strip_prefix(first.as_str()) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    match template.parts.last() {
        Some(Part::Literal(last)) if template.parts.len() > 1 => rest.ends_with(last.as_str()),
        _ => true,
    }
}

fn same_lists(left: &List, right: &List) -> Option<bool> {
    if std::ptr::eq(left, right) && left.rest.is_none() {
        return Some(true);
    }
    let open = left.rest.is_some() || right.rest.is_some();
    if !open && left.items.len() != right.items.len() {
        return Some(false);
    }
    let pairs = left.items.iter().zip(&right.items).map(|(left, right)| same(left, right));
    all(pairs).and_then(|same| if open && same { None } else { Some(same) })
}

fn same_maps(left: &Map, right: &Map) -> Option<bool> {
    let open = matches!(left.rest, Rest::Unknown(_)) || matches!(right.rest, Rest::Unknown(_));
    if !open && left.entries().len() != right.entries().len() {
        return Some(false);
    }
    let pairs = left.entries().iter().map(|entry| match right.get(entry.key) {
        Some(other) => same(&entry.node, other),
        None if open => None,
        None => Some(false),
    });
    all(pairs).and_then(|same| if open && same { None } else { Some(same) })
}

fn all(pairs: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for pair in pairs {
        match pair {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

/// Whether a list holds a value; `None` if what is unknown decides.
pub(super) fn holds(list: &List, wanted: &Node) -> Option<bool> {
    let mut known = if list.rest.is_some() { None } else { Some(false) };
    for item in &list.items {
        match same(item, wanted) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = None,
        }
    }
    known
}

/// Why it is not known whether a list holds a value.
pub(super) fn doubt(list: &List, wanted: &Node) -> Fault {
    let all = list.items.iter().chain([wanted]).filter_map(unknown_in).chain(list.rest.clone());
    let merged: Option<Arc<Unknown>> = all.reduce(|one, other| Unknown::merge(&one, &other));
    merged.map_or_else(|| Fault::Wrong("cannot compare these values".to_owned()), Fault::Unknown)
}
