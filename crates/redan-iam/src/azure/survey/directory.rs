//! The tenant's directory: users, groups, applications with their service principals, owners, and roles of the directory.
//!
//! Must not know Resource Manager.

use redan_model::{Resource, ResourceId, Str, Target, Value};

use super::names::plain;
use super::{Survey, open, text};
use crate::azure::methods::{directory_role, graph_role};
use crate::azure::{AzurePrincipal, PrincipalKind};

const USERS: &str = "Microsoft.Graph/users";
const GROUPS: &str = "Microsoft.Graph/groups";
const SERVICES: &str = "Microsoft.Graph/servicePrincipals";
const APPLICATIONS: &str = "Microsoft.Graph/applications";

impl Survey<'_> {
    pub(super) fn directory(&mut self) {
        for kind in [USERS, GROUPS, SERVICES] {
            for id in self.of_kind(kind) {
                self.member(id, kind);
            }
        }
        self.applications();
        for kind in [GROUPS, SERVICES, APPLICATIONS] {
            for id in self.of_kind(kind) {
                self.owners(id);
            }
        }
        for id in self.of_kind(GROUPS) {
            self.members(id);
        }
        self.federated("Microsoft.Graph/applications/federatedIdentityCredentials");
        self.directory_roles();
        self.app_roles();
    }

    fn member(&mut self, id: ResourceId, kind: &str) {
        let Some(resource) = self.resource(id) else { return };
        let known = text(&resource.body, &["id"]).filter(|id| !id.is_empty());
        let own = known.unwrap_or_else(|| format!("{{{}}}", plain(&resource.address)));
        let name = text(&resource.body, &["userPrincipalName"]).or_else(|| text(&resource.body, &["displayName"]));
        let guest = text(&resource.body, &["userType"]).is_some_and(|kind| kind.eq_ignore_ascii_case("Guest"))
            || name.as_ref().is_some_and(|name| name.contains("#EXT#"));
        let managed = text(&resource.body, &["servicePrincipalType"]).as_deref() == Some("ManagedIdentity");
        let what = match kind {
            USERS if guest => PrincipalKind::Guest,
            USERS => PrincipalKind::User,
            GROUPS => PrincipalKind::Group,
            _ if managed => PrincipalKind::ManagedIdentity,
            _ => PrincipalKind::ServicePrincipal,
        };
        let mut principal = AzurePrincipal::new(own, what);
        principal.name = name.or_else(|| resource.name.map(|name| name.to_string()));
        principal.address = self.label(id);
        principal.role_assignable =
            resource.body.get(Str::new("isAssignableToRole")).is_some_and(|node| node.value == Value::Bool(true));
        let at = self.add(principal);
        self.principals.insert(id, at);
    }

    /// An application acts as its service principal, which code may leave to be made elsewhere.
    fn applications(&mut self) {
        for service in self.of_kind(SERVICES) {
            let Some(at) = self.principals.get(&service).copied() else { continue };
            if let Some(application) = self.application(service) {
                self.principals.insert(application, at);
                let name = self.resource(application).and_then(|own| own.name).map(|name| name.to_string());
                if let Some(own) = self.tenant.principals.get_mut(at) {
                    own.name = own.name.take().or(name);
                }
            }
        }
        for id in self.of_kind(APPLICATIONS) {
            if self.principals.contains_key(&id) {
                continue;
            }
            let Some(resource) = self.resource(id) else { continue };
            let mut principal =
                AzurePrincipal::new(format!("{{{}}}", plain(&resource.address)), PrincipalKind::ServicePrincipal);
            principal.name = resource.name.map(|name| name.to_string());
            principal.address = self.label(id);
            let at = self.add(principal);
            self.principals.insert(id, at);
        }
    }

    fn application(&self, service: ResourceId) -> Option<ResourceId> {
        let node = self.resource(service)?.body.get(Str::new("appId"))?;
        if let Value::Ref(reference) = &node.value
            && let Target::Resource(id) = reference.target
        {
            return Some(id);
        }
        let known = node.value.as_text()?;
        let same = |id: &ResourceId| {
            self.resource(*id).and_then(|own| text(&own.body, &["appId"])).is_some_and(|own| own == *known)
        };
        self.of_kind(APPLICATIONS).into_iter().find(same)
    }

    fn owners(&mut self, id: ResourceId) {
        let Some(resource) = self.resource(id) else { return };
        let Some(at) = self.principals.get(&id).copied() else { return };
        let (owners, _) = self.listed(&resource.body, "owners", id);
        let origin = resource.body.get(Str::new("owners")).map_or(resource.origin, |node| node.origin);
        let place = self.at(origin);
        if let Some(own) = self.tenant.principals.get_mut(at).filter(|_| !owners.is_empty()) {
            own.owned_at = own.owned_at.take().or(place);
            for owner in owners {
                if !own.owners.contains(&owner) {
                    own.owners.push(owner);
                }
            }
        }
    }

    fn members(&mut self, id: ResourceId) {
        let Some(resource) = self.resource(id) else { return };
        let Some(at) = self.principals.get(&id).copied() else { return };
        let (members, more) = self.listed(&resource.body, "members", id);
        let dynamic = resource.body.get(Str::new("membershipRule")).is_some_and(|node| !node.value.is_null());
        if let Some(own) = self.tenant.principals.get_mut(at) {
            own.members = members;
            own.open = if dynamic {
                Some("its members are told by a rule".to_owned())
            } else {
                more.or_else(|| unread(resource))
            };
        }
    }

    /// <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>
    fn directory_roles(&mut self) {
        for id in self.of_kind("Microsoft.Graph/directoryRoles") {
            let Some(resource) = self.resource(id) else { continue };
            let Some(role) = self.role_named(resource) else { continue };
            let (members, _) = self.listed(&resource.body, "members", id);
            let place = self.at(resource.origin);
            for at in members {
                self.holds(at, role.clone(), place.clone());
            }
        }
        for id in self.of_kind("Microsoft.Graph/roleAssignments") {
            let Some(resource) = self.resource(id) else { continue };
            let scope = text(&resource.body, &["directoryScopeId"]);
            let role = resource.body.get(Str::new("roleDefinitionId")).and_then(|node| match &node.value {
                Value::Ref(reference) => match reference.target {
                    Target::Resource(target) => self.role_named(self.resource(target)?),
                    _ => None,
                },
                _ => node.value.as_text().and_then(|id| directory_role(&id)).map(str::to_owned),
            });
            let (Some(role), Some(node)) = (role, resource.body.get(Str::new("principalId"))) else { continue };
            // What holds in an administrative unit or for one application is no way to all of them.
            if scope.is_some_and(|scope| scope != "/") {
                continue;
            }
            let at = self.principal(node, id, None);
            let place = self.at(resource.origin);
            self.holds(at, role, place);
        }
    }

    fn role_named(&self, resource: &Resource) -> Option<String> {
        let named = text(&resource.body, &["displayName"]);
        let by_id = text(&resource.body, &["roleTemplateId"]).and_then(|id| directory_role(&id).map(str::to_owned));
        by_id.or(named)
    }

    fn holds(&mut self, principal: usize, role: String, place: Option<String>) {
        if let Some(own) = self.tenant.principals.get_mut(principal) {
            own.directory_roles.push((role, place));
        }
    }

    /// Application permissions on Microsoft Graph: <https://learn.microsoft.com/graph/permissions-reference>.
    fn app_roles(&mut self) {
        for id in self.of_kind("Microsoft.Graph/appRoleAssignedTo") {
            let Some(resource) = self.resource(id) else { continue };
            let Some(node) = resource.body.get(Str::new("appRoleId")) else { continue };
            let written = self.names.text(node, id);
            let role = graph_role(&written).map(str::to_owned);
            let (Some(role), Some(node)) = (role, resource.body.get(Str::new("principalId"))) else { continue };
            let at = self.principal(node, id, None);
            let place = self.at(resource.origin);
            if let Some(own) = self.tenant.principals.get_mut(at) {
                own.graph_roles.push((role, place));
            }
        }
    }
}

/// Why a group may have members that were not read: answers of the API list them only when asked.
fn unread(resource: &Resource) -> Option<String> {
    let listed = resource.body.get(Str::new("members")).is_some();
    if resource.live && !listed {
        return Some("the group's members were not read".to_owned());
    }
    if resource.partial {
        return open(&resource.body).or_else(|| Some("the group's members were not read".to_owned()));
    }
    None
}
