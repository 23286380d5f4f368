//! What all policies that bind an identity let it become: whether it can change any policy, or take the place of any other identity.
//!
//! Must not know where the account came from. Targets are arbitrary: a permission on a few named roles is no way up by itself, one on
//! all is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::methods::{EDIT_POLICY, EDIT_ROLE, EDIT_USER, PASSING, TAKE_USER};
use super::{Account, Identity};
use crate::compile::{Compiled, ResourceTest};
use crate::compose::Binding;
use crate::glob::{Glob, Token};
use crate::policy::{Effect, Policy};
use crate::principal::Principal;
use crate::question::{Answer, Shape};

/// A name that nobody chose.
const NAME: &str = "zq7-arbitrary";

/// Holes of this name are numbers of accounts that may be the own one, whose number is not known.
const MAYBE_OWN: &str = "account ";

/// The policies that bind an identity, in an account that they may name.
pub(crate) struct Power {
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    levels: Vec<Vec<Policy>>,
    account: String,
}

impl Account {
    /// Whether the identity can change the policies of any user and any role.
    pub(crate) fn administers(&self, identity: &Identity) -> Answer {
        let able = |actions: &[&str]| {
            let statements = self.statements_of(&identity.policies);
            let takes = |name: &str| crate::table::table().action(name);
            actions.iter().filter_map(|name| takes(name)).any(|action| {
                statements.iter().any(|(_, s)| s.effect != Some(Effect::Deny) && s.actions.contains(action))
            })
        };
        if !able(EDIT_USER) || !able(EDIT_ROLE) {
            return Answer::No;
        }
        best(self.powers(identity).iter().map(Power::administers))
    }

    /// Whether the identity has a way to take any other's place, and which actions make it.
    pub(crate) fn takes_over(&self, identity: &Identity) -> (Answer, Vec<&'static str>) {
        let mut last = (Answer::No, Vec::new());
        for power in self.powers(identity) {
            let found = power.takes_over();
            if found.0.is_yes() {
                return found;
            }
            if found.0 != Answer::No {
                last = found;
            }
        }
        last
    }

    /// The identity's policies; where its account's number is not known, once for each number that they name as an account of IAM:
    /// its actions work within the account only.
    fn powers(&self, identity: &Identity) -> Vec<Power> {
        let mut accounts: BTreeSet<String> = BTreeSet::new();
        for (_, statement) in self.statements_of(&identity.policies) {
            let globs = statement.resource.iter().flat_map(|test| test.union.iter());
            let holes = globs.flat_map(|glob| &glob.tokens).filter_map(|token| match token {
                Token::Hole(name) => name.strip_prefix(MAYBE_OWN),
                _ => None,
            });
            accounts.extend(holes.take(8).map(str::to_owned));
        }
        let named = accounts.into_iter().take(3).chain([identity.account().to_owned()]);
        named.map(|account| self.power(identity, account)).collect()
    }

    fn power(&self, identity: &Identity, account: String) -> Power {
        let read = |place: &usize| self.policy(*place).map(|named| numbered(&named.policy));
        let levels = self.control.get(identity.account()).map(|control| control.service.as_slice()).unwrap_or_default();
        Power {
            identity: identity.policies.iter().filter_map(read).collect(),
            boundary: identity.boundary.as_ref().and_then(read),
            levels: levels.iter().map(|level| level.iter().filter_map(read).collect()).collect(),
            account,
        }
    }
}

/// The policy with numbers of accounts taken as they are written.
fn numbered(policy: &Policy) -> Policy {
    let named = |token: &Token| matches!(token, Token::Hole(name) if name.starts_with(MAYBE_OWN));
    let has = |statement: &Compiled| {
        statement.resource.iter().flat_map(|test| test.union.iter()).any(|glob| glob.tokens.iter().any(named))
    };
    if !policy.compiled.iter().any(|statement| has(statement)) {
        return Policy { compiled: Arc::clone(&policy.compiled), unknown: policy.unknown, ..Policy::of(Vec::new()) };
    }
    let spelled = |glob: &Glob| {
        let tokens = glob.tokens.iter().flat_map(|token| match token {
            Token::Hole(name) => match name.strip_prefix(MAYBE_OWN) {
                Some(number) => number.chars().map(Token::Char).collect(),
                None => vec![token.clone()],
            },
            other => vec![other.clone()],
        });
        Glob { tokens: tokens.collect() }
    };
    let compiled = policy.compiled.iter().map(|statement| {
        let resource = statement
            .resource
            .as_ref()
            .map(|test| ResourceTest { union: test.union.iter().map(spelled).collect(), negated: test.negated });
        Arc::new(Compiled { resource, ..(**statement).clone() })
    });
    Policy { unknown: policy.unknown, ..Policy::of(compiled.collect()) }
}

/// The first yes, else what is not known, else no.
fn best(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut last = Answer::No;
    for answer in answers {
        match answer {
            Answer::Yes(_) => return answer,
            Answer::Unknown(_) => last = answer,
            Answer::No => {}
        }
    }
    last
}

impl Power {
    fn allows(&self, action: &str, kind: Option<&str>) -> Answer {
        let account = &self.account;
        let binding = Binding {
            identity: self.identity.iter().collect(),
            boundary: self.boundary.as_ref(),
            service_control: self.levels.iter().map(|level| level.iter().collect()).collect(),
            ..Binding::default()
        };
        let principal = Principal::User(format!("arn:aws:iam::{account}:user/{NAME}"));
        let resources = kind.map(|kind| format!("arn:aws:iam::{account}:{kind}/{NAME}").into());
        let shape =
            Shape { actions: vec![action.to_owned()], resources: resources.into_iter().collect(), ..Shape::default() };
        binding.allows(&principal, &shape)
    }

    /// Whether all of these are allowed: the last witness, or why not.
    fn all(&self, needs: &[(&str, Option<&str>)]) -> Answer {
        let mut last = Answer::No;
        for (action, kind) in needs {
            last = self.allows(action, *kind);
            if !last.is_yes() {
                break;
            }
        }
        last
    }

    fn administers(&self) -> Answer {
        let ways = EDIT_USER.iter().zip(EDIT_ROLE);
        best(ways.map(|(user, role)| self.all(&[(user, Some("user")), (role, Some("role"))])))
    }

    fn takes_over(&self) -> (Answer, Vec<&'static str>) {
        let mut ways: Vec<Vec<(&'static str, Option<&str>)>> = Vec::new();
        let single = [(EDIT_USER, "user"), (EDIT_ROLE, "role"), (EDIT_POLICY, "policy"), (TAKE_USER, "user")];
        for (actions, kind) in single {
            ways.extend(actions.iter().map(|action| vec![(*action, Some(kind))]));
        }
        ways.push(vec![("iam:UpdateAssumeRolePolicy", Some("role"))]);
        ways.push(vec![("iam:AddUserToGroup", Some("group"))]);
        ways.push(vec![("sts:AssumeRole", Some("role"))]);
        for method in PASSING {
            let passes = std::iter::once(("iam:PassRole", Some("role")));
            ways.push(passes.chain(method.needs.iter().map(|action| (*action, None))).collect());
        }
        let mut unknown = None;
        for way in ways {
            match self.all(&way) {
                yes @ Answer::Yes(_) => return (yes, way.iter().map(|(action, _)| *action).collect()),
                Answer::Unknown(reason) => unknown = Some(Answer::Unknown(reason)),
                Answer::No => {}
            }
        }
        (unknown.unwrap_or(Answer::No), Vec::new())
    }
}

/// Whether whoever holds the document, and nothing else, has a way to take any identity's place, and which actions make it.
pub(crate) fn document_takes_over(policy: &Policy) -> (Answer, Vec<&'static str>) {
    let tests = policy.compiled.iter().filter_map(|s| s.resource.as_ref());
    let mut accounts: BTreeSet<String> = BTreeSet::new();
    for glob in tests.flat_map(|test| test.union.iter()) {
        let text: String = glob.tokens.iter().map(|token| if let Token::Char(c) = token { *c } else { '*' }).collect();
        let account = text.split(':').nth(4).filter(|part| part.len() == 12 && !part.contains('*'));
        accounts.extend(account.map(str::to_owned));
    }
    let mut last = (Answer::No, Vec::new());
    for account in accounts.into_iter().take(3).chain(["123456789012".to_owned()]) {
        let identity = vec![numbered(policy)];
        let found = Power { identity, boundary: None, levels: Vec::new(), account }.takes_over();
        if found.0.is_yes() {
            return found;
        }
        if found.0 != Answer::No {
            last = found;
        }
    }
    last
}
