//! The seam between engines and pages: what an engine can be asked, and what it answers.

use crate::{Estate, Node, Origin, ResourceId, Str, Type, Value};

/// What a question is asked about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A resource: `self.admits.internet(22)`.
    Resource(ResourceId),
    /// A policy document: `policy(self.PolicyDocument).allows(…)`. With the resource that holds it.
    Document(ResourceId, &'a Node),
    /// All policies that bind a principal or account: `binding(self).denies(…)`.
    Binding(ResourceId),
}

/// What a question may be asked about.
#[derive(Clone, Debug, PartialEq)]
pub enum On {
    /// Resources of these kinds; none means every kind.
    Resources(Vec<Str>),
    /// Policy documents.
    Documents,
    /// Bindings of these kinds.
    Bindings(Vec<Str>),
}

/// A parameter of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, for messages.
    pub name: Str,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it takes any number of values, given one by one or as one list.
    pub repeated: bool,
}

/// A fact or question that an engine answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The dotted name behind the subject: `admits.internet`, `access.public`, `allows`, `secrets`.
    pub name: Str,
    /// What it may be asked about.
    pub on: On,
    /// Its parameters; a fact is a question that is written without parentheses.
    pub parameters: Vec<Parameter>,
    /// Whether it is written without parentheses.
    pub fact: bool,
    /// The type of the answer.
    pub result: Type,
    /// One sentence that says what it means.
    pub docs: Str,
}

/// An answer: a value, perhaps unknown, and what shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The value.
    pub value: Value,
    /// What shows it.
    pub witness: Witness,
}

/// What shows an answer: a sentence and the leaves that decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Witness {
    /// The packet, the request, the chain: a sentence fragment; empty if the leaves say it all.
    pub text: String,
    /// The deciding leaves: the resource, the attribute's path in it (entries of lists by index), and its origin.
    pub leaves: Vec<(ResourceId, Str, Origin)>,
}

/// An engine.
pub trait Engine: Send + Sync {
    /// What this engine can be asked.
    fn questions(&self) -> &[Question];

    /// The answer to one of them. Must be pure: the same estate, subject and arguments give the same answer.
    fn ask(&self, estate: &Estate, subject: Subject<'_>, question: &Question, arguments: &[Node]) -> Answer;
}
