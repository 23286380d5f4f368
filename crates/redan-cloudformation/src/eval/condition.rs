//! Conditions, in three values (Kleene):
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html>.

use super::{Evaluator, because, text};
use crate::syntax::{Kind, Tree};
use redan_model::{Node, ReasonClass, Str, Unknown, Value};
use std::sync::Arc;

/// The value of a condition.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    Known(bool),
    Unknown(Arc<Unknown>),
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::Known(value) => Self::Known(!value),
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// `and` of all where `decisive` is false, `or` where it is true.
    fn all(truths: impl Iterator<Item = Self>, decisive: bool) -> Self {
        let mut why: Option<Arc<Unknown>> = None;
        for truth in truths {
            match truth {
                Self::Known(value) if value == decisive => return Self::Known(decisive),
                Self::Known(_) => {}
                Self::Unknown(other) => {
                    why = Some(why.map_or_else(|| Arc::clone(&other), |why| Unknown::merge(&why, &other)))
                }
            }
        }
        why.map_or(Self::Known(!decisive), Self::Unknown)
    }
}

impl Evaluator<'_, '_> {
    /// A condition where its name is expected: in `Fn::If` and in the `Condition` of a resource.
    pub(crate) fn condition_named(&mut self, tree: &Tree) -> Truth {
        match &tree.kind {
            Kind::Text(name) => self.stack.condition(*name, tree.origin),
            _ => self.truth(tree),
        }
    }

    /// The value of an expression of conditions.
    pub(crate) fn truth(&mut self, tree: &Tree) -> Truth {
        if self.depth > super::MAX_DEPTH {
            return Truth::Unknown(Unknown::new(ReasonClass::Bound, "conditions nested too deeply", tree.origin));
        }
        self.depth += 1;
        let truth = self.truth_of(tree);
        self.depth -= 1;
        truth
    }

    fn truth_of(&mut self, tree: &Tree) -> Truth {
        let wrong = |what: &str| Truth::Unknown(Unknown::new(ReasonClass::Problem, what, tree.origin));
        let [only] = tree.entries() else {
            return match &tree.kind {
                Kind::Bool(value) => Truth::Known(*value),
                Kind::Text(text) if text == "true" => Truth::Known(true),
                Kind::Text(text) if text == "false" => Truth::Known(false),
                _ => wrong("no condition"),
            };
        };
        let parts = only.value.as_list().unwrap_or_default();
        match (only.key.as_str(), parts) {
            ("Condition", _) => match only.value.as_str() {
                Some(name) => self.stack.condition(name, tree.origin),
                None => wrong("no name of a condition"),
            },
            ("Fn::And", parts) => {
                let truths: Vec<Truth> = parts.iter().map(|part| self.truth(part)).collect();
                Truth::all(truths.into_iter(), false)
            }
            ("Fn::Or", parts) => {
                let truths: Vec<Truth> = parts.iter().map(|part| self.truth(part)).collect();
                Truth::all(truths.into_iter(), true)
            }
            ("Fn::Not", [part]) => self.truth(part).not(),
            ("Fn::Equals", [left, right]) => self.equals(left, right),
            ("Fn::Contains", [list, item]) => self.contains(list, item),
            ("Fn::EachMemberEquals", [list, item]) => {
                let items = self.items(list);
                let truths: Vec<Truth> = items.into_iter().map(|one| self.equal_to(&one, item)).collect();
                Truth::all(truths.into_iter(), false)
            }
            ("Fn::EachMemberIn", [list, allowed]) => {
                let items = self.items(list);
                let truths: Vec<Truth> = items.into_iter().map(|one| self.contains_node(allowed, &one)).collect();
                Truth::all(truths.into_iter(), false)
            }
            _ => match self.node(tree) {
                Node { value: Value::Bool(value), .. } => Truth::Known(value),
                Node { value: Value::Text(text), .. } if text == "true" => Truth::Known(true),
                Node { value: Value::Text(text), .. } if text == "false" => Truth::Known(false),
                node => Truth::Unknown(because(&node.value, ReasonClass::Unsupported, &only.key, tree.origin)),
            },
        }
    }

    fn equals(&mut self, left: &Tree, right: &Tree) -> Truth {
        let (one, other) = (self.node(left), self.node(right));
        for (tree, node) in [(left, &other), (right, &one)] {
            if let (Some(allowed), Some(text)) = (self.allowed(tree), text::whole(node))
                && !allowed.contains(&text)
            {
                return Truth::Known(false);
            }
        }
        equal(&one, &other)
    }

    /// The values that a parameter without a value may have.
    fn allowed(&self, tree: &Tree) -> Option<Vec<Str>> {
        let (name, argument) = tree.call()?;
        if name != "Ref" {
            return None;
        }
        self.stack.allowed(argument.as_str()?)
    }

    fn items(&mut self, tree: &Tree) -> Vec<Node> {
        let node = self.node(tree);
        match &node.value {
            Value::List(list) => {
                let rest = list.rest.iter().map(|rest| Node::new(Value::Unknown(Arc::clone(rest)), node.origin));
                list.items.iter().cloned().chain(rest).collect()
            }
            _ => vec![node],
        }
    }

    fn equal_to(&mut self, node: &Node, tree: &Tree) -> Truth {
        let other = self.node(tree);
        equal(node, &other)
    }

    fn contains(&mut self, list: &Tree, item: &Tree) -> Truth {
        let item = self.node(item);
        self.contains_node(list, &item)
    }

    fn contains_node(&mut self, list: &Tree, item: &Node) -> Truth {
        let truths: Vec<Truth> = self.items(list).iter().map(|one| equal(one, item)).collect();
        Truth::all(truths.into_iter(), true)
    }
}

/// Two values are compared as texts, with regard to case.
fn equal(one: &Node, other: &Node) -> Truth {
    if let (Some(one), Some(other)) = (text::whole(one), text::whole(other)) {
        return Truth::Known(one == other);
    }
    if super::choose::same(&one.value, &other.value) {
        return Truth::Known(true);
    }
    let known =
        |node: &Node| node.value.unknowns().is_empty() && !matches!(node.value, Value::Ref(_) | Value::Template(_));
    if known(one) && known(other) {
        return Truth::Known(false);
    }
    let reasons = [one, other].map(|node| {
        if known(node) {
            return Vec::new();
        }
        because(&node.value, ReasonClass::Computed, "a value that is compared", node.origin).reasons().to_vec()
    });
    let why = Unknown::all(reasons.into_iter().flatten());
    Truth::Unknown(why.unwrap_or_else(|| Unknown::new(ReasonClass::Computed, "a value that is compared", one.origin)))
}
