//! Roles, their assignments, deny assignments, classic administrators.
//!
//! Must not know how they are decided.

use redan_model::{Existence, Node, ResourceId, Str, Target, Value};

use super::names::plain;
use super::{Survey, items, open, text, why};
use crate::azure::builtin::table;
use crate::azure::{Assignment, Condition, Deny, Permissions, PrincipalKind, Role};

const ROLES: &str = "Microsoft.Authorization/roleDefinitions";

impl Survey<'_> {
    /// Custom roles, and built-in ones where answers of the API list them.
    pub(super) fn roles(&mut self) {
        for id in self.of_kind(ROLES) {
            let Some(resource) = self.resource(id).filter(|resource| !resource.partial) else { continue };
            let own = text(&resource.body, &["name"]).unwrap_or_else(|| format!("{{{}}}", plain(&resource.address)));
            let mut role = Role::named(own.to_lowercase());
            role.name = text(&resource.body, &["properties", "roleName"]).unwrap_or_else(|| own.clone());
            role.address = self.label(id);
            role.place = self.at(resource.origin);
            role.builtin = text(&resource.body, &["properties", "type"]).as_deref() == Some("BuiltInRole");
            let (list, more) = items(&resource.body, &["properties", "permissions"]);
            role.permissions = list.iter().map(|node| self.permissions(node, id)).collect();
            if let Some(why) = more {
                role.permissions.push(Permissions { open: Some(why), ..Permissions::default() });
            }
            let (scopes, _) = items(&resource.body, &["properties", "assignableScopes"]);
            role.assignable = scopes.iter().map(|node| self.names.text(node, id)).collect();
            self.roles.insert(format!("resource {}", id.index()), self.tenant.roles.len());
            self.roles.insert(role.id.clone(), self.tenant.roles.len());
            self.tenant.roles.push(role);
        }
    }

    fn permissions(&self, node: &Node, holder: ResourceId) -> Permissions {
        let mut out = Permissions { open: open(node), ..Permissions::default() };
        let lists = [
            ("actions", &mut out.actions),
            ("notActions", &mut out.not_actions),
            ("dataActions", &mut out.data_actions),
            ("notDataActions", &mut out.not_data_actions),
        ];
        let mut unknown = None;
        for (name, to) in lists {
            let (list, more) = items(node, &[name]);
            unknown = unknown.or(more);
            for item in list {
                match item.value.as_text() {
                    Some(text) => to.push(text.to_lowercase()),
                    None => {
                        unknown = unknown.or_else(|| Some(format!("{} is not known", self.names.text(item, holder))))
                    }
                }
            }
        }
        out.open = out.open.or(unknown);
        out.condition = text(node, &["condition"]).filter(|text| !text.is_empty()).map(|text| Condition::read(&text));
        out
    }

    pub(super) fn assignments(&mut self) {
        for id in self.of_kind("Microsoft.Authorization/roleAssignments") {
            let Some(resource) = self.resource(id).filter(|resource| !resource.partial) else { continue };
            let properties = resource.body.get(Str::new("properties"));
            let Some(node) = properties.and_then(|own| own.get(Str::new("principalId"))) else { continue };
            let kind = text(&resource.body, &["properties", "principalType"]).and_then(|kind| kind_of(&kind));
            let principal = self.principal(node, id, kind);
            let condition = properties.and_then(|own| own.get(Str::new("condition")));
            let condition = condition.filter(|node| !node.value.is_null()).map(|node| match node.value.as_text() {
                Some(text) => Condition::read(&text),
                None => Condition::unknown(format!("{} is not known", self.names.text(node, id))),
            });
            let assignment = Assignment {
                name: self.label(id).unwrap_or_else(|| resource.address.to_string()),
                scope: self.scope(id),
                role: self.role(id),
                principal,
                condition,
                uncertain: match &resource.existence {
                    Existence::Certain => None,
                    Existence::Uncertain(unknown) => Some(format!("whether it exists: {}", why(unknown))),
                },
                place: self.at(resource.origin),
            };
            self.tenant.assignments.push(assignment);
            self.assignments.push(id);
        }
        self.classic();
    }

    /// Where an assignment or a deny holds.
    fn scope(&self, id: ResourceId) -> String {
        let Some(resource) = self.resource(id) else { return "/{unknown}".to_owned() };
        if let Some(node) = resource.body.at(&["properties", "scope"]).filter(|node| !node.value.is_null()) {
            let text = self.names.text(node, id);
            return if text.starts_with('/') { text } else { format!("/{text}") };
        }
        if let Some(parent) = resource.parent {
            return self.names.id(parent);
        }
        let known = resource.identities.iter().find_map(|own| own.split_once("/providers/Microsoft.Authorization/"));
        known.map_or_else(
            || self.names.group(resource),
            |(scope, _)| if scope.is_empty() { "/".to_owned() } else { scope.to_owned() },
        )
    }

    fn role(&mut self, id: ResourceId) -> Result<usize, String> {
        let body = self.resource(id).map(|resource| &resource.body).ok_or("the role is not known")?;
        let named = body.at(&["properties", "roleDefinitionName"]).filter(|node| !node.value.is_null());
        if let Some(node) = named {
            let name = node.value.as_text().ok_or_else(|| format!("{} is not known", self.names.text(node, id)))?;
            let own = self.tenant.roles.iter().position(|role| role.name.eq_ignore_ascii_case(&name));
            let found = own.or_else(|| self.builtin(table().id_of(&name)?));
            return found.ok_or_else(|| format!("the role {name} is not among what was read"));
        }
        let node = body.at(&["properties", "roleDefinitionId"]).ok_or("its role is not written")?;
        if let Value::Ref(reference) = &node.value
            && let Target::Resource(target) = reference.target
        {
            return self.role_of(target);
        }
        let written = self.names.text(node, id);
        let last = written.rsplit('/').next().unwrap_or_default().to_lowercase();
        // A role of Terraform is known by `id|scope` as well.
        let last = last.split('|').next().unwrap_or_default().to_owned();
        let found = self.roles.get(&last).copied().or_else(|| self.builtin(&last));
        found.ok_or_else(|| format!("the role {written} is not among what was read"))
    }

    fn role_of(&mut self, target: ResourceId) -> Result<usize, String> {
        if let Some(at) = self.roles.get(&format!("resource {}", target.index())) {
            return Ok(*at);
        }
        let body = self.resource(target).map(|resource| &resource.body).ok_or("the role is not known")?;
        let name = text(body, &["properties", "roleName"]);
        let by_name = name.as_ref().and_then(|name| {
            let own = self.tenant.roles.iter().position(|role| role.name.eq_ignore_ascii_case(name));
            own.or_else(|| self.builtin(table().id_of(name)?))
        });
        let by_id = by_name.or_else(|| self.builtin(&text(body, &["name"])?));
        by_id.ok_or_else(|| format!("the role {} is not among what was read", name.unwrap_or_default()))
    }

    fn builtin(&mut self, id: &str) -> Option<usize> {
        if let Some(at) = self.roles.get(id) {
            return Some(*at);
        }
        let role = table().role(id)?;
        self.roles.insert(id.to_owned(), self.tenant.roles.len());
        self.tenant.roles.push(role);
        Some(self.tenant.roles.len() - 1)
    }

    pub(super) fn denies(&mut self) {
        for id in self.of_kind("Microsoft.Authorization/denyAssignments") {
            let Some(resource) = self.resource(id) else { continue };
            let body = &resource.body;
            let name = text(body, &["properties", "denyAssignmentName"]);
            let parties = |name: &str| -> Vec<(String, bool)> {
                let list = items(body, &["properties", name]).0;
                let one = |node: &&Node| {
                    let kind = text(node, &["type"]).unwrap_or_default();
                    let person = kind.eq_ignore_ascii_case("User") || kind.eq_ignore_ascii_case("ServicePrincipal");
                    Some((text(node, &["id"])?, !person))
                };
                list.iter().filter_map(one).collect()
            };
            let principals = parties("principals");
            let everyone = principals.iter().any(|(id, _)| id == EVERYONE);
            let permissions = items(body, &["properties", "permissions"]).0;
            let deny = Deny {
                name: name.unwrap_or_else(|| resource.address.to_string()),
                scope: self.scope(id),
                permissions: permissions.iter().map(|node| self.permissions(node, id)).collect(),
                everyone,
                principals: principals.into_iter().filter(|(id, _)| id != EVERYONE).collect(),
                excluded: parties("excludePrincipals"),
                here_only: self.flag(id, body, &["properties", "doNotApplyToChildScopes"]) == Some(true),
                place: self.at(resource.origin),
            };
            self.tenant.denies.push(deny);
        }
    }

    /// <https://learn.microsoft.com/azure/role-based-access-control/classic-administrators>
    fn classic(&mut self) {
        for id in self.of_kind("Microsoft.Authorization/classicAdministrators") {
            let Some(resource) = self.resource(id) else { continue };
            let part = |name: &str| text(&resource.body, &["properties", name]).unwrap_or_default();
            self.tenant.classic.push((part("emailAddress"), part("role"), self.at(resource.origin)));
        }
    }
}

/// All principals, in deny assignments: <https://learn.microsoft.com/azure/role-based-access-control/deny-assignments#system-defined-principal>.
const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";

fn kind_of(written: &str) -> Option<PrincipalKind> {
    match written.to_lowercase().as_str() {
        "user" => Some(PrincipalKind::User),
        "group" => Some(PrincipalKind::Group),
        "serviceprincipal" => Some(PrincipalKind::ServicePrincipal),
        "foreigngroup" => Some(PrincipalKind::Group),
        _ => None,
    }
}
