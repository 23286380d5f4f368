//! The questions over all identities of an account: who can, what can, who is trusted from outside.
//!
//! Must not know how a single answer is found.

use super::allowed::{Bound, Given, Grant};
use super::{Account, IdentityKind, StatementOf};
use crate::bits::Bits;
use crate::compile::Atom;
use crate::glob::Glob;
use crate::policy::Effect;
use crate::principal::{Who, one_of};
use crate::question::{Answer, Shape, allows};
use crate::table::table;

/// Actions on resources that an identity is allowed, as written and counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The statement that allows.
    pub statement: StatementOf,
    /// How many actions of the table it takes.
    pub actions: usize,
    /// Services with all or some of their actions: `s3:*`, or `s3 (12 of 170)`.
    pub services: Vec<String>,
    /// Whether conditions limit it.
    pub conditional: bool,
}

/// That a role may be assumed from outside of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedBy {
    /// The role.
    pub role: String,
    /// Anybody may assume it.
    pub public: bool,
    /// The answer, with a request as witness.
    pub answer: Answer,
}

impl Account {
    /// Who may do this; those for whom it is not known are included, with `allowed: None`.
    pub fn who_can(&self, action: &str, resource: Option<&str>, given: &Given) -> Option<Vec<Grant>> {
        let number = table().action(action)?;
        let facts = facts(given);
        let people = self.identities.iter().filter(|identity| identity.kind != IdentityKind::Group);
        let grants = people.filter_map(|identity| {
            if !identity.unknown && !identity.policies.iter().any(|place| self.mentions(*place, number)) {
                return None;
            }
            let bound = Bound::new(self, identity);
            if !bound.touches(number) && !identity.unknown {
                return None;
            }
            Some(bound.grant(number, resource, &facts)).filter(|grant| grant.allowed != Some(false))
        });
        Some(grants.collect())
    }

    fn mentions(&self, place: usize, action: usize) -> bool {
        let statements = self.policy(place).map(|named| named.policy.compiled.iter()).into_iter().flatten();
        statements.into_iter().any(|s| s.effect == Some(Effect::Allow) && s.actions.contains(action))
    }

    /// Whether the identity may do this, and by which statements.
    pub fn can(&self, identity: &str, action: &str, resource: Option<&str>, given: &Given) -> Option<Grant> {
        let number = table().action(action)?;
        Some(Bound::new(self, self.identity(identity)?).grant(number, resource, &facts(given)))
    }

    /// What the identity is allowed, statement by statement, without what its boundary leaves out or a blanket deny takes back.
    pub fn what_can(&self, identity: &str) -> Option<Vec<Permission>> {
        let identity = self.identity(identity)?;
        let mut ceiling = Bits::full(table().bound());
        (table().actions.len()..table().bound()).for_each(|extra| ceiling.remove(extra));
        if let Some(boundary) = identity.boundary.and_then(|place| self.policy(place)) {
            let mut limit = Bits::empty(table().bound());
            let allows = boundary.policy.compiled.iter().filter(|s| s.effect == Some(Effect::Allow));
            allows.for_each(|statement| limit.unite(&statement.actions));
            ceiling.intersect(&limit);
        }
        let places = identity.policies.iter().chain(&identity.boundary);
        for statement in places.filter_map(|place| self.policy(*place)).flat_map(|named| named.policy.compiled.iter()) {
            if statement.effect == Some(Effect::Deny) && statement.resource.is_none() && statement.atoms.is_empty() {
                ceiling.subtract(&statement.actions);
            }
        }
        let mut permissions = Vec::new();
        for place in &identity.policies {
            let Some(named) = self.policy(*place) else { continue };
            for statement in named.policy.compiled.iter().filter(|s| s.effect == Some(Effect::Allow)) {
                let mut actions = statement.actions.clone();
                actions.intersect(&ceiling);
                if actions.is_empty() {
                    continue;
                }
                permissions.push(Permission {
                    statement: StatementOf { policy: named.name.clone(), index: statement.index },
                    actions: actions.count(),
                    services: services(&actions),
                    conditional: !statement.atoms.is_empty(),
                });
            }
        }
        Some(permissions)
    }

    /// Roles that somebody outside of the account may assume, strangers or others.
    pub fn trusted_from_outside(&self) -> Vec<TrustedBy> {
        let roles = self.identities.iter().filter(|identity| identity.kind == IdentityKind::Role);
        let ask = |place: usize, who: Who| {
            let shape = Shape { principal: Some(who), actions: vec!["sts:*".to_owned()], ..Shape::default() };
            self.policy(place).map(|named| allows(&named.policy, &shape))
        };
        let trusted = roles.filter_map(|role| {
            let place = role.trust?;
            let open = ask(place, Who::Anyone)?;
            let public = open.is_yes();
            let answer = if public { open } else { ask(place, Who::Outside(self.id.clone()))? };
            (answer != Answer::No).then(|| TrustedBy { role: role.arn.clone(), public, answer })
        });
        trusted.collect()
    }
}

fn facts(given: &Given) -> Vec<Atom> {
    let atoms = given
        .iter()
        .map(|(key, values)| one_of(&key.to_lowercase(), values.iter().map(|value| Glob::literal(value)).collect()));
    atoms.collect()
}

fn services(actions: &Bits) -> Vec<String> {
    let mut out = Vec::new();
    for service in &table().services {
        let all = service.actions.len();
        let some = service.actions.clone().filter(|number| actions.contains(*number)).count();
        match some {
            0 => {}
            _ if some == all => out.push(format!("{}:*", service.prefix)),
            _ => out.push(format!("{} ({some} of {all})", service.prefix)),
        }
    }
    out
}
