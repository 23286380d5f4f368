//! Edges by operations of Resource Manager: roles that one gives oneself, and code that one runs where identities are.
//!
//! Must not know the directory.

use super::{Edge, Goal, Search, is_broad};
use crate::account::{Given, StatementOf};
use crate::azure::decide::Asked;
use crate::azure::methods::{ASSIGN, ASSIGN_ROLES, DEFINE_ROLES, FEDERATE, GIVING, OWNER, RUNNING};
use crate::azure::{PrincipalKind, Role};

/// A scope on which a principal can give itself any role.
struct Grip {
    scope: String,
    action: &'static str,
    how: &'static str,
    by: Vec<StatementOf>,
}

impl Search<'_> {
    pub(super) fn over_resources(&self, at: usize) -> Vec<Edge> {
        let tenant = self.tenant;
        let selves = tenant.selves(at);
        let held = selves.iter().flat_map(|one| tenant.by_principal.get(one).into_iter().flatten()).copied();
        let held: Vec<usize> = held.collect();
        if held.is_empty() {
            return Vec::new();
        }
        let power = Power { search: self, at, grips: self.grips(at, &selves, &held), selves, held };
        let mut edges = Vec::new();
        for grip in power.grips.iter().filter(|grip| is_broad(&grip.scope)) {
            edges.push(Edge {
                to: Goal::Administrator,
                actions: vec![grip.action],
                how: format!("{} on {}", grip.how, grip.scope),
                by: vec![grip.by.clone()],
            });
        }
        power.identities(&mut edges);
        power.data(&mut edges);
        edges
    }

    /// Scopes on which the principal can write assignments for itself, or edit a role that it holds there:
    /// <https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview>,
    /// <https://learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-limits>.
    fn grips(&self, at: usize, selves: &[usize], held: &[usize]) -> Vec<Grip> {
        let tenant = self.tenant;
        let id = tenant.principals.get(at).map(|own| own.id.clone()).unwrap_or_default();
        let mut given = Given::new();
        let request = |name: &str| format!("@request[microsoft.authorization/roleassignments:{name}]");
        given.insert(request("roledefinitionid"), vec![OWNER.to_owned()]);
        given.insert(request("principalid"), vec![id]);
        let kind = match tenant.principals.get(at).map(|own| own.kind) {
            Some(PrincipalKind::ServicePrincipal | PrincipalKind::ManagedIdentity) => "ServicePrincipal",
            Some(PrincipalKind::Group) => "Group",
            _ => "User",
        };
        given.insert(request("principaltype"), vec![kind.to_owned()]);
        let mut grips: Vec<Grip> = Vec::new();
        let statements = |list: Vec<usize>| list.into_iter().filter_map(|own| tenant.statement(own)).collect();
        for assignment in held.iter().filter_map(|own| tenant.assignments.get(*own)) {
            let scope = &assignment.scope;
            if grips.iter().any(|grip| grip.scope == *scope) {
                continue;
            }
            let by = tenant.surely(selves, &Asked::new(ASSIGN_ROLES, Some(scope), &given));
            if !by.is_empty() {
                let how = "gives itself a role";
                grips.push(Grip { scope: scope.clone(), action: ASSIGN_ROLES, how, by: statements(by) });
                continue;
            }
            let role = assignment.role.as_ref().ok().and_then(|role| tenant.roles.get(*role));
            let Some(role) = role.filter(|role| !role.builtin && !role.assignable.is_empty()) else { continue };
            if let Some(by) = self.edits(selves, role) {
                let how = "edits a role that it holds";
                grips.push(Grip { scope: scope.clone(), action: DEFINE_ROLES, how, by: statements(by) });
            }
        }
        grips
    }

    /// What lets the principals write the role: it takes the right on all scopes where the role may be assigned.
    fn edits(&self, selves: &[usize], role: &Role) -> Option<Vec<usize>> {
        let mut all = Vec::new();
        for scope in &role.assignable {
            let by = self.tenant.surely(selves, &Asked::new(DEFINE_ROLES, Some(scope), &Given::new()));
            if by.is_empty() {
                return None;
            }
            all.extend(by);
        }
        all.sort_unstable();
        all.dedup();
        Some(all)
    }
}

/// A principal with what it holds.
struct Power<'s> {
    search: &'s Search<'s>,
    at: usize,
    selves: Vec<usize>,
    held: Vec<usize>,
    grips: Vec<Grip>,
}

impl Power<'_> {
    /// What allows all of the actions on a target, one set of statements for each.
    fn all(&self, actions: &[&'static str], target: &str) -> Option<Vec<Vec<StatementOf>>> {
        let tenant = self.search.tenant;
        let one = |action: &&'static str| {
            let by = tenant.surely(&self.selves, &Asked::new(action, Some(target), &Given::new()));
            let mut by: Vec<StatementOf> = by.into_iter().filter_map(|own| tenant.statement(own)).collect();
            let over = |grip: &&Grip| tenant.hierarchy.covers(&grip.scope, target) == Some(true);
            by.extend(self.grips.iter().filter(over).flat_map(|grip| grip.by.iter().cloned()));
            by.sort();
            by.dedup();
            (!by.is_empty()).then_some(by)
        };
        actions.iter().map(one).collect()
    }

    /// Whether anything that the principal holds is about the target.
    fn touches(&self, target: &str) -> bool {
        let tenant = self.search.tenant;
        let scopes = self.held.iter().filter_map(|own| tenant.assignments.get(*own)).map(|own| &own.scope);
        scopes.into_iter().any(|scope| tenant.hierarchy.covers(scope, target) == Some(true))
    }

    fn identities(&self, edges: &mut Vec<Edge>) {
        let principals = self.search.tenant.principals.iter().enumerate();
        for (to, identity) in
            principals.filter(|(to, own)| *to != self.at && own.kind == PrincipalKind::ManagedIdentity)
        {
            let edge = self.running(identity).or_else(|| self.federating(identity)).or_else(|| self.giving(identity));
            edges.extend(edge.map(|(actions, how, by)| Edge { to: Goal::Principal(to), actions, how, by }));
        }
    }

    /// Code on something that runs as the identity.
    fn running(&self, identity: &crate::azure::AzurePrincipal) -> Option<Way> {
        let places = identity.runs.iter().filter_map(|at| self.search.tenant.places.get(*at));
        places.filter(|place| self.touches(&place.id)).find_map(|place| {
            let fitting = RUNNING.iter().filter(|method| method.kind == place.kind);
            fitting.into_iter().find_map(|method| {
                let by = self.all(method.needs, &place.id)?;
                let name = place.address.as_deref().unwrap_or(&place.id);
                Some((method.needs.to_vec(), format!("{} {name}, which has the identity", method.how), by))
            })
        })
    }

    /// A credential for an issuer of one's own.
    fn federating(&self, identity: &crate::azure::AzurePrincipal) -> Option<Way> {
        let id = identity.resource.as_deref().filter(|id| self.touches(id))?;
        let by = self.all(&[FEDERATE], id)?;
        Some((vec![FEDERATE], "lets an issuer of its own sign in as the identity".to_owned(), by))
    }

    /// The identity given to something new.
    fn giving(&self, identity: &crate::azure::AzurePrincipal) -> Option<Way> {
        let id = identity.resource.as_deref().filter(|id| self.touches(id))?;
        let assign = self.all(&[ASSIGN], id)?;
        let tenant = self.search.tenant;
        let scopes = self.held.iter().filter_map(|own| tenant.assignments.get(*own)).map(|own| own.scope.as_str());
        // New things are made in a resource group or above it.
        let scopes: Vec<&str> = scopes
            .filter(|scope| !scope.trim_start_matches("/providers/Microsoft.Management").contains("/providers/"))
            .collect();
        GIVING.iter().find_map(|needs| {
            let more = scopes.iter().find_map(|scope| self.all(needs, scope))?;
            let actions: Vec<&'static str> = std::iter::once(ASSIGN).chain(needs.iter().copied()).collect();
            let by = assign.iter().cloned().chain(more).collect();
            Some((actions, "gives the identity to something that it makes".to_owned(), by))
        })
    }

    /// Data that keys or a change of the vault's policies open.
    fn data(&self, edges: &mut Vec<Edge>) {
        for (place, own) in self.search.tenant.places.iter().enumerate() {
            let (needs, how): (&[&'static str], &str) = match (own.kind.as_str(), &own.vault) {
                ("Microsoft.Storage/storageAccounts", _) if own.keys != Some(false) => (
                    &["Microsoft.Storage/storageAccounts/listKeys/action"],
                    "reads and writes all data with the account's keys",
                ),
                ("Microsoft.KeyVault/vaults", Some(vault)) if vault.by_roles == Some(false) => {
                    (&["Microsoft.KeyVault/vaults/write"], "gives itself the vault's data by an access policy")
                }
                _ => continue,
            };
            if self.touches(&own.id)
                && let Some(by) = self.all(needs, &own.id)
            {
                edges.push(Edge { to: Goal::Data(place), actions: needs.to_vec(), how: how.to_owned(), by });
            }
        }
    }
}

/// Actions, how, and what allows each.
type Way = (Vec<&'static str>, String, Vec<Vec<StatementOf>>);
