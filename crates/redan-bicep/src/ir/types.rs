//! Types of parameters, as far as values depend on them.

use redan_model::Str;

/// A type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum TypeExpr {
    #[default]
    Any,
    String,
    Int,
    Bool,
    Null,
    /// Any object.
    Object,
    /// Any list.
    Array,
    Struct {
        properties: Vec<Property>,
        /// The type of all others (`*: string`), if there may be any.
        others: Option<Box<Self>>,
    },
    List(Box<Self>),
    Tuple(Vec<Self>),
    Union(Vec<Self>),
    /// May be null; a parameter of it may be left out.
    Nullable(Box<Self>),
    /// A type that the template declares.
    Named(Str),
}

/// A property of an object type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: Str,
    pub(crate) ty: TypeExpr,
}

impl TypeExpr {
    /// Whether null is a value of it, names aside.
    pub(crate) fn is_nullable(&self) -> bool {
        match self {
            Self::Null | Self::Nullable(_) => true,
            Self::Union(members) => members.iter().any(Self::is_nullable),
            _ => false,
        }
    }
}
