//! The engine as pages ask it: questions on policy documents and facts about resources, answered with witnesses.
//!
//! Must not know the source that an estate came from, nor the pages that ask: it reads canonical resources only.

pub(crate) mod access;
pub(crate) mod document;
mod facts;
pub(crate) mod holders;
pub(crate) mod names;
mod outside;
mod shape;

use std::sync::Arc;

use redan_model::{
    Answer, Engine, Estate, Kept, ListType, Node, On, Origin, Parameter, Question, ReasonClass, ResourceId, Str,
    Subject, Type, Unknown, Value, Witness,
};

use crate::account::power::document_takes_over;
use crate::azure::facts as azure;
use crate::question::{self, BOUND};
use crate::request::Request;
use document::Read;

/// Answers what policies allow.
#[derive(Debug)]
pub struct IamEngine {
    questions: Vec<Question>,
    kept: Kept<facts::Facts>,
    azure: Kept<azure::Facts>,
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
        Self { questions: questions(), kept: Kept::default(), azure: Kept::default() }
    }
}

fn kinds(names: impl IntoIterator<Item = &'static str>) -> On {
    On::Resources(names.into_iter().map(Str::new).collect())
}

fn questions() -> Vec<Question> {
    let fact = |name: &str, on: On, result: Type, docs: &str| Question {
        name: Str::new(name),
        on,
        parameters: Vec::new(),
        fact: true,
        result,
        docs: Str::new(docs),
    };
    let on_policies = |name: &str, on: On, docs: &str| Question {
        parameters: vec![Parameter { name: Str::new("requests"), ty: Type::Any, optional: true, repeated: false }],
        fact: false,
        ..fact(name, on, Type::Bool, docs)
    };
    let bound = || On::Bindings(facts::IDENTITIES.iter().chain(&facts::ACCOUNTS).map(|kind| Str::new(kind)).collect());
    let holder = || kinds(holders::kinds());
    let identity = || kinds(facts::IDENTITIES);
    let principal = || kinds(facts::IDENTITIES.into_iter().chain(azure::IDENTITIES));
    let texts = || Type::List(Arc::new(ListType { element: Type::String, keyed: None }));
    vec![
        on_policies("allows", On::Documents, "whether the policy allows some request of this shape"),
        on_policies("allows_all", On::Documents, "whether the policy allows every request of this shape"),
        on_policies("denies", On::Documents, "whether the policy explicitly denies every request of this shape"),
        on_policies("allows", bound(), "whether all policies together allow some request of this shape"),
        on_policies("allows_all", bound(), "whether all policies together allow every request of this shape"),
        on_policies("denies", bound(), "whether the policies explicitly deny every request of this shape"),
        Question {
            fact: false,
            ..fact(
                "escalates",
                On::Documents,
                Type::Bool,
                "whether whoever holds the policy can take the place of arbitrary identities",
            )
        },
        fact(
            "access.admin",
            principal(),
            Type::Bool,
            "whether it can change the policies of any user and role, by all policies that bind it; in Azure whether it, or an identity that it runs as, holds everything on a subscription",
        ),
        fact(
            "access.escalates",
            principal(),
            Type::Bool,
            "whether it can become administrator or take the place of arbitrary identities, by all policies that bind it",
        ),
        fact(
            "access.actions",
            identity(),
            Type::Integer,
            "how many of the vendor's actions it is allowed on something",
        ),
        fact(
            "access.public",
            kinds(holders::kinds().chain(azure::OPEN)),
            Type::Bool,
            "whether strangers may use the resource: its policy, and for S3 its ACL and the public access block; in Azure without signing in",
        ),
        fact("access.public_actions", holder(), texts(), "the actions that its policy allows strangers"),
        fact("access.external", holder(), Type::Bool, "whether somebody outside of the resource's account may use it"),
        fact("access.outsiders", holder(), texts(), "accounts and identities outside of its account that may use it"),
        fact(
            "access.cleartext",
            holder(),
            Type::Bool,
            "whether no policy of it or of its organization denies all requests that come without TLS",
        ),
    ]
}

impl Engine for IamEngine {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn ask(&self, estate: &Estate, subject: Subject<'_>, question: &Question, arguments: &[Node]) -> Answer {
        let facts = || self.kept.of(estate, facts::Facts::of);
        match (subject, question.name.as_str()) {
            (Subject::Document(id, node), "escalates") => document_escalates(&Read::new(estate, id, node)),
            (Subject::Resource(id), name) if of_azure(estate, id) => {
                self.azure.of(estate, azure::Facts::of).ask(estate, id, name)
            }
            (Subject::Resource(id), "access.admin") => facts().admin(estate, id),
            (Subject::Resource(id), "access.escalates") => facts().escalates(estate, id),
            (Subject::Resource(id), "access.actions") => facts().actions(estate, id),
            (Subject::Resource(id), "access.public") => access::public(estate, id),
            (Subject::Resource(id), "access.external") => access::external(estate, id),
            (Subject::Resource(id), "access.public_actions") => facts().public_actions(estate, id),
            (Subject::Resource(id), "access.outsiders") => facts().outsiders(estate, id),
            (Subject::Resource(id), "access.cleartext") => facts().cleartext(estate, id),
            (Subject::Binding(id), name) => facts().binding(estate, id, name, arguments),
            (Subject::Document(id, node), name) => on_document(estate, id, node, name, arguments),
            _ => Answer::default(),
        }
    }
}

fn of_azure(estate: &Estate, id: ResourceId) -> bool {
    estate.get(id).is_some_and(|resource| resource.kind.starts_with("Microsoft."))
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

/// Whether whoever holds the document, and nothing else, has a way to take any identity's place.
fn document_escalates(read: &Read) -> Answer {
    let (answer, actions) = document_takes_over(&read.policy);
    let mut out = read.answer(answer, true);
    if !actions.is_empty() {
        out.witness.text = actions.join(" and ");
    }
    out
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
