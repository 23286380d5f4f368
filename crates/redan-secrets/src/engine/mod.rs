//! The engine as pages ask it: `self.secrets`, the credentials that stand in a resource or in a stretch of source text.
//!
//! It reads canonical resources and nothing else. A value that code does not show is not hard-coded in this code: a reference,
//! a data source, what the provider makes. What a caller hands in may be: then the list is open.

mod carried;
mod kept;
mod path;

use crate::found::Found;
use kept::Carried;
use redan_model::{
    Answer, Engine, Estate, Field, Kept, List, ListType, Node, On, Origin, Question, ResourceId, Str, StructType,
    Subject, Type, Value, Witness,
};
use std::sync::Arc;

/// A stretch of a source file: its last credential stands in its last line.
pub const TEXT: &str = "Source::Text";

/// Kinds whose attributes carry text into what runs, where whoever may describe the resource, or runs in it, reads it.
pub const CARRIERS: &[&str] = &[
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::Batch::JobDefinition",
    "AWS::CloudFormation::Stack",
    "AWS::CodeBuild::Project",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
    "AWS::ECS::TaskDefinition",
    "AWS::Lambda::Function",
    "AWS::SSM::Document",
    "AWS::SSM::Parameter",
    "Microsoft.Automation/automationAccounts/variables",
    "Microsoft.Compute/virtualMachineScaleSets",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.ContainerInstance/containerGroups",
    "Microsoft.Web/sites",
    "Microsoft.Web/sites/slots",
];

/// So many are told in words.
const SAID: usize = 4;

/// A credential of a resource.
#[derive(Clone, Debug)]
struct Secret {
    kind: &'static str,
    /// The attribute's path, or what the credential is assigned to in source text.
    place: String,
    /// Its first byte in the value.
    offset: usize,
    mark: String,
    origin: Origin,
}

/// Answers which credentials stand in a resource.
pub struct SecretsEngine {
    questions: Vec<Question>,
    kept: Kept<Carried>,
}

impl Default for SecretsEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl SecretsEngine {
    /// The engine.
    #[must_use]
    pub fn new() -> Self {
        let kinds = CARRIERS.iter().chain(&[TEXT]).map(|kind| Str::new(kind)).collect();
        let question = Question {
            name: Str::new("secrets"),
            on: On::Resources(kinds),
            parameters: Vec::new(),
            fact: true,
            result: Type::List(Arc::new(ListType { element: element(), keyed: None })),
            docs: Str::new(
                "the credentials that stand in it: `kind`, `place` (the attribute, or the name in source text), `offset` (the \
                 first byte in the value), `mark` (a salted hash of what nobody can guess)",
            ),
        };
        Self { questions: vec![question], kept: Kept::default() }
    }
}

fn element() -> Type {
    let field = |ty: Type| Field { ty, required: true, ..Field::default() };
    let fields = vec![
        (Str::new("kind"), field(Type::String)),
        (Str::new("mark"), field(Type::String)),
        (Str::new("offset"), field(Type::Integer)),
        (Str::new("place"), field(Type::String)),
    ];
    Type::Struct(Arc::new(StructType { fields }))
}

impl Engine for SecretsEngine {
    fn questions(&self) -> &[Question] {
        &self.questions
    }

    fn ask(&self, estate: &Estate, subject: Subject<'_>, _: &Question, _: &[Node]) -> Answer {
        let Subject::Resource(id) = subject else { return Answer::default() };
        let Some(resource) = estate.get(id) else { return Answer::default() };
        let (secrets, rest) = if resource.kind == *TEXT {
            (self.kept.of(estate, |_| Carried::default()).in_text(estate, resource.origin), None)
        } else {
            carried::of(&resource.body, &|name| may_be_text(estate, resource.kind, name))
        };
        let items = secrets.iter().map(node).collect();
        Answer { value: Value::List(Arc::new(List { items, rest })), witness: witness(id, &secrets) }
    }
}

/// Whether an attribute may hold text that someone wrote: no flag, number or moment does, nor what is one of few words.
fn may_be_text(estate: &Estate, kind: Str, attribute: Str) -> bool {
    let field = estate.schemas().schema(kind).and_then(|schema| schema.body.field(attribute));
    let other = |ty: &Type| {
        matches!(ty, Type::Bool | Type::Integer | Type::Number | Type::Time | Type::Duration | Type::Ref(_))
    };
    field.is_none_or(|field| field.members.is_empty() && !other(&field.ty))
}

/// What shows the answer. The paths lead to the answer and not to the attributes: those hold the values.
fn witness(id: ResourceId, secrets: &[Secret]) -> Witness {
    let mut said: Vec<String> = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    let mut leaves = Vec::new();
    for secret in secrets {
        let joint = if secret.place.is_empty() { "" } else { " in " };
        said.push(format!("{}{joint}{}", secret.kind, secret.place));
        let name = format!("{} {} {}", secret.place, secret.kind, secret.mark).replace('"', "'");
        let before = paths.iter().filter(|path| **path == name).count();
        let number = if before == 0 { String::new() } else { format!(" {}", before + 1) };
        leaves.push((id, Str::from(format!("secrets[\"{}{number}\"]", name.trim())), secret.origin));
        paths.push(name);
    }
    let more = said.len().saturating_sub(SAID);
    said.truncate(SAID);
    let rest = if more > 0 { format!("; {more} more") } else { String::new() };
    Witness { text: format!("{}{rest}", said.join("; ")), leaves }
}

fn node(secret: &Secret) -> Node {
    let text = |value: &str| Node::text(value, secret.origin);
    let offset = Value::Int(i64::try_from(secret.offset).unwrap_or(i64::MAX));
    let entries = vec![
        (Str::new("kind"), text(secret.kind)),
        (Str::new("mark"), text(&secret.mark)),
        (Str::new("offset"), Node::new(offset, secret.origin)),
        (Str::new("place"), text(&secret.place)),
    ];
    Node::map(entries, secret.origin)
}

impl Secret {
    fn new(found: &Found, place: String, origin: Origin) -> Self {
        let mark = found.mark.map(|mark| mark.to_string()).unwrap_or_default();
        Self { kind: found.kind.title, place, offset: found.span.start, mark, origin }
    }
}
