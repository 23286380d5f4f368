//! Conditions of role assignments: the documented language, decided exactly or not at all.
//!
//! Must not know assignments. <https://learn.microsoft.com/azure/role-based-access-control/conditions-format>

mod eval;
mod parse;
mod solve;

pub(crate) use solve::{Outcome, Question, solve};

/// The name of an attribute, written `@Source[name]`, as conditions are compared by it; other texts in lower case.
pub(crate) fn attribute(written: &str) -> String {
    let known = written.strip_prefix('@').and_then(|name| parse::attribute_name(name).ok());
    known.unwrap_or_else(|| written.to_lowercase())
}

/// The source of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Principal,
    Resource,
    Request,
    Environment,
}

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Equals {
        fold: bool,
    },
    StartsWith {
        fold: bool,
    },
    Like {
        fold: bool,
    },
    Guid,
    Bool,
    Number(Order),
    Date(Order),
    /// Addresses: known to the language, not decided here.
    Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equals,
    Less,
    LessEquals,
    Greater,
    GreaterEquals,
}

/// How the values of both sides are paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pairing {
    pub(crate) all_left: bool,
    pub(crate) all_right: bool,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Side {
    Values(Vec<String>),
    Attribute(String),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// `ActionMatches`, its pattern in lower case.
    Action(String),
    /// `SubOperationMatches`, or a comparison of the request's sub-operation.
    SubOperation(String),
    Exists(String),
    Compare {
        attribute: String,
        kind: Kind,
        negated: bool,
        pairing: Option<Pairing>,
        side: Side,
    },
}

/// A condition as written, with what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As written.
    pub text: String,
    expr: Result<Expr, String>,
}

impl Condition {
    /// Reads a condition; what is not of the documented language is a problem, and the condition then undecided.
    pub fn read(text: &str) -> Self {
        Self { text: text.to_owned(), expr: parse::parse(text) }
    }

    /// A condition that is not known, and why.
    pub(crate) fn unknown(why: String) -> Self {
        Self { text: String::new(), expr: Err(why) }
    }

    /// What is wrong with it.
    pub fn problem(&self) -> Option<&str> {
        self.expr.as_ref().err().map(String::as_str)
    }

    pub(crate) fn expr(&self) -> Result<&Expr, &str> {
        self.expr.as_ref().map_err(String::as_str)
    }
}
