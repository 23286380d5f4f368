//! Values of a template: intrinsic functions over parameters, mappings, conditions and references. What cannot be known
//! is unknown with its reason; a branch of an unknown condition is never guessed.

mod call;
mod choose;
mod condition;
mod number;
mod reference;
mod text;

pub(crate) use condition::Truth;
pub(crate) use text::whole;

use crate::stack::Stack;
use crate::syntax::{Kind, Tree};
use redan_model::{List, Map, Node, Origin, Reason, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

const MAX_DEPTH: usize = 96;

/// What an expression comes to.
pub(crate) enum Found {
    Node(Node),
    /// `AWS::NoValue`: as if it were not written.
    Absent,
    /// Either of the above.
    Perhaps(Node, Arc<Unknown>),
}

impl Found {
    /// The value, where a value must stand.
    pub(crate) fn node(self, origin: Origin) -> Node {
        match self {
            Self::Node(node) => node,
            Self::Absent => Node::new(Value::Null, origin),
            Self::Perhaps(_, unknown) => Node::new(Value::Unknown(unknown), origin),
        }
    }
}

/// Evaluates in a stack.
pub(crate) struct Evaluator<'a, 's> {
    pub(crate) stack: &'a Stack<'s>,
    depth: usize,
    /// How many functions' arguments this is inside of.
    arguments: usize,
}

impl<'a, 's> Evaluator<'a, 's> {
    pub(crate) const fn new(stack: &'a Stack<'s>) -> Self {
        Self { stack, depth: 0, arguments: 0 }
    }

    /// The value of a property.
    pub(crate) fn value(&mut self, tree: &Tree) -> Found {
        if self.depth > MAX_DEPTH {
            let unknown = Unknown::new(ReasonClass::Bound, "functions nested too deeply", tree.origin);
            return Found::Node(Node::new(Value::Unknown(unknown), tree.origin));
        }
        self.depth += 1;
        let found = match tree.call() {
            // Kinds hold user data as it is read, not as it is sent.
            Some((name, argument)) if name == "Fn::Base64" && self.arguments == 0 => Found::Node(self.node(argument)),
            Some((name, argument)) => self.call(name, argument, tree.origin),
            None => Found::Node(self.literal(tree)),
        };
        self.depth -= 1;
        found
    }

    /// The value of an argument of a function.
    pub(crate) fn node(&mut self, tree: &Tree) -> Node {
        if self.depth > MAX_DEPTH {
            return unknown(ReasonClass::Bound, "functions nested too deeply", tree.origin);
        }
        self.depth += 1;
        self.arguments += 1;
        let node = match tree.call() {
            Some((name, argument)) => self.call(name, argument, tree.origin).node(tree.origin),
            None => self.literal(tree),
        };
        self.depth -= 1;
        self.arguments -= 1;
        node
    }

    fn literal(&mut self, tree: &Tree) -> Node {
        let origin = tree.origin;
        let value = match &tree.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Int(value) => Value::Int(*value),
            Kind::Float(value) => Value::Float(*value),
            Kind::Text(text) => return text::resolved(*text, origin),
            Kind::Broken(why) => return unknown(ReasonClass::Problem, why, origin),
            Kind::List(list) => {
                let mut rest = list.broken.then(|| broken(origin));
                let mut items = Vec::with_capacity(list.items.len());
                for item in &list.items {
                    match self.value(item) {
                        Found::Node(node) => items.push(node),
                        Found::Absent => {}
                        Found::Perhaps(_, unknown) => {
                            rest =
                                Some(rest.map_or_else(|| Arc::clone(&unknown), |rest| Unknown::merge(&rest, &unknown)));
                        }
                    }
                }
                Value::List(Arc::new(List { items: items.into_boxed_slice(), rest }))
            }
            Kind::Map(map) => {
                let mut rest = if map.broken { Rest::Unknown(broken(origin)) } else { Rest::Absent };
                let mut entries = Vec::with_capacity(map.entries.len());
                for entry in &map.entries {
                    if entry.key == "Fn::Transform" {
                        let name = entry.value.get("Name").and_then(Tree::as_str).unwrap_or_default();
                        rest = Rest::Unknown(Unknown::new(
                            ReasonClass::Unsupported,
                            &format!("the macro {name}"),
                            entry.at,
                        ));
                        continue;
                    }
                    match self.value(&entry.value) {
                        Found::Absent => {}
                        found => entries.push((entry.key, found.node(entry.value.origin))),
                    }
                }
                Value::Map(Arc::new(Map::new(entries, rest)))
            }
        };
        Node::new(value, origin)
    }
}

fn broken(origin: Origin) -> Arc<Unknown> {
    Unknown::new(ReasonClass::Problem, "the file could not be read to its end", origin)
}

pub(crate) fn unknown(class: ReasonClass, what: &str, origin: Origin) -> Node {
    Node::unknown(class, what, origin)
}

/// Unknown for all that is not known in a value; `class` and `what` where nothing in it says why.
pub(crate) fn because(value: &Value, class: ReasonClass, what: &str, origin: Origin) -> Arc<Unknown> {
    let mut reasons = value.unknowns();
    if let Value::Ref(reference) = value
        && reasons.is_empty()
    {
        let address = match reference.target {
            redan_model::Target::Address(address) => address,
            _ => Str::default(),
        };
        let what = Str::from(format!("{address} {}", reference.attribute).trim_end().to_owned());
        reasons.push(Reason { class: ReasonClass::Computed, what, origin });
    }
    Unknown::all(reasons).unwrap_or_else(|| Unknown::new(class, what, origin))
}
