//! Mappings under construction: duplicates, merge keys, and the places of keys.

use super::ast::{Entry, Kind, Mapping, Tree};
use redan_model::{Origin, Problem, ProblemKind, Str};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A mapping under construction.
#[derive(Default)]
pub(super) struct Builder {
    entries: Vec<Entry>,
    /// Positions by key, once there are many.
    index: FxHashMap<Str, usize>,
    merged: Vec<Tree>,
}

impl Builder {
    /// Adds an entry. A collection is taken to begin at its key.
    pub(super) fn add(&mut self, key: Str, at: Origin, mut value: Tree, problems: &mut Vec<Problem>) {
        let collection = matches!(value.kind, Kind::List(_) | Kind::Map(_)) && value.call().is_none();
        if collection && at.start <= value.origin.start {
            value.origin.start = at.start;
        }
        let next = self.entries.len();
        let known = *self.index.entry(key).or_insert(next);
        let entry = Entry { key, at, value };
        match self.entries.get_mut(known) {
            Some(earlier) => {
                let message = format!("the key {key:?} is given twice; the last counts");
                problems.push(Problem::at(at, ProblemKind::Evaluation, message).help("remove one of them"));
                *earlier = entry;
            }
            None => self.entries.push(entry),
        }
    }

    /// What a merge key `<<` brings: it fills what the mapping itself does not say.
    pub(super) fn merge(&mut self, value: Tree) {
        self.merged.push(value);
    }

    pub(super) fn finish(mut self, broken: bool) -> Mapping {
        for tree in std::mem::take(&mut self.merged) {
            let all = match &tree.kind {
                Kind::List(list) => list.items.clone(),
                _ => vec![tree],
            };
            for entry in all.iter().flat_map(Tree::entries) {
                if !self.index.contains_key(&entry.key) {
                    self.index.insert(entry.key, self.entries.len());
                    self.entries.push(entry.clone());
                }
            }
        }
        Mapping { entries: self.entries, broken }
    }
}

/// The value with a tag: short forms of intrinsic functions become the long ones.
pub(super) fn tagged(name: &str, value: Tree) -> Tree {
    match name {
        "Ref" | "Condition" => Tree::single(name, value),
        _ => Tree::single(&format!("Fn::{name}"), value),
    }
}

pub(super) fn map(mapping: Mapping, origin: Origin) -> Tree {
    Tree::new(Kind::Map(Arc::new(mapping)), origin)
}
