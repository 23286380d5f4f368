//! Azure's permissions: principals, roles, assignments and scopes of a tenant, and the questions over all of them.
//!
//! Must not know files or commands, nor where it all was read: an estate becomes a tenant in `survey`.

mod builtin;
mod condition;
mod decide;
mod escalate;
pub(crate) mod facts;
mod methods;
mod outside;
mod pattern;
mod render;
mod report;
mod role;
mod scope;
mod survey;
mod vault;

use std::collections::BTreeMap;

use crate::account::StatementOf;

pub use condition::Condition;
pub use outside::{Opening, Way};
pub use report::RoleAt;
pub use role::{Permissions, Plane, Role};
pub use scope::Hierarchy;

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// A user of the tenant.
    User,
    /// A user of another tenant.
    Guest,
    /// A group: no principal itself, but what its members can do.
    Group,
    /// The service principal of an application.
    ServicePrincipal,
    /// The identity of a resource, or one that resources are given.
    ManagedIdentity,
    /// Only its id is known.
    Unknown,
}

/// Who may be assigned a role.
#[derive(Clone, Debug, PartialEq)]
pub struct AzurePrincipal {
    /// The object id, or in braces what stands for it.
    pub id: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// Its name for people.
    pub name: Option<String>,
    /// Its address in code.
    pub address: Option<String>,
    /// For groups: the members, as positions.
    pub members: Vec<usize>,
    /// If there may be members that were not read: why.
    pub open: Option<String>,
    /// Whether anybody may make it a member of roles' own group, for groups: `isAssignableToRole`.
    pub role_assignable: bool,
    /// Who owns it or its application, as positions.
    pub owners: Vec<usize>,
    /// Where the owners stand, as `file:line`.
    pub owned_at: Option<String>,
    /// The managed identity's own ARM id, where it is a resource of its own.
    pub resource: Option<String>,
    /// Resources that run as it, as positions in [`Tenant::places`].
    pub runs: Vec<usize>,
    /// Directory roles, by name, with where they were given.
    pub directory_roles: Vec<(String, Option<String>)>,
    /// Application roles of Microsoft Graph, by name, with where they were given.
    pub graph_roles: Vec<(String, Option<String>)>,
    /// Who may sign in as it from elsewhere: issuer and subject.
    pub federated: Vec<(String, String, Option<String>)>,
}

/// A role assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// Its address in code, or its id.
    pub name: String,
    /// The scope.
    pub scope: String,
    /// The role, as a position in [`Tenant::roles`]; `Err`: why it is not known.
    pub role: Result<usize, String>,
    /// The principal, as a position in [`Tenant::principals`].
    pub principal: usize,
    /// Under which condition.
    pub condition: Option<Condition>,
    /// If it may not exist: why.
    pub uncertain: Option<String>,
    /// Where it stands, as `file:line`.
    pub place: Option<String>,
}

/// A deny assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct Deny {
    /// Its name, or its id.
    pub name: String,
    /// The scope.
    pub scope: String,
    /// What it denies.
    pub permissions: Vec<Permissions>,
    /// Ids of those it is for, and whether each may be a group; empty with `everyone`.
    pub principals: Vec<(String, bool)>,
    /// Whether it is for all principals.
    pub everyone: bool,
    /// Ids of those it is not for, likewise.
    pub excluded: Vec<(String, bool)>,
    /// Whether it holds at its scope only.
    pub here_only: bool,
    /// Where it stands, as `file:line`.
    pub place: Option<String>,
}

/// Something that a scope can be: a resource, a group of them, a subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its ARM id, unknown segments in braces.
    pub id: String,
    /// The vendor's type.
    pub kind: String,
    /// Its address in code.
    pub address: Option<String>,
    /// Where it stands, as `file:line`.
    pub at: Option<String>,
    /// For vaults: whether roles decide about their data (`None`: not known), and the access policies otherwise.
    pub vault: Option<vault::Vault>,
    /// For storage accounts: whether their keys give their data; `None`: not known.
    pub keys: scope::Truth,
    /// For containers and registries: whether anybody may read, where that is known.
    pub anonymous: Option<outside::Anonymous>,
}

/// One tenant, as far as it was read.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    /// All principals that anything names, sorted by id.
    pub principals: Vec<AzurePrincipal>,
    /// Roles: custom ones, and the built-in ones that something assigns.
    pub roles: Vec<Role>,
    /// All role assignments.
    pub assignments: Vec<Assignment>,
    /// All deny assignments.
    pub denies: Vec<Deny>,
    /// Everything that has an id.
    pub places: Vec<Place>,
    /// Management groups.
    pub hierarchy: Hierarchy,
    /// Classic administrators: address and role.
    pub classic: Vec<(String, String, Option<String>)>,
    /// Assignments by principal.
    by_principal: BTreeMap<usize, Vec<usize>>,
    /// Groups by member.
    groups_of: BTreeMap<usize, Vec<usize>>,
}

impl Tenant {
    /// Whether there is anything to answer about.
    pub fn is_empty(&self) -> bool {
        self.principals.is_empty() && self.assignments.is_empty()
    }

    /// Whether a name is of an action of Azure: `Microsoft.Storage/storageAccounts/read`.
    pub fn is_action(name: &str) -> bool {
        name.contains('/') && !name.contains(':') && !name.starts_with('/')
    }

    /// The principal with this id or address, or name if it is the only one of that name.
    pub fn principal(&self, name: &str) -> Option<usize> {
        let own = |principal: &AzurePrincipal| {
            principal.id.eq_ignore_ascii_case(name) || principal.address.as_deref() == Some(name)
        };
        let found = self.principals.iter().position(own);
        let by_resource = || {
            let place =
                self.places.iter().position(|place| place.address.as_deref() == Some(name) || place.id == name)?;
            let mut runs = self.principals.iter().enumerate().filter(|(_, one)| one.runs.contains(&place));
            runs.next().filter(|_| runs.next().is_none()).map(|(at, _)| at)
        };
        found.or_else(by_resource).or_else(|| {
            let mut named = self.principals.iter().enumerate().filter(|(_, one)| one.name.as_deref() == Some(name));
            named.next().filter(|_| named.next().is_none()).map(|(at, _)| at)
        })
    }

    /// What escalations call the principal of this name.
    pub fn known(&self, name: &str) -> Option<String> {
        self.principal(name).map(|at| self.called(at))
    }

    /// The ARM id of what a text names: an address in code, or the id itself.
    pub(crate) fn id_of(&self, name: &str) -> String {
        let own = self.places.iter().find(|place| place.address.as_deref() == Some(name));
        own.map_or_else(|| name.to_owned(), |place| place.id.clone())
    }

    /// Sorts out who holds what; after it nothing changes.
    pub(crate) fn index(&mut self) {
        self.by_principal = BTreeMap::new();
        for (at, assignment) in self.assignments.iter().enumerate() {
            self.by_principal.entry(assignment.principal).or_default().push(at);
        }
        self.groups_of = BTreeMap::new();
        for (at, group) in self.principals.iter().enumerate() {
            for member in &group.members {
                self.groups_of.entry(*member).or_default().push(at);
            }
        }
    }

    /// A principal and all groups that it is known to be in, directly or not.
    pub(crate) fn selves(&self, principal: usize) -> Vec<usize> {
        let mut all = vec![principal];
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            next += 1;
            for group in self.groups_of.get(&at).into_iter().flatten() {
                if !all.contains(group) {
                    all.push(*group);
                }
            }
        }
        all
    }

    pub(crate) fn statement(&self, assignment: usize) -> Option<StatementOf> {
        let own = self.assignments.get(assignment)?;
        let role = match &own.role {
            Ok(role) => self.roles.get(*role).map_or("", |role| role.name.as_str()),
            Err(_) => "an unknown role",
        };
        let policy = format!("{}: {role} at {}", own.name, own.scope);
        Some(StatementOf { policy, index: 0, place: own.place.clone() })
    }
}
