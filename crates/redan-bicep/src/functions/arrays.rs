//! Functions on lists, and those that work on lists and objects alike.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array>

use super::comparison::{doubt, holds, same};
use super::values::{int, mismatch};
use super::{Call, Fault, Outcome, objects, wrong};
use crate::eval::merge::append;
use redan_model::{List, Node, Part, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// The most elements of a list: <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array#range>.
const MAX_RANGE: i64 = 10_000;

/// Nodes that one call compares with others at most.
const MAX_COMPARED: usize = 4_000_000;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "concat" => concat(call),
        "distinct" => call.whole(0).and_then(|items| distinct(call, items.to_vec())).map(Value::list),
        "array" => array(call),
        "contains" => contains(call),
        "empty" => empty(call),
        "length" => length(call),
        "first" => edge(call, true),
        "last" => edge(call, false),
        "flatten" => flatten(call),
        "indexof" => index_of(call, false),
        "lastindexof" => index_of(call, true),
        "indexfromend" => from_end(call, false),
        "tryindexfromend" => from_end(call, true),
        "intersection" => intersection(call),
        "union" => union(call),
        "max" => extreme(call, i64::max),
        "min" => extreme(call, i64::min),
        "range" => range(call),
        "skip" => part(call, false),
        "take" => part(call, true),
        _ => return None,
    })
}

fn list(items: Vec<Node>, rest: Option<Arc<Unknown>>) -> Value {
    Value::List(Arc::new(List { items: items.into_boxed_slice(), rest }))
}

fn concat(call: &Call<'_>) -> Outcome {
    let (mut items, mut rest) = (Vec::new(), None);
    for node in call.arguments {
        match &node.value {
            Value::List(_) | Value::Unknown(_) => append(&mut items, &mut rest, node),
            _ => return Err(mismatch(node, "a list beside other lists")),
        }
    }
    Ok(list(items, rest))
}

fn array(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    match &node.value {
        Value::List(_) => Ok(node.value.clone()),
        Value::Unknown(unknown) => Err(Fault::Unknown(Arc::clone(unknown))),
        _ => Ok(Value::list(vec![node.clone()])),
    }
}

/// In text with its case, in lists with their case, in objects without.
fn contains(call: &Call<'_>) -> Outcome {
    let (container, wanted) = (call.at(0)?, call.at(1)?);
    match &container.value {
        Value::List(items) => holds(items, wanted).map(Value::Bool).ok_or_else(|| doubt(items, wanted)),
        Value::Map(map) => {
            let Value::Text(key) = super::text_of(wanted)? else { return Err(mismatch(wanted, "text")) };
            let found = map.entries().iter().any(|entry| entry.key.eq_ignore_ascii_case(&key));
            match &map.rest {
                Rest::Unknown(unknown) if !found => Err(Fault::Unknown(Arc::clone(unknown))),
                _ => Ok(Value::Bool(found)),
            }
        }
        Value::Template(template) => {
            let wanted = super::values::text(wanted)?;
            let found = |part: &Part| matches!(part, Part::Literal(text) if text.contains(wanted.as_str()));
            if template.parts.iter().any(found) { Ok(Value::Bool(true)) } else { Err(mismatch(container, "text")) }
        }
        _ => {
            let text = super::values::text(container)?;
            let wanted = match &wanted.value {
                Value::Int(value) => value.to_string(),
                _ => call.text(1)?.to_string(),
            };
            Ok(Value::Bool(text.contains(&wanted)))
        }
    }
}

fn empty(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    let decided = |none: bool, rest: Option<Arc<Unknown>>| match rest {
        Some(unknown) if none => Err(Fault::Unknown(unknown)),
        _ => Ok(Value::Bool(none)),
    };
    match &node.value {
        Value::Null => Ok(Value::Bool(true)),
        Value::Text(text) => Ok(Value::Bool(text.is_empty())),
        Value::Template(template) => {
            let known = template.parts.iter().any(|part| matches!(part, Part::Literal(text) if !text.is_empty()));
            if known { Ok(Value::Bool(false)) } else { Err(mismatch(node, "text")) }
        }
        Value::List(items) => decided(items.items.is_empty(), items.rest.clone()),
        Value::Map(map) => decided(map.entries().is_empty(), objects::rest_of(map)),
        Value::Ref(reference) if reference.text.is_some() => Ok(Value::Bool(false)),
        _ => Err(mismatch(node, "text, a list or an object")),
    }
}

fn length(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    let (count, rest) = match &node.value {
        Value::List(items) => (items.items.len(), items.rest.clone()),
        Value::Map(map) => (map.entries().len(), objects::rest_of(map)),
        _ => (super::values::text(node)?.encode_utf16().count(), None),
    };
    match rest {
        Some(unknown) => Err(Fault::Unknown(unknown)),
        None => Ok(Value::Int(i64::try_from(count).unwrap_or(i64::MAX))),
    }
}

fn edge(call: &Call<'_>, first: bool) -> Outcome {
    let items = call.list(0)?;
    let found = if first { items.items.first() } else { items.items.last() };
    match (&items.rest, found) {
        (Some(unknown), _) => Err(Fault::Unknown(Arc::clone(unknown))),
        (None, Some(node)) => Ok(node.value.clone()),
        (None, None) => Ok(Value::Null),
    }
}

fn flatten(call: &Call<'_>) -> Outcome {
    let outer = call.list(0)?;
    let (mut items, mut rest) = (Vec::new(), None);
    for inner in &outer.items {
        match &inner.value {
            Value::List(_) | Value::Unknown(_) => append(&mut items, &mut rest, inner),
            _ => return Err(mismatch(inner, "a list of lists")),
        }
    }
    if let Some(unknown) = &outer.rest {
        append(&mut items, &mut rest, &Node::new(Value::Unknown(Arc::clone(unknown)), call.origin));
    }
    Ok(list(items, rest))
}

fn index_of(call: &Call<'_>, last: bool) -> Outcome {
    let (items, wanted) = (call.whole(0)?, call.at(1)?);
    let mut found = -1;
    for (at, item) in items.iter().enumerate() {
        match same(item, wanted) {
            Some(true) if found < 0 || last => found = i64::try_from(at).unwrap_or(i64::MAX),
            Some(_) => {}
            None => return Err(doubt(call.list(0)?, wanted)),
        }
    }
    Ok(Value::Int(found))
}

fn from_end(call: &Call<'_>, safe: bool) -> Outcome {
    let items = call.whole(0)?;
    let at = usize::try_from(call.int(1)?).ok().and_then(|index| items.len().checked_sub(index));
    match at.and_then(|at| items.get(at)) {
        Some(node) => Ok(node.value.clone()),
        None if safe => Ok(Value::Null),
        None => wrong(format!("there is no such element of {}", items.len())),
    }
}

fn intersection(call: &Call<'_>) -> Outcome {
    if call.arguments.iter().any(|node| matches!(node.value, Value::Map(_))) {
        return objects::intersection(call);
    }
    let mut kept: Vec<Node> = distinct(call, call.whole(0)?.to_vec())?;
    for at in 1..call.arguments.len() {
        let other = call.list(at)?;
        let scalars: rustc_hash::FxHashSet<_> = other.items.iter().filter_map(scalar).collect();
        let open = other.rest.is_some() || other.items.iter().any(|item| scalar(item).is_none());
        if comparisons(&kept, &other.items) > MAX_COMPARED {
            return Err(too_many_comparisons(call));
        }
        let mut next = Vec::new();
        for item in kept {
            let found = match scalar(&item) {
                Some(key) if scalars.contains(&key) => Some(true),
                Some(_) if !open => Some(false),
                _ => holds(other, &item),
            };
            match found {
                Some(true) => next.push(item),
                Some(false) => {}
                None => return Err(doubt(other, &item)),
            }
        }
        kept = next;
    }
    Ok(Value::list(kept))
}

fn union(call: &Call<'_>) -> Outcome {
    if call.arguments.iter().any(|node| matches!(node.value, Value::Map(_))) {
        return objects::union(call);
    }
    let known = call.arguments.iter().any(|node| matches!(node.value, Value::List(_)));
    let (mut items, mut rest) = (Vec::new(), None);
    for node in call.arguments {
        match &node.value {
            Value::Null => {}
            Value::List(_) => append(&mut items, &mut rest, node),
            Value::Unknown(_) if known => append(&mut items, &mut rest, node),
            _ => return Err(mismatch(node, "lists or objects")),
        }
    }
    Ok(list(distinct(call, items)?, rest))
}

/// A scalar by its type and text; none of a list or object.
fn scalar(node: &Node) -> Option<(u8, Str)> {
    match &node.value {
        Value::Text(text) => Some((0, *text)),
        Value::Int(value) => Some((1, Str::from(value.to_string()))),
        Value::Bool(value) => Some((2, Str::new(if *value { "true" } else { "false" }))),
        _ => None,
    }
}

/// Lists and objects among the elements, each compared with each: how much that is.
fn comparisons(left: &[Node], right: &[Node]) -> usize {
    let of = |nodes: &[Node]| nodes.iter().filter(|node| scalar(node).is_none()).count();
    let size = |nodes: &[Node]| nodes.iter().map(|node| crate::eval::size(node, MAX_COMPARED)).sum::<usize>();
    of(left).saturating_mul(size(right)).min(of(right).saturating_mul(size(left)))
}

fn too_many_comparisons(call: &Call<'_>) -> Fault {
    Fault::Unknown(Unknown::new(ReasonClass::Bound, "comparisons of one call", call.origin))
}

/// Without repetitions; scalars are found by their text, the rest by comparison.
fn distinct(call: &Call<'_>, items: Vec<Node>) -> Result<Vec<Node>, Fault> {
    if comparisons(&items, &items) > MAX_COMPARED {
        return Err(too_many_comparisons(call));
    }
    let mut seen = rustc_hash::FxHashSet::default();
    let mut kept: Vec<Node> = Vec::with_capacity(items.len());
    let mut others: Vec<Node> = Vec::new();
    for item in items {
        let new = match scalar(&item) {
            Some(key) => seen.insert(key),
            None => !others.iter().any(|known| same(known, &item) == Some(true)),
        };
        if new {
            if scalar(&item).is_none() {
                others.push(item.clone());
            }
            kept.push(item);
        }
    }
    Ok(kept)
}

fn extreme(call: &Call<'_>, choose: fn(i64, i64) -> i64) -> Outcome {
    let numbers: Vec<i64> = match call.arguments {
        [only] if matches!(only.value, Value::List(_)) => call.whole(0)?.iter().map(int).collect::<Result<_, _>>()?,
        all => all.iter().map(int).collect::<Result<_, _>>()?,
    };
    match numbers.into_iter().reduce(choose) {
        Some(number) => Ok(Value::Int(number)),
        None => wrong("needs at least one number"),
    }
}

fn range(call: &Call<'_>) -> Outcome {
    let (start, count) = (call.int(0)?, call.int(1)?);
    if !(0..=MAX_RANGE).contains(&count) {
        return wrong(format!("the count must be from 0 to {MAX_RANGE}"));
    }
    let number = |at: i64| Node::new(Value::Int(start.saturating_add(at)), call.origin);
    Ok(Value::list((0..count).map(number).collect()))
}

/// `take`, `skip` of lists.
fn part(call: &Call<'_>, head: bool) -> Outcome {
    let items = call.list(0)?;
    let count = usize::try_from(call.int(1)?).unwrap_or(0);
    if let (Some(unknown), false) = (&items.rest, head && items.items.len() >= count) {
        return Err(Fault::Unknown(Arc::clone(unknown)));
    }
    let kept: Vec<Node> = match head {
        true => items.items.iter().take(count).cloned().collect(),
        false => items.items.iter().skip(count).cloned().collect(),
    };
    Ok(Value::list(kept))
}
