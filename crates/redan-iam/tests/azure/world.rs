//! Tenants out of a short notation: users, groups, roles and assignments as answers of the API.

use std::sync::Arc;

use redan_iam::Tenant;
use redan_kinds::{Kinds, assemble, read_azure};
use redan_model::{Estate, Origin, Sources, json};
use serde_json::{Map, Value, json};

const AUTHORIZATION: &str = "providers/Microsoft.Authorization";

/// The tenant of these answers of the API.
pub(crate) fn tenant(bodies: &[Value]) -> Tenant {
    Tenant::from_estate(&estate(bodies))
}

pub(crate) fn estate(bodies: &[Value]) -> Estate {
    let node = json::parse_with(&Value::from(bodies.to_vec()).to_string(), &|_, _| Origin::NOWHERE).expect("JSON");
    let kinds = Arc::new(Kinds::builtin());
    assemble(read_azure(&node, &kinds), &kinds, &Arc::new(Sources::new()))
}

fn entries<'v>(world: &'v Value, name: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    world.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn list<'v>(world: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    world.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// What the API answers in a world.
pub(crate) fn bodies(world: &Value) -> Vec<Value> {
    let mut out: Vec<Value> = list(world, "resources").cloned().collect();
    out.extend(list(world, "users").map(|user| match user.as_str() {
        Some(name) => {
            json!({"type": "Microsoft.Graph/users", "id": name, "userPrincipalName": name, "userType": "Member"})
        }
        None => {
            json!({"type": "Microsoft.Graph/users", "id": user[0], "userPrincipalName": user[0], "userType": user[1]})
        }
    }));
    let owners =
        |name: &Value| world["owners"].get(name.as_str().expect("a name")).cloned().unwrap_or_else(|| json!([]));
    out.extend(list(world, "apps").map(|app| {
        json!({"type": "Microsoft.Graph/servicePrincipals", "id": app, "displayName": app, "owners": owners(app)})
    }));
    for (name, members) in entries(world, "groups") {
        let id = json!(name);
        let role_assignable = list(world, "roleAssignable").any(|own| *own == id);
        out.push(json!({"type": "Microsoft.Graph/groups", "id": id, "displayName": id, "members": members,
                        "owners": owners(&id), "isAssignableToRole": role_assignable}));
    }
    for (name, role) in entries(world, "roles") {
        let lists: Map<String, Value> = role
            .as_object()
            .expect("a role")
            .iter()
            .filter(|(key, _)| *key != "scopes")
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        out.push(json!({"type": "Microsoft.Authorization/roleDefinitions", "id": format!("/{AUTHORIZATION}/roleDefinitions/{name}"),
                        "name": name, "properties": {"roleName": name, "type": "CustomRole", "permissions": [lists],
                        "assignableScopes": role.get("scopes").cloned().unwrap_or_else(|| json!(["/subscriptions/s1"]))}}));
    }
    for (number, given) in list(world, "assignments").enumerate() {
        let scope = given[2].as_str().expect("a scope");
        out.push(json!({"type": "Microsoft.Authorization/roleAssignments",
                        "id": format!("{scope}/{AUTHORIZATION}/roleAssignments/a{number}"), "name": format!("a{number}"),
                        "properties": {"principalId": given[0], "roleDefinitionName": given[1], "scope": scope,
                                       "condition": given.get(3)}}));
    }
    for deny in list(world, "denies") {
        let scope = deny["scope"].as_str().expect("a scope");
        let parties = |name: &str| -> Value {
            let one = |party: &Value| match party[0].as_str() {
                Some("everyone") => json!({"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}),
                _ => json!({"id": party[0], "type": party[1]}),
            };
            list(deny, name).map(one).collect()
        };
        let empty = json!([]);
        let patterns = |name: &str| deny.get(name).unwrap_or(&empty).clone();
        out.push(json!({"type": "Microsoft.Authorization/denyAssignments",
                        "id": format!("{scope}/{AUTHORIZATION}/denyAssignments/{}", deny["name"]), "name": deny["name"],
                        "properties": {"denyAssignmentName": deny["name"], "scope": scope, "principals": parties("principals"),
                        "excludePrincipals": parties("exclude"), "doNotApplyToChildScopes": deny.get("hereOnly") == Some(&json!(true)),
                        "permissions": [{"actions": patterns("actions"), "notActions": patterns("notActions"),
                                         "dataActions": patterns("dataActions"), "notDataActions": patterns("notDataActions")}]}}));
    }
    for (name, parent) in entries(world, "management") {
        let id = |name: &Value| {
            format!("/providers/Microsoft.Management/managementGroups/{}", name.as_str().expect("a name"))
        };
        let children: Vec<Value> = entries(world, "subscriptions")
            .filter(|(_, group)| *group == name)
            .map(|(subscription, _)| json!({"type": "/subscriptions", "id": format!("/subscriptions/{subscription}")}))
            .collect();
        let parent = if parent.is_null() { Value::Null } else { json!({"id": id(parent)}) };
        out.push(json!({"type": "Microsoft.Management/managementGroups", "id": id(&json!(name)), "name": name,
                        "properties": {"displayName": name, "details": {"parent": parent}, "children": children}}));
    }
    for (template, members) in entries(world, "directoryRoles") {
        out.push(json!({"type": "Microsoft.Graph/directoryRoles", "id": template, "roleTemplateId": template, "members": members}));
    }
    for (number, given) in list(world, "graphRoles").enumerate() {
        out.push(
            json!({"type": "Microsoft.Graph/appRoleAssignedTo", "id": format!("g{number}"), "principalId": given[0],
                        "appRoleId": given[1], "resourceId": "graph"}),
        );
    }
    out
}
