//! Generated roles, groups, assignments, denies and conditions: every answer of the engine, and the request that it shows, agree with a
//! second evaluator.

#![cfg(test)]

#[path = "azure/direct.rs"]
mod direct;
#[path = "azure/world.rs"]
mod world;

use direct::{Request, allowed};
use proptest::prelude::*;
use redan_iam::Given;
use serde_json::{Value, json};

/// Operations of both planes that the vendor lists.
const CONTROL: [&str; 4] = [
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachines/runCommand/action",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Authorization/roleAssignments/write",
];
const DATA: [&str; 2] = [
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
    "Microsoft.KeyVault/vaults/secrets/getSecret/action",
];
const PATTERNS: [&str; 9] = [
    "*",
    "*/read",
    "Microsoft.Compute/*",
    "microsoft.compute/virtualmachines/runcommand/action",
    "Microsoft.*/listKeys/*",
    "Microsoft.Authorization/*/write",
    "Microsoft.Storage/*/blobs/read",
    "*/action",
    "Microsoft.KeyVault/vaults/secrets/*",
];
const SCOPES: [&str; 6] = [
    "/",
    "/providers/Microsoft.Management/managementGroups/corp",
    "/subscriptions/s1",
    "/subscriptions/s1/resourceGroups/rg1",
    "/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/acct1",
    "/subscriptions/s2",
];
const TARGETS: [&str; 4] = [
    "/subscriptions/s1",
    "/subscriptions/s1/resourceGroups/rg1",
    "/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/acct1",
    "/subscriptions/s2/resourceGroups/rg1",
];
const USERS: [&str; 3] = ["alice", "bob", "carol"];
const PRINCIPALS: [&str; 5] = ["alice", "bob", "carol", "team", "all"];
const ROLES: [&str; 3] = ["r0", "r1", "r2"];
const VALUES: [&str; 3] = ["red", "blue", "green"];
const ATTRIBUTE: &str = "@Request[Microsoft.Storage/storageAccounts:color]";

fn some(from: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(from), 0..=most)
}

fn one(from: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(from)
}

fn lists() -> impl Strategy<Value = Value> {
    (some(&PATTERNS, 3), some(&PATTERNS, 2), some(&PATTERNS, 2), some(&PATTERNS, 1)).prop_map(
        |(actions, without, data, without_data)| {
            json!({"actions": actions, "notActions": without, "dataActions": data, "notDataActions": without_data})
        },
    )
}

fn assignment() -> impl Strategy<Value = Value> {
    let condition = prop::option::weighted(0.3, (one(&PATTERNS), some(&VALUES, 2)));
    (one(&PRINCIPALS), one(&ROLES), one(&SCOPES), condition).prop_map(|(who, role, scope, condition)| {
        json!([who, role, scope, condition.map(|(pattern, values)| json!([pattern, values]))])
    })
}

fn deny() -> impl Strategy<Value = Value> {
    let parties = |most| prop::collection::vec(prop::sample::select(&PRINCIPALS[..]), 0..=most);
    (lists(), one(&SCOPES), parties(2), parties(1), any::<bool>(), any::<bool>()).prop_map(
        |(mut lists, scope, to, but, everyone, here)| {
            let kind = |who: &str| if USERS.contains(&who) { "User" } else { "Group" };
            let party = |who: &&str| json!([who, kind(who)]);
            let mut to: Vec<Value> = to.iter().map(party).collect();
            if everyone {
                to.push(json!(["everyone", "SystemDefined"]));
            }
            let more = json!({"name": "denied", "scope": scope, "principals": to,
                              "exclude": but.iter().map(party).collect::<Vec<_>>(), "hereOnly": here});
            let lists = lists.as_object_mut().expect("an object");
            lists.extend(more.as_object().expect("an object").clone());
            Value::Object(lists.clone())
        },
    )
}

fn worlds() -> impl Strategy<Value = Value> {
    let roles = prop::collection::vec(lists(), 3);
    let denies = prop::collection::vec(deny(), 0..=2);
    (roles, prop::collection::vec(assignment(), 1..=5), denies, some(&USERS, 2)).prop_map(
        |(roles, assignments, denies, team)| {
            let roles: serde_json::Map<String, Value> =
                ROLES.iter().zip(roles).map(|(name, lists)| ((*name).to_owned(), lists)).collect();
            json!({"users": USERS, "groups": {"team": team, "all": ["team", "carol"]}, "roles": roles, "assignments": assignments,
                   "denies": denies, "management": {"root": null, "corp": "root"}, "subscriptions": {"s1": "corp", "s2": "root"}})
        },
    )
}

/// The same world with conditions in the vendor's language.
fn written(world: &Value) -> Value {
    let mut world = world.clone();
    for given in world["assignments"].as_array_mut().into_iter().flatten() {
        if let Some(parts) = given[3].as_array().cloned() {
            let values: Vec<String> = parts[1]
                .as_array()
                .into_iter()
                .flatten()
                .map(|value| format!("'{}'", value.as_str().expect("a text")))
                .collect();
            let test = format!("{ATTRIBUTE} ForAnyOfAnyValues:StringEquals {{{}}}", values.join(", "));
            given[3] = json!(format!("((!(ActionMatches{{{}}})) OR ({test}))", parts[0].to_string().replace('"', "'")));
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn answers_and_witnesses_agree_with_the_direct_evaluator(world in worlds()) {
        let tenant = world::tenant(&world::bodies(&written(&world)));
        for who in USERS {
            for (action, data) in CONTROL.iter().map(|own| (*own, false)).chain(DATA.iter().map(|own| (*own, true))) {
                for target in TARGETS {
                    let request = |attribute: Option<&str>| Request {
                        who: who.to_owned(),
                        action: action.to_owned(),
                        data,
                        target: target.to_owned(),
                        attribute: attribute.map(str::to_owned),
                    };
                    let grant = tenant.can(who, action, Some(target), &Given::new()).expect("a principal");
                    let possible: Vec<&str> =
                        VALUES.into_iter().chain(["other"]).filter(|value| allowed(&world, &request(Some(value)))).collect();
                    prop_assert_eq!(grant.allowed, Some(!possible.is_empty()), "{} {} {}", who, action, target);
                    if grant.allowed == Some(true) {
                        let shown = grant.context.values().next().and_then(|values| values.first()).map(String::as_str);
                        prop_assert!(allowed(&world, &request(Some(shown.unwrap_or("other")))), "{} {} {} {:?}", who, action, target, shown);
                        prop_assert!(!grant.statements.is_empty());
                    }
                    for value in VALUES {
                        let given = Given::from([(ATTRIBUTE.to_owned(), vec![value.to_owned()])]);
                        let settled = tenant.can(who, action, Some(target), &given).expect("a principal");
                        prop_assert_eq!(settled.allowed, Some(allowed(&world, &request(Some(value)))), "{} {} {} {}", who, action, target, value);
                    }
                }
            }
        }
    }
}
