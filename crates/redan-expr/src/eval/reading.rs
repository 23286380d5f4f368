//! What a read gives: the value, where it was read, and, where evidence is wanted, the trail that leads to it.

use crate::version::Version;
use redan_model::{Estate, Node, Origin, Ref, ResourceId, Str, Target, Unknown, Value};
use std::fmt::Write;
use std::sync::Arc;

/// A value that was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) held: Held<'a>,
    /// The resource that holds it.
    pub(crate) resource: ResourceId,
    /// Whether someone wrote it, or an API returned it.
    pub(crate) stated: bool,
    pub(crate) trail: Option<Box<Trail>>,
}

/// A value, borrowed from the estate where possible.
#[derive(Clone, Debug)]
pub(crate) enum Held<'a> {
    /// Of the estate, the schema or the expression.
    Node(&'a Value),
    /// Computed.
    Owned(Value),
    /// Left out by code: null, but defaults of what lies inside it hold. With the assumption, if it is one.
    Missing(Option<Str>),
    /// A resource.
    Resource(ResourceId),
    /// A set of resources.
    Set(Arc<Set>),
    /// Elements that a filter let through.
    Filtered(Arc<Filtered<'a>>),
    /// A version.
    Version(Box<Version>),
    /// A size that is only known to lie between two bounds.
    Between(Box<Between>),
}

/// A number that is only known to lie between two bounds.
#[derive(Clone, Debug)]
pub(crate) struct Between {
    pub(crate) least: i64,
    pub(crate) most: Option<i64>,
    pub(crate) why: Arc<Unknown>,
}

/// A set of resources.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// The members, and whether each exists for certain.
    pub(crate) members: Vec<(ResourceId, Option<Arc<Unknown>>)>,
    /// Why there may be more.
    pub(crate) rest: Option<Arc<Unknown>>,
    /// Whether the set is complete only because nothing in the code adds to it.
    pub(crate) assumed: bool,
}

/// Elements that a filter let through.
#[derive(Clone, Debug)]
pub(crate) struct Filtered<'a> {
    pub(crate) members: Vec<(Reading<'a>, Option<Arc<Unknown>>)>,
    pub(crate) rest: Option<Arc<Unknown>>,
}

static NULL: Value = Value::Null;

impl<'a> Held<'a> {
    /// The value; null for what is none (a resource, a set).
    pub(crate) fn value(&self) -> &Value {
        match self {
            Self::Node(value) => value,
            Self::Owned(value) => value,
            Self::Missing(_)
            | Self::Resource(_)
            | Self::Set(_)
            | Self::Filtered(_)
            | Self::Version(_)
            | Self::Between(_) => &NULL,
        }
    }

    /// Whether [`Held::value`] does not tell what this is.
    pub(crate) const fn is_resource(&self) -> bool {
        !matches!(self, Self::Node(_) | Self::Owned(_) | Self::Missing(_))
    }

    /// Whether nothing of it is unknown.
    pub(crate) fn is_known(&self) -> bool {
        self.value().unknowns().is_empty()
    }

    pub(crate) const fn is_null(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Node(Value::Null) | Self::Owned(Value::Null))
    }

    /// As a node: a resource becomes a reference to it.
    pub(crate) fn to_node(&self, estate: &Estate) -> Node {
        match self {
            Self::Resource(id) => {
                let text = estate.get(*id).map(|resource| Value::Text(resource.address));
                let reference = Ref { target: Target::Resource(*id), attribute: Str::default(), text };
                Node::new(Value::Ref(Arc::new(reference)), Origin::NOWHERE)
            }
            Self::Between(between) => Node::new(Value::Unknown(Arc::clone(&between.why)), Origin::NOWHERE),
            _ => Node::new(self.value().clone(), Origin::NOWHERE),
        }
    }
}

/// How a value was reached.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    /// With the index of list entries.
    pub(crate) path: String,
    /// With the content of list entries.
    pub(crate) stable: String,
    /// Where the value stands.
    pub(crate) origin: Origin,
    /// The innermost block of `self` on the way.
    pub(crate) block: Origin,
    pub(crate) secret: bool,
    /// What is assumed.
    pub(crate) assumed: Option<Str>,
}

impl Trail {
    pub(crate) const fn new(origin: Origin, block: Origin) -> Self {
        Self { path: String::new(), stable: String::new(), origin, block, secret: false, assumed: None }
    }

    /// One more field.
    pub(crate) fn field(&mut self, name: &str) {
        for path in [&mut self.path, &mut self.stable] {
            let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
            if plain && (path.is_empty() || !name.contains('.')) {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            } else {
                push_key(path, name);
            }
        }
    }

    /// One more key in brackets.
    pub(crate) fn key(&mut self, key: &str) {
        push_key(&mut self.path, key);
        push_key(&mut self.stable, key);
    }

    /// An element of a list.
    pub(crate) fn element(&mut self, index: usize, key: Option<&str>, value: &Value) {
        if let Some(key) = key {
            return self.key(key);
        }
        let _ = write!(self.path, "[{index}]");
        let _ = write!(self.stable, "[{:08x}]", content(value));
    }
}

fn push_key(path: &mut String, key: &str) {
    path.push_str("[\"");
    for c in key.chars() {
        if matches!(c, '"' | '\\') {
            path.push('\\');
        }
        path.push(c);
    }
    path.push_str("\"]");
}

/// A short name for the content of a list's element: FNV-1a over its shape, which no release may change.
/// <https://datatracker.ietf.org/doc/draft-eastlake-fnv/>
pub(crate) fn content(value: &Value) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    absorb(value, &mut hash, 0);
    u32::try_from((hash >> 32 ^ hash) & 0xffff_ffff).unwrap_or_default()
}

fn absorb(value: &Value, hash: &mut u64, depth: usize) {
    let mut bytes = |tag: u8, bytes: &[u8]| {
        for byte in std::iter::once(&tag).chain(bytes).chain(std::iter::once(&0xff)) {
            *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    if depth > 16 {
        return bytes(b'.', b"");
    }
    match value {
        Value::Null => bytes(b'n', b""),
        Value::Bool(value) => bytes(b'b', &[u8::from(*value)]),
        Value::Int(value) => bytes(b'i', &value.to_le_bytes()),
        Value::Float(value) => bytes(b'f', &value.to_bits().to_le_bytes()),
        Value::Text(text) => bytes(b't', text.as_bytes()),
        Value::Unknown(_) => bytes(b'u', b""),
        Value::Template(template) => {
            for part in &template.parts {
                match part {
                    redan_model::Part::Literal(text) => absorb(&Value::Text(*text), hash, depth + 1),
                    redan_model::Part::Hole(node) => absorb(&node.value, hash, depth + 1),
                }
            }
        }
        Value::List(list) => {
            bytes(b'l', b"");
            list.items.iter().for_each(|item| absorb(&item.value, hash, depth + 1));
        }
        Value::Map(map) => {
            bytes(b'm', b"");
            for entry in map.entries() {
                absorb(&Value::Text(entry.key), hash, depth + 1);
                absorb(&entry.node.value, hash, depth + 1);
            }
        }
        // What it names is spelled by the language; without its text it is as good as unknown.
        Value::Ref(reference) => match &reference.text {
            Some(text) => absorb(text, hash, depth + 1),
            None => bytes(b'u', b""),
        },
    }
}
