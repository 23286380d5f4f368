//! Objects and lists, put together from parts that may not be known. Keys of objects are kept as they are written.

use crate::functions::same;
use redan_model::{List, Map, Node, Origin, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// Lays an entry; when the object is made ([`Map::new`]), the last one of a key counts.
pub(crate) fn put(entries: &mut Vec<(Str, Node)>, key: Str, node: Node) {
    entries.push((key, node));
}

/// There may be more entries, because of what is unknown in `node`.
pub(crate) fn open(rest: &mut Rest, node: &Node) {
    if let Some(unknown) = Unknown::all(node.value.unknowns()) {
        doubt(rest, &unknown);
    }
}

/// There may be more entries.
pub(crate) fn doubt(rest: &mut Rest, unknown: &Arc<Unknown>) {
    *rest = match rest {
        Rest::Unknown(known) => Rest::Unknown(Unknown::merge(known, unknown)),
        Rest::Absent | Rest::Assumed(_) => Rest::Unknown(Arc::clone(unknown)),
    };
}

/// Lays all entries of another object. What was laid before it may be replaced where it is not known in whole.
pub(crate) fn spread(entries: &mut Vec<(Str, Node)>, rest: &mut Rest, other: &Node) {
    match &other.value {
        Value::Map(map) => {
            if let Rest::Unknown(unknown) = &map.rest {
                shadow(entries, unknown, &|key| map.get(key).is_some());
                doubt(rest, unknown);
            }
            for entry in map.entries() {
                put(entries, entry.key, entry.node.clone());
            }
        }
        Value::Unknown(unknown) => {
            shadow(entries, unknown, &|_| false);
            doubt(rest, unknown);
        }
        _ => {}
    }
}

fn shadow(entries: &mut [(Str, Node)], unknown: &Arc<Unknown>, stays: &dyn Fn(Str) -> bool) {
    for (_, node) in entries.iter_mut().filter(|(key, _)| !stays(*key)) {
        node.value = Value::Unknown(Arc::clone(unknown));
    }
}

/// Appends the elements of another list.
pub(crate) fn append(all: &mut Vec<Node>, rest: &mut Option<Arc<Unknown>>, other: &Node) {
    let more = match &other.value {
        Value::List(list) if rest.is_none() => {
            all.extend(list.items.iter().cloned());
            list.rest.clone()
        }
        Value::List(list) => list.rest.clone(),
        Value::Unknown(unknown) => Some(Arc::clone(unknown)),
        _ => None,
    };
    *rest = match (rest.take(), more) {
        (Some(known), Some(more)) => Some(Unknown::merge(&known, &more)),
        (known, more) => known.or(more),
    };
}

/// One of two values, of which it is not known which: what they have in common is known.
pub(crate) fn either(left: &Node, right: &Node, unknown: &Arc<Unknown>, origin: Origin) -> Node {
    if same(left, right) == Some(true) {
        return left.clone();
    }
    let value = match (&left.value, &right.value) {
        (Value::Map(left), Value::Map(right)) if left.rest == Rest::Absent && right.rest == Rest::Absent => {
            let hidden = || Node::new(Value::Unknown(Arc::clone(unknown)), origin);
            let one = |entry: &redan_model::Entry| {
                let node = match right.get(entry.key) {
                    Some(other) => either(&entry.node, other, unknown, origin),
                    // What is null is not given.
                    None if entry.node.value.is_null() => entry.node.clone(),
                    None => hidden(),
                };
                (entry.key, node)
            };
            let mut entries: Vec<(Str, Node)> = left.entries().iter().map(one).collect();
            let only = |entry: &&redan_model::Entry| left.get(entry.key).is_none() && !entry.node.value.is_null();
            entries.extend(right.entries().iter().filter(only).map(|entry| (entry.key, hidden())));
            Value::Map(Arc::new(Map::new(entries, Rest::Absent)))
        }
        (Value::List(left), Value::List(right))
            if left.items.len() == right.items.len() && left.rest.is_none() && right.rest.is_none() =>
        {
            let items = left.items.iter().zip(&right.items).map(|(left, right)| either(left, right, unknown, origin));
            Value::List(Arc::new(List { items: items.collect(), rest: None }))
        }
        _ => Value::Unknown(Arc::clone(unknown)),
    };
    Node::new(value, origin)
}
