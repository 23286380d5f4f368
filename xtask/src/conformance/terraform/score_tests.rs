//! Scoring, by the rules that the cases' description gives.

use super::*;
use crate::conformance::terraform::outline::outline;
use crate::conformance::terraform::scan::Stated;

fn judged(verdict: Verdict, address: &str, leaves: &[(&str, u32)]) -> Judged {
    let leaf = |(path, line): &(&str, u32)| Leaf {
        path: (*path).to_owned(),
        file: "main.tf".to_owned(),
        lines: (*line, *line),
        text: String::new(),
    };
    Judged {
        instance: 0,
        page: "p".to_owned(),
        verdict,
        address: address.to_owned(),
        stated: Vec::new(),
        line: 0,
        file: "main.tf".to_owned(),
        leaves: leaves.iter().map(leaf).collect(),
        reasons: vec!["input without a value".to_owned()],
        only_unstated: false,
    }
}

fn claim(part: Option<&str>) -> Claim {
    Claim { check: "C".to_owned(), page: "p".to_owned(), instance: 0, part: part.map(str::to_owned) }
}

fn at(label: Label, address: &str, lines: (u32, u32)) -> Unit {
    let block = Some(Span { file: "main.tf".to_owned(), first: lines.0, last: lines.1 });
    Unit { label, address: address.to_owned(), block, lines: Vec::new(), contradictory: false }
}

fn whole(label: Label, lines: &[u32]) -> Unit {
    Unit { label, address: String::new(), block: None, lines: lines.to_vec(), contradictory: false }
}

fn run(unit: &Unit, claim: &Claim, judged: Vec<Judged>, text: &str) -> Outcome {
    let outlines = BTreeMap::from([("main.tf".to_owned(), outline(text))]);
    score(unit, &[claim], &Scanned { judged, modules_missing: false }, &outlines)
}

fn got(outcome: Outcome) -> Got {
    match outcome {
        Outcome::Disagreed { got, .. } => got,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_instance_agrees_with_its_own_result_only() {
    let text = "resource \"a_b\" \"c\" {\n  x = each.value\n}\n";
    let results =
        || vec![judged(Verdict::Fail, "a_b.c[\"x\"]", &[("X", 2)]), judged(Verdict::Pass, "a_b.c[\"y\"]", &[("X", 2)])];
    assert_eq!(run(&at(Label::Fail, "a_b.c[\"x\"]", (1, 3)), &claim(None), results(), text), Outcome::Agreed);
    assert_eq!(run(&at(Label::Pass, "a_b.c[\"y\"]", (1, 3)), &claim(None), results(), text), Outcome::Agreed);
    assert_eq!(got(run(&at(Label::Pass, "a_b.c", (1, 3)), &claim(None), results(), text)), Got::Fail);
}

#[test]
fn an_address_agrees_with_its_own_result_only() {
    let results = || vec![judged(Verdict::Fail, "module.m[\"a.b\"].aws_s3_bucket.b[0]", &[("X", 2)])];
    assert_eq!(run(&at(Label::Fail, "aws_s3_bucket.b", (1, 3)), &claim(None), results(), ""), Outcome::Agreed);
    assert_eq!(got(run(&at(Label::Pass, "aws_s3_bucket.b", (1, 3)), &claim(None), results(), "")), Got::Fail);
    assert_eq!(got(run(&at(Label::Pass, "aws_s3_bucket.c", (5, 9)), &claim(None), results(), "")), Got::Missing);
}

#[test]
fn unknown_is_neither_unless_only_unstated() {
    let mut one = judged(Verdict::Unknown, "a.b", &[("X", 2)]);
    let outcome = run(&at(Label::Pass, "a.b", (1, 3)), &claim(None), vec![one.clone()], "");
    assert_eq!(outcome, Outcome::Unknown { reasons: vec!["input without a value".to_owned()] });
    one.only_unstated = true;
    assert_eq!(run(&at(Label::Pass, "a.b", (1, 3)), &claim(None), vec![one], ""), Outcome::Agreed);
}

#[test]
fn a_satellite_fails_by_evidence_inside_its_block() {
    let mut one = judged(Verdict::Fail, "aws_s3_bucket.b", &[("X", 12)]);
    one.stated = vec![Stated { address: "aws_s3_acl.one".to_owned(), ..Stated::default() }];
    let inside = at(Label::Fail, "aws_s3_acl.one", (10, 14));
    assert_eq!(run(&inside, &claim(None), vec![one.clone()], ""), Outcome::Agreed);
    let outside = at(Label::Pass, "aws_s3_acl.one", (20, 24));
    assert_eq!(run(&outside, &claim(None), vec![one.clone()], ""), Outcome::Agreed);
    assert_eq!(got(run(&at(Label::Fail, "aws_s3_acl.one", (20, 24)), &claim(None), vec![one], "")), Got::Pass);
}

#[test]
fn a_block_that_mentions_the_resource_is_covered() {
    let text = "resource \"aws_s3_bucket_policy\" \"p\" {\n  bucket = aws_s3_bucket.b.id\n}\n";
    let results = vec![judged(Verdict::Pass, "aws_s3_bucket.b", &[])];
    assert_eq!(run(&at(Label::Pass, "aws_s3_bucket_policy.p", (1, 3)), &claim(None), results, text), Outcome::Agreed);
}

#[test]
fn a_part_fails_only_with_its_leaf() {
    let results = || vec![judged(Verdict::Fail, "a.b", &[("P[0].One", 2)])];
    let unit = at(Label::Fail, "a.b", (1, 3));
    assert_eq!(run(&unit, &claim(Some("P.One")), results(), ""), Outcome::Agreed);
    assert_eq!(run(&unit, &claim(Some("P")), results(), ""), Outcome::Agreed);
    assert_eq!(got(run(&unit, &claim(Some("P.Two")), results(), "")), Got::Pass);
    assert_eq!(got(run(&unit, &claim(Some("P.On")), results(), "")), Got::Pass);
}

#[test]
fn lines_of_the_leaf_of_what_encloses_it_and_of_the_block() {
    let text = "resource \"a_b\" \"c\" {\n  in {\n    x = 1\n  }\n  y = 2\n}\n";
    let results = || vec![judged(Verdict::Fail, "a_b.c", &[("X", 3)])];
    for line in [1, 2, 3] {
        assert_eq!(run(&whole(Label::Fail, &[line]), &claim(None), results(), text), Outcome::Agreed, "{line}");
    }
    assert_eq!(got(run(&whole(Label::Fail, &[5]), &claim(None), results(), text)), Got::FailElsewhere);
    assert_eq!(run(&whole(Label::Fail, &[]), &claim(None), results(), text), Outcome::Agreed);
    assert_eq!(got(run(&whole(Label::Pass, &[]), &claim(None), results(), text)), Got::Fail);
    assert_eq!(got(run(&whole(Label::Pass, &[]), &claim(None), Vec::new(), text)), Got::Missing);
}

#[test]
fn a_file_that_only_calls_absent_modules_is_unknown() {
    let outlines = BTreeMap::from([("main.tf".to_owned(), outline("module \"m\" {\n  source = \"x/y/z\"\n}\n"))]);
    let scanned = Scanned { judged: Vec::new(), modules_missing: true };
    let outcome = score(&whole(Label::Fail, &[]), &[&claim(None)], &scanned, &outlines);
    assert_eq!(outcome, Outcome::Unknown { reasons: vec!["module not installed".to_owned()] });
}
