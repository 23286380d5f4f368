//! Functions on objects.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object>

use super::comparison::same;
use super::values::{mismatch, unknown_in};
use super::{Call, Fault, Outcome, encoding, wrong};
use crate::eval::merge::{doubt, put, spread};
use redan_model::{List, Map, Node, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// Objects nested deeper than this are not merged.
const MAX_DEPTH: usize = 100;

/// Entries times unknown objects of one merge.
const MAX_HIDDEN: usize = 4_000_000;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "createobject" => wrong("needs a value for each key"),
        "items" => items(call),
        "objectkeys" => keys(call),
        "shallowmerge" => shallow_merge(call),
        "json" => encoding::json(call),
        "null" => Ok(Value::Null),
        _ => return None,
    })
}

/// Why an object may have more entries.
pub(super) fn rest_of(map: &Map) -> Option<Arc<Unknown>> {
    match &map.rest {
        Rest::Unknown(unknown) => Some(Arc::clone(unknown)),
        Rest::Absent | Rest::Assumed(_) => None,
    }
}

/// The entries in the order of their keys without regard to case.
fn ordered(map: &Map) -> Vec<(Str, &Node)> {
    let mut entries: Vec<(Str, &Node)> = map.entries().iter().map(|entry| (entry.key, &entry.node)).collect();
    entries.sort_by_cached_key(|(key, _)| key.to_lowercase());
    entries
}

fn items(call: &Call<'_>) -> Outcome {
    let map = call.map(0)?;
    let item = |(key, node): (Str, &Node)| {
        let entries = vec![(Str::new("key"), Node::text(&key, node.origin)), (Str::new("value"), node.clone())];
        Node::map(entries, node.origin)
    };
    let items = ordered(map).into_iter().map(item).collect();
    Ok(Value::List(Arc::new(List { items, rest: rest_of(map) })))
}

fn keys(call: &Call<'_>) -> Outcome {
    let map = call.map(0)?;
    let items = ordered(map).into_iter().map(|(key, node)| Node::text(&key, node.origin)).collect();
    Ok(Value::List(Arc::new(List { items, rest: rest_of(map) })))
}

fn shallow_merge(call: &Call<'_>) -> Outcome {
    let list = call.list(0)?;
    let (mut entries, mut rest) = (Vec::new(), Rest::Absent);
    // Each object that is not known in whole hides all before it.
    let count = |known: bool| list.items.iter().filter(|node| node.value.as_map().is_some() == known).count();
    if count(true).saturating_mul(count(false)) > MAX_HIDDEN {
        let bound = Unknown::new(ReasonClass::Bound, "unknown objects of one call", call.origin);
        return Err(Fault::Unknown(bound));
    }
    for node in &list.items {
        match &node.value {
            Value::Map(_) | Value::Unknown(_) | Value::Null => spread(&mut entries, &mut rest, node),
            _ => return Err(mismatch(node, "a list of objects")),
        }
    }
    if let Some(unknown) = &list.rest {
        spread(&mut entries, &mut rest, &Node::new(Value::Unknown(Arc::clone(unknown)), call.origin));
    }
    Ok(Value::Map(Arc::new(Map::new(entries, rest))))
}

/// Objects are merged on every level; of anything else the last counts.
pub(super) fn union(call: &Call<'_>) -> Outcome {
    let mut merged: Option<Node> = None;
    for node in call.arguments {
        match &node.value {
            Value::Map(_) | Value::Unknown(_) => {}
            Value::Null => continue,
            _ => return Err(mismatch(node, "objects beside objects")),
        }
        merged = Some(match merged {
            Some(known) => deep(&known, node, 0),
            None => node.clone(),
        });
    }
    Ok(merged.map_or(Value::Null, |node| node.value))
}

fn deep(left: &Node, right: &Node, depth: usize) -> Node {
    let origin = left.origin;
    let (Value::Map(below), Value::Map(above)) = (&left.value, &right.value) else {
        return match (&left.value, &right.value) {
            (Value::Map(below), Value::Unknown(_)) => {
                let (mut entries, mut rest) = (below.pairs(), below.rest.clone());
                spread(&mut entries, &mut rest, right);
                Node::new(Value::Map(Arc::new(Map::new(entries, rest))), origin)
            }
            (Value::Unknown(unknown), Value::Map(above)) => {
                // Objects of the right side may be merged with what is unknown on the left.
                let merged = above.pairs().into_iter().map(|(key, node)| (key, opened(node, unknown)));
                let mut rest = above.rest.clone();
                doubt(&mut rest, unknown);
                Node::new(Value::Map(Arc::new(Map::new(merged.collect(), rest))), origin)
            }
            _ => right.clone(),
        };
    };
    if depth > MAX_DEPTH {
        return right.clone();
    }
    let (mut entries, mut rest) = (below.pairs(), below.rest.clone());
    if let Some(unknown) = rest_of(above) {
        let hidden = Node::new(Value::Unknown(unknown), origin);
        spread(&mut entries, &mut rest, &hidden);
    }
    for entry in above.entries() {
        let node = match below.get(entry.key) {
            Some(known) if matches!(entry.node.value, Value::Map(_)) => deep(known, &entry.node, depth + 1),
            _ => match rest_of(below) {
                Some(unknown) if below.get(entry.key).is_none() => opened(entry.node.clone(), &unknown),
                _ => entry.node.clone(),
            },
        };
        put(&mut entries, entry.key, node);
    }
    Node::new(Value::Map(Arc::new(Map::new(entries, rest))), origin)
}

/// An object that may have more entries than it shows.
fn opened(node: Node, unknown: &Arc<Unknown>) -> Node {
    let Value::Map(map) = &node.value else { return node };
    let mut rest = map.rest.clone();
    doubt(&mut rest, unknown);
    Node::new(Value::Map(Arc::new(Map::new(map.pairs(), rest))), node.origin)
}

/// The entries that all objects have with the same value.
pub(super) fn intersection(call: &Call<'_>) -> Outcome {
    let mut kept = call.map(0)?.pairs();
    for at in 0..call.arguments.len() {
        let other = call.map(at)?;
        if let Some(unknown) = rest_of(other) {
            return Err(Fault::Unknown(unknown));
        }
        let mut next = Vec::new();
        for (key, node) in kept {
            match other.get(key).map(|other| same(&node, other)) {
                Some(Some(true)) => next.push((key, node)),
                Some(None) => {
                    let unknown = unknown_in(&node).or_else(|| unknown_in(other.get(key)?));
                    return unknown
                        .map_or_else(|| wrong("cannot compare these values"), |unknown| Err(Fault::Unknown(unknown)));
                }
                Some(Some(false)) | None => {}
            }
        }
        kept = next;
    }
    Ok(Value::Map(Arc::new(Map::new(kept, Rest::Absent))))
}
