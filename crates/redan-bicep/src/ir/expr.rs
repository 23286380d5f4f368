//! Expressions. Every node has the place that people are shown: in Bicep its own span, in JSON its span inside the text.

use redan_model::{Origin, Reason, Str};

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) origin: Origin,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExprKind {
    Null,
    Bool(bool),
    Int(i64),
    /// Only JSON has these.
    Float(f64),
    Text(Str),
    /// `'a${b}c'`; what is not text is written as `format` writes it.
    Interpolation(Vec<Piece>),
    Object(Vec<Member>),
    Array(Vec<Item>),
    /// `[for x in xs: body]`, a `copy` of properties or variables: a list of what the body is for each element.
    For(Box<Loop>, Box<Expr>),
    /// `base.name`, `base[index]`, with all steps of the chain that belong together: `a.?b.c` is null where `a` has no
    /// `b`, whatever follows.
    Access(Box<Expr>, Vec<Step>),
    /// A function of ARM, or of the template if the namespace is one of its own. The name is in any case.
    Call {
        namespace: Option<Str>,
        name: Str,
        arguments: Vec<Expr>,
    },
    /// Only as an argument of `map`, `filter`, `reduce` and their like.
    Lambda(Box<Lambda>),
    /// `if`, of which only one side is evaluated: condition, then, otherwise.
    If(Box<[Expr; 3]>),
    /// A parameter of the template.
    Parameter(Str),
    /// A variable of the template.
    Variable(Str),
    /// A parameter of a lambda or user-defined function, an item or index variable of a loop: the innermost of its name.
    Local(Str),
    /// A declared resource or module by its symbolic name. `.id`, `.name`, `.type`, `.apiVersion`, `.outputs` (of a
    /// module) and the declared attributes (`.properties…`) are read from it; of a loop it is the list of them.
    Resource(Str),
    /// What could not be read; the reason says why.
    Unknown(Reason),
}

/// A piece of an interpolated text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(Str),
    Hole(Expr),
}

/// What stands in an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Member {
    /// A key, which may be computed, and its value.
    Property(Expr, Expr),
    /// `...other`.
    Spread(Expr),
}

/// What stands in an array.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    One(Expr),
    /// `...other`.
    Spread(Expr),
}

/// A step of a chain of accesses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// A name (then it is text) or an index, from 0.
    pub(crate) key: Expr,
    /// `.?name`, `[?index]`: null, and the rest of the chain with it, where there is none.
    pub(crate) safe: bool,
    /// `[^index]`: counted from the end, from 1.
    pub(crate) from_end: bool,
    /// `base!.name`: the base is said not to be null. It changes nothing but what is reported.
    pub(crate) asserted: bool,
}

/// A loop of resources, modules, properties or variables.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loop {
    pub(crate) over: Over,
    /// The name by which `copyIndex('name')` finds it (JSON), or the variable that holds the index (Bicep).
    pub(crate) index: Option<Str>,
    /// The variable that holds the element (Bicep).
    pub(crate) item: Option<Str>,
    /// `for x in xs: if (…)`: elements without it make nothing. Only of resources and modules.
    pub(crate) filter: Option<Expr>,
    pub(crate) origin: Origin,
}

/// What a loop runs over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Over {
    /// So many times.
    Count(Expr),
    /// The elements of a list.
    Items(Expr),
}

/// A lambda.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lambda {
    pub(crate) parameters: Vec<Str>,
    pub(crate) body: Expr,
}

impl Expr {
    /// An expression.
    pub(crate) const fn new(kind: ExprKind, origin: Origin) -> Self {
        Self { kind, origin }
    }

    /// Literal text.
    pub(crate) fn text(text: &str, origin: Origin) -> Self {
        Self::new(ExprKind::Text(Str::new(text)), origin)
    }

    /// A call of a function of ARM.
    pub(crate) fn call(name: &str, arguments: Vec<Self>, origin: Origin) -> Self {
        Self::new(ExprKind::Call { namespace: None, name: Str::new(name), arguments }, origin)
    }

    /// An object with literal keys.
    pub(crate) fn object(entries: Vec<(Str, Self)>, origin: Origin) -> Self {
        let member = |(key, value): (Str, Self)| Member::Property(Self::new(ExprKind::Text(key), value.origin), value);
        Self::new(ExprKind::Object(entries.into_iter().map(member).collect()), origin)
    }

    /// One more step of a chain of accesses.
    pub(crate) fn access(self, step: Step, origin: Origin) -> Self {
        match self.kind {
            ExprKind::Access(base, mut steps) => {
                steps.push(step);
                Self::new(ExprKind::Access(base, steps), origin)
            }
            _ => Self::new(ExprKind::Access(Box::new(self), vec![step]), origin),
        }
    }
}

impl Step {
    /// A plain step.
    pub(crate) const fn to(key: Expr) -> Self {
        Self { key, safe: false, from_end: false, asserted: false }
    }
}
