//! Values of the Terraform language: cty's values, plus what this program adds: reasons for what is unknown, references
//! that survive, collections and text that are partly known, and the place where each value was written.
//! Copying a value never copies its contents. It knows nothing of syntax trees, functions or files.

mod build;
mod composite;
mod convert;
mod decimal;
mod equal;
mod number;
mod order;
mod quote;
mod render;
mod seq;
mod types;
mod unify;
mod unknown;

pub(crate) use composite::{Composite, Piece};
pub(crate) use convert::{apply_defaults, convert};
pub(crate) use equal::equal;
pub(crate) use number::Number;
pub(crate) use render::render;
pub(crate) use seq::{Entries, Rest, Seq};
pub(crate) use types::{Field, Type};
pub(crate) use unify::unify;
pub(crate) use unknown::{Class, PathStep, Reason, Reference, Unknown, Why};

use std::sync::Arc;

use crate::syntax::ast::{Span, Text};

/// Where something was written: a file by number and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) file: u32,
    pub(crate) span: Span,
}

impl Origin {
    /// Written nowhere.
    pub(crate) const NONE: Self = Self { file: u32::MAX, span: Span { start: 0, end: 0 } };

    pub(crate) fn new(file: u32, span: Span) -> Self {
        Self { file, span }
    }

    pub(crate) fn is_none(self) -> bool {
        self.file == u32::MAX
    }
}

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) origin: Origin,
    /// Marked by `sensitive`; elements have their own mark.
    pub(crate) sensitive: bool,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null(Type),
    Bool(bool),
    Number(Number),
    String(Text),
    /// Text that is partly known, or that knows what it encodes.
    Composite(Arc<Composite>),
    List(Arc<Seq>),
    /// In Terraform's order.
    Set(Arc<Seq>),
    Tuple(Arc<Seq>),
    Map(Arc<Entries>),
    Object(Arc<Entries>),
    Unknown(Arc<Unknown>),
}

/// Why an operation cannot give a value.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    pub(crate) message: String,
    pub(crate) class: Class,
    /// The innermost place.
    pub(crate) origin: Origin,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), class: Class::Problem, origin: Origin::NONE }
    }

    /// Something that this program refuses to do, though it may well succeed.
    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self { class: Class::Unsupported, ..Self::new(message) }
    }

    /// A place, unless there is one already.
    pub(crate) fn at(mut self, origin: Origin) -> Self {
        if self.origin.is_none() {
            self.origin = origin;
        }
        self
    }
}

/// The result of an operation.
pub(crate) type Result<T = Value> = std::result::Result<T, Error>;

impl Value {
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The text, if all of it is known.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            Kind::Composite(composite) => composite.literal(),
            _ => None,
        }
    }

    /// The attribute this value stands for, known or not.
    pub(crate) fn as_reference(&self) -> Option<&Arc<Reference>> {
        match &self.kind {
            Kind::Unknown(unknown) => unknown.reference.as_ref(),
            Kind::Composite(composite) => composite.reference.as_ref(),
            Kind::Object(entries) => entries.reference.as_ref(),
            _ => None,
        }
    }

    /// Elements of a list, set or tuple.
    pub(crate) fn as_seq(&self) -> Option<&Arc<Seq>> {
        match &self.kind {
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => Some(seq),
            _ => None,
        }
    }

    /// Entries of a map or an object.
    pub(crate) fn as_entries(&self) -> Option<&Arc<Entries>> {
        match &self.kind {
            Kind::Map(entries) | Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Nothing is known but perhaps the type.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// Something within is unknown.
    pub(crate) fn has_unknown(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) => true,
            Kind::Composite(composite) => composite.literal().is_none(),
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.facts.unknown(),
            Kind::Map(entries) | Kind::Object(entries) => entries.facts.unknown(),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => false,
        }
    }

    /// This or something within is marked sensitive.
    pub(crate) fn has_sensitive(&self) -> bool {
        self.sensitive
            || match &self.kind {
                Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.facts.sensitive,
                Kind::Map(entries) | Kind::Object(entries) => entries.facts.sensitive,
                _ => false,
            }
    }

    /// Values that a full walk would visit.
    pub(crate) fn weight(&self) -> u32 {
        match &self.kind {
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.facts.weight,
            Kind::Map(entries) | Kind::Object(entries) => entries.facts.weight,
            _ => 1,
        }
    }

    /// How deep a full walk would go.
    pub(crate) fn depth(&self) -> u16 {
        match &self.kind {
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.facts.depth,
            Kind::Map(entries) | Kind::Object(entries) => entries.facts.depth,
            _ => 0,
        }
    }

    /// Every reason for which something within is unknown.
    pub(crate) fn why(&self) -> Option<Why> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown.why.clone()),
            Kind::Composite(composite) => composite.why(),
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.facts.why.clone(),
            Kind::Map(entries) | Kind::Object(entries) => entries.facts.why.clone(),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => None,
        }
    }

    pub(crate) fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) | Kind::Composite(_) => Type::String,
            Kind::List(seq) => Type::list(seq.element.clone()),
            Kind::Set(seq) => Type::set(seq.element.clone()),
            Kind::Map(entries) => Type::map(entries.element.clone()),
            Kind::Tuple(seq) if seq.rest.is_some() => Type::Dynamic,
            Kind::Tuple(seq) => Type::Tuple(seq.items.iter().map(Self::ty).collect()),
            Kind::Object(entries) if entries.rest.is_some() => Type::Dynamic,
            Kind::Object(entries) => Type::Object(
                entries
                    .items
                    .iter()
                    .map(|(name, value)| Field { name: name.clone(), ty: value.ty(), optional: false, default: None })
                    .collect(),
            ),
            Kind::Unknown(unknown) => unknown.ty.clone(),
        }
    }
}
