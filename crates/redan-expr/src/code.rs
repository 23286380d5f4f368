//! The compiled form: names resolved, paths interned, defaults at hand. Made by the checker, run by the evaluator.

use crate::{Comparison, QuestionId};
use redan_model::{DefaultRule, Field, Node, Str};
use regex::Regex;

/// A compiled expression.
#[derive(Clone, Debug)]
pub(crate) enum Code {
    Const(Node),
    Path(Box<Path>),
    Param(usize),
    Now,
    Live,
    Outside(Box<Self>),
    List(Box<[Self]>),
    Map(Box<[(Str, Self)]>),
    And(Box<[Self]>),
    Or(Box<[Self]>),
    Not(Box<Self>),
    Conditional(Box<[Self; 3]>),
    Coalesce(Box<[Self; 2]>),
    Compare(Box<Compare>),
    In(Box<Membership>),
    Quantifier(Box<Quantifier>),
    Call(Function, Box<[Self]>),
    Matches(Box<(Self, Regex)>),
    Ask(Box<Asking>),
}

/// A place to begin at and the steps from there.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) base: Base,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(crate) enum Base {
    SelfResource,
    Slot(usize),
    /// One of the five places, and the kind that it is of.
    Place(&'static str, Str),
    Code(Code),
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// An attribute of a structure, a map or a resource.
    Field(FieldStep),
    /// The entry of a keyed list.
    Entry(Box<EntryStep>),
    /// The children of a kind, by the name that the rule gives them.
    Children(Str, Str),
    /// The child of this name.
    Named(Str),
    Parent,
    Referrers(Option<Str>, Option<Str>),
    Resources(Str),
}

#[derive(Clone, Debug)]
pub(crate) struct FieldStep {
    pub(crate) name: Str,
    /// What is known of the attribute, by the kind of the resource that holds it (`None`: of whichever).
    pub(crate) infos: Box<[(Option<Str>, FieldInfo)]>,
}

#[derive(Clone, Debug)]
pub(crate) struct EntryStep {
    pub(crate) key: Str,
    pub(crate) key_field: Str,
    pub(crate) value_field: Option<Str>,
    /// What is known of the entry; one element.
    pub(crate) info: [(Option<Str>, FieldInfo); 1],
}

/// What holds for an attribute that is left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldInfo {
    pub(crate) default: Option<DefaultRule>,
    pub(crate) observed: bool,
    pub(crate) secret: bool,
}

impl From<&Field> for FieldInfo {
    fn from(field: &Field) -> Self {
        Self { default: field.default.clone(), observed: field.observed, secret: field.secret }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Compare {
    pub(crate) sign: Comparison,
    pub(crate) class: Class,
    /// Whether case does not count (names and enumerations of ARM).
    pub(crate) fold: bool,
    pub(crate) left: Code,
    pub(crate) right: Code,
}

#[derive(Clone, Debug)]
pub(crate) struct Membership {
    pub(crate) item: Code,
    pub(crate) set: Code,
    pub(crate) fold: bool,
    /// The field that holds the key, where the set is a keyed list.
    pub(crate) key: Option<Str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    All,
    Exists,
    Filter,
}

#[derive(Clone, Debug)]
pub(crate) struct Quantifier {
    pub(crate) quantity: Quantity,
    pub(crate) over: Code,
    /// The slot of the element, or of the value of a map's entry.
    pub(crate) slot: usize,
    /// The slot of a map's key.
    pub(crate) key: Option<usize>,
    pub(crate) body: Code,
}

#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub(crate) question: QuestionId,
    pub(crate) name: Str,
    pub(crate) subject: AskedAbout,
    pub(crate) arguments: Vec<Code>,
    /// The last argument is any number of values: they travel as one list.
    pub(crate) repeated: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum AskedAbout {
    Resource(Code),
    Document(Code),
    Binding(Code),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Any,
    Null,
    Bool,
    Number,
    Text,
    Reference,
    Time,
    Duration,
    Version,
    List,
    Map,
    Resource,
    Set,
    Policy,
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    Lower,
    Split,
    Age,
    Until,
    Days,
    Hours,
    Minutes,
    Version,
    Tls,
    Declared,
    Gone,
}

impl Function {
    /// All functions that are written as such, with the number of their arguments.
    pub(crate) const ALL: [(&'static str, Self, usize); 15] = [
        ("size", Self::Size, 1),
        ("startsWith", Self::StartsWith, 2),
        ("endsWith", Self::EndsWith, 2),
        ("contains", Self::Contains, 2),
        ("lower", Self::Lower, 1),
        ("split", Self::Split, 2),
        ("age", Self::Age, 1),
        ("until", Self::Until, 1),
        ("days", Self::Days, 1),
        ("hours", Self::Hours, 1),
        ("minutes", Self::Minutes, 1),
        ("version", Self::Version, 1),
        ("tls", Self::Tls, 1),
        ("declared", Self::Declared, 1),
        ("gone", Self::Gone, 1),
    ];

    /// Whether it is a condition.
    pub(crate) const fn is_test(self) -> bool {
        matches!(self, Self::StartsWith | Self::EndsWith | Self::Contains | Self::Declared | Self::Gone)
    }

    pub(crate) fn named(name: &str) -> Option<(Self, usize)> {
        Self::ALL.into_iter().find(|(known, _, _)| *known == name).map(|(_, function, count)| (function, count))
    }
}
