//! The shape of a kind as rules, engines and defaults see it. Kinds are declared elsewhere; this is only the vocabulary.

use crate::{Estate, ResourceId, Str, Value};
use std::sync::Arc;

/// The type of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Type {
    /// Anything; a rule may only test it for presence and equality.
    #[default]
    Any,
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Text.
    String,
    /// A moment: RFC 3339 text.
    Time,
    /// A span of time, in seconds.
    Duration,
    /// A policy document: a tree with `Version` and `Statement`.
    Document,
    /// A list; may name a key.
    List(Arc<ListType>),
    /// A map from text to a type.
    Map(Arc<Self>),
    /// Named fields.
    Struct(Arc<StructType>),
    /// A reference to a resource of one of these kinds; none means any kind.
    Ref(Arc<[Str]>),
}

/// A list type.
#[derive(Clone, Debug, PartialEq)]
pub struct ListType {
    /// The type of an element.
    pub element: Type,
    /// How the list reads as a map, if its kind names a key.
    pub keyed: Option<Keyed>,
}

/// How a list reads as a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyed {
    /// The field that holds the key.
    pub key: Str,
    /// The field that holds the value; without it an entry is the whole element.
    pub value: Option<Str>,
    /// Entries that have a default, by key.
    pub entries: Vec<(Str, Field)>,
}

/// Named fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StructType {
    /// The fields in the order of their names.
    pub fields: Vec<(Str, Field)>,
}

impl StructType {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: Str) -> Option<&Field> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, field)| field)
    }
}

/// A field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Its type.
    pub ty: Type,
    /// What holds where it is left out.
    pub default: Option<DefaultRule>,
    /// Whether the vendor's schema demands it.
    pub required: bool,
    /// Whether only a running place can answer it: unknown in code.
    pub observed: bool,
    /// Whether its value is a secret that no output may show.
    pub secret: bool,
    /// Members of an enumeration, in the vendor's spelling; empty if it is none.
    pub members: Vec<Str>,
}

/// A documented default.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultRule {
    /// The value, or how to find it.
    pub value: DefaultValue,
    /// The page of the vendor's documentation that states it.
    pub docs: Str,
}

/// The value of a default.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    /// A constant.
    Constant(Value),
    /// An expression of the page language, by its number in the kind.
    Expression(u32),
    /// The provider chooses, or the age decides; the text says why it is unknown.
    Unknown(Str),
}

/// A kind as rules see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The vendor's type.
    pub kind: Str,
    /// Its attributes.
    pub body: Arc<StructType>,
    /// Address of its documentation.
    pub docs: Str,
    /// The kind that contains it (ARM).
    pub parent: Option<Str>,
    /// The kinds it contains: last segment of the type, and the type.
    pub children: Vec<(Str, Str)>,
    /// Which of the five places this kind is: `account`, `region`, `organization`, `subscription`, `tenant`.
    pub place: Option<Str>,
}

/// Who knows the kinds.
pub trait Schemas: Send + Sync {
    /// The schema of a kind.
    fn schema(&self, kind: Str) -> Option<&Schema>;

    /// All kinds, for messages that suggest a name.
    fn kinds(&self) -> Vec<Str> {
        Vec::new()
    }

    /// The value of a default that is an expression, for this resource.
    fn default(&self, estate: &Estate, resource: ResourceId, kind: Str, expression: u32) -> Value;
}
