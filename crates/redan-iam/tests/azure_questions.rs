//! Questions about Azure, labelled by hand with the vendor's page that settles each.

#![cfg(test)]

#[path = "azure/world.rs"]
mod world;

use std::collections::BTreeMap;

use redan_iam::{Given, Tenant};
use serde_json::Value;

const QUESTIONS: &str = include_str!("azure/questions.json");

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn can(tenant: &Tenant, question: &Value) -> String {
    let [who, action, target] = [0, 1, 2].map(|place| question["can"][place].as_str().expect("a text"));
    let given = question.get("context").and_then(Value::as_object).into_iter().flatten();
    let given: Given =
        given.map(|(key, value)| (key.clone(), vec![value.as_str().expect("a text").to_owned()])).collect();
    let grant = tenant.can(who, action, Some(target), &given).expect("the principal");
    assert_eq!(
        grant.allowed.is_none(),
        grant.allowed != Some(true) && grant.reason.is_some() && grant.statements.is_empty()
    );
    match grant.allowed {
        Some(true) => "allowed",
        Some(false) => "not allowed",
        None => "unknown",
    }
    .to_owned()
}

fn escalates(tenant: &Tenant, question: &Value) -> String {
    let found = tenant.escalations();
    let Some(own) = found.iter().find(|own| own.identity == text(question, "escalate")) else {
        return "nothing".to_owned();
    };
    if own.administrator {
        return "administrator".to_owned();
    }
    if let Some(last) = own.chain.last() {
        let (action, scope) = ("Microsoft.Authorization/roleAssignments/write", Some("/subscriptions/s1"));
        let power = || tenant.can(&last.to, action, scope, &Given::new()).and_then(|grant| grant.allowed);
        assert!(last.to == "administrator" || power() == Some(true), "{own:?}");
        assert!(!own.cut.is_empty(), "{own:?}");
        return "chain".to_owned();
    }
    let data = own.steps.iter().map(|step| step.to.rsplit('/').next().unwrap_or_default());
    format!("data of {}", data.collect::<Vec<_>>().join(", "))
}

#[test]
fn every_label_is_met() {
    let all: Value = serde_json::from_str(QUESTIONS).expect("JSON");
    let tenants: BTreeMap<&String, Tenant> = all["worlds"]
        .as_object()
        .expect("worlds")
        .iter()
        .map(|(name, world)| (name, world::tenant(&world::bodies(world))))
        .collect();
    let questions = all["questions"].as_array().expect("questions");
    assert!(questions.len() >= 60);
    let mut wrong = Vec::new();
    for question in questions {
        assert!(text(question, "page").starts_with("https://learn.microsoft.com/"), "{question}");
        let tenant = tenants.get(&text(question, "world").to_owned()).expect("a world");
        let (answer, expected) = if question.get("can").is_some() {
            (can(tenant, question), text(question, "expect").to_owned())
        } else if question.get("escalate").is_some() {
            (escalates(tenant, question), text(question, "expect").to_owned())
        } else if question.get("public").is_some() {
            let found = tenant.openings();
            let open = found
                .iter()
                .any(|opening| opening.resource == text(question, "public") && opening.public == Some(true));
            (open.to_string(), question["expect"].to_string())
        } else {
            let found = tenant.openings();
            let on = found.iter().filter(|opening| opening.resource == text(question, "external"));
            let who: Vec<&str> =
                on.flat_map(|opening| opening.ways.iter()).map(|way| way.who.trim_start_matches("guest ")).collect();
            (who.join(", "), text(question, "expect").to_owned())
        };
        if answer != expected {
            wrong.push(format!("{answer} instead of {expected}: {question}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), questions.len(), wrong.join("\n"));
}
