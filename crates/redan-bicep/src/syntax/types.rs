//! The syntax tree of type expressions.
//! Language: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/user-defined-data-types>

use super::ast::{Decorator, Expr, Ident, Span, Text};

/// A type with its place.
#[derive(Clone, Debug)]
pub(crate) struct TypeExpr {
    pub(crate) kind: TypeKind,
    pub(crate) span: Span,
    /// Levels below.
    pub(super) height: u16,
}

#[derive(Clone, Debug)]
pub(crate) enum TypeKind {
    /// Could not be parsed; the problem is already reported.
    Invalid,
    Null,
    Bool(bool),
    Integer(i64),
    Text(Text),
    /// `string`, a declared type, the first word of `namespace.type`.
    Name(Text),
    /// `name<arguments>`, `sys.name<arguments>`.
    Apply(Text, Vec<TypeExpr>),
    Object(ObjectType),
    Tuple(Vec<Member>),
    Array(Box<TypeExpr>),
    Union(Vec<TypeExpr>),
    Nullable(Box<TypeExpr>),
    NotNull(Box<TypeExpr>),
    /// `type.name`
    Property(Box<TypeExpr>, Ident),
    /// `type[*]`
    Items(Box<TypeExpr>),
    /// `type.*`
    Additional(Box<TypeExpr>),
    /// `type[0]`
    Index(Box<TypeExpr>, Box<Expr>),
    /// `resource 'type@version'`; an output may leave the type out.
    Resource(Option<Text>),
}

#[derive(Clone, Debug)]
pub(crate) struct ObjectType {
    pub(crate) properties: Vec<(Ident, Member)>,
    /// `*: type`
    pub(crate) additional: Option<Box<Member>>,
    /// Part of it could not be read.
    pub(crate) damaged: bool,
}

/// A type inside another one, with its decorators.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) decorators: Vec<Decorator>,
    pub(crate) of: TypeExpr,
}
