//! Whether an identity may do something, by all policies that bind it together.
//!
//! Must not know where the account came from. The order of evaluation:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>. A request is allowed if one path of
//! allows is open (identity and boundary; or a trust policy that names the principal) and no statement of any of them denies it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Account, Identity, StatementOf};
use crate::bits::Bits;
use crate::compile::{Atom, Compiled};
use crate::glob::Glob;
use crate::language::{Union, in_union};
use crate::policy::{Effect, PrincipalEntry};
use crate::principal::{Caller, Who, callers, one_of};
use crate::question::{Ask, Verdict};
use crate::request::View;
use crate::solve::{Mode, extras};
use crate::table::table;

/// Keys of the request that are settled.
pub type Given = BTreeMap<String, Vec<String>>;

/// That an identity may do something, and by which statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub identity: String,
    /// `Some(true)`: some request is allowed; `Some(false)`: none; `None`: not known.
    pub allowed: Option<bool>,
    /// Keys that the allowed request holds.
    pub context: Given,
    /// The statements that match the request; if nothing allows it, those that deny.
    pub statements: Vec<StatementOf>,
}

/// The action, the statements that take it and the resource, and the tests given.
type Alike = (usize, Vec<usize>, Vec<String>);

/// All statements that bind an identity, prepared for many questions.
pub(crate) struct Bound<'a> {
    pub(crate) account: &'a Account,
    pub(crate) identity: &'a Identity,
    allows: Vec<(usize, &'a Arc<Compiled>)>,
    boundary: Option<Vec<(usize, &'a Arc<Compiled>)>>,
    denies: Vec<(usize, &'a Arc<Compiled>)>,
    caller: Option<Caller>,
    facts: Vec<Atom>,
    names: Vec<String>,
    /// Answers for statements that match a resource's name alike.
    known: RefCell<FxHashMap<Alike, Option<bool>>>,
}

impl<'a> Bound<'a> {
    pub(crate) fn new(account: &'a Account, identity: &'a Identity) -> Self {
        let of = |place: usize| account.policy(place).map(|named| (place, &named.policy.compiled)).into_iter();
        let statements = |places: &mut dyn Iterator<Item = usize>| -> Vec<(usize, &'a Arc<Compiled>)> {
            places.flat_map(of).flat_map(|(place, list)| list.iter().map(move |statement| (place, statement))).collect()
        };
        let own = statements(&mut identity.policies.iter().copied());
        let limits = identity.boundary.map(|place| statements(&mut std::iter::once(place)));
        let is = |effect: Effect| move |entry: &&(usize, &'a Arc<Compiled>)| entry.1.effect == Some(effect);
        let all: Vec<&Compiled> =
            own.iter().chain(limits.iter().flatten()).map(|(_, statement)| &***statement).collect();
        let caller = callers(&Who::Only(identity.principal()), &all).into_iter().next();
        let tags = identity
            .tags
            .iter()
            .map(|(key, value)| one_of(&format!("aws:principaltag/{key}"), Arc::new([Glob::literal(value)])));
        let facts = tags
            .filter(|fact| all.iter().any(|statement| statement.atoms.iter().any(|atom| atom.key == fact.key)))
            .collect();
        Self {
            account,
            identity,
            allows: own.iter().filter(is(Effect::Allow)).copied().collect(),
            boundary: limits.as_ref().map(|list| list.iter().filter(is(Effect::Allow)).copied().collect()),
            denies: own.iter().chain(limits.iter().flatten()).filter(is(Effect::Deny)).copied().collect(),
            caller,
            facts,
            names: extras(own.iter().chain(limits.iter().flatten()).map(|(_, statement)| *statement)),
            known: RefCell::new(FxHashMap::default()),
        }
    }

    /// Whether any statement allows the action at all.
    pub(crate) fn touches(&self, action: usize) -> bool {
        self.allows.iter().any(|(_, statement)| statement.actions.contains(action))
    }

    /// The only resources that its statements allow the action on, if they list them by name.
    pub(crate) fn listed(&self, action: usize) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for (_, statement) in self.allows.iter().filter(|(_, statement)| statement.actions.contains(action)) {
            let test = statement.resource.as_ref().filter(|test| !test.negated)?;
            for glob in test.union.iter() {
                names.push(glob.as_literal()?);
            }
        }
        Some(names)
    }

    /// Whether some request with this action on this resource is allowed; `None`: not known.
    pub(crate) fn may(&self, action: usize, resource: Option<&str>, given: &[Atom]) -> Option<bool> {
        let text: Option<Vec<char>> = resource.map(|resource| resource.chars().collect());
        let near: Vec<usize> = self.candidates(action, text.as_deref());
        if !near.iter().any(|place| *place < self.allows.len()) {
            return if self.identity.unknown { None } else { Some(false) };
        }
        // A resource that the same statements name, without variables, has the same answer.
        let general = self.plain(&near);
        let key = (action, near, given.iter().map(|atom| format!("{}{:?}", atom.key, atom.test)).collect());
        if general && let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let verdict = self.verdict(action, resource, given);
        let answer = match (verdict.witness.is_some(), verdict.unsure || self.identity.unknown) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        };
        if general {
            self.known.borrow_mut().insert(key, answer);
        }
        answer
    }

    /// The statements that take the action and the resource: allows, then boundary, then denies.
    fn candidates(&self, action: usize, resource: Option<&[char]>) -> Vec<usize> {
        let lists = self.allows.iter().chain(self.boundary.iter().flatten()).chain(&self.denies);
        let near = lists.enumerate().filter(|(_, (_, statement))| {
            statement.actions.contains(action)
                && match (&statement.resource, resource) {
                    (Some(test), Some(text)) => {
                        test.union.iter().any(Glob::has_gaps) || in_union(&test.union, text) != test.negated
                    }
                    _ => true,
                }
        });
        near.map(|(place, _)| place).collect()
    }

    fn plain(&self, near: &[usize]) -> bool {
        let lists: Vec<&Compiled> =
            self.allows.iter().chain(self.boundary.iter().flatten()).chain(&self.denies).map(|(_, s)| &***s).collect();
        near.iter()
            .filter_map(|place| lists.get(*place))
            .all(|statement| statement.resource.as_ref().is_none_or(|test| !test.union.iter().any(Glob::has_gaps)))
    }

    fn verdict(&self, action: usize, resource: Option<&str>, given: &[Atom]) -> Verdict {
        let mut verdict = Verdict::default();
        let Some(caller) = &self.caller else { return verdict };
        let mut only = Bits::empty(table().bound());
        only.insert(action);
        let union: Option<Union> = resource.map(|resource| Arc::from([Glob::literal(resource)]));
        let lits: Vec<(&Union, bool)> = union.iter().map(|union| (union, true)).collect();
        let given: Vec<(&Atom, bool)> = self.facts.iter().chain(given).map(|atom| (atom, true)).collect();
        let ask =
            Ask { caller, given: &given, resource: &lits, actions: Some(&only), extras: &self.names, mode: Mode::May };
        let with = |list: &[(usize, &'a Arc<Compiled>)]| -> Vec<&'a Compiled> {
            list.iter().filter(|(_, s)| s.actions.contains(action)).map(|(_, s)| &***s).collect()
        };
        let mut any = vec![with(&self.allows)];
        any.extend(self.boundary.as_ref().map(|list| with(list)));
        verdict.solve(&ask, any, with(&self.denies), |_| Vec::new());
        verdict
    }

    /// The answer with its statements.
    pub(crate) fn grant(&self, action: usize, resource: Option<&str>, given: &[Atom]) -> Grant {
        let verdict = self.verdict(action, resource, given);
        let allowed = match (&verdict.witness, verdict.unsure || self.identity.unknown) {
            (Some(_), _) => Some(true),
            (None, true) => None,
            (None, false) => Some(false),
        };
        let mut grant =
            Grant { identity: self.identity.arn.clone(), allowed, context: Given::new(), statements: Vec::new() };
        match verdict.witness {
            Some(witness) => {
                grant.statements = self.matching(&View::new(&witness.request), false);
                grant.context = witness.request.context;
            }
            None => {
                let text: Option<Vec<char>> = resource.map(|resource| resource.chars().collect());
                let first_deny = self.allows.len() + self.boundary.as_ref().map_or(0, Vec::len);
                let near = self.candidates(action, text.as_deref());
                let denies = near.iter().filter_map(|place| self.denies.get(place.checked_sub(first_deny)?));
                grant.statements = denies.filter_map(|(place, statement)| self.named(*place, statement)).collect();
            }
        }
        grant
    }

    /// The statements that match the request.
    pub(crate) fn matching(&self, view: &View<'_>, denies: bool) -> Vec<StatementOf> {
        let lists =
            self.allows.iter().chain(self.boundary.iter().flatten()).chain(self.denies.iter().filter(|_| denies));
        let matching = lists.filter(|(_, statement)| view.matches(statement) == Some(true));
        matching.filter_map(|(place, statement)| self.named(*place, statement)).collect()
    }

    fn named(&self, place: usize, statement: &Compiled) -> Option<StatementOf> {
        Some(StatementOf { policy: self.account.policy(place)?.name.clone(), index: statement.index })
    }

    /// The allowing statements that take the action and the resource.
    pub(crate) fn allowing(&self, action: usize, resource: Option<&str>) -> Vec<StatementOf> {
        let text: Option<Vec<char>> = resource.map(|resource| resource.chars().collect());
        let near = self.candidates(action, text.as_deref());
        let entries = near.iter().filter_map(|place| self.allows.get(*place));
        entries.filter_map(|(place, statement)| self.named(*place, statement)).collect()
    }

    /// The statements of the role's trust policy that let it in.
    pub(crate) fn trusted_by(&self, role: &Identity) -> Vec<StatementOf> {
        let Some(trust) = role.trust.and_then(|place| self.account.policy(place)) else { return Vec::new() };
        let principal = self.identity.principal();
        let lets = trust.policy.compiled.iter().filter(|statement| {
            statement.effect == Some(Effect::Allow)
                && statement.principal.as_ref().is_some_and(|element| principal.is_taken(element))
        });
        lets.map(|statement| StatementOf { policy: trust.name.clone(), index: statement.index }).collect()
    }

    /// Whether it may assume the role: its trust policy names the identity itself, or its account and the identity is allowed to.
    pub(crate) fn may_assume(&self, role: &Identity, action: usize) -> Option<bool> {
        let Some(trust) = role.trust.and_then(|place| self.account.policy(place)) else { return Some(false) };
        let principal = self.identity.principal();
        let taken = |statement: &&Arc<Compiled>| {
            statement.actions.contains(action)
                && statement.principal.as_ref().is_some_and(|element| principal.is_taken(element))
        };
        let allows: Vec<&Arc<Compiled>> =
            trust.policy.compiled.iter().filter(taken).filter(|s| s.effect == Some(Effect::Allow)).collect();
        if allows.is_empty() {
            return Some(false);
        }
        if trust.policy.compiled.iter().filter(taken).any(|s| s.effect == Some(Effect::Deny) && s.atoms.is_empty()) {
            return Some(false);
        }
        let direct = allows.iter().any(|statement| {
            let entries = statement.principal.as_ref().map(|element| element.entries.as_slice()).unwrap_or_default();
            entries.iter().any(|entry| matches!(entry, PrincipalEntry::Arn(arn) if *arn == self.identity.arn))
        });
        if direct {
            let denied = self.denies.iter().any(|(_, statement)| {
                let text: Vec<char> = role.arn.chars().collect();
                let on = statement.resource.as_ref().is_none_or(|test| in_union(&test.union, &text) != test.negated);
                statement.actions.contains(action) && statement.atoms.is_empty() && on
            });
            return Some(!denied);
        }
        self.may(action, Some(&role.arn), &[])
    }
}
