//! Equality, order and membership over values that may be unknown in whole or in part.

use super::reading::Held;
use super::text::{Test, known_parts};
use super::{Evaluator, Truth};
use crate::Comparison;
use crate::code::{Class, Compare, Membership};
use crate::time::instant;
use redan_model::{List, Map, Ref, Rest, Target, Template, Value};

impl<'a> Evaluator<'a> {
    pub(super) fn equal(&self, left: &Held<'_>, right: &Held<'_>, compare: &Compare) -> Truth {
        match (left, right) {
            (Held::Between(_), _) | (_, Held::Between(_)) => {
                let (Some(a), Some(b)) = (bounds(left), bounds(right)) else { return Truth::Unknown };
                if a.1 < b.0 || b.1 < a.0 { Truth::False } else { Truth::Unknown }
            }
            (Held::Version(a), Held::Version(b)) => (a == b).into(),
            (Held::Resource(a), Held::Resource(b)) => (a == b).into(),
            (Held::Resource(id), other) | (other, Held::Resource(id)) => match other.value() {
                Value::Unknown(_) => Truth::Unknown,
                Value::Ref(reference) => match &reference.target {
                    Target::Resource(target) => (target == id).into(),
                    _ => reference.text.as_ref().map_or(Truth::Unknown, |text| self.names(*id, text)),
                },
                _ => Truth::False,
            },
            (Held::Version(_) | Held::Set(_) | Held::Filtered(_), other)
            | (other, Held::Version(_) | Held::Set(_) | Held::Filtered(_)) => {
                if matches!(other.value(), Value::Unknown(_)) { Truth::Unknown } else { Truth::False }
            }
            _ if compare.class == Class::Time => match (moment(left.value()), moment(right.value())) {
                (Some(a), Some(b)) => (a == b).into(),
                _ => self.same(left.value(), right.value(), false),
            },
            _ => self.same(left.value(), right.value(), compare.fold),
        }
    }

    fn names(&self, id: redan_model::ResourceId, text: &Value) -> Truth {
        match text {
            Value::Text(text) => match self.text_test(&Held::Resource(id), Test::Equals(text, false)) {
                Truth::True => Truth::True,
                Truth::False | Truth::Unknown => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }

    pub(super) fn same(&self, left: &Value, right: &Value, fold: bool) -> Truth {
        match (left, right) {
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Truth::Unknown,
            (Value::Null, Value::Null) => Truth::True,
            (Value::Null, Value::Ref(reference)) | (Value::Ref(reference), Value::Null) => match &reference.text {
                Some(Value::Unknown(_)) if !identifies(reference) => Truth::Unknown,
                Some(Value::Null) => Truth::True,
                _ => Truth::False,
            },
            (Value::Bool(a), Value::Bool(b)) => (a == b).into(),
            (Value::Int(a), Value::Int(b)) => (a == b).into(),
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                (number(left) == number(right)).into()
            }
            (Value::Ref(a), Value::Ref(b)) => self.same_target(a, b, fold),
            (Value::Text(text), other) | (other, Value::Text(text)) => self.value_test(other, Test::Equals(text, fold)),
            (Value::Template(a), Value::Template(b)) => same_template(a, b, fold),
            (Value::Template(_), Value::Ref(reference)) | (Value::Ref(reference), Value::Template(_)) => {
                let template = if matches!(left, Value::Template(_)) { left } else { right };
                reference.text.as_ref().map_or(Truth::Unknown, |text| self.same(template, text, fold))
            }
            (Value::List(a), Value::List(b)) => self.same_list(a, b, fold),
            (Value::Map(a), Value::Map(b)) => self.same_map(a, b, fold),
            _ => Truth::False,
        }
    }

    fn same_target(&self, a: &Ref, b: &Ref, fold: bool) -> Truth {
        match (&a.target, &b.target) {
            (Target::Resource(a), Target::Resource(b)) => (a == b).into(),
            (Target::Resource(id), _) | (_, Target::Resource(id)) => {
                let other = if matches!(a.target, Target::Resource(_)) { b } else { a };
                other.text.as_ref().map_or(Truth::Unknown, |text| self.names(*id, text))
            }
            (Target::Address(one), Target::Address(other)) if one == other && a.attribute == b.attribute => Truth::True,
            _ => match (&a.text, &b.text) {
                (Some(a), Some(b)) => self.same(a, b, fold),
                _ => Truth::Unknown,
            },
        }
    }

    fn same_list(&self, a: &List, b: &List, fold: bool) -> Truth {
        let open = a.rest.is_some() || b.rest.is_some();
        if !open && a.items.len() != b.items.len() {
            return Truth::False;
        }
        let longer = |one: &List, other: &List| one.rest.is_none() && other.items.len() > one.items.len();
        if longer(a, b) || longer(b, a) {
            return Truth::False;
        }
        let pairs = a.items.iter().zip(&b.items);
        let truth = all(pairs.map(|(a, b)| self.same(&a.value, &b.value, fold)));
        if open { truth.min(Truth::Unknown) } else { truth }
    }

    fn same_map(&self, a: &Map, b: &Map, fold: bool) -> Truth {
        let one_sided = |map: &Map, other: &Map, key| match (map.get(key), &other.rest) {
            (Some(node), Rest::Absent) if matches!(node.value, Value::Null) => Truth::True,
            (Some(_), Rest::Absent) => Truth::False,
            _ => Truth::Unknown,
        };
        let from_a = a.entries().iter().map(|entry| match b.get(entry.key) {
            Some(node) => self.same(&entry.node.value, &node.value, fold),
            None => one_sided(a, b, entry.key),
        });
        let from_b = b.entries().iter().filter(|entry| a.get(entry.key).is_none()).map(|e| one_sided(b, a, e.key));
        let truth = all(from_a.chain(from_b));
        let open = matches!(a.rest, Rest::Unknown(_)) || matches!(b.rest, Rest::Unknown(_));
        if open { truth.min(Truth::Unknown) } else { truth }
    }

    pub(super) fn member(&mut self, membership: &'a Membership) -> Truth {
        let item = self.value(&membership.item);
        let set = self.value(&membership.set);
        let members = self.members(set);
        let mut result = if members.rest.is_some() { Truth::Unknown } else { Truth::False };
        for index in 0..members.len() {
            let Some(member) = self.member_at(&members, index) else { break };
            let truth = match (member.key, membership.key) {
                (Some(key), _) => self.same(item.held.value(), &Value::Text(key), membership.fold),
                (None, Some(field)) => match member.reading.held.value() {
                    Value::Map(map) => map
                        .get(field)
                        .map_or(Truth::False, |node| self.same(item.held.value(), &node.value, membership.fold)),
                    Value::Unknown(_) => Truth::Unknown,
                    _ => Truth::False,
                },
                (None, None) => self.same(item.held.value(), member.reading.held.value(), membership.fold),
            };
            match truth {
                Truth::True => return Truth::True,
                Truth::Unknown => result = Truth::Unknown,
                Truth::False => {}
            }
        }
        result
    }
}

/// Whether a reference names its target by something that every resource has, known or not.
fn identifies(reference: &Ref) -> bool {
    let attribute = reference.attribute.as_str();
    ["", "id", "arn", "name"].contains(&attribute) || attribute.ends_with("_id") || attribute.ends_with("_arn")
}

fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.min().unwrap_or(Truth::True)
}

/// Two texts with holes: the same parts are the same text; contradicting ends are not.
fn same_template(a: &Template, b: &Template, fold: bool) -> Truth {
    let references_only = |template: &Template| {
        template.parts.iter().all(|part| match part {
            redan_model::Part::Literal(_) => true,
            redan_model::Part::Hole(node) => matches!(node.value, Value::Ref(_)),
        })
    };
    if references_only(a) && references_only(b) && a.parts.iter().zip(&b.parts).all(|(a, b)| same_part(a, b)) {
        return if a.parts.len() == b.parts.len() { Truth::True } else { Truth::Unknown };
    }
    if fold {
        return Truth::Unknown;
    }
    let (one, other) = (known_parts(a), known_parts(b));
    let apart = |a: Option<&Option<&str>>, b: Option<&Option<&str>>, fits: fn(&str, &str) -> bool| match (a, b) {
        (Some(Some(a)), Some(Some(b))) => !fits(a, b) && !fits(b, a),
        _ => false,
    };
    let contradict = apart(one.first(), other.first(), |a, b| a.starts_with(b))
        || apart(one.last(), other.last(), |a, b| a.ends_with(b));
    if contradict { Truth::False } else { Truth::Unknown }
}

fn same_part(a: &redan_model::Part, b: &redan_model::Part) -> bool {
    match (a, b) {
        (redan_model::Part::Literal(a), redan_model::Part::Literal(b)) => a == b,
        (redan_model::Part::Hole(a), redan_model::Part::Hole(b)) => match (&a.value, &b.value) {
            (Value::Ref(a), Value::Ref(b)) => a.target == b.target && a.attribute == b.attribute,
            _ => false,
        },
        _ => false,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^53")]
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// The least and the greatest number that a value can be.
fn bounds(held: &Held<'_>) -> Option<(f64, f64)> {
    match held {
        Held::Between(between) => {
            let most = between.most.map_or(f64::INFINITY, |most| number(&Value::Int(most)).unwrap_or(f64::INFINITY));
            Some((number(&Value::Int(between.least))?, most))
        }
        held => number(held.value()).map(|number| (number, number)),
    }
}

/// Seconds since 1970, of a time in either of its shapes.
pub(super) fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::Int(seconds) => Some(*seconds),
        Value::Text(text) => instant(text),
        _ => None,
    }
}

/// Order; unknown where one side is unknown, or null against expectation.
pub(super) fn ordered(left: &Held<'_>, right: &Held<'_>, sign: Comparison, class: Class) -> Truth {
    let (left, right, sign) = match sign {
        Comparison::Greater => (right, left, Comparison::Less),
        Comparison::GreaterOrEqual => (right, left, Comparison::LessOrEqual),
        sign => (left, right, sign),
    };
    let strict = sign == Comparison::Less;
    let by = |order: std::cmp::Ordering| Truth::from(if strict { order.is_lt() } else { order.is_le() });
    match class {
        Class::Version => match (left, right) {
            (Held::Version(a), Held::Version(b)) => by(a.cmp(b)),
            _ => Truth::Unknown,
        },
        Class::Text => match (left.value().as_text(), right.value().as_text()) {
            (Some(a), Some(b)) => by(a.cmp(&b)),
            _ => Truth::Unknown,
        },
        Class::Time => match (moment(left.value()), moment(right.value())) {
            (Some(a), Some(b)) => by(a.cmp(&b)),
            _ => Truth::Unknown,
        },
        _ => {
            let (Some(a), Some(b)) = (bounds(left), bounds(right)) else { return Truth::Unknown };
            let (surely, never) = if strict { (a.1 < b.0, a.0 >= b.1) } else { (a.1 <= b.0, a.0 > b.1) };
            if surely {
                Truth::True
            } else if never {
                Truth::False
            } else {
                Truth::Unknown
            }
        }
    }
}
