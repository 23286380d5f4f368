//! Children, referrers, places and references: sets that may be incomplete, members that may not exist.

#[cfg(test)]
mod support;

use redan_expr::Truth::{False, True, Unknown};
use redan_model::{Existence, Node, Origin, Places, Ref, ResourceId, Str, Target, Value};
use std::sync::Arc;
use support::{World, run, uncertain, unknown};

const LOGGED: &str = "self.referrers(\"Test::Log\", \"Target\").exists(l, l.Enabled)";

fn store_with_logs(logs: &[(&str, Existence)], open: bool) -> redan_expr::Truth {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", "{}");
    if open {
        world.last().open = Some(unknown("a module that was not read"));
    }
    for (index, (body, existence)) in logs.iter().enumerate() {
        world.add("Test::Log", &format!("log{index}"), body);
        world.last().existence = existence.clone();
    }
    run(&world.build(), id, LOGGED)
}

#[test]
fn referrers_are_complete_where_the_code_creates_the_target() {
    let on = (r#"{"Target": "->store"}"#, Existence::Certain);
    let off = (r#"{"Target": "->store", "Enabled": false}"#, Existence::Certain);
    assert_eq!(store_with_logs(&[], false), False);
    assert_eq!(store_with_logs(std::slice::from_ref(&off), false), False);
    assert_eq!(store_with_logs(&[off.clone(), on.clone()], false), True);
    assert_eq!(store_with_logs(&[], true), Unknown);
    assert_eq!(store_with_logs(&[off], true), Unknown);
    assert_eq!(store_with_logs(&[on], true), True);
}

#[test]
fn members_that_may_not_exist_decide_nothing() {
    let maybe_on = (r#"{"Target": "->store"}"#, uncertain("var.count"));
    let maybe_off = (r#"{"Target": "->store", "Enabled": false}"#, uncertain("var.count"));
    let unlinked = (r#"{"Target": "?target"}"#, Existence::Certain);
    assert_eq!(store_with_logs(std::slice::from_ref(&maybe_on), false), Unknown);
    assert_eq!(store_with_logs(&[maybe_off], false), False);
    assert_eq!(store_with_logs(&[unlinked], false), Unknown);
    let open = (r#"{"??": 1}"#, Existence::Certain);
    let other = (r#"{"Target": "->account", "Both": "?text"}"#, Existence::Certain);
    assert_eq!(store_with_logs(&[open], false), Unknown);
    assert_eq!(store_with_logs(&[other], false), False);
    let mut world = World::new();
    let id = world.add("Test::Store", "store", "{}");
    world.add("Test::Log", "log", maybe_on.0);
    world.last().existence = maybe_on.1;
    let estate = world.build();
    assert_eq!(run(&estate, id, "self.referrers(\"Test::Log\").size() <= 1"), True);
    assert_eq!(run(&estate, id, "self.referrers(\"Test::Log\").size() == 1"), Unknown);
    assert_eq!(run(&estate, id, "self.referrers().size() == 0"), Unknown);
}

#[test]
fn references_lead_on() {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", r#"{"Key": "->key", "Either": "->log"}"#);
    let bare = world.add("Test::Store", "bare", r#"{"Key": "alias/aws/s3", "Either": "->nowhere"}"#);
    world.add("Test::Key", "key", r#"{"Rotated": true, "Both": "k"}"#);
    world.last().identities.push(Str::new("arn:aws:kms:key"));
    world.add("Test::Log", "log", r#"{"Both": "l"}"#);
    let estate = world.build();
    for (text, expected) in [
        ("self.Key.Rotated == true", True),
        ("self.Key.Manager == null", True),
        ("self.Key != null", True),
        ("self.Key == \"arn:aws:kms:key\"", True),
        ("self.Key.startsWith(\"arn:aws\")", True),
        ("self.Key == \"alias/aws/s3\"", False),
        ("self.Either.Both == \"l\"", True),
        ("self.Either.Rotated == null", True),
        ("self.Either.Enabled == true", True),
        ("self.Key == self.Either", False),
        ("self.Key == self.Key", True),
        ("self.Key.referrers(\"Test::Store\").size() == 1", True),
        ("gone(self.Key)", False),
    ] {
        assert_eq!(run(&estate, id, text), expected, "{text}");
    }
    for (text, expected) in [
        ("self.Key == \"alias/aws/s3\"", True),
        ("self.Key.startsWith(\"alias/aws/\")", True),
        ("self.Key.Rotated == true", Unknown),
        ("self.Either.Both == \"x\"", Unknown),
        ("gone(self.Either)", Unknown),
        ("self.Key == self.Either", Unknown),
    ] {
        assert_eq!(run(&estate, bare, text), expected, "{text}");
    }
}

#[test]
fn gone_targets_are_null() {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", "{}");
    let gone = Ref { target: Target::Gone, attribute: Str::default(), text: Some(Value::text("key-1")) };
    let key = Node::new(Value::Ref(Arc::new(gone)), Origin::NOWHERE);
    world.last().body = Node::map(vec![(Str::new("Key"), key)], Origin::NOWHERE);
    let estate = world.build();
    assert_eq!(run(&estate, id, "gone(self.Key)"), True);
    assert_eq!(run(&estate, id, "self.Key.Rotated == null"), True);
    assert_eq!(run(&estate, id, "self.Key == \"key-1\""), True);
}

#[test]
fn children_by_name() {
    let mut world = World::new();
    let id = world.add("Test/servers", "server", "{}");
    let child = world.add("Test/servers/databases", "db", r#"{"size": 3}"#);
    world.last().parent = Some(id);
    world.last().name = Some(Str::new("Main"));
    let maybe = world.add("Test/servers/databases", "maybe", r#"{"size": 3}"#);
    world.last().parent = Some(id);
    world.last().name = Some(Str::new("maybe"));
    world.last().existence = uncertain("var.on");
    let estate = world.build();
    for (text, expected) in [
        ("self.databases[\"main\"].size == 3", True),
        ("self.databases[\"main\"] != null", True),
        ("self.databases[\"other\"].size == null", True),
        ("self.databases[\"other\"] == null", True),
        ("self.databases[\"maybe\"].size == 3", Unknown),
        ("self.databases.exists(d, d.size == 3)", True),
        ("self.databases.all(d, d.size == 3)", True),
        ("self.databases.all(d, d.size == 4)", False),
        ("self.databases.size() >= 1", True),
        ("self.databases.size() == 2", Unknown),
    ] {
        assert_eq!(run(&estate, id, text), expected, "{text}");
    }
    assert_eq!(run(&estate, child, "self.parent == self.parent && self.parent.name == null"), True);
    assert_eq!(run(&estate, maybe, "self.parent.databases.size() >= 1"), True);
}

#[test]
fn places_hold_assumptions_and_everything_in_them() {
    let mut world = World::new();
    let store = world.add("Test::Store", "store", "{}");
    let homeless = world.add("Test::Store", "homeless", "{}");
    world.last().places = Arc::new(Places::default());
    let account = ResourceId::from_index(0);
    let mut complete = World::new();
    let other = complete.add("Test::Store", "store", "{}");
    complete.complete.push((account, Str::new("Test::Log")));
    let (estate, closed) = (world.build(), complete.build());
    assert_eq!(run(&estate, store, "account.Strict"), False);
    assert_eq!(run(&estate, homeless, "account.Strict"), Unknown);
    assert_eq!(run(&estate, account, "account == self"), True);
    assert_eq!(run(&estate, store, "account.resources(\"Test::Log\").size() == 0"), Unknown);
    assert_eq!(run(&closed, other, "account.resources(\"Test::Log\").size() == 0"), True);
    assert_eq!(run(&closed, other, "account.resources(\"Test::Store\").exists(s, s == self)"), True);
}

#[test]
fn a_missing_reference_lends_no_defaults() {
    let mut world = World::new();
    let id = world.add("Test::Loop", "alone", "{}");
    let estate = world.build();
    assert_eq!(run(&estate, id, "self.Other.A == null"), True);
    assert_eq!(run(&estate, id, "self.Other.Other.A == null"), True);
}

#[test]
fn a_partial_resource_is_judged_on_what_is_stated() {
    use redan_expr::{Context, Engines};
    let touches = |body: &str, text: &str| {
        let mut world = World::new();
        let id = world.add("Test::Store", "data.store", body);
        world.last().partial = true;
        world.last().identities.push(Str::new("store-1"));
        let estate = world.build();
        let engines = Engines::default();
        let context = Context { estate: &estate, ask: &engines, now: support::NOW, params: &[] };
        support::compile("Test::Store", text).unwrap().touches(&context, id)
    };
    let named = r#"{"Name": "store-1", "??": 1}"#;
    assert!(!touches(named, "self.Public"));
    assert!(!touches(named, "self.Name == \"x\""));
    assert!(!touches(named, LOGGED));
    let block = r#"{"Name": "store-1", "Block": {"A": true}, "??": 1}"#;
    assert!(touches(block, "self.Block.B == true"));
    assert!(touches(block, "self.Public && self.Block.A"));
    assert!(!touches(block, "self.Public"));
}
