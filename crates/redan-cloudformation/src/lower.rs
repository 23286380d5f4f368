//! A stack's resources as the kinds take them.

use crate::eval::{Evaluator, Truth};
use crate::stack::Stack;
use crate::syntax::{Kind, Tree};
use redan_kinds::{Mode, ProviderConfig, RawResource};
use redan_model::{Existence, Map, Node, Origin, Problem, ProblemKind, Rest, Str, Unknown, Value};
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
    for entry in stack.resources() {
        let Some(kind) = entry.value.get("Type").and_then(Tree::as_str) else {
            let message = format!("the resource {} has no type", entry.key);
            stack.problem(Problem::at(entry.at, ProblemKind::Evaluation, message).help("give it a `Type`"));
            continue;
        };
        let Some(existence) = existence(stack, &entry.value, around) else { continue };
        let child = stack.child(entry.key);
        out.push(RawResource {
            kind,
            address: stack.address(entry.key),
            mode: Mode::Managed,
            body: body(stack, &entry.value),
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
    problems.extend(stack.take_problems());
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
