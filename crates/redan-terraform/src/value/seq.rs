//! The contents of collections, with facts about them that are computed once.
//! It knows nothing of what the elements mean.

use std::sync::Arc;

use super::{Reference, Type, Value, Why};
use crate::syntax::ast::Text;

/// What holds of a collection as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Every reason for which something within is unknown.
    pub(crate) why: Option<Why>,
    pub(crate) sensitive: bool,
    pub(crate) depth: u16,
    pub(crate) weight: u32,
}

impl Facts {
    fn of<'a>(values: impl Iterator<Item = &'a Value>, rest: Option<&Why>) -> Self {
        let mut facts = Self { why: rest.cloned(), weight: 1, ..Self::default() };
        for value in values {
            if let Some(why) = value.why() {
                facts.why = Some(facts.why.take().map_or_else(|| why.clone(), |all| all.and(&why)));
            }
            facts.sensitive |= value.has_sensitive();
            facts.depth = facts.depth.max(value.depth());
            facts.weight = facts.weight.saturating_add(value.weight());
        }
        facts.depth = facts.depth.saturating_add(1);
        facts
    }

    pub(crate) fn unknown(&self) -> bool {
        self.why.is_some()
    }
}

/// Elements that are not known: none or more of them.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    /// So many leading elements are certain to stand where they stand; the others are somewhere behind them.
    pub(crate) prefix: usize,
    pub(crate) why: Why,
}

/// The contents of a list, set or tuple.
#[derive(Clone, Debug)]
pub(crate) struct Seq {
    pub(crate) items: Vec<Value>,
    pub(crate) rest: Option<Rest>,
    /// The element type of a list or set.
    pub(crate) element: Type,
    pub(crate) facts: Facts,
}

impl Seq {
    pub(crate) fn new(items: Vec<Value>, rest: Option<Rest>, element: Type) -> Self {
        let facts = Facts::of(items.iter(), rest.as_ref().map(|r| &r.why));
        Self { items, rest, element, facts }
    }

    /// The element at a position, if that is certain.
    pub(crate) fn at(&self, index: usize) -> Option<&Value> {
        match &self.rest {
            Some(rest) if index >= rest.prefix => None,
            _ => self.items.get(index),
        }
    }
}

/// The contents of a map or an object, sorted by key.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    pub(crate) items: Vec<(Text, Value)>,
    /// Set if there may be more keys.
    pub(crate) rest: Option<Why>,
    /// The resource whose attributes these are: an attribute that is not here is one that its provider computes.
    pub(crate) reference: Option<Arc<Reference>>,
    /// The element type of a map.
    pub(crate) element: Type,
    pub(crate) facts: Facts,
}

impl Entries {
    /// Takes entries in any order; the last of equal keys counts.
    pub(crate) fn new(mut items: Vec<(Text, Value)>, rest: Option<Why>, element: Type) -> Self {
        if !items.is_sorted_by(|a, b| a.0 < b.0) {
            items.reverse();
            items.sort_by(|a, b| a.0.cmp(&b.0));
            items.dedup_by(|a, b| a.0 == b.0);
        }
        let facts = Facts::of(items.iter().map(|(_, v)| v), rest.as_ref());
        Self { items, rest, reference: None, element, facts }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let index = self.items.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
        self.items.get(index).map(|(_, v)| v)
    }
}
