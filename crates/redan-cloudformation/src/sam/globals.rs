//! `Globals`: what holds for every resource of a kind. Mappings merge, lists add up, a resource's own scalar wins.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>

use crate::syntax::{Entry, Kind, Mapping, Seq, Tree};
use redan_model::Str;
use std::sync::Arc;

const MAX_DEPTH: usize = 64;

/// A resource with the properties that hold for all of its kind.
pub(super) fn merged(globals: Option<&Tree>, resource: &Tree) -> Tree {
    let (Some(globals), Some(map)) = (globals, resource.as_map()) else { return resource.clone() };
    let properties = match map.get("Properties") {
        Some(own) => merge(globals, own, 0),
        None => globals.clone(),
    };
    let mut entries: Vec<Entry> = map.entries.iter().filter(|entry| entry.key != "Properties").cloned().collect();
    entries.push(Entry { key: Str::new("Properties"), at: properties.origin, value: properties });
    Tree::new(Kind::Map(Arc::new(Mapping { entries, broken: map.broken })), resource.origin)
}

fn merge(global: &Tree, own: &Tree, depth: usize) -> Tree {
    if depth > MAX_DEPTH || own.call().is_some() || global.call().is_some() {
        return own.clone();
    }
    match (&global.kind, &own.kind) {
        (Kind::Map(below), Kind::Map(above)) => {
            let mut entries: Vec<Entry> = Vec::new();
            for entry in &below.entries {
                match above.get(&entry.key) {
                    Some(value) => {
                        entries.push(Entry { value: merge(&entry.value, value, depth + 1), ..entry.clone() })
                    }
                    None => entries.push(entry.clone()),
                }
            }
            entries.extend(above.entries.iter().filter(|entry| below.get(&entry.key).is_none()).cloned());
            Tree::new(Kind::Map(Arc::new(Mapping { entries, broken: above.broken })), own.origin)
        }
        (Kind::List(below), Kind::List(above)) => {
            let items = below.items.iter().chain(&above.items).cloned().collect();
            Tree::new(Kind::List(Arc::new(Seq { items, broken: above.broken })), own.origin)
        }
        _ => own.clone(),
    }
}
