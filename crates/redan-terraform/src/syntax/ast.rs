//! The syntax tree of HCL's native language, which JSON configuration shares: bodies, blocks, attributes, expressions.
//! It knows nothing of evaluation, files or Terraform's own words. Escapes, strip markers and heredoc indentation are
//! already resolved: every literal holds its final text.
//! Language: <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>

use std::sync::Arc;

/// Shared text: cheap to copy into values.
pub(crate) type Text = Arc<str>;

/// Bytes `start..end` of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// From the start of `self` to the end of `other`.
    pub(crate) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

/// A name as written, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Ident {
    pub(crate) text: Text,
    pub(crate) span: Span,
}

/// What stands between a block's braces, or in a file. Of attributes with one name the first is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) span: Span,
    /// Part of it could not be read: more may stand here than is listed.
    pub(crate) damaged: bool,
}

impl Body {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| &*a.name.text == name)
    }

    pub(crate) fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |b| &*b.kind.text == kind)
    }
}

/// `name = expression`; the span covers all of it.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
    pub(crate) span: Span,
}

/// `kind "label" … { body }`.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) kind: Ident,
    pub(crate) labels: Vec<Ident>,
    pub(crate) body: Body,
    /// From the kind to the closing brace.
    pub(crate) span: Span,
    /// From the kind to the last label.
    pub(crate) header: Span,
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// Could not be parsed; the problem is already reported. Its value is unknown.
    Invalid,
    Null,
    Bool(bool),
    /// As written: `1`, `1.5e3`. A sign is a unary operator.
    Number(Text),
    /// Quoted text or heredoc without interpolation.
    Text(Text),
    /// Quoted text or heredoc. When it consists of exactly one interpolation, its value is that expression's, unconverted.
    Template(Vec<Part>),
    Tuple(Vec<Expr>),
    /// Duplicate keys are legal: the last one wins.
    Object(Vec<ObjectItem>),
    For(Box<For>),
    Conditional(Box<Conditional>),
    Unary(UnaryOp, Box<Expr>),
    Binary(Box<Binary>),
    Call(Box<Call>),
    /// A bare name: the root of a traversal, or alone.
    Variable(Text),
    /// A root and at least one step.
    Traversal(Box<Traversal>),
    Paren(Box<Expr>),
}

#[derive(Clone, Debug)]
pub(crate) struct ObjectItem {
    pub(crate) key: ObjectKey,
    pub(crate) value: Expr,
}

#[derive(Clone, Debug)]
pub(crate) enum ObjectKey {
    /// A bare word is its own text.
    Name(Ident),
    /// Quoted text, a number, or anything in parentheses.
    Expr(Expr),
}

/// `[for k, v in collection : value if cond]` or `{for k, v in collection : key => value... if cond}`.
#[derive(Clone, Debug)]
pub(crate) struct For {
    /// The first name when two are given.
    pub(crate) key_name: Option<Ident>,
    /// The last or only name.
    pub(crate) value_name: Ident,
    pub(crate) collection: Expr,
    /// Present in an object for.
    pub(crate) key: Option<Expr>,
    pub(crate) value: Expr,
    /// `...` after the value of an object for.
    pub(crate) grouping: bool,
    pub(crate) condition: Option<Expr>,
}

#[derive(Clone, Debug)]
pub(crate) struct Conditional {
    pub(crate) condition: Expr,
    pub(crate) then: Expr,
    pub(crate) otherwise: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Negate,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
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

#[derive(Clone, Debug)]
pub(crate) struct Binary {
    pub(crate) op: BinaryOp,
    pub(crate) left: Expr,
    pub(crate) right: Expr,
}

/// `name(arguments)`; the name may have a namespace: `provider::aws::arn_parse`, `core::upper`.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: Ident,
    pub(crate) arguments: Vec<Expr>,
    /// The last argument is followed by `...`.
    pub(crate) expand_last: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Traversal {
    /// A `Variable` in a reference; any other term otherwise.
    pub(crate) root: Expr,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// `.name`
    Attr(Ident),
    /// `[expression]`
    Index(Expr),
    /// `.0`
    LegacyIndex(u64, Span),
    /// `.*`, with the steps that begin with a dot and apply to each element. Steps after those apply to the resulting list.
    AttrSplat(Vec<Self>, Span),
    /// `[*]`, with all steps that follow it: they apply to each element.
    FullSplat(Vec<Self>, Span),
}

impl Step {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Attr(name) => name.span,
            Self::Index(expr) => expr.span,
            Self::LegacyIndex(_, span) | Self::AttrSplat(_, span) | Self::FullSplat(_, span) => *span,
        }
    }
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Literal(Text, Span),
    Interpolation(Expr),
    /// `%{ if condition } … %{ else } … %{ endif }`
    If {
        condition: Expr,
        then: Vec<Self>,
        otherwise: Vec<Self>,
    },
    /// `%{ for key, value in collection } … %{ endfor }`
    For {
        key_name: Option<Ident>,
        value_name: Ident,
        collection: Expr,
        body: Vec<Self>,
    },
}
