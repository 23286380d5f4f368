//! The tree of a text. Cloning is cheap: collections are shared.

use redan_model::{Origin, Str};
use std::sync::Arc;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) kind: Kind,
    /// A scalar by itself; a collection together with the key that it stands under.
    pub(crate) origin: Origin,
}

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Str),
    List(Arc<Seq>),
    Map(Arc<Mapping>),
    /// Not understood: why is among the problems.
    Broken(&'static str),
}

/// A sequence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seq {
    pub(crate) items: Vec<Tree>,
    /// The text ends, or is wrong, before the sequence does.
    pub(crate) broken: bool,
}

/// A mapping in the order of the text. Of a key that is given twice, the last counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping {
    pub(crate) entries: Vec<Entry>,
    /// The text ends, or is wrong, before the mapping does.
    pub(crate) broken: bool,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Str,
    pub(crate) at: Origin,
    pub(crate) value: Tree,
}

impl Tree {
    pub(crate) const fn new(kind: Kind, origin: Origin) -> Self {
        Self { kind, origin }
    }

    pub(crate) fn map(entries: Vec<Entry>, origin: Origin) -> Self {
        Self::new(Kind::Map(Arc::new(Mapping { entries, broken: false })), origin)
    }

    /// A mapping of one key.
    pub(crate) fn single(key: &str, value: Self) -> Self {
        let origin = value.origin;
        Self::map(vec![Entry { key: Str::new(key), at: origin, value }], origin)
    }

    pub(crate) fn as_map(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(list) => Some(&list.items),
            _ => None,
        }
    }

    pub(crate) const fn as_str(&self) -> Option<Str> {
        match &self.kind {
            Kind::Text(text) => Some(*text),
            _ => None,
        }
    }

    /// The value under a key of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The entries of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        self.as_map().map_or(&[], |map| &map.entries)
    }

    /// The name and argument of an intrinsic function: a mapping of one key that is a function's name.
    pub(crate) fn call(&self) -> Option<(Str, &Self)> {
        let [only] = self.entries() else { return None };
        let name = only.key.as_str();
        (name == "Ref" || name.starts_with("Fn::")).then_some((only.key, &only.value))
    }
}

impl Mapping {
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }
}
