//! The syntax tree of Bicep: declarations and expressions with their places. It knows nothing of names, types or values.
//! Escapes, quotes and the first line break of multi-line text are already resolved: every literal holds its final text.
//! Language: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/file>

use std::sync::Arc;

use super::types::TypeExpr;

/// Shared text: cheap to copy into values.
pub(crate) type Text = Arc<str>;

/// Bytes `start..end` of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }
}

/// A name as written, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Ident {
    pub(crate) text: Text,
    pub(crate) span: Span,
}

/// A file: `.bicep` or `.bicepparam`.
#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    pub(crate) declarations: Vec<Declaration>,
    /// Part of it could not be read: more may be declared than is listed.
    pub(crate) damaged: bool,
}

/// A statement of a file, or a resource inside another one.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) decorators: Vec<Decorator>,
    pub(crate) kind: DeclarationKind,
    /// Without the decorators.
    pub(crate) span: Span,
}

/// `@name(arguments)`; `@sys.name(…)` has the same name.
#[derive(Clone, Debug)]
pub(crate) struct Decorator {
    pub(crate) name: Text,
    pub(crate) arguments: Vec<Expr>,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum DeclarationKind {
    TargetScope(Expr),
    Metadata {
        name: Ident,
        value: Expr,
    },
    Param {
        name: Ident,
        of: TypeExpr,
        default: Option<Expr>,
    },
    /// `param name = value` of a `.bicepparam` file.
    Assignment {
        name: Ident,
        value: Expr,
    },
    Variable {
        name: Ident,
        of: Option<TypeExpr>,
        value: Expr,
    },
    Type {
        name: Ident,
        of: TypeExpr,
    },
    Function(Box<Function>),
    Resource(Box<Resource>),
    Module(Box<Module>),
    /// `test name 'path' = { … }`
    Test(Box<Module>),
    Output {
        name: Ident,
        of: TypeExpr,
        value: Expr,
    },
    Import {
        names: Imported,
        from: Expr,
    },
    Extension(Box<Extension>),
    Assert {
        name: Ident,
        value: Expr,
    },
    /// `using 'path'`, or `using none`.
    Using(Option<Expr>),
    Extends(Expr),
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: Ident,
    pub(crate) parameters: Vec<(Ident, TypeExpr)>,
    pub(crate) result: TypeExpr,
    pub(crate) body: Expr,
}

/// `resource name 'type@version' existing = body`; the body is an object, a conditional object or a loop of either.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) name: Ident,
    pub(crate) of: Expr,
    pub(crate) existing: bool,
    pub(crate) body: Expr,
}

/// `module name 'path' = body`.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) name: Ident,
    pub(crate) path: Expr,
    pub(crate) body: Expr,
}

/// `extension name with { … } as alias`; `import '…'` of old files and `extensionConfig` mean the same.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) specification: Expr,
    pub(crate) with: Option<Expr>,
    pub(crate) alias: Option<Ident>,
}

/// What an import names.
#[derive(Clone, Debug)]
pub(crate) enum Imported {
    /// `* as name`
    All(Ident),
    /// `{ name, other as alias }`: the name in the other file, and the one here.
    Some(Vec<(Ident, Ident)>),
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
    /// Levels below: what walks trees may recurse.
    pub(super) height: u16,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// Could not be parsed; the problem is already reported. Its value is unknown.
    Invalid,
    Null,
    Bool(bool),
    Integer(u64),
    Text(Text),
    /// Text with interpolation.
    Template(Vec<Part>),
    Array(Array),
    Object(Object),
    For(Box<For>),
    /// `if (condition) { … }`, the body of a resource or module.
    If(Box<(Expr, Expr)>),
    /// `condition ? then : otherwise`
    Ternary(Box<(Expr, Expr, Expr)>),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<(Expr, Expr)>),
    Call(Ident, Vec<Expr>),
    /// `target.name(arguments)`
    Method(Box<Expr>, Ident, Vec<Expr>),
    Name(Text),
    /// `target.name`, `target.?name`
    Property {
        target: Box<Expr>,
        name: Ident,
        safe: bool,
    },
    /// `target[index]`, `target[?index]`, `target[^index]`
    Index {
        target: Box<Expr>,
        index: Box<Expr>,
        safe: bool,
        from_end: bool,
    },
    /// `resource::child`
    Child(Box<Expr>, Ident),
    /// `target!`
    NotNull(Box<Expr>),
    Lambda(Vec<Ident>, Box<Expr>),
    Paren(Box<Expr>),
}

/// A piece of a text with interpolation.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Literal(Text),
    Interpolation(Expr),
}

#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) items: Vec<ArrayItem>,
    /// Part of it could not be read.
    pub(crate) damaged: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum ArrayItem {
    Value(Expr),
    /// `...expression`
    Spread(Expr),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    pub(crate) items: Vec<ObjectItem>,
    /// Part of it could not be read.
    pub(crate) damaged: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum ObjectItem {
    Property {
        key: ObjectKey,
        value: Expr,
    },
    /// `...expression`
    Spread(Expr),
    /// A child resource.
    Resource(Box<Declaration>),
}

#[derive(Clone, Debug)]
pub(crate) enum ObjectKey {
    /// A bare word or quoted text.
    Name(Ident),
    /// Text with interpolation.
    Computed(Expr),
}

/// `[for item in collection: body]`, `[for (item, index) in collection: body]`.
#[derive(Clone, Debug)]
pub(crate) struct For {
    pub(crate) item: Ident,
    pub(crate) index: Option<Ident>,
    pub(crate) collection: Expr,
    pub(crate) body: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Negate,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Coalesce,
    Or,
    And,
    Equal,
    NotEqual,
    EqualIgnoringCase,
    NotEqualIgnoringCase,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}
