//! Whether a request satisfies a condition: the direct evaluation, three-valued.
//!
//! Must not know how requests are found.

use std::collections::BTreeMap;

use super::{Expr, Kind, Order, Pairing, Side};
use crate::azure::pattern::matches;
use crate::azure::scope::{Truth, and, or};

/// Attributes by `@source[name]` in lower case; no values: absent.
pub(crate) type Attributes = BTreeMap<String, Vec<String>>;

/// What of a request is settled.
pub(crate) struct View<'a> {
    /// The action, in lower case.
    pub(crate) action: &'a str,
    pub(crate) sub_operation: Option<&'a str>,
    pub(crate) attributes: &'a Attributes,
}

impl View<'_> {
    pub(crate) fn holds(&self, expr: &Expr) -> Truth {
        match expr {
            Expr::Not(inner) => self.holds(inner).map(|holds| !holds),
            Expr::And(all) => all.iter().map(|inner| self.holds(inner)).fold(Some(true), and),
            Expr::Or(all) => all.iter().map(|inner| self.holds(inner)).fold(Some(false), or),
            Expr::Action(pattern) => Some(matches(pattern, self.action)),
            Expr::SubOperation(pattern) => Some(self.sub_operation.is_some_and(|own| matches(pattern, own))),
            Expr::Exists(name) => self.attributes.get(name).map(|values| !values.is_empty()),
            Expr::Compare { attribute, kind, negated, pairing, side } => {
                let left = self.attributes.get(attribute)?;
                let right = match side {
                    Side::Values(values) => values,
                    Side::Attribute(name) => self.attributes.get(name)?,
                };
                if left.is_empty() || right.is_empty() {
                    // What a negated operator says of an attribute that is absent is not documented.
                    return (!negated).then_some(false);
                }
                pairs(left, right, pairing.unwrap_or(SINGLE), |one, other| {
                    compare(*kind, one, other).map(|holds| holds != *negated)
                })
            }
        }
    }
}

/// Without a cross-product function both sides have one value; a set on the right then means any of it.
const SINGLE: Pairing = Pairing { all_left: true, all_right: false };

fn pairs(left: &[String], right: &[String], pairing: Pairing, test: impl Fn(&str, &str) -> Truth) -> Truth {
    let quantified = |all: bool, truths: &mut dyn Iterator<Item = Truth>| {
        if all { truths.fold(Some(true), and) } else { truths.fold(Some(false), or) }
    };
    let mut outer =
        left.iter().map(|one| quantified(pairing.all_right, &mut right.iter().map(|other| test(one, other))));
    quantified(pairing.all_left, &mut outer)
}

fn compare(kind: Kind, left: &str, right: &str) -> Truth {
    let folded = |fold: bool, text: &str| if fold { text.to_lowercase() } else { text.to_owned() };
    match kind {
        Kind::Equals { fold } => Some(folded(fold, left) == folded(fold, right)),
        Kind::StartsWith { fold } => Some(folded(fold, left).starts_with(&folded(fold, right))),
        Kind::Like { fold } => {
            let (text, pattern) = (folded(fold, left), folded(fold, right));
            Some(like(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>()))
        }
        Kind::Guid => Some(left.eq_ignore_ascii_case(right)),
        Kind::Bool => Some(left.eq_ignore_ascii_case(right)),
        Kind::Number(order) => Some(ordered(order, &left.parse::<i64>().ok()?, &right.parse::<i64>().ok()?)),
        Kind::Date(order) => {
            Some(ordered(order, &left.parse::<jiff::Timestamp>().ok()?, &right.parse::<jiff::Timestamp>().ok()?))
        }
        Kind::Address => None,
    }
}

fn ordered<T: Ord>(order: Order, left: &T, right: &T) -> bool {
    match order {
        Order::Equals => left == right,
        Order::Less => left < right,
        Order::LessEquals => left <= right,
        Order::Greater => left > right,
        Order::GreaterEquals => left >= right,
    }
}

/// `*`, `?`, and both behind a backslash as themselves; in one pass over the text with the places of the pattern that are reached.
fn like(pattern: &[char], text: &[char]) -> bool {
    enum Step {
        Many,
        One,
        Char(char),
    }
    let mut steps = Vec::new();
    let mut escaped = false;
    for c in pattern {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '*' if !escaped => steps.push(Step::Many),
            '?' if !escaped => steps.push(Step::One),
            c => steps.push(Step::Char(*c)),
        }
        escaped = false;
    }
    let spread = |reached: &mut Vec<bool>| {
        for (at, step) in steps.iter().enumerate() {
            if matches!(step, Step::Many)
                && reached.get(at) == Some(&true)
                && let Some(slot) = reached.get_mut(at + 1)
            {
                *slot = true;
            }
        }
    };
    let mut reached = vec![false; steps.len() + 1];
    if let Some(slot) = reached.first_mut() {
        *slot = true;
    }
    spread(&mut reached);
    for c in text {
        let mut next = vec![false; steps.len() + 1];
        for (at, step) in steps.iter().enumerate().filter(|(at, _)| reached.get(*at) == Some(&true)) {
            let to = match step {
                Step::Many => Some(at),
                Step::One => Some(at + 1),
                Step::Char(own) => (own == c).then_some(at + 1),
            };
            if let Some(slot) = to.and_then(|to| next.get_mut(to)) {
                *slot = true;
            }
        }
        spread(&mut next);
        reached = next;
    }
    reached.last() == Some(&true)
}
