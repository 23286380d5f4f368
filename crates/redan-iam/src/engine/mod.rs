//! The engine as pages ask it: questions on policy documents and facts about resources, answered with witnesses.
//!
//! Must not know the source that an estate came from, nor the pages that ask: it reads canonical resources only.

pub(crate) mod access;
pub(crate) mod document;
pub(crate) mod holders;
mod identity;
pub(crate) mod names;
mod power;
mod shape;

use std::sync::Arc;

use redan_model::{
    Answer, Engine, Estate, Node, On, Origin, Parameter, Question, ReasonClass, ResourceId, Str, Subject, Type,
    Unknown, Value, Witness,
};

use crate::question::{self, BOUND};
use crate::request::Request;
use document::Read;

/// Answers what policies allow.
#[derive(Debug)]
pub struct IamEngine {
    questions: Vec<Question>,
}

impl Default for IamEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl IamEngine {
    /// The engine.
    #[must_use]
    pub fn new() -> Self {
        let on_document = |name: &str, docs: &str| Question {
            name: Str::new(name),
            on: On::Documents,
            parameters: vec![Parameter { name: Str::new("requests"), ty: Type::Any, optional: true, repeated: false }],
            fact: false,
            result: Type::Bool,
            docs: Str::new(docs),
        };
        let on_resource = |name: &str, docs: &str| Question {
            name: Str::new(name),
            on: On::Resources(holders::kinds().map(Str::new).collect()),
            parameters: Vec::new(),
            fact: true,
            result: Type::Bool,
            docs: Str::new(docs),
        };
        let of_identity = |name: &str, docs: &str| Question {
            on: On::Resources(identity::KINDS.iter().map(|kind| Str::new(kind)).collect()),
            ..on_resource(name, docs)
        };
        Self {
            questions: vec![
                on_document("allows", "whether the policy allows some request of this shape"),
                on_document("allows_all", "whether the policy allows every request of this shape"),
                on_document("denies", "whether the policy explicitly denies every request of this shape"),
                on_resource(
                    "access.public",
                    "whether strangers may use the resource: its policy, and for S3 its ACL and the public access block",
                ),
                Question {
                    name: Str::new("escalates"),
                    on: On::Documents,
                    parameters: Vec::new(),
                    fact: false,
                    result: Type::Bool,
                    docs: Str::new("whether whoever holds the policy can take the place of arbitrary identities"),
                },
                of_identity(
                    "access.admin",
                    "whether it can change the policies of any user and role, by all policies that bind it",
                ),
                of_identity(
                    "access.escalates",
                    "whether it can take the place of arbitrary identities, by all policies that bind it",
                ),
                on_resource("access.external", "whether somebody outside of the resource's account may use it"),
            ],
        }
    }
}

impl Engine for IamEngine {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn ask(&self, estate: &Estate, subject: Subject<'_>, question: &Question, arguments: &[Node]) -> Answer {
        match (subject, question.name.as_str()) {
            (Subject::Document(id, node), "escalates") => identity::document_escalates(&Read::new(estate, id, node)),
            (Subject::Resource(id), "access.admin") => identity::admin(estate, id),
            (Subject::Resource(id), "access.escalates") => identity::escalates(estate, id),
            (Subject::Resource(id), "access.public") => access::public(estate, id),
            (Subject::Resource(id), "access.external") => access::external(estate, id),
            (Subject::Document(id, node), name) => on_document(estate, id, node, name, arguments),
            _ => Answer::default(),
        }
    }
}

fn on_document(estate: &Estate, id: ResourceId, node: &Node, name: &str, arguments: &[Node]) -> Answer {
    let read = Read::new(estate, id, node);
    let asked = match shape::read(estate, id, arguments.first()) {
        Ok(asked) => asked,
        Err(unknown) => return Answer { value: Value::Unknown(unknown), witness: Witness::default() },
    };
    let (answer, holds) = match name {
        "allows" => (asked.ask(|shape| question::allows(&read.policy, shape)), true),
        "allows_all" => (asked.ask(|shape| question::refuses_some(&read.policy, shape)), false),
        "denies" => (asked.ask(|shape| question::spares_some(&read.policy, shape)), false),
        _ => return Answer::default(),
    };
    read.answer(answer, holds)
}

impl Read {
    /// The engine's answer from one of existence: a witness means `holds`.
    fn answer(&self, answer: question::Answer, holds: bool) -> Answer {
        match answer {
            question::Answer::Yes(witness) => {
                let mut leaves: Vec<(ResourceId, Str, Origin)> =
                    witness.statements.iter().filter_map(|index| self.leaf(*index)).collect();
                if leaves.is_empty() {
                    leaves.push((self.holder, self.path, self.origin));
                }
                let text = describe(&witness.request);
                Answer { value: Value::Bool(holds), witness: Witness { text, leaves } }
            }
            question::Answer::No => {
                let leaves = vec![(self.holder, self.path, self.origin)];
                Answer { value: Value::Bool(!holds), witness: Witness { text: String::new(), leaves } }
            }
            question::Answer::Unknown(reason) => {
                let class = if reason == BOUND { ReasonClass::Bound } else { ReasonClass::Problem };
                let unknown = Unknown::all(self.reasons.iter().copied());
                let unknown = unknown.unwrap_or_else(|| Unknown::new(class, &reason, self.origin));
                Answer { value: Value::Unknown(unknown), witness: Witness::default() }
            }
        }
    }
}

/// A request in one line.
pub(crate) fn describe(request: &Request) -> String {
    let mut text = format!("{} on {} by {}", request.action, shown(&request.resource), request.principal.id());
    for (number, (key, values)) in
        request.context.iter().filter(|(key, _)| !key.starts_with("aws:principal")).enumerate()
    {
        text.push_str(if number == 0 { " with " } else { ", " });
        text.push_str(&format!("{key} = {}", shown(&values.join(" and "))));
    }
    text
}

/// Unknown texts in a name, as an ellipsis.
fn shown(text: &str) -> String {
    text.chars().map(|c| if crate::glob::is_letter(c) { '…' } else { c }).collect()
}

fn unknown_answer(unknown: Arc<Unknown>) -> Answer {
    Answer { value: Value::Unknown(unknown), witness: Witness::default() }
}
