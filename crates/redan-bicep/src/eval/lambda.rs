//! Functions that take lambdas. What is not known of a list stays unknown of the result, and only that.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda>

use super::{Env, World, merge};
use crate::ir::{Expr, ExprKind, Lambda};
use redan_model::{List, Map, Node, Origin, ReasonClass, Rest, Str, Unknown, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A list under way: its elements, and what is not known of it.
#[derive(Default)]
struct Made {
    items: Vec<Node>,
    rest: Option<Arc<Unknown>>,
}

impl Made {
    fn doubt(&mut self, unknown: &Arc<Unknown>) {
        self.rest = Some(self.rest.take().map_or_else(|| Arc::clone(unknown), |known| Unknown::merge(&known, unknown)));
    }

    fn value(self) -> Value {
        Value::List(Arc::new(List { items: self.items.into_boxed_slice(), rest: self.rest }))
    }
}

/// An object under way.
#[derive(Default)]
struct Keyed {
    entries: Vec<(Str, Node)>,
    at: FxHashMap<Str, usize>,
    rest: Rest,
}

impl Keyed {
    fn value(self) -> Value {
        Value::Map(Arc::new(Map::new(self.entries, self.rest)))
    }
}

impl<'t> World<'t> {
    pub(super) fn lambda(&self, name: &str, arguments: &'t [Expr], origin: Origin, env: &Env<'t>) -> Node {
        let Some((subject, rest)) = arguments.split_first() else {
            return self.wrong(origin, &format!("{name}() needs a list and a lambda"));
        };
        let subject = self.eval(subject, env);
        let lambdas: Vec<&'t Lambda> = rest.iter().filter_map(as_lambda).collect();
        if let Value::Unknown(unknown) = &subject.value {
            return Node::new(Value::Unknown(Arc::clone(unknown)), origin);
        }
        let value = match (name, &subject.value, lambdas.as_slice(), rest) {
            ("map", Value::List(list), [lambda], _) => self.map(list, lambda, env),
            ("filter", Value::List(list), [lambda], _) => self.filter(list, lambda, env),
            ("reduce", Value::List(list), [lambda], [start, _]) => {
                return self.reduce(list, start, lambda, origin, env);
            }
            ("sort", Value::List(list), [lambda], _) => self.sort(list, lambda, env),
            ("toobject" | "groupby", Value::List(list), [key, value @ ..], _) => {
                self.keyed(name == "groupby", list, key, value.first().copied(), env)
            }
            ("mapvalues", Value::Map(map), [lambda], _) => {
                let entries = map.entries().iter().map(|entry| (entry.key, self.apply(lambda, &[&entry.node], env)));
                Value::Map(Arc::new(Map::new(entries.collect(), map.rest.clone())))
            }
            _ => return self.wrong(origin, &format!("{name}() is called with other arguments than it takes")),
        };
        self.bounded(Node::new(value, origin))
    }

    fn apply(&self, lambda: &'t Lambda, arguments: &[&Node], env: &Env<'t>) -> Node {
        let mut inner = env.clone();
        for (parameter, argument) in lambda.parameters.iter().zip(arguments) {
            inner = inner.with(*parameter, (*argument).clone());
        }
        self.eval(&lambda.body, &inner)
    }

    fn map(&self, list: &List, lambda: &'t Lambda, env: &Env<'t>) -> Value {
        let items = list.items.iter().enumerate().map(|(at, item)| self.apply(lambda, &[item, &number(at, item)], env));
        Value::List(Arc::new(List { items: items.collect(), rest: list.rest.clone() }))
    }

    fn filter(&self, list: &List, lambda: &'t Lambda, env: &Env<'t>) -> Value {
        let mut made = Made { items: Vec::new(), rest: list.rest.clone() };
        for (at, item) in list.items.iter().enumerate() {
            match self.truth(&self.apply(lambda, &[item, &number(at, item)], env)) {
                Ok(true) => made.items.push(item.clone()),
                Ok(false) => {}
                Err(unknown) => made.doubt(&unknown),
            }
        }
        made.value()
    }

    fn reduce(&self, list: &List, start: &'t Expr, lambda: &'t Lambda, origin: Origin, env: &Env<'t>) -> Node {
        let mut current = self.eval(start, env);
        for (at, item) in list.items.iter().enumerate() {
            current = self.bounded(self.apply(lambda, &[&current, item, &number(at, item)], env));
        }
        match &list.rest {
            Some(unknown) => Node::new(Value::Unknown(Arc::clone(unknown)), origin),
            None => Node::new(current.value, origin),
        }
    }

    /// A stable sort by a lambda that says whether the first of two belongs before the second.
    fn sort(&self, list: &List, lambda: &'t Lambda, env: &Env<'t>) -> Value {
        let mut unknown = list.rest.clone();
        let mut runs: Vec<Vec<Node>> = list.items.iter().map(|item| vec![item.clone()]).collect();
        while runs.len() > 1 {
            let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
            let mut all = runs.into_iter();
            while let Some(left) = all.next() {
                match all.next() {
                    Some(right) => merged.push(self.merge_runs(left, right, lambda, env, &mut unknown)),
                    None => merged.push(left),
                }
            }
            runs = merged;
        }
        let items = runs.pop().unwrap_or_default();
        Made { items, rest: unknown }.value()
    }

    fn merge_runs(
        &self,
        left: Vec<Node>,
        right: Vec<Node>,
        lambda: &'t Lambda,
        env: &Env<'t>,
        unknown: &mut Option<Arc<Unknown>>,
    ) -> Vec<Node> {
        let mut all = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let second_first = match self.truth(&self.apply(lambda, &[b, a], env)) {
                Ok(before) => before,
                Err(reason) => {
                    *unknown = Some(
                        unknown.take().map_or_else(|| Arc::clone(&reason), |known| Unknown::merge(&known, &reason)),
                    );
                    false
                }
            };
            all.extend(if second_first { right.next() } else { left.next() });
        }
        all.extend(left);
        all.extend(right);
        all
    }

    /// `toObject`, `groupBy`: an object by keys that a lambda gives; in groups, or the last of each key.
    fn keyed(&self, groups: bool, list: &List, key: &'t Lambda, value: Option<&'t Lambda>, env: &Env<'t>) -> Value {
        let mut keyed = Keyed::default();
        if let Some(unknown) = &list.rest {
            merge::doubt(&mut keyed.rest, unknown);
        }
        for item in &list.items {
            let name = self.apply(key, &[item], env);
            let value = value.map_or_else(|| item.clone(), |lambda| self.apply(lambda, &[item], env));
            let Ok(Value::Text(name)) = crate::functions::text_of(&name) else {
                merge::open(&mut keyed.rest, &name);
                continue;
            };
            let at = *keyed.at.entry(name).or_insert(keyed.entries.len());
            match (keyed.entries.get_mut(at), groups) {
                (Some((_, known)), true) => push(known, value),
                (Some((_, known)), false) => *known = value,
                (None, true) => keyed.entries.push((name, Node::list(vec![value], item.origin))),
                (None, false) => keyed.entries.push((name, value)),
            }
            if !self.limits.spend(1) {
                let bound = Unknown::new(ReasonClass::Bound, "work of one template", item.origin);
                merge::doubt(&mut keyed.rest, &bound);
                break;
            }
        }
        keyed.value()
    }
}

fn push(list: &mut Node, item: Node) {
    if let Value::List(known) = &mut list.value {
        let known = Arc::make_mut(known);
        let mut items = std::mem::take(&mut known.items).into_vec();
        items.push(item);
        known.items = items.into_boxed_slice();
    }
}

const fn as_lambda(expr: &Expr) -> Option<&Lambda> {
    match &expr.kind {
        ExprKind::Lambda(lambda) => Some(lambda),
        _ => None,
    }
}

fn number(at: usize, item: &Node) -> Node {
    Node::new(Value::Int(i64::try_from(at).unwrap_or(i64::MAX)), item.origin)
}
