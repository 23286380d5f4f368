//! Values: a tree in which every node knows where it came from, and may be unknown, in whole or in part.

use crate::{Origin, ReasonClass, ResourceId, Str, Unknown};
use std::sync::Arc;

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// A value. Cloning is cheap: what is large is shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Known to be absent.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text that is known in whole.
    Text(Str),
    /// Text with holes.
    Template(Arc<Template>),
    /// A list, perhaps not known to its end.
    List(Arc<List>),
    /// A map or structure, perhaps not known in whole.
    Map(Arc<Map>),
    /// Not known, and why.
    Unknown(Arc<Unknown>),
    /// A reference to a resource, or to an attribute of one.
    Ref(Arc<Ref>),
}

/// Text with holes: the literal parts are known, the others are references or unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The parts in order; never two literals side by side.
    pub parts: Box<[Part]>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Known text.
    Literal(Str),
    /// A reference or an unknown.
    Hole(Node),
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// The known elements, in order.
    pub items: Box<[Node]>,
    /// If there may be more elements: why they are not known.
    pub rest: Option<Arc<Unknown>>,
}

/// A map or structure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Box<[Entry]>,
    /// What holds for keys that are not among the entries.
    pub rest: Rest,
}

/// A key and its node.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Str,
    /// The node.
    pub node: Node,
}

/// What holds for the keys that a map does not name.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Rest {
    /// They are absent; a declared default applies.
    #[default]
    Absent,
    /// They are not known.
    Unknown(Arc<Unknown>),
    /// They are assumed to have the documented default; the text is the assumption.
    Assumed(Str),
}

/// A reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Ref {
    /// What it points to.
    pub target: Target,
    /// Which attribute of the target, in the words of the source (`arn`, `id`); empty for the resource itself.
    pub attribute: Str,
    /// The text of the reference, where it is known: a name, an id, an ARN.
    pub text: Option<Value>,
}

/// What a reference points to.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A resource by its address in the source (`module.a.aws_s3_bucket.b[0]`), before linking.
    Address(Str),
    /// A resource of the estate.
    Resource(ResourceId),
    /// Nothing that was read; the text, if any, is all that is known.
    Missing(Arc<Unknown>),
    /// A place that was read to its end does not hold it.
    Gone,
}

impl Node {
    /// A node.
    #[must_use]
    pub const fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Absent, stated nowhere.
    #[must_use]
    pub const fn null() -> Self {
        Self { value: Value::Null, origin: Origin::NOWHERE }
    }

    /// Text.
    #[must_use]
    pub fn text(text: &str, origin: Origin) -> Self {
        Self { value: Value::Text(Str::new(text)), origin }
    }

    /// A list that is known to its end.
    #[must_use]
    pub fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self { value: Value::list(items), origin }
    }

    /// A map that is known in whole; a later entry replaces an earlier one of the same key.
    #[must_use]
    pub fn map(entries: Vec<(Str, Self)>, origin: Origin) -> Self {
        Self { value: Value::Map(Arc::new(Map::new(entries, Rest::Absent))), origin }
    }

    /// Unknown for one reason, at this place.
    #[must_use]
    pub fn unknown(class: ReasonClass, what: &str, origin: Origin) -> Self {
        Self { value: Value::Unknown(Unknown::new(class, what, origin)), origin }
    }

    /// The node under `key`, if this is a map that names it.
    #[must_use]
    pub fn get(&self, key: Str) -> Option<&Self> {
        self.value.as_map()?.get(key)
    }

    /// The node at a path of keys, if every step is named.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(Str::new(key)))
    }
}

impl Value {
    /// Text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(Str::new(text))
    }

    /// A list that is known to its end.
    #[must_use]
    pub fn list(items: Vec<Node>) -> Self {
        Self::List(Arc::new(List { items: items.into_boxed_slice(), rest: None }))
    }

    /// Text from parts: adjacent literals are joined; a template without holes is plain text.
    #[must_use]
    pub fn template(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut joined: Vec<Part> = Vec::new();
        let mut literal = String::new();
        for part in parts {
            match part {
                Part::Literal(text) => literal.push_str(&text),
                Part::Hole(Node { value: Self::Text(text), .. }) => literal.push_str(&text),
                Part::Hole(Node { value: Self::Template(inner), .. }) => {
                    for part in &inner.parts {
                        match part {
                            Part::Literal(text) => literal.push_str(text),
                            hole @ Part::Hole(_) => {
                                flush(&mut literal, &mut joined);
                                joined.push(hole.clone());
                            }
                        }
                    }
                }
                hole @ Part::Hole(_) => {
                    flush(&mut literal, &mut joined);
                    joined.push(hole);
                }
            }
        }
        if joined.is_empty() {
            return Self::text(&literal);
        }
        flush(&mut literal, &mut joined);
        Self::Template(Arc::new(Template { parts: joined.into_boxed_slice() }))
    }

    /// The text, if it is known in whole.
    #[must_use]
    pub fn as_text(&self) -> Option<Str> {
        match self {
            Self::Text(text) => Some(*text),
            Self::Ref(reference) => reference.text.as_ref()?.as_text(),
            _ => None,
        }
    }

    /// The boolean.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The whole number.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The list.
    #[must_use]
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Whether this is [`Value::Null`].
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Every reason why some part of this value is not known; empty if all of it is known.
    #[must_use]
    pub fn unknowns(&self) -> Vec<crate::Reason> {
        let mut reasons = Vec::new();
        self.collect(&mut reasons);
        reasons
    }

    fn collect(&self, into: &mut Vec<crate::Reason>) {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => {}
            Self::Unknown(unknown) => into.extend_from_slice(unknown.reasons()),
            Self::Template(template) => {
                for part in &template.parts {
                    if let Part::Hole(node) = part {
                        node.value.collect(into);
                    }
                }
            }
            Self::List(list) => {
                list.items.iter().for_each(|item| item.value.collect(into));
                into.extend(list.rest.iter().flat_map(|unknown| unknown.reasons()));
            }
            Self::Map(map) => {
                map.entries.iter().for_each(|entry| entry.node.value.collect(into));
                if let Rest::Unknown(unknown) = &map.rest {
                    into.extend_from_slice(unknown.reasons());
                }
            }
            Self::Ref(reference) => {
                if let Some(text) = &reference.text {
                    text.collect(into);
                }
            }
        }
    }
}

fn flush(literal: &mut String, parts: &mut Vec<Part>) {
    if !literal.is_empty() {
        parts.push(Part::Literal(Str::new(literal)));
        literal.clear();
    }
}

impl Map {
    /// A map; entries are kept in the order of their keys, a later entry replaces an earlier one of the same key.
    #[must_use]
    pub fn new(entries: Vec<(Str, Node)>, rest: Rest) -> Self {
        let mut all: Vec<Entry> = entries.into_iter().map(|(key, node)| Entry { key, node }).collect();
        all.reverse();
        all.sort_by_key(|a| a.key);
        all.dedup_by(|later, kept| later.key == kept.key);
        Self { entries: all.into_boxed_slice(), rest }
    }

    /// The node under a key that the map names.
    #[must_use]
    pub fn get(&self, key: Str) -> Option<&Node> {
        if self.entries.len() <= 24 {
            return self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node);
        }
        let at = self.entries.binary_search_by(|entry| entry.key.cmp(&key)).ok()?;
        self.entries.get(at).map(|entry| &entry.node)
    }

    /// The entries in the order of their keys.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries as pairs, to build another map.
    #[must_use]
    pub fn pairs(&self) -> Vec<(Str, Node)> {
        self.entries.iter().map(|entry| (entry.key, entry.node.clone())).collect()
    }
}
