//! Table of expressions over one resource, and the truth that each must have.

#[cfg(test)]
mod support;

use redan_expr::Truth::{self, False, True, Unknown};
use support::on;

fn check(body: &str, cases: &[(&str, Truth)]) {
    for (text, expected) in cases {
        assert_eq!(on(body, text), *expected, "{text} over {body}");
    }
}

#[test]
fn three_values() {
    check(
        r#"{"Flag": "?x", "Public": true, "Limit": 4}"#,
        &[
            ("self.Flag == true", Unknown),
            ("self.Flag == true && self.Public", Unknown),
            ("self.Flag == true && !self.Public", False),
            ("self.Flag == true || self.Public", True),
            ("self.Flag == true || !self.Public", Unknown),
            ("!(self.Flag == true)", Unknown),
            ("self.Public ? self.Flag == true : true", Unknown),
            ("self.Flag == true ? self.Public : self.Public", True),
            ("(self.Flag == true ? 1 : 1) == 1", True),
            ("(self.Flag == true ? 1 : 2) == 1", Unknown),
            ("self.Limit != null && self.Limit >= 4", True),
            ("(self.Limit ?? 0) > 4", False),
            ("(self.Flag ?? true) == true", Unknown),
            ("self.Flag == null", Unknown),
        ],
    );
}

#[test]
fn null_and_defaults() {
    check(
        "{}",
        &[
            ("self.Flag == null", True),
            ("null == self.Flag", True),
            ("self.Flag == true", False),
            ("self.Flag != true", True),
            ("self.Public", False),
            ("self.Count == 3", True),
            ("self.Block == null", True),
            ("self.Block.A", True),
            ("self.Block.B == null", True),
            ("self.Block.C == null", True),
            ("self.Rules.all(r, r.Port == 1)", True),
            ("self.Rules.exists(r, r.Port == 1)", False),
            ("self.Ports.size() == 0", True),
            ("(self.Flag ?? true) == true", True),
            ("declared(self.Public)", False),
            ("declared(self.Flag)", False),
            ("self.Tags[\"owner\"] == null", True),
            ("self.Attributes[\"access_logs.s3.enabled\"] == \"false\"", True),
            ("self.Labels[\"x\"] == null", True),
            ("self.Seen == 1", Unknown),
            ("self.Chosen", Unknown),
            ("declared(self.Chosen)", False),
            ("self.Safe", False),
            ("self.Key.Rotated == true", False),
            ("self.Key.Rotated == null", True),
            ("self.Names.exists(n, n.startsWith(\"a\"))", False),
            ("lower(self.Mode ?? \"ON\") == \"on\"", True),
        ],
    );
    check(
        r#"{"Public": true, "Block": {"C": true}, "Flag": null}"#,
        &[
            ("declared(self.Public)", True),
            ("self.Block.A", True),
            ("declared(self.Block.A)", False),
            ("declared(self.Block)", True),
            ("self.Block != null && self.Block.C", True),
            ("declared(self.Flag)", False),
        ],
    );
    check(
        r#"{"??": 1, "Public": true}"#,
        &[
            ("self.Public", True),
            ("self.Count == 3", Unknown),
            ("declared(self.Count)", Unknown),
            ("self.Block.A", Unknown),
        ],
    );
}

#[test]
fn lists_maps_and_keys() {
    let body = r#"{"Rules": [{"Port": 22, "Text": "ssh"}, {"Port": 443}], "Names": ["b", "a"],
        "Tags": [{"Key": "owner", "Value": "me"}], "Labels": {"a": "1", "b": "2"},
        "Attributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}]}"#;
    check(
        body,
        &[
            ("self.Rules.all(r, r.Text != null)", False),
            ("self.Rules.exists(r, r.Port == 22)", True),
            ("self.Rules.filter(r, r.Port == 22).size() == 1", True),
            ("self.Rules.filter(r, r.Text != null).all(r, r.Port == 22)", True),
            ("\"a\" in self.Names", True),
            ("\"c\" in self.Names", False),
            ("\"owner\" in self.Tags", True),
            ("\"b\" in self.Labels", True),
            ("self.Labels.all(k, v, k in [\"a\", \"b\"] && v != \"3\")", True),
            ("self.Tags[\"owner\"] == \"me\"", True),
            ("self.Attributes[\"access_logs.s3.enabled\"] == \"true\"", True),
            ("self.Names == [\"b\", \"a\"]", True),
            ("self.Names == [\"b\"]", False),
            ("[\"A\", \"B\"].exists(k, self.Block[k] == true)", True),
            ("[\"A\", \"B\"].all(k, self.Block[k] == true)", False),
            ("self.Names.size() >= 2", True),
        ],
    );
    check(
        r#"{"Names": ["a", "?x"], "Rules": [{"Port": 1}, "??rest"], "Tags": [{"Key": "?k", "Value": "v"}]}"#,
        &[
            ("\"a\" in self.Names", True),
            ("\"b\" in self.Names", Unknown),
            ("self.Names == [\"b\", \"c\"]", False),
            ("self.Names == [\"a\", \"c\"]", Unknown),
            ("self.Rules.exists(r, r.Port == 1)", True),
            ("self.Rules.exists(r, r.Port == 2)", Unknown),
            ("self.Rules.all(r, r.Port == 1)", Unknown),
            ("self.Rules.all(r, r.Port == 2)", False),
            ("self.Rules.size() >= 1", True),
            ("self.Rules.size() >= 2", Unknown),
            ("self.Rules.size() == 0", False),
            ("self.Tags[\"owner\"] == \"v\"", Unknown),
            ("\"owner\" in self.Tags", Unknown),
            ("self.Rules.filter(r, r.Port == 2).size() == 0", Unknown),
        ],
    );
}

#[test]
fn texts_with_holes() {
    check(
        r#"{"Name": "arn:aws:s3:::${b}/x", "Mode": "${m}", "Names": ["a-${x}"]}"#,
        &[
            ("self.Name == \"arn:aws:s3:::b/x\"", Unknown),
            ("self.Name == \"arn:aws:sqs:b/x\"", False),
            ("self.Name == \"arn:aws:s3:::/y\"", False),
            ("self.Name != \"other\"", True),
            ("self.Name.startsWith(\"arn:aws:\")", True),
            ("self.Name.startsWith(\"arn:aws:s3:::b\")", Unknown),
            ("self.Name.startsWith(\"arn:azure\")", False),
            ("self.Name.endsWith(\"/x\")", True),
            ("self.Name.endsWith(\"y\")", False),
            ("self.Name.contains(\":s3:\")", True),
            ("self.Name.contains(\"zzz\")", Unknown),
            ("self.Name != null", True),
            ("self.Name.size() > 5", True),
            ("self.Name.size() > 50", Unknown),
            ("\"b-1\" in self.Names", False),
            ("\"a-1\" in self.Names", Unknown),
            ("self.Name.lower().startsWith(\"arn\")", True),
        ],
    );
}

#[test]
fn functions() {
    check(
        r#"{"Created": "2025-12-01T00:00:00Z", "Wait": 7200, "Tls": "TLS1_2", "Name": "a,b", "Mode": "1.29"}"#,
        &[
            ("age(self.Created) < days(90)", True),
            ("age(self.Created) < days(30)", False),
            ("until(self.Created) < days(0)", True),
            ("self.Created < now", True),
            ("self.Created < \"2025-12-02\"", True),
            ("(self.Wait ?? hours(1)) == hours(2)", True),
            ("(self.Wait ?? hours(1)) > minutes(119)", True),
            ("self.Tls != null && tls(self.Tls) >= version(\"1.2\")", True),
            ("self.Tls != null && tls(self.Tls) >= tls(\"TLSv1.3\")", False),
            ("self.Mode != null && version(self.Mode) > version(\"1.3\")", True),
            ("self.Name != null && version(self.Name) > version(\"1.3\")", Unknown),
            ("\"b\" in self.Name.split(\",\")", True),
            ("self.Name.matches(\"^[a-z],\")", True),
            ("self.Name.matches(\"^x\")", False),
        ],
    );
}

#[test]
fn live_places_have_no_defaults() {
    let mut world = support::World::new();
    let id = world.add("Test::Store", "store", r#"{"Public": true}"#);
    world.last().live = true;
    let estate = world.build();
    for (text, expected) in [
        ("self.Count == null", True),
        ("self.Block.A == null", True),
        ("self.Public", True),
        ("declared(self.Public)", True),
        ("self.Seen == null", True),
    ] {
        assert_eq!(support::run(&estate, id, text), expected, "{text}");
    }
    let unanswered = support::explain(&estate, id, "self.Block.A");
    assert_eq!(unanswered.truth, Unknown);
    assert_eq!(unanswered.reasons[0].class, redan_model::ReasonClass::NotCollected);
}
