//! The engine as pages ask it: questions about canonical resources, answered with witnesses.
//!
//! It reads canonical resources and nothing else: not the source they came from, nor the pages that ask.

mod admits;
mod azure_rules;
mod group_rules;
mod read;

use redan_model::{Answer, Engine, Estate, Node, On, Parameter, Question, Str, Subject, Type};

/// AWS's security group.
const SECURITY_GROUP: &str = "AWS::EC2::SecurityGroup";
/// Azure's network security group.
const NETWORK_SECURITY_GROUP: &str = "Microsoft.Network/networkSecurityGroups";

/// Answers what the network lets through.
pub struct NetworkEngine {
    questions: Vec<Question>,
}

impl Default for NetworkEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl NetworkEngine {
    /// The engine.
    #[must_use]
    pub fn new() -> Self {
        Self { questions: vec![admits_internet()] }
    }
}

fn admits_internet() -> Question {
    let ports = Parameter { name: Str::new("ports"), ty: Type::Integer, optional: false, repeated: true };
    Question {
        name: Str::new("admits.internet"),
        on: On::Resources(vec![Str::new(SECURITY_GROUP), Str::new(NETWORK_SECURITY_GROUP)]),
        parameters: vec![ports],
        fact: false,
        result: Type::Bool,
        docs: Str::new(
            "whether one of the ports is open over TCP or UDP, after the union of all rules, priorities and denies, to \
             more than a /8 of the public IPv4 addresses or a /11 of the public IPv6 addresses",
        ),
    }
}

impl Engine for NetworkEngine {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn ask(&self, estate: &Estate, subject: Subject<'_>, question: &Question, arguments: &[Node]) -> Answer {
        let Subject::Resource(id) = subject else { return Answer::default() };
        match question.name.as_str() {
            "admits.internet" => admits::internet(estate, id, arguments),
            _ => Answer::default(),
        }
    }
}
