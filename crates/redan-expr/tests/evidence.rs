//! Which leaves decide, and where they are reported.

#[cfg(test)]
mod support;

use redan_expr::Truth::{False, True, Unknown};
use redan_model::{Estate, Origin, ReasonClass, ResourceId, Source, Value};
use support::{World, explain};

fn paths(body: &str, text: &str) -> Vec<String> {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", body);
    explain(&world.build(), id, text).leaves.into_iter().map(|leaf| leaf.path).collect()
}

fn text_at(estate: &Estate, origin: Origin) -> String {
    let Some(place) = estate.sources().place(origin) else { return String::new() };
    let Source::File { text, .. } = estate.sources().get(origin.source) else { return String::new() };
    let byte = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    text.get(byte(place.bytes.0)..byte(place.bytes.1)).unwrap_or_default().to_owned()
}

#[test]
fn only_what_decides() {
    let body = r#"{"Public": true, "Flag": false, "Limit": 7, "Name": "n"}"#;
    for (text, expected) in [
        ("self.Flag == true && self.Public", vec!["Flag"]),
        ("self.Flag == true && !self.Public", vec!["Flag", "Public"]),
        ("self.Flag == true || !self.Public", vec!["Flag", "Public"]),
        ("self.Flag == true || self.Public", vec!["Public"]),
        ("self.Public ? self.Flag == true : self.Limit == 1", vec!["Flag"]),
        ("(self.Limit ?? 1) == 1", vec!["Limit"]),
        ("!(self.Name in [\"n\"])", vec!["Name"]),
        ("self.Rules.size() > 0", vec!["Rules"]),
        ("self.Block.A == false", vec!["Block.A"]),
        ("[\"A\", \"B\"].all(k, self.Block[k] == true)", vec!["Block.B"]),
        ("self.Tags[\"a.b\"] == \"1\"", vec!["Tags[\"a.b\"]"]),
    ] {
        assert_eq!(paths(body, text), expected, "{text}");
    }
}

#[test]
fn counterexamples_are_named_by_index_and_by_content() {
    let body =
        r#"{"Rules": [{"Port": 1}, {"Port": 2}, {"Port": 3}, {"Port": 4}, {"Port": 5}, {"Port": 6}, {"Port": 7}]}"#;
    let mut world = World::new();
    let id = world.add("Test::Store", "store", body);
    let estate = world.build();
    let explanation = explain(&estate, id, "self.Rules.all(r, r.Port == 2)");
    assert_eq!(explanation.truth, False);
    let paths: Vec<&str> = explanation.leaves.iter().map(|leaf| leaf.path.as_str()).collect();
    assert_eq!(paths, ["Rules[0].Port", "Rules[2].Port", "Rules[3].Port", "Rules[4].Port", "Rules[5].Port"]);
    assert_eq!(explanation.more, 1);
    assert_eq!(text_at(&estate, explanation.leaves[0].origin), "1");

    let mut moved = World::new();
    let other = moved.add("Test::Store", "store", r#"{"Rules": [{"Port": 2}, {"Port": 1}]}"#);
    let again = explain(&moved.build(), other, "self.Rules.all(r, r.Port == 2)");
    assert_eq!(again.leaves[0].path, "Rules[1].Port");
    assert_eq!(again.leaves[0].stable, explanation.leaves[0].stable);
}

#[test]
fn what_is_left_out_is_reported_at_the_innermost_block() {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", r#"{"Block": {"C": true}}"#);
    let estate = world.build();
    let inner = explain(&estate, id, "self.Block.B == true");
    assert_eq!(inner.leaves[0].value, Value::Null);
    assert_eq!(inner.leaves[0].origin, Origin::NOWHERE);
    assert_eq!(text_at(&estate, inner.leaves[0].block), r#"{"C": true}"#);
    let outer = explain(&estate, id, "self.Public");
    assert_eq!(text_at(&estate, outer.leaves[0].block), r#"{"Block": {"C": true}}"#);
    let Source::Default { docs } = estate.sources().get(outer.leaves[0].origin.source) else {
        panic!("not a default: {outer:?}")
    };
    assert_eq!(docs.as_str(), "https://docs.example/default");
}

#[test]
fn assumptions_are_said() {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", "{}");
    let estate = world.build();
    let place = explain(&estate, id, "account.Strict");
    assert_eq!(place.leaves[0].assumed.unwrap().as_str(), "the account keeps the defaults");
    assert_eq!(place.leaves[0].resource, ResourceId::from_index(0));
    assert_eq!(text_at(&estate, place.leaves[0].block), "{}");
    let nobody = explain(&estate, id, "self.referrers(\"Test::Log\").exists(l, l.Enabled)");
    assert_eq!(nobody.truth, False);
    assert_eq!(nobody.leaves[0].assumed.unwrap().as_str(), "nothing in this code refers to it");
    assert_eq!(nobody.leaves[0].path, "referrers(Test::Log)");
}

#[test]
fn every_unknown_that_could_turn_it_is_named() {
    let mut world = World::new();
    let body = r#"{"Flag": "?a", "Limit": "?b", "Public": true, "Name": "x${c}", "Rules": [{"Port": "?d"}, "??e"], "Key": "->lost"}"#;
    let id = world.add("Test::Store", "store", body);
    let estate = world.build();
    for (text, expected) in [
        ("self.Flag == true && self.Limit == 1", vec!["a", "b"]),
        ("self.Flag == true && self.Public", vec!["a"]),
        ("self.Name == \"xy\"", vec!["c"]),
        ("self.Rules.all(r, r.Port == 1)", vec!["d", "??e"]),
        ("self.Key.Rotated == true", vec!["lost"]),
        ("self.Flag == true ? self.Public : self.Limit == 1", vec!["a", "b"]),
        ("self.Rules.size() > 1", vec!["??e"]),
        ("self.Rules.filter(r, r.Port == 1).size() == 0", vec!["??e", "d"]),
    ] {
        let explanation = explain(&estate, id, text);
        assert_eq!(explanation.truth, Unknown, "{text}");
        let names: Vec<&str> = explanation.reasons.iter().map(|reason| reason.what.as_str()).collect();
        assert_eq!(names, expected, "{text}");
    }
    let observed = explain(&estate, id, "self.Seen == 1");
    assert_eq!(observed.reasons[0].class, ReasonClass::NotCollected);
}

#[test]
fn a_leaf_behind_a_reference_is_the_target_s() {
    let mut world = World::new();
    let id = world.add("Test::Store", "store", r#"{"Key": "->key"}"#);
    let key = world.add("Test::Key", "key", r#"{"Rotated": false}"#);
    let estate = world.build();
    let explanation = explain(&estate, id, "self.Key.Rotated == true");
    assert_eq!(explanation.truth, False);
    assert_eq!((explanation.leaves[0].resource, explanation.leaves[0].path.as_str()), (key, "Rotated"));
    assert_eq!(text_at(&estate, explanation.leaves[0].origin), "false");
    assert_eq!(text_at(&estate, explanation.leaves[0].block), "\"->key\"");
    let secret = explain(&estate, id, "self.Secret == null");
    assert_eq!((secret.truth, secret.leaves[0].secret), (True, true));
}
