//! Objects and lists, put together from parts that may not be known. Keys of objects are kept as they are written.

use redan_model::{Node, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// Lays an entry; an earlier one of the same key is replaced.
pub(crate) fn put(entries: &mut Vec<(Str, Node)>, key: Str, node: Node) {
    match entries.iter_mut().find(|(known, _)| *known == key) {
        Some(known) => known.1 = node,
        None => entries.push((key, node)),
    }
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
