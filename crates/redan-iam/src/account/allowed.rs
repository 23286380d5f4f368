//! Whether an identity may do something, by all policies that bind it and the resource together.
//!
//! Must not know where the account came from. The order of evaluation:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::guard::Guard;
use super::{Account, Identity, StatementOf};
use crate::bits::Bits;
use crate::compile::{Atom, Compiled};
use crate::compose::Lists;
use crate::glob::Glob;
use crate::language::{Union, in_union};
use crate::policy::Effect;
use crate::principal::{Caller, Who, callers, one_of};
use crate::question::{Answer, Ask, Verdict, settle};
use crate::request::View;
use crate::solve::extras;
use crate::table::table;

/// Keys of the request that are settled.
pub type Given = BTreeMap<String, Vec<String>>;

/// That an identity may do something, and by which statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub identity: String,
    /// Its address in code.
    pub address: Option<String>,
    /// `Some(true)`: some request is allowed; `Some(false)`: none; `None`: not known.
    pub allowed: Option<bool>,
    /// Why it is not known.
    pub reason: Option<String>,
    /// Keys that the allowed request holds.
    pub context: Given,
    /// The statements that match the request; if nothing allows it, those that deny.
    pub statements: Vec<StatementOf>,
}

/// The action, the statements that take it and the resource, and the tests given.
type Alike = (usize, Vec<usize>, Vec<String>);

type Placed<'a> = (usize, &'a Arc<Compiled>);

/// All statements that bind an identity, prepared for many questions.
pub(crate) struct Bound<'a> {
    pub(crate) account: &'a Account,
    pub(crate) identity: &'a Identity,
    own: Vec<Placed<'a>>,
    boundary: Option<Vec<Placed<'a>>>,
    /// Levels of the organization, of each of which one statement must allow.
    levels: Vec<Vec<Placed<'a>>>,
    unknown: Option<&'a str>,
    facts: Vec<Atom>,
    /// Answers for statements that match a resource's name alike.
    known: RefCell<FxHashMap<Alike, Option<bool>>>,
}

impl<'a> Bound<'a> {
    pub(crate) fn new(account: &'a Account, identity: &'a Identity) -> Self {
        let own = account.statements_of(&identity.policies);
        let boundary = identity.boundary.map(|place| account.statements_of(&[place]));
        // Service-linked roles are outside of service control policies:
        // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        let control = account.control.get(identity.account());
        let control = control.filter(|_| !identity.arn.contains(":role/aws-service-role/"));
        let levels: Vec<Vec<Placed<'a>>> = control
            .map(|control| control.service.iter().map(|level| account.statements_of(level)).collect())
            .unwrap_or_default();
        let unknown = identity.unknown.as_deref().or(control.and_then(|control| control.unknown.as_deref()));
        let mut bound =
            Self { account, identity, own, boundary, levels, unknown, facts: Vec::new(), known: RefCell::default() };
        let tags = identity
            .tags
            .iter()
            .map(|(key, value)| one_of(&format!("aws:principaltag/{key}"), Arc::new([Glob::literal(value)])));
        bound.facts =
            tags.filter(|fact| bound.all().any(|(_, s)| s.atoms.iter().any(|atom| atom.key == fact.key))).collect();
        bound
    }

    fn all(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.own.iter().chain(self.boundary.iter().flatten()).chain(self.levels.iter().flatten())
    }

    /// Whether any statement allows the action at all.
    pub(crate) fn touches(&self, action: usize) -> bool {
        self.own.iter().any(|(_, statement)| allows(statement) && statement.actions.contains(action))
    }

    /// The only resources that its statements allow the action on, if they list them by name.
    pub(crate) fn listed(&self, action: usize) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for (_, statement) in self.own.iter().filter(|(_, s)| allows(s) && s.actions.contains(action)) {
            let test = statement.resource.as_ref().filter(|test| !test.negated)?;
            for glob in test.union.iter() {
                names.push(glob.as_literal()?);
            }
        }
        Some(names)
    }

    /// Whether some request with this action on this resource is allowed by what binds the identity; `None`: not known.
    pub(crate) fn may(&self, action: usize, resource: Option<&str>, given: &[Atom]) -> Option<bool> {
        let text: Option<Vec<char>> = resource.map(|resource| resource.chars().collect());
        let (near, general) = self.candidates(action, text.as_deref());
        if !near.iter().any(|place| self.own.get(*place).is_some_and(|(_, s)| allows(s))) {
            return if self.unknown.is_some() { None } else { Some(false) };
        }
        // A resource that the same statements name, without variables, has the same answer.
        let key = (action, near, given.iter().map(|atom| format!("{}{:?}", atom.key, atom.test)).collect());
        if general && let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let answer = match self.answer(action, resource, given, &Guard::default()) {
            Answer::Yes(_) => self.sure(),
            Answer::Unknown(_) => None,
            Answer::No if self.unknown.is_some() => None,
            Answer::No => Some(false),
        };
        if general {
            self.known.borrow_mut().insert(key, answer);
        }
        answer
    }

    /// What a witness is worth: a limit that was not read may take it back.
    fn sure(&self) -> Option<bool> {
        let limited =
            self.unknown.is_some_and(|why| why.starts_with("its boundary") || why.starts_with("the organization"));
        (!limited).then_some(true)
    }

    /// The statements that take the action and the resource, and whether none of them has variables.
    fn candidates(&self, action: usize, resource: Option<&[char]>) -> (Vec<usize>, bool) {
        let mut general = true;
        let near = self.all().enumerate().filter(|(_, (_, statement))| {
            if !statement.actions.contains(action) {
                return false;
            }
            match (&statement.resource, resource) {
                (Some(test), Some(text)) => {
                    let gaps = test.union.iter().any(Glob::has_gaps);
                    general &= !gaps;
                    gaps || in_union(&test.union, text) != test.negated
                }
                _ => true,
            }
        });
        let near: Vec<usize> = near.map(|(place, _)| place).collect();
        (near, general)
    }

    /// Whether some request is allowed.
    fn answer(&self, action: usize, resource: Option<&str>, given: &[Atom], guard: &Guard<'a>) -> Answer {
        let taking = |list: &[Placed<'a>]| -> Vec<&'a Compiled> {
            list.iter().filter(|(_, s)| s.actions.contains(action)).map(|(_, s)| &***s).collect()
        };
        let levels = self.levels.iter().chain(&guard.levels).map(|level| taking(level)).collect();
        let principal = self.identity.principal();
        let lists = Lists {
            identity: taking(&self.own),
            boundary: self.boundary.as_deref().map(taking),
            session: None,
            levels,
            resource: guard.statements.as_deref().map(taking),
            cross_account: guard.account.is_some_and(|number| number != self.identity.account()),
            resource_decides: guard.decides,
        };
        let bearing: Vec<&Compiled> = lists.all().collect();
        let names = extras(bearing.iter().copied());
        let Some(caller): Option<Caller> = callers(&Who::Only(principal.clone()), &bearing).into_iter().next() else {
            return Answer::No;
        };
        let mut only = Bits::empty(table().bound());
        only.insert(action);
        let union: Option<Union> = resource.map(|resource| Arc::from([Glob::literal(resource)]));
        let lits: Vec<(&Union, bool)> = union.iter().map(|union| (union, true)).collect();
        let given: Vec<(&Atom, bool)> = self.facts.iter().chain(given).map(|atom| (atom, true)).collect();
        let unknown = bearing.iter().any(|statement| statement.unknown || statement.has_holes());
        settle(unknown, |mode| {
            let mut verdict = Verdict::default();
            let ways = lists.ways(&principal, mode);
            let ask =
                Ask { caller: &caller, given: &given, resource: &lits, actions: Some(&only), extras: &names, mode };
            for path in &ways.paths {
                if verdict.solve(&ask, path.clone(), ways.denies.clone(), |_| Vec::new()) {
                    break;
                }
            }
            verdict
        })
    }

    /// The answer with its statements.
    pub(crate) fn grant(&self, action: usize, resource: Option<&str>, given: &[Atom], guard: &Guard<'a>) -> Grant {
        let answer = self.answer(action, resource, given, guard);
        let missing = guard.unknown.clone().or_else(|| self.unknown.map(str::to_owned));
        let mut grant = Grant {
            identity: self.identity.arn.clone(),
            address: self.identity.address.clone(),
            allowed: None,
            reason: None,
            context: Given::new(),
            statements: Vec::new(),
        };
        match (answer, missing) {
            (Answer::Yes(witness), missing) => {
                grant.allowed = if guard.unknown.is_some() { None } else { self.sure() };
                grant.reason = missing.filter(|_| grant.allowed.is_none());
                let view = View::new(&witness.request);
                let lists = self.all().chain(guard.statements.iter().flatten()).chain(guard.levels.iter().flatten());
                let matching = lists.filter(|(_, s)| allows(s) && view.matches(s) == Some(true));
                grant.statements = self.named(matching);
                grant.context = witness.request.context;
            }
            (Answer::Unknown(reason), _) => grant.reason = Some(reason),
            (Answer::No, Some(missing)) => grant.reason = Some(missing),
            (Answer::No, None) => {
                grant.allowed = Some(false);
                let text: Option<Vec<char>> = resource.map(|resource| resource.chars().collect());
                let (near, _) = self.candidates(action, text.as_deref());
                let all: Vec<&Placed<'a>> = self.all().collect();
                let denies = near.iter().filter_map(|place| all.get(*place).copied());
                let around = guard.statements.iter().flatten().chain(guard.levels.iter().flatten());
                let principal = self.identity.principal();
                let around = around.filter(|(_, s)| {
                    s.actions.contains(action) && s.principal.as_ref().is_none_or(|element| principal.is_taken(element))
                });
                let denies = denies.chain(around).filter(|(_, s)| s.effect == Some(Effect::Deny));
                grant.statements = self.named(denies);
            }
        }
        grant
    }

    fn named<'s>(&self, statements: impl Iterator<Item = &'s Placed<'a>>) -> Vec<StatementOf>
    where
        'a: 's,
    {
        let mut named: Vec<StatementOf> =
            statements.filter_map(|(place, statement)| self.account.statement(*place, statement.index)).collect();
        let mut seen = std::collections::BTreeSet::new();
        named.retain(|statement| seen.insert(statement.clone()));
        named
    }

    /// The allowing statements that take the action and the resource.
    pub(crate) fn allowing(&self, action: usize, resource: Option<&str>) -> Vec<StatementOf> {
        let text: Option<Vec<char>> = resource.map(|resource| resource.chars().collect());
        let (near, _) = self.candidates(action, text.as_deref());
        let entries = near.iter().filter_map(|place| self.own.get(*place)).filter(|(_, s)| allows(s));
        self.named(entries)
    }

    /// The statements of the role's trust policy that let it in.
    pub(crate) fn trusted_by(&self, role: &Identity) -> Vec<StatementOf> {
        let trust: Vec<usize> = role.trust.into_iter().collect();
        let principal = self.identity.principal();
        let statements = self.account.statements_of(&trust);
        let lets = statements
            .iter()
            .filter(|(_, s)| allows(s) && s.principal.as_ref().is_some_and(|element| principal.is_taken(element)));
        lets.filter_map(|(place, statement)| self.account.statement(*place, statement.index)).collect()
    }

    /// Whether it may assume the role, by its own policies and the role's trust policy.
    pub(crate) fn may_assume(&self, role: &Identity, action: usize) -> Option<bool> {
        let trust: Vec<usize> = role.trust.into_iter().collect();
        let statements = self.account.statements_of(&trust);
        let principal = self.identity.principal();
        let takes = |s: &&Arc<Compiled>| {
            s.actions.contains(action) && s.principal.as_ref().is_some_and(|element| principal.is_taken(element))
        };
        let taking: Vec<&Arc<Compiled>> = statements.iter().map(|(_, s)| *s).filter(takes).collect();
        let unknown = statements.iter().any(|(_, s)| s.unknown) || role.trust.is_none();
        if !taking.iter().any(|s| allows(s)) {
            return if unknown { None } else { Some(false) };
        }
        let direct = taking.iter().any(|s| allows(s) && names_itself(s, &self.identity.arn));
        let plain = taking.iter().all(|s| s.atoms.is_empty() && allows(s)) && !unknown;
        if plain && !direct && role.account() == self.identity.account() {
            return self.may(action, Some(&role.arn), &[]);
        }
        let guard = Guard {
            statements: Some(statements),
            decides: true,
            account: Some(role.account()),
            unknown: None,
            levels: Vec::new(),
        };
        match self.answer(action, Some(&role.arn), &[], &guard) {
            Answer::Yes(_) => self.sure(),
            Answer::Unknown(_) => None,
            Answer::No if self.unknown.is_some() => None,
            Answer::No => Some(false),
        }
    }
}

fn allows(statement: &Compiled) -> bool {
    statement.effect != Some(Effect::Deny)
}

fn names_itself(statement: &Compiled, arn: &str) -> bool {
    let entries = statement.principal.as_ref().map(|element| element.entries.as_slice()).unwrap_or_default();
    entries.iter().any(|entry| matches!(entry, crate::policy::PrincipalEntry::Arn(own) if own == arn))
}
