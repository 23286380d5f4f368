//! A policy document as its author wrote it: elements with their places, nothing judged yet.
//!
//! Must not know how questions are answered. The grammar:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::sync::Arc;

use crate::compile::Compiled;
use crate::json::{Node, read_json};
use crate::operator::Operator;
use crate::parse::parse_policy;
use crate::text::Text;

/// A byte range of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One after the last byte.
    pub end: usize,
}

/// Something in a document that is wrong or was not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What, and what to do about it.
    pub message: String,
}

/// A text with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned {
    /// Where it stands.
    pub span: Span,
    /// What stands there.
    pub text: Text,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

/// One entry of a `Principal` or `NotPrincipal` element.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalEntry {
    /// `*`, or `{"AWS": "*"}`.
    Everyone,
    /// An account, by its number or its root's ARN.
    Account(String),
    /// A user, role, session or federated user by ARN, or the unique id of a deleted one.
    Arn(String),
    /// A service principal.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// A canonical user id of S3.
    Canonical(String),
    /// Not known.
    Unknown(String),
}

/// A list element with its negation (`NotAction` …).
#[derive(Clone, Debug, PartialEq)]
pub struct Element<T> {
    /// Whether the negated form was written.
    pub negated: bool,
    /// The entries.
    pub entries: Vec<T>,
    /// Whether some or all entries are not known.
    pub unknown: bool,
    /// Where the element's value stands.
    pub span: Span,
}

impl<T> Element<T> {
    pub(crate) fn empty(negated: bool, span: Span) -> Self {
        Self { negated, entries: Vec::new(), unknown: false, span }
    }
}

/// One key of one operator in a `Condition` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// The key as written.
    pub key: String,
    /// The values.
    pub values: Vec<Spanned>,
    /// Whether some values are not known.
    pub unknown: bool,
    /// Where the values stand.
    pub span: Span,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `Sid`, if written.
    pub sid: Option<String>,
    /// `Effect`; `None` where it is missing or not known.
    pub effect: Option<Effect>,
    /// `Principal` or `NotPrincipal`.
    pub principal: Option<Element<PrincipalEntry>>,
    /// `Action` or `NotAction`.
    pub action: Element<Spanned>,
    /// `Resource` or `NotResource`; trust policies have none.
    pub resource: Option<Element<Spanned>>,
    /// The conditions; all must hold.
    pub conditions: Vec<Condition>,
    /// Whether a part of the statement was not understood, so that it may or may not match.
    pub unknown: bool,
    /// Where the statement stands.
    pub span: Span,
}

/// A policy document.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whether policy variables are in force (version 2012-10-17).
    pub variables: bool,
    /// The statements in order.
    pub statements: Vec<Statement>,
    /// Whether there may be statements that are not known.
    pub unknown: bool,
    /// What was not understood.
    pub problems: Vec<Problem>,
    pub(crate) compiled: Arc<[Arc<Compiled>]>,
}

impl Policy {
    /// Reads a document; never fails, what is not understood is listed in `problems` and makes answers unknown.
    pub fn from_json(source: &str) -> Self {
        let (node, problems) = read_json(source);
        Self::from_node(&node, problems)
    }

    /// A policy of statements that were compiled elsewhere.
    pub(crate) fn of(compiled: Vec<Arc<Compiled>>) -> Self {
        Self {
            variables: true,
            statements: Vec::new(),
            unknown: false,
            problems: Vec::new(),
            compiled: compiled.into(),
        }
    }

    /// Reads a document that was parsed elsewhere, with holes where values are not known.
    pub fn from_node(node: &Node, mut problems: Vec<Problem>) -> Self {
        let mut policy = parse_policy(node, &mut problems);
        policy.compiled = policy
            .statements
            .iter()
            .enumerate()
            .map(|(index, statement)| Arc::new(Compiled::new(index, statement, policy.variables)))
            .collect();
        policy.problems = problems;
        policy
    }
}
