//! The questions over all principals: who can, can, what can.
//!
//! Must not know how a single answer is found.

use super::builtin::table;
use super::decide::{Asked, Verdict};
use super::pattern::matches;
use super::{Permissions, Plane, PrincipalKind, Tenant};
use crate::account::{Given, Grant, StatementOf};

/// A role that a principal holds.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleAt {
    /// The role's name.
    pub role: String,
    /// Where.
    pub scope: String,
    /// The address or name of the group that holds it, if it is not the principal itself.
    pub through: Option<String>,
    /// What the role gives; empty if the role is not known.
    pub permissions: Vec<Permissions>,
    /// How many operations of the vendor's lists these are, on both planes.
    pub count: usize,
    /// The assignment's condition as written.
    pub condition: Option<String>,
    /// Why it may not be as it stands here.
    pub reason: Option<String>,
    /// The assignment.
    pub statements: Vec<StatementOf>,
}

impl Tenant {
    /// Whether a principal may do this, and by which assignments; `None`: no such principal.
    pub fn can(&self, principal: &str, action: &str, resource: Option<&str>, given: &Given) -> Option<Grant> {
        let at = self.principal(principal)?;
        let target = resource.map(|name| self.id_of(name));
        Some(self.grant(at, self.decide(at, &Asked::new(action, target.as_deref(), given))))
    }

    /// Who may do this: groups with their members, and ids of which nothing else is known.
    ///
    /// Those for whom it is not known are included, unless the only doubt is whether they are another that is listed.
    pub fn who_can(&self, action: &str, resource: Option<&str>, given: &Given) -> Vec<Grant> {
        let target = resource.map(|name| self.id_of(name));
        let asked = Asked::new(action, target.as_deref(), given);
        let all = (0..self.principals.len()).map(|at| (at, self.decide(at, &asked)));
        let found = all.filter(|(_, verdict)| verdict.allowed != Some(false));
        let mut grants: Vec<Grant> = found
            .filter(|(_, verdict)| !verdict.reason.as_ref().is_some_and(|why| why.starts_with("whether it is ")))
            .map(|(at, verdict)| self.grant(at, verdict))
            .collect();
        grants.sort_by(|one, other| (&one.identity, &one.address).cmp(&(&other.identity, &other.address)));
        grants
    }

    fn grant(&self, principal: usize, verdict: Verdict) -> Grant {
        let own = self.principals.get(principal);
        let mut statements: Vec<StatementOf> =
            verdict.assignments.iter().filter_map(|at| self.statement(*at)).collect();
        statements.extend(verdict.denies.iter().filter_map(|at| self.denies.get(*at)).map(|deny| StatementOf {
            policy: format!("{}: denies at {}", deny.name, deny.scope),
            index: 0,
            place: deny.place.clone(),
        }));
        statements.extend(verdict.vault.and_then(|at| self.places.get(at)).map(|place| StatementOf {
            policy: format!("access policies of {}", place.address.as_deref().unwrap_or(&place.id)),
            index: 0,
            place: place.vault.as_ref().and_then(|vault| vault.place.clone()),
        }));
        statements.dedup();
        Grant {
            identity: own.map(|own| self.label(own)).unwrap_or_default(),
            address: own.and_then(|own| own.address.clone()),
            allowed: verdict.allowed,
            reason: verdict.reason,
            context: verdict.context,
            statements,
        }
    }

    /// What people know a principal by beside its address: its object id, or its name.
    pub(crate) fn label(&self, own: &super::AzurePrincipal) -> String {
        match (&own.name, own.id.contains('{')) {
            (Some(name), true) => name.clone(),
            (None, true) => own.id.trim_matches(['{', '}']).to_owned(),
            _ => own.id.clone(),
        }
    }

    /// The roles that a principal holds, by itself and by its groups; `None`: no such principal.
    pub fn what_can(&self, principal: &str) -> Option<Vec<RoleAt>> {
        let principal = self.principal(principal)?;
        let mut out = Vec::new();
        for one in self.selves(principal) {
            let through = self.principals.get(one).filter(|_| one != principal);
            let through = through.map(|group| group.address.clone().unwrap_or_else(|| self.label(group)));
            for (at, assignment) in self.assignments.iter().enumerate().filter(|(_, own)| own.principal == one) {
                let role = assignment.role.as_ref().ok().and_then(|role| self.roles.get(*role));
                let permissions = role.map(|role| role.permissions.clone()).unwrap_or_default();
                out.push(RoleAt {
                    role: role.map(|role| role.name.clone()).unwrap_or_default(),
                    scope: assignment.scope.clone(),
                    through: through.clone(),
                    count: count(&permissions),
                    permissions,
                    condition: assignment.condition.as_ref().map(|condition| condition.text.clone()),
                    reason: assignment.role.as_ref().err().or(assignment.uncertain.as_ref()).cloned(),
                    statements: self.statement(at).into_iter().collect(),
                });
            }
        }
        out.sort_by(|one, other| (&one.scope, &one.role).cmp(&(&other.scope, &other.role)));
        Some(out)
    }

    /// Whether a principal is one that others can be.
    pub(crate) fn is_group(&self, principal: usize) -> bool {
        self.principals.get(principal).is_some_and(|own| own.kind == PrincipalKind::Group)
    }
}

/// How many listed operations some permissions give.
fn count(permissions: &[Permissions]) -> usize {
    let gives = |plane: Plane| {
        move |action: &str| {
            permissions.iter().any(|own| {
                let (given, without) = match plane {
                    Plane::Control => (&own.actions, &own.not_actions),
                    Plane::Data => (&own.data_actions, &own.not_data_actions),
                };
                given.iter().any(|pattern| matches(pattern, action))
                    && !without.iter().any(|pattern| matches(pattern, action))
            })
        }
    };
    table().count(false, gives(Plane::Control)) + table().count(true, gives(Plane::Data))
}
