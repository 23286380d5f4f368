//! Attributes of canonical resources as the engine needs them: a value, absent, or unknown; with defaults applied.

use std::sync::Arc;

use redan_model::{
    DefaultValue, Estate, Field, Node, Origin, Part, Reason, ReasonClass, ResourceId, Rest, Str, Target, Type, Unknown,
    Value,
};

use crate::address::Block;
use crate::rule::Remote;

/// What an attribute holds.
#[derive(Clone, Debug)]
pub(crate) enum Attribute<'e> {
    /// A node that someone stated.
    Stated(&'e Node),
    /// The documented default.
    Default(Value),
    /// Nothing.
    Absent,
    /// Not known.
    Unknown(Arc<Unknown>),
}

impl Attribute<'_> {
    pub(crate) fn value(&self) -> &Value {
        static NULL: Value = Value::Null;
        match self {
            Attribute::Stated(node) => &node.value,
            Attribute::Default(value) => value,
            Attribute::Absent | Attribute::Unknown(_) => &NULL,
        }
    }

    /// Whether the attribute, or the value that it holds, is unknown.
    pub(crate) fn unknown(&self) -> Option<Arc<Unknown>> {
        match self {
            Attribute::Unknown(unknown) => Some(Arc::clone(unknown)),
            _ => match self.value() {
                Value::Unknown(unknown) => Some(Arc::clone(unknown)),
                _ => None,
            },
        }
    }
}

/// The attribute at a path of a resource. Defaults are those of the kind.
pub(crate) fn attribute<'e>(estate: &'e Estate, id: ResourceId, path: &[&str]) -> Attribute<'e> {
    let Some(resource) = estate.get(id) else { return Attribute::Absent };
    let mut node = &resource.body;
    for (depth, step) in path.iter().enumerate() {
        let rest = match &node.value {
            Value::Map(map) => match map.get(Str::new(step)) {
                Some(next) if !(next.value.is_null() && depth + 1 == path.len()) => {
                    node = next;
                    continue;
                }
                _ => map.rest.clone(),
            },
            Value::Unknown(unknown) => return Attribute::Unknown(Arc::clone(unknown)),
            _ => Rest::Absent,
        };
        return match rest {
            Rest::Unknown(unknown) => Attribute::Unknown(unknown),
            Rest::Absent | Rest::Assumed(_) => default(estate, id, path),
        };
    }
    Attribute::Stated(node)
}

fn default<'e>(estate: &'e Estate, id: ResourceId, path: &[&str]) -> Attribute<'e> {
    let Some(kind) = estate.get(id).map(|resource| resource.kind) else { return Attribute::Absent };
    let Some(field) = field(estate, kind, path) else { return Attribute::Absent };
    let nowhere = |class, what: &str| Attribute::Unknown(Unknown::new(class, what, Origin::NOWHERE));
    match field.default.map(|rule| rule.value) {
        Some(DefaultValue::Constant(value)) => Attribute::Default(value),
        Some(DefaultValue::Expression(number)) => {
            Attribute::Default(estate.schemas().default(estate, id, kind, number))
        }
        Some(DefaultValue::Unknown(why)) => nowhere(ReasonClass::Undocumented, &why),
        None if field.observed => nowhere(ReasonClass::NotCollected, &path.join(".")),
        None => Attribute::Absent,
    }
}

fn field(estate: &Estate, kind: Str, path: &[&str]) -> Option<Field> {
    let mut fields = Arc::clone(&estate.schemas().schema(kind)?.body);
    let (last, inner) = path.split_last()?;
    for step in inner {
        let Type::Struct(next) = &fields.field(Str::new(step))?.ty else { return None };
        let next = Arc::clone(next);
        fields = next;
    }
    fields.field(Str::new(last)).cloned()
}

/// The elements of a list, and why there may be more.
pub(crate) type Elements = (Vec<Node>, Option<Arc<Unknown>>);

/// A list at a path: its known elements, and why there may be more.
pub(crate) fn list(estate: &Estate, id: ResourceId, path: &[&str]) -> Elements {
    let found = attribute(estate, id, path);
    if let Some(unknown) = found.unknown() {
        return (Vec::new(), Some(unknown));
    }
    match found.value() {
        Value::List(list) => (list.items.to_vec(), list.rest.clone()),
        _ => (Vec::new(), None),
    }
}

/// A member of an entry: the node, nothing, or unknown.
pub(crate) fn member<'e>(entry: &'e Node, path: &[&str]) -> Attribute<'e> {
    let mut node = entry;
    for step in path {
        match &node.value {
            Value::Map(map) => match (map.get(Str::new(step)), &map.rest) {
                (Some(next), _) => node = next,
                (None, Rest::Unknown(unknown)) => return Attribute::Unknown(Arc::clone(unknown)),
                (None, _) => return Attribute::Absent,
            },
            Value::Unknown(unknown) => return Attribute::Unknown(Arc::clone(unknown)),
            _ => return Attribute::Absent,
        }
    }
    if node.value.is_null() { Attribute::Absent } else { Attribute::Stated(node) }
}

/// Text or a whole number, as text.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) if number.fract() == 0.0 => Some(format!("{number:.0}")),
        other => other.as_text().map(|text| text.as_str().to_owned()),
    }
}

/// A whole number, written as one or as text.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    value.as_int().or_else(|| scalar(value)?.parse().ok())
}

/// The remote end that a block names. Of `"${x}/32"` it is known that it is one address, which is never the internet.
pub(crate) fn remote(value: &Value) -> Remote {
    if let Some(text) = value.as_text() {
        return Block::parse(&text).map_or(Remote::Unknown, Remote::Block);
    }
    let Value::Template(template) = value else { return Remote::Unknown };
    let Some(Part::Literal(tail)) = template.parts.last() else { return Remote::Unknown };
    let length = tail.rsplit_once('/').and_then(|(_, length)| length.parse::<u32>().ok());
    if length.is_some_and(|length| length >= NARROW) { Remote::Elsewhere } else { Remote::Unknown }
}

/// Blocks of at least this prefix length are too small to add up to the internet.
const NARROW: u32 = 16;

/// The resource that a reference leads to.
pub(crate) fn target(value: &Value) -> Option<ResourceId> {
    match value {
        Value::Ref(reference) => match reference.target {
            Target::Resource(id) => Some(id),
            Target::Address(_) | Target::Missing(_) | Target::Gone => None,
        },
        _ => None,
    }
}

/// Everything that is not known among some values, as one unknown.
pub(crate) fn unknown_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Option<Arc<Unknown>> {
    let reasons: Vec<Reason> = values.into_iter().flat_map(Value::unknowns).collect();
    Unknown::all(reasons)
}
