//! Terraform's types: primitives, collections, tuples, objects with optional attributes, and the type not known yet.
//! It knows nothing of values except defaults of optional attributes.
//! Semantics: <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>

use std::sync::Arc;

use super::Value;
use crate::syntax::ast::Text;

/// The type of a value, or a constraint on it.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// Not known, or any.
    Dynamic,
    Bool,
    Number,
    String,
    List(Arc<Self>),
    Set(Arc<Self>),
    Map(Arc<Self>),
    Tuple(Arc<[Self]>),
    /// Sorted by name.
    Object(Arc<[Field]>),
}

/// One attribute of an object type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: Text,
    pub(crate) ty: Type,
    pub(crate) optional: bool,
    /// What a missing or null optional attribute becomes.
    pub(crate) default: Option<Value>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.ty == other.ty
    }
}

/// Optional marks and defaults do not make types differ.
impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dynamic, Self::Dynamic)
            | (Self::Bool, Self::Bool)
            | (Self::Number, Self::Number)
            | (Self::String, Self::String) => true,
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) | (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Tuple(a), Self::Tuple(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            _ => false,
        }
    }
}

impl Type {
    pub(crate) fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    pub(crate) fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    pub(crate) fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    /// An object type of these fields, in any order; the last of equal names counts.
    pub(crate) fn object(mut fields: Vec<Field>) -> Self {
        fields.reverse();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields.dedup_by(|a, b| a.name == b.name);
        Self::Object(fields.into())
    }

    pub(crate) fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// The element type of a collection.
    pub(crate) fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            _ => None,
        }
    }

    pub(crate) fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(fields) => fields.iter().any(|f| f.ty.has_dynamic()),
        }
    }

    /// The name Terraform uses for the type in messages and in the console.
    pub(crate) fn friendly(&self) -> String {
        match self {
            Self::Dynamic => "dynamic".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => format!("list of {}", element.friendly()),
            Self::Set(element) => format!("set of {}", element.friendly()),
            Self::Map(element) => format!("map of {}", element.friendly()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}
