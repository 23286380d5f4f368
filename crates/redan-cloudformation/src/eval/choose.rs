//! Functions that choose: If, Select, FindInMap.

use super::{Evaluator, Found, Truth, because, text, unknown};
use crate::syntax::{Kind, Tree};
use redan_model::{Node, Origin, ReasonClass, Str, Value};
use std::sync::Arc;

impl Evaluator<'_, '_> {
    pub(super) fn branch(&mut self, argument: &Tree, origin: Origin) -> Found {
        let Some([condition, then, otherwise]) = argument.as_list() else {
            let what = "Fn::If takes a condition and two values";
            return Found::Node(unknown(ReasonClass::Problem, what, origin));
        };
        match self.condition_named(condition) {
            Truth::Known(true) => self.value(then),
            Truth::Known(false) => self.value(otherwise),
            Truth::Unknown(why) => match (self.value(then), self.value(otherwise)) {
                (Found::Absent, Found::Absent) => Found::Absent,
                (Found::Node(one), Found::Node(other)) if same(&one.value, &other.value) => Found::Node(one),
                (Found::Absent | Found::Perhaps(..), Found::Node(node) | Found::Perhaps(node, _))
                | (Found::Node(node) | Found::Perhaps(node, _), Found::Absent | Found::Perhaps(..)) => {
                    Found::Perhaps(node, why)
                }
                _ => Found::Node(Node::new(Value::Unknown(why), origin)),
            },
        }
    }

    pub(super) fn select(&mut self, argument: &Tree, origin: Origin) -> Found {
        let Some((index, list)) = self.two(argument) else {
            return Found::Node(unknown(ReasonClass::Problem, "Fn::Select takes an index and a list", origin));
        };
        let index = self.node(index);
        let list = self.node(list);
        let number = text::whole(&index).and_then(|text| text.parse::<usize>().ok());
        let Some(number) = number else {
            let why = because(&index.value, ReasonClass::Problem, "Fn::Select by what is no index", origin);
            return Found::Node(Node::new(Value::Unknown(why), origin));
        };
        let node = match &list.value {
            Value::List(list) => match (list.items.get(number), &list.rest) {
                (Some(node), _) => node.clone(),
                (None, Some(rest)) => Node::new(Value::Unknown(Arc::clone(rest)), origin),
                (None, None) => unknown(ReasonClass::Problem, "Fn::Select beyond the end of the list", origin),
            },
            other => {
                let why = because(other, ReasonClass::Problem, "Fn::Select from what is no list", origin);
                Node::new(Value::Unknown(why), origin)
            }
        };
        Found::Node(node)
    }

    pub(super) fn find_in_map(&mut self, argument: &Tree, origin: Origin) -> Found {
        let (keys, default) = match argument.as_list() {
            Some([map, first, second]) => ([map, first, second], None),
            Some([map, first, second, options]) => ([map, first, second], options.get("DefaultValue")),
            _ => {
                let what = "Fn::FindInMap takes a map and two keys";
                return Found::Node(unknown(ReasonClass::Problem, what, origin));
            }
        };
        let nodes = keys.map(|key| self.node(key));
        let [map, first, second] = nodes.each_ref().map(text::whole);
        let candidates = self.candidates(map, first, second);
        let found = match (map, first, second, candidates.as_slice()) {
            (Some(_), Some(_), Some(_), [value]) => Some(value.clone()),
            (Some(_), Some(_), Some(_), _) => {
                return match default {
                    Some(default) => self.value(default),
                    None => Found::Node(unknown(ReasonClass::Problem, "Fn::FindInMap finds nothing", origin)),
                };
            }
            _ => None,
        };
        if let Some(value) = found {
            let node = self.node(&value);
            return Found::Node(Node::new(node.value, self.stack.sources().derived(origin, node.origin)));
        }
        // A key that is not known, of a map that says the same under each.
        let all: Vec<Node> = candidates.iter().map(|value| self.node(value)).collect();
        let default = default.map(|default| self.node(default));
        if let Some(one) = all.first()
            && all.iter().chain(&default).all(|other| same(&one.value, &other.value))
        {
            return Found::Node(Node::new(one.value.clone(), self.stack.sources().derived(origin, one.origin)));
        }
        let reasons = nodes.iter().filter(|node| text::whole(node).is_none()).flat_map(|node| {
            because(&node.value, ReasonClass::Input, "a key of Fn::FindInMap", origin).reasons().to_vec()
        });
        let why = redan_model::Unknown::all(reasons.take(3));
        Found::Node(Node::new(why.map_or(Value::Null, Value::Unknown), origin))
    }

    /// The values that a look-up can lead to.
    fn candidates(&self, map: Option<Str>, first: Option<Str>, second: Option<Str>) -> Vec<Tree> {
        let level = |trees: Vec<Tree>, key: Option<Str>| -> Vec<Tree> {
            let fits = |entry: &&crate::syntax::Entry| key.is_none_or(|key| key == entry.key);
            trees
                .iter()
                .flat_map(|tree| {
                    tree.entries().iter().filter(fits).map(|entry| entry.value.clone()).collect::<Vec<_>>()
                })
                .collect()
        };
        let maps: Vec<Tree> = self.stack.mappings().cloned().into_iter().collect();
        let found = level(level(level(maps, map), first), second);
        found.into_iter().filter(|tree| !matches!(tree.kind, Kind::Null)).collect()
    }
}

/// Whether two values are equal and known, wherever they stand.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(a), Value::List(b)) => {
            a.rest.is_none()
                && b.rest.is_none()
                && a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|(a, b)| same(&a.value, &b.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.rest == redan_model::Rest::Absent
                && b.rest == redan_model::Rest::Absent
                && a.entries().len() == b.entries().len()
                && a.entries()
                    .iter()
                    .zip(b.entries())
                    .all(|(a, b)| a.key == b.key && same(&a.node.value, &b.node.value))
        }
        (Value::Ref(a), Value::Ref(b)) => a.target == b.target && a.attribute == b.attribute,
        (Value::Unknown(_) | Value::Template(_), _) => false,
        _ => one == other,
    }
}
