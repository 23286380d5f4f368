//! Edges by the directory: its roles, permissions of Microsoft Graph, and owners.
//!
//! Must not know Resource Manager. Who may reset whose password:
//! <https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords>; groups that
//! may hold roles: <https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept>.

use super::{Edge, Goal, Search};
use crate::account::StatementOf;
use crate::azure::methods::{DIRECTORY, ELEVATE, GRAPH, Reach};
use crate::azure::{AzurePrincipal, PrincipalKind};

const ADD_CREDENTIALS: &str = "microsoft.directory/applications/credentials/update";
const ADD_MEMBERS: &str = "microsoft.directory/groups/members/update";
const RESET: &str = "microsoft.directory/users/password/update";
const ASSIGN: &str = "microsoft.directory/roleAssignments/allProperties/allTasks";

impl Search<'_> {
    pub(super) fn over_directory(&self, at: usize) -> Vec<Edge> {
        let mut edges = Vec::new();
        for one in self.tenant.selves(at) {
            let Some(own) = self.tenant.principals.get(one) else { continue };
            for (role, place) in &own.directory_roles {
                let Some((_, name, reach, how)) = DIRECTORY.iter().find(|(_, name, ..)| name == role) else { continue };
                let by = StatementOf { policy: format!("directory role {role}"), index: 0, place: place.clone() };
                let elevates = *name == "Global Administrator";
                self.taken(at, reach, how, elevates, &by, &mut edges);
            }
            for (role, place) in &own.graph_roles {
                let Some((_, _, reach, how)) = GRAPH.iter().find(|(_, name, ..)| name == role) else { continue };
                let policy = format!("permission {role} of Microsoft Graph");
                let by = StatementOf { policy, index: 0, place: place.clone() };
                self.taken(at, reach, how, false, &by, &mut edges);
            }
            self.owned(at, one, &mut edges);
        }
        edges
    }

    fn taken(&self, at: usize, reach: &[Reach], how: &str, elevates: bool, by: &StatementOf, edges: &mut Vec<Edge>) {
        let mut push = |to: Goal, action: &'static str| {
            edges.push(Edge { to, actions: vec![action], how: how.to_owned(), by: vec![vec![by.clone()]] });
        };
        for reach in reach {
            if *reach == Reach::Everything {
                push(Goal::Administrator, if elevates { ELEVATE } else { ASSIGN });
                continue;
            }
            for (to, other) in self.tenant.principals.iter().enumerate().filter(|(to, _)| *to != at) {
                let user = matches!(other.kind, PrincipalKind::User | PrincipalKind::Guest);
                let (fits, action) = match reach {
                    Reach::Services => (other.kind == PrincipalKind::ServicePrincipal, ADD_CREDENTIALS),
                    Reach::Users => (user, RESET),
                    Reach::OrdinaryUsers => (user && !self.is_guarded(to), RESET),
                    Reach::OrdinaryGroups => (self.is_ordinary(other), ADD_MEMBERS),
                    Reach::Everything => (false, ASSIGN),
                };
                if fits {
                    push(Goal::Principal(to), action);
                }
            }
        }
    }

    fn is_ordinary(&self, other: &AzurePrincipal) -> bool {
        other.kind == PrincipalKind::Group && !other.role_assignable
    }

    /// Whether a user is protected from administrators of users: by a directory role, or a group that may hold one.
    fn is_guarded(&self, user: usize) -> bool {
        let selves = self.tenant.selves(user);
        let own = selves.iter().filter_map(|at| self.tenant.principals.get(*at));
        own.into_iter().any(|own| !own.directory_roles.is_empty() || own.role_assignable)
    }

    /// Applications and groups that it owns:
    /// <https://learn.microsoft.com/entra/identity-platform/howto-add-owners>.
    fn owned(&self, at: usize, owner: usize, edges: &mut Vec<Edge>) {
        let owned =
            self.tenant.principals.iter().enumerate().filter(|(to, own)| *to != at && own.owners.contains(&owner));
        for (to, own) in owned {
            let (action, how) = match own.kind {
                PrincipalKind::Group => (ADD_MEMBERS, "joins the group that it owns"),
                PrincipalKind::ServicePrincipal => {
                    (ADD_CREDENTIALS, "adds credentials to the application that it owns")
                }
                _ => continue,
            };
            let policy = format!("owners of {}", self.tenant.called(to));
            let by = vec![vec![StatementOf { policy, index: 0, place: own.owned_at.clone() }]];
            edges.push(Edge { to: Goal::Principal(to), actions: vec![action], how: how.to_owned(), by });
        }
    }
}
