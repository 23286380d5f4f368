//! A stack's resources as the kinds take them.

use crate::eval::{Evaluator, Truth};
use crate::stack::Stack;
use crate::syntax::{Entry, Kind, Tree};
use redan_kinds::{Mode, ProviderConfig, RawResource};
use redan_model::{Existence, Map, Node, Origin, Part, Problem, ProblemKind, Rest, Str, Target, Unknown, Value};
use std::sync::Arc;

/// What all resources of a template file share.
pub(crate) struct Shared {
    pub(crate) root: Str,
    pub(crate) provider: Arc<ProviderConfig>,
}

impl Shared {
    /// The provider configuration of a template: the account and region that it is deployed to.
    pub(crate) fn new(root: &str) -> Self {
        let name = Str::new("aws");
        let body = Node::map(Vec::new(), Origin::NOWHERE);
        Self { root: Str::new(root), provider: Arc::new(ProviderConfig { name, key: name, body, major: None }) }
    }
}

/// The resources of a stack and of the stacks in it.
pub(crate) fn resources(
    stack: &Stack<'_>,
    shared: &Shared,
    around: &Existence,
    calls: &Arc<[Origin]>,
    out: &mut Vec<RawResource>,
    problems: &mut Vec<Problem>,
) {
    let first = out.len();
    let mut handed: Vec<(Str, Arc<Unknown>)> = Vec::new();
    for entry in stack.resources() {
        let Some(kind) = entry.value.get("Type").and_then(Tree::as_str) else {
            let message = format!("the resource {} has no type", entry.key);
            stack.problem(Problem::at(entry.at, ProblemKind::Evaluation, message).help("give it a `Type`"));
            continue;
        };
        let Some(existence) = existence(stack, &entry.value, around) else { continue };
        let child = stack.child(entry.key);
        let body = body(stack, &entry.value);
        if kind == "AWS::CloudFormation::Stack" && child.is_none() {
            hand_over(stack, entry, &body, &mut handed);
        }
        out.push(RawResource {
            kind,
            address: stack.address(entry.key),
            mode: Mode::Managed,
            body,
            origin: entry.value.origin,
            existence: existence.clone(),
            calls: Arc::clone(calls),
            root: shared.root,
            provider: Arc::clone(&shared.provider),
            escapes: None,
            parent: None,
        });
        if let Some(child) = child {
            let calls: Arc<[Origin]> = calls.iter().copied().chain([child.call]).collect();
            resources(&child.stack, shared, &existence, &calls, out, problems);
        }
    }
    for resource in out.iter_mut().skip(first) {
        let found = handed.iter().find(|(address, _)| *address == resource.address);
        resource.escapes = found.map(|(_, why)| Arc::clone(why)).or_else(|| resource.escapes.take());
    }
    problems.extend(stack.take_problems());
}

/// What is passed to a stack whose template is not at hand may be referred to there, unseen.
fn hand_over(stack: &Stack<'_>, entry: &Entry, body: &Node, handed: &mut Vec<(Str, Arc<Unknown>)>) {
    let message = format!("the template of the stack {} is not at hand", entry.key);
    let help = "put it into the repository and name it by a relative path";
    stack.problem(Problem::at(entry.at, ProblemKind::ModuleMissing, message).help(help));
    let what = format!("the stack {}", stack.address(entry.key));
    let why = Unknown::new(redan_model::ReasonClass::Module, &what, entry.at);
    let mut addresses = Vec::new();
    if let Some(parameters) = body.get(Str::new("Parameters")) {
        references(parameters, &mut addresses);
    }
    handed.extend(addresses.into_iter().map(|address| (address, Arc::clone(&why))));
}

/// The resources that a value refers to.
fn references(node: &Node, into: &mut Vec<Str>) {
    match &node.value {
        Value::Ref(reference) => {
            if let Target::Address(address) = reference.target {
                into.push(address);
            }
        }
        Value::List(list) => list.items.iter().for_each(|item| references(item, into)),
        Value::Map(map) => map.entries().iter().for_each(|entry| references(&entry.node, into)),
        Value::Template(template) => {
            for part in &template.parts {
                if let Part::Hole(hole) = part {
                    references(hole, into);
                }
            }
        }
        _ => {}
    }
}

/// Whether a resource is made; `None` if it is not.
fn existence(stack: &Stack<'_>, resource: &Tree, around: &Existence) -> Option<Existence> {
    let Some(condition) = resource.get("Condition") else { return Some(around.clone()) };
    match (Evaluator::new(stack).condition_named(condition), around) {
        (Truth::Known(false), _) => None,
        (Truth::Known(true), _) => Some(around.clone()),
        (Truth::Unknown(why), Existence::Certain) => Some(Existence::Uncertain(why)),
        (Truth::Unknown(why), Existence::Uncertain(other)) => Some(Existence::Uncertain(Unknown::merge(other, &why))),
    }
}

fn body(stack: &Stack<'_>, resource: &Tree) -> Node {
    let origin = resource.origin;
    let broken = resource.as_map().is_some_and(|map| map.broken);
    let empty = |rest| Node::new(Value::Map(Arc::new(Map::new(Vec::new(), rest))), origin);
    let Some(properties) = resource.get("Properties") else {
        let why = || {
            redan_model::Unknown::new(
                redan_model::ReasonClass::Problem,
                "the file could not be read to its end",
                origin,
            )
        };
        return empty(if broken { Rest::Unknown(why()) } else { Rest::Absent });
    };
    match &properties.kind {
        Kind::Null => empty(Rest::Absent),
        _ => {
            let node = Evaluator::new(stack).value(properties).node(properties.origin);
            match node.value {
                Value::Unknown(why) => empty(Rest::Unknown(why)),
                value @ Value::Map(_) => Node::new(value, origin),
                _ => empty(Rest::Absent),
            }
        }
    }
}
