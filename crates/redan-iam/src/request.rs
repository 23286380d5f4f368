//! A request, and the direct evaluation of policies on it.
//!
//! Must not know the decision procedure: it is the other way to the same answer, and every witness is replayed through it.

use std::collections::BTreeMap;

use crate::compile::{Atom, Compiled, Test};
use crate::language::in_union;
use crate::operator::Quantifier;
use crate::policy::{Effect, Policy};
use crate::principal::Principal;
use crate::value::Assignment;

/// A request to the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// `service:Action`.
    pub action: String,
    /// The ARN of the resource, or `*` for actions that work on none.
    pub resource: String,
    /// The condition keys, in lower case, with their values; all others are absent.
    pub context: BTreeMap<String, Vec<String>>,
}

/// What a policy says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// These statements allow it, and none denies it.
    Allowed(Vec<usize>),
    /// These statements deny it.
    Denied(Vec<usize>),
    /// Nothing allows it.
    NotAllowed,
    /// A part that is not known decides.
    Unknown,
}

/// What the policy says to the request, by the indices of its statements.
pub fn decide(policy: &Policy, request: &Request) -> Decision {
    let (mut allows, mut denies, mut unsure) = (Vec::new(), Vec::new(), policy.unknown);
    let view = View::new(request);
    for statement in policy.compiled.iter() {
        let matches = view.matches(statement);
        unsure |= matches.is_none() || (matches == Some(true) && statement.effect.is_none());
        if matches == Some(true) {
            match statement.effect {
                Some(Effect::Allow) => allows.push(statement.index),
                Some(Effect::Deny) => denies.push(statement.index),
                None => {}
            }
        }
    }
    match (unsure, allows.is_empty()) {
        _ if !denies.is_empty() => Decision::Denied(denies),
        (true, _) => Decision::Unknown,
        (false, true) => Decision::NotAllowed,
        (false, false) => Decision::Allowed(allows),
    }
}

/// A request prepared for matching.
pub(crate) struct View<'a> {
    request: &'a Request,
    number: Option<usize>,
    resource: Vec<char>,
    variables: Assignment,
}

impl<'a> View<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        let single = request.context.iter().filter_map(|(key, values)| match values.as_slice() {
            [value] => Some((key.clone(), Some(value.clone()))),
            _ => None,
        });
        Self {
            request,
            number: crate::table::table().action(&request.action),
            resource: request.resource.chars().collect(),
            variables: single.collect(),
        }
    }

    /// Whether the statement matches; `None` if an unknown part decides.
    pub(crate) fn matches(&self, statement: &Compiled) -> Option<bool> {
        let principal = statement.principal.as_ref().is_none_or(|element| self.request.principal.is_taken(element));
        let action = match self.number {
            Some(number) => statement.actions.contains(number),
            None => statement.takes_name(&self.request.action),
        };
        let resource = statement.resource.as_ref().is_none_or(|test| {
            let union = self.assigned(&test.union);
            in_union(&union, &self.resource) != test.negated
        });
        let known =
            principal && action && resource && statement.atoms.iter().all(|atom| atom.unknown || self.holds(atom));
        if !known && !statement.unknown && !statement.has_holes() {
            return Some(false);
        }
        if statement.unknown || statement.has_holes() {
            return if !known && !statement.has_holes() && !self.principal_unknown(statement) {
                Some(false)
            } else {
                None
            };
        }
        Some(true)
    }

    fn principal_unknown(&self, statement: &Compiled) -> bool {
        statement.principal.as_ref().is_some_and(|element| element.unknown)
    }

    fn assigned(&self, union: &crate::language::Union) -> Vec<crate::glob::Glob> {
        crate::value::assigned(union, &self.variables)
    }

    fn holds(&self, atom: &Atom) -> bool {
        let values = self.request.context.get(&*atom.key).map(Vec::as_slice).unwrap_or_default();
        if values.is_empty() {
            return atom.absent;
        }
        let test = |value: &String| match &atom.test {
            Test::Present => true,
            Test::Text(union) => in_union(&self.assigned(union), &value.chars().collect::<Vec<char>>()),
            Test::Range(scale, set) => scale.read(value).is_some_and(|number| set.contains(number)),
        };
        match atom.quantifier {
            Quantifier::All => values.iter().all(|value| test(value) != atom.negated),
            Quantifier::One | Quantifier::Any => values.iter().any(|value| test(value) != atom.negated),
        }
    }
}
