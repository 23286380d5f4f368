//! The syntax tree: what was written, with byte ranges. Knows no types and no values of an estate.

/// A byte range of the text of an expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// Where in the text.
    pub span: Span,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it: a lowercase fragment.
    pub help: Option<String>,
}

impl ExprError {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The sign as it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `14`
    Int(i64),
    /// `0.5`
    Float(f64),
    /// `"text"`
    Text(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{key: a, "other key": b}`
    Map(Vec<(String, Expr)>),
    /// `self`, `account`, a bound name
    Name(String),
    /// `a.Name`
    Field(Box<Expr>, String),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `f(a)`, `x.f(a)`
    Call(Option<Box<Expr>>, String, Vec<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `a && b`
    And(Vec<Expr>),
    /// `a || b`
    Or(Vec<Expr>),
    /// `a == b`
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `a in b`
    In(Box<Expr>, Box<Expr>),
    /// `a ?? b`
    Coalesce(Box<Expr>, Box<Expr>),
    /// `a ? b : c`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
}

impl Expr {
    pub(crate) const fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// A key under which two spellings of the same path meet; `None` for what is no plain path.
    pub(crate) fn path_key(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.clone()),
            ExprKind::Field(base, name) => Some(format!("{}.{name}", base.path_key()?)),
            ExprKind::Index(base, index) => match &index.kind {
                ExprKind::Text(key) => Some(format!("{}.{key}", base.path_key()?)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Replaces the name by a text literal, where no inner binding hides it.
    pub(crate) fn substitute(&mut self, name: &str, text: &Self) {
        match &mut self.kind {
            ExprKind::Name(known) if known == name => self.kind = text.kind.clone(),
            ExprKind::Call(receiver, function, args) => {
                if let Some(receiver) = receiver {
                    receiver.substitute(name, text);
                }
                let binds = matches!(function.as_str(), "all" | "exists" | "filter");
                let hidden = binds && args.iter().rev().skip(1).any(|arg| arg.kind == ExprKind::Name(name.to_owned()));
                if !hidden {
                    args.iter_mut().for_each(|arg| arg.substitute(name, text));
                }
            }
            _ => self.children_mut().into_iter().for_each(|child| child.substitute(name, text)),
        }
    }

    /// The direct parts.
    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_)
            | ExprKind::Name(_) => Vec::new(),
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => items.iter_mut().collect(),
            ExprKind::Map(entries) => entries.iter_mut().map(|(_, value)| value).collect(),
            ExprKind::Field(base, _) | ExprKind::Not(base) => vec![base],
            ExprKind::Index(a, b) | ExprKind::Compare(_, a, b) | ExprKind::In(a, b) | ExprKind::Coalesce(a, b) => {
                vec![a, b]
            }
            ExprKind::Conditional(a, b, c) => vec![a, b, c],
            ExprKind::Call(receiver, _, args) => {
                receiver.iter_mut().map(AsMut::as_mut).chain(args.iter_mut()).collect()
            }
        }
    }
}
