//! The questions over all identities: who can, can, what can.
//!
//! Must not know how a single answer is found.

use super::allowed::{Bound, Given, Grant};
use super::{Account, Identity, IdentityKind, StatementOf};
use crate::bits::Bits;
use crate::compile::{Atom, Compiled, ResourceTest};
use crate::glob::Glob;
use crate::policy::Effect;
use crate::principal::one_of;
use crate::table::table;

/// Actions on resources that an identity is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The statements that allow it.
    pub statements: Vec<StatementOf>,
    /// How many actions of the table these are.
    pub count: usize,
    /// The actions as few patterns: `s3:Get*`.
    pub actions: Vec<String>,
    /// The resources as written; empty: all.
    pub resources: Vec<String>,
    /// Whether the resources are those that are left out.
    pub others: bool,
    /// Whether conditions limit it.
    pub conditional: bool,
}

impl Account {
    /// Who may do this; those for whom it is not known are included, with `allowed: None`.
    pub fn who_can(&self, action: &str, resource: Option<&str>, given: &Given) -> Option<Vec<Grant>> {
        let number = table().action(action)?;
        let resource = resource.map(|name| self.arn_of(name));
        let facts = facts(given);
        let guard = self.guard(resource.as_deref(), action, endpoint(given));
        let people = self.identities.iter().filter(|identity| identity.kind != IdentityKind::Group);
        let vague = resource.as_deref().is_some_and(|arn| self.is_vague(arn));
        let mut grants: Vec<Grant> = people
            .filter_map(|identity| {
                let open = identity.unknown.is_some() || guard.unknown.is_some() || guard.statements.is_some();
                if !open && !identity.policies.iter().any(|place| self.mentions(*place, number)) {
                    return None;
                }
                let bound = Bound::new(self, identity);
                let grant = bound.grant(number, resource.as_deref(), &facts, &guard);
                let grant = if vague { open_name(grant, &bound, number) } else { grant };
                Some(grant).filter(|grant| grant.allowed != Some(false))
            })
            .collect();
        grants.extend(self.outsiders(action, resource.as_deref(), given, &guard));
        Some(grants)
    }

    fn mentions(&self, place: usize, action: usize) -> bool {
        let statements = self.policy(place).map(|named| named.policy.compiled.iter()).into_iter().flatten();
        statements.into_iter().any(|s| s.effect != Some(Effect::Deny) && s.actions.contains(action))
    }

    /// Whether the identity may do this, and by which statements.
    pub fn can(&self, identity: &str, action: &str, resource: Option<&str>, given: &Given) -> Option<Grant> {
        let number = table().action(action)?;
        let resource = resource.map(|name| self.arn_of(name));
        let guard = self.guard(resource.as_deref(), action, endpoint(given));
        let bound = Bound::new(self, self.identity(identity)?);
        let grant = bound.grant(number, resource.as_deref(), &facts(given), &guard);
        let vague = resource.as_deref().is_some_and(|arn| self.is_vague(arn));
        Some(if vague { open_name(grant, &bound, number) } else { grant })
    }

    /// The ARN of what an address names, or else the text itself.
    fn arn_of(&self, name: &str) -> String {
        let own = |address: &Option<String>| address.as_deref() == Some(name);
        let resource = self.resources.iter().find(|resource| own(&resource.address)).map(|resource| &resource.arn);
        let identity = || self.identities.iter().find(|identity| own(&identity.address)).map(|identity| &identity.arn);
        resource.or_else(identity).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn is_vague(&self, arn: &str) -> bool {
        self.resource(arn).is_some_and(|resource| resource.vague)
            || self.identities.iter().any(|identity| identity.arn == arn && identity.vague)
    }

    /// What the identity is allowed: actions by the resources that they are allowed on, without what its boundary and its organization
    /// leave out and unconditional denies take back.
    pub fn what_can(&self, identity: &str) -> Option<Vec<Permission>> {
        Some(self.permissions(self.identity(identity)?))
    }

    /// How many actions of the table the identity is allowed on some resource.
    pub fn effective_size(&self, identity: &str) -> Option<usize> {
        let identity = self.identity(identity)?;
        let mut all = Bits::empty(table().bound());
        let ceiling = self.ceiling(identity);
        for (_, statement) in
            self.statements_of(&identity.policies).iter().filter(|(_, s)| s.effect == Some(Effect::Allow))
        {
            let mut actions = statement.actions.clone();
            actions.intersect(&ceiling);
            all.unite(&actions);
        }
        Some(all.count())
    }

    /// The actions that limits and blanket denies leave.
    fn ceiling(&self, identity: &Identity) -> Bits {
        let mut ceiling = Bits::full(table().bound());
        (table().actions.len()..table().bound()).for_each(|extra| ceiling.remove(extra));
        let levels = self.control.get(identity.account()).map(|control| control.service.as_slice()).unwrap_or_default();
        let boundary: Vec<Vec<usize>> = identity.boundary.map(|place| vec![place]).into_iter().collect();
        for level in boundary.iter().chain(levels) {
            let mut limit = Bits::empty(table().bound());
            let statements = self.statements_of(level);
            let allows = statements.iter().filter(|(_, s)| s.effect != Some(Effect::Deny));
            allows.for_each(|(_, statement)| limit.unite(&statement.actions));
            ceiling.intersect(&limit);
        }
        let places: Vec<usize> =
            identity.policies.iter().chain(boundary.iter().chain(levels).flatten()).copied().collect();
        for (_, statement) in self.statements_of(&places) {
            if statement.effect == Some(Effect::Deny) && statement.resource.is_none() && statement.atoms.is_empty() {
                ceiling.subtract(&statement.actions);
            }
        }
        ceiling
    }

    fn permissions(&self, identity: &Identity) -> Vec<Permission> {
        let ceiling = self.ceiling(identity);
        let own = self.statements_of(&identity.policies);
        let mut groups: Vec<(&Compiled, Bits, Vec<StatementOf>)> = Vec::new();
        for (place, statement) in own.iter().filter(|(_, s)| s.effect == Some(Effect::Allow)) {
            let mut actions = statement.actions.clone();
            actions.intersect(&ceiling);
            let denied = own.iter().filter(|(_, deny)| {
                deny.effect == Some(Effect::Deny) && deny.atoms.is_empty() && same(&deny.resource, &statement.resource)
            });
            denied.for_each(|(_, deny)| actions.subtract(&deny.actions));
            if actions.is_empty() {
                continue;
            }
            let named = self.statement(*place, statement.index);
            let alike = groups
                .iter_mut()
                .find(|(known, ..)| same(&known.resource, &statement.resource) && known.atoms == statement.atoms);
            match alike {
                Some((_, all, statements)) => {
                    all.unite(&actions);
                    statements.extend(named);
                }
                None => groups.push((statement, actions, named.into_iter().collect())),
            }
        }
        // What is allowed on everything without conditions says all there is to say of these actions.
        let broad: Option<Bits> = groups
            .iter()
            .find(|(s, ..)| s.resource.is_none() && s.atoms.is_empty())
            .map(|(_, actions, _)| actions.clone());
        let mut permissions = Vec::new();
        for (statement, mut actions, statements) in groups {
            if let Some(broad) = broad.as_ref().filter(|_| statement.resource.is_some() || !statement.atoms.is_empty())
            {
                actions.subtract(broad);
            }
            if actions.is_empty() {
                continue;
            }
            permissions.push(Permission {
                statements,
                count: actions.count(),
                actions: patterns(&actions),
                resources: statement.resource.iter().flat_map(|test| test.union.iter()).map(Glob::shown).collect(),
                others: statement.resource.as_ref().is_some_and(|test| test.negated),
                conditional: !statement.atoms.is_empty(),
            });
        }
        permissions
    }
}

fn same(one: &Option<ResourceTest>, other: &Option<ResourceTest>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.negated == other.negated && one.union == other.union,
        _ => false,
    }
}

/// A resource whose name is chosen elsewhere may be meant by more statements than name it.
fn open_name(mut grant: Grant, bound: &Bound<'_>, action: usize) -> Grant {
    if grant.allowed == Some(false) && bound.touches(action) {
        grant.allowed = None;
        grant.reason = Some("the name of the resource is chosen elsewhere".to_owned());
    }
    grant
}

fn endpoint(given: &Given) -> Option<&str> {
    let key = given.iter().find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceVpce"));
    key.and_then(|(_, values)| values.first()).map(String::as_str)
}

fn facts(given: &Given) -> Vec<Atom> {
    let atoms = given
        .iter()
        .map(|(key, values)| one_of(&key.to_lowercase(), values.iter().map(|value| Glob::literal(value)).collect()));
    atoms.collect()
}

/// As few patterns as prefixes give: `s3:*`, `s3:Get*`, `s3:PutObject`.
pub(crate) fn patterns(actions: &Bits) -> Vec<String> {
    let table = table();
    if actions.count() >= table.actions.len() {
        return vec!["*".to_owned()];
    }
    let mut out = Vec::new();
    for service in &table.services {
        let names: Vec<(&str, bool)> = service
            .actions
            .clone()
            .filter_map(|number| Some((table.actions.get(number)?.name, actions.contains(number))))
            .collect();
        let mut covered: Vec<&str> = Vec::new();
        for (name, _) in names.iter().filter(|(_, taken)| *taken) {
            if covered.iter().any(|prefix| name.starts_with(prefix)) {
                continue;
            }
            let lengths = std::iter::once(0).chain(words(name));
            let prefixes = lengths.filter_map(|length| name.get(..length));
            let whole = |prefix: &&str| names.iter().all(|(other, taken)| *taken || !other.starts_with(prefix));
            match prefixes.into_iter().find(whole) {
                Some(prefix) if names.iter().filter(|(other, _)| other.starts_with(prefix)).count() > 1 => {
                    covered.push(prefix);
                    out.push(format!("{}:{prefix}*", service.prefix));
                }
                _ => out.push(format!("{}:{name}", service.prefix)),
            }
        }
    }
    out
}

/// Where the words of a name end.
fn words(name: &str) -> impl Iterator<Item = usize> {
    name.char_indices().skip(1).filter(|(_, c)| c.is_uppercase()).map(|(place, _)| place)
}
