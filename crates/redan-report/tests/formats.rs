//! Every format on one report that is made by hand.

#![cfg(test)]

mod fixture;

use fixture::Fixture;
use redan_report::{Look, Report, Show};
use serde_json::{Value, json};

const LOOK: Look = Look { color: false, links: false, width: 100 };

fn text(report: &Report<'_>, format: &str) -> String {
    let mut bytes = Vec::new();
    (redan_report::format(format).unwrap().write)(report, LOOK, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn parsed(report: &Report<'_>, format: &str) -> Value {
    serde_json::from_str(&text(report, format)).unwrap()
}

#[test]
fn people_see_the_lines_that_decided() {
    let fixture = Fixture::new();
    insta::assert_snapshot!(text(&fixture.report(Show::Fail), "full"));
}

#[test]
fn unknowns_are_shown_when_asked_for() {
    let fixture = Fixture::new();
    let shown = text(&fixture.report(Show::All), "full");
    insta::assert_snapshot!(shown.split_once("unknown[").unwrap().1);
}

#[test]
fn concise_is_one_line_each() {
    let fixture = Fixture::new();
    insta::assert_snapshot!(text(&fixture.report(Show::Unknown), "concise"));
}

#[test]
fn json_follows_its_published_schema() {
    let schema = include_str!("../../../docs/json-schema/report.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let fixture = Fixture::new();
    for show in [Show::Fail, Show::Unknown, Show::All] {
        let document = parsed(&fixture.report(show), "json");
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let document = parsed(&fixture.report(Show::All), "json");
    assert_eq!(document["results"].as_array().unwrap().len(), 7);
    assert_eq!(document["results"][5]["state"], "suppressed");
    assert_eq!(document["results"][5]["suppression"]["until"], "2026-12-31");
    assert_eq!(document["results"][6]["state"], "known");
    assert_eq!(document["summary"]["fail"], 3, "what is set aside counts apart");
    assert_eq!(document["summary"]["suppressed"], 1);
    assert_eq!(document["results"][1]["resource"]["module"], "module.a[\"x\"]");
    assert_eq!(document["results"][1]["aliases"], serde_json::json!(["CKV_AWS_24"]));
    assert_eq!(document["summary"]["incomplete"], true);
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let schema = include_str!("../../../docs/json-schema/report.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let fixture = Fixture::new();
    let mut document = parsed(&fixture.report(Show::All), "json");
    document["results"][0]["verdict"] = "maybe".into();
    assert!(!validator.is_valid(&document));
}

#[test]
fn sarif_has_the_shape_that_code_scanning_reads() {
    let fixture = Fixture::new();
    let log = parsed(&fixture.report(Show::All), "sarif");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!((rules.len(), results.len()), (4, 7));
    assert_eq!(results[5]["suppressions"][0]["kind"], "inSource");
    assert_eq!(results[5]["suppressions"][0]["status"], "accepted");
    assert_eq!(results[6]["baselineState"], "unchanged");
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let fails = result["kind"] == "fail";
        assert_eq!(fails, result["level"] != "none", "a level other than none needs the kind fail");
        assert_eq!(result["partialFingerprints"]["redan/v1"].as_str().unwrap().len(), 32);
        if let Some(physical) = result["locations"][0].get("physicalLocation") {
            assert!(physical["region"]["startLine"].as_u64().unwrap() >= 1);
            assert!(!physical["artifactLocation"]["uri"].as_str().unwrap().contains(' '));
        }
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_set_aside_is_told_by_its_state() {
    let fixture = Fixture::new();
    let report = fixture.report(Show::Unknown);
    let events: Vec<Value> = text(&report, "ocsf").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |address: &str| events.iter().find(|event| event["resources"][0]["name"] == address).unwrap();
    let (accepted, known) = (of("aws_s3_bucket.site"), of("aws_db_instance.old"));
    assert_eq!((&accepted["status_id"], &accepted["type_uid"]), (&3.into(), &200_301.into()));
    assert!(
        accepted["comment"].as_str().unwrap().starts_with("suppressed by redan:allow until 2026-12-31: a public site")
    );
    assert_eq!(
        (&known["status_id"], &known["activity_id"], &known["type_uid"]),
        (&1.into(), &2.into(), &200_302.into())
    );
    let junit = text(&report, "junit");
    assert!(junit.contains("<skipped>medium[data/public-database] aws_db_instance.old (known)</skipped>"), "{junit}");
    assert!(!text(&fixture.report(Show::Fail), "junit").contains("<skipped>"), "Ant's schema knows no skipped cases");
    let issues = text(&report, "gitlab");
    assert!(issues.contains("aws_db_instance.old") && !issues.contains("aws_s3_bucket.site"), "{issues}");
    let rows = text(&report, "csv");
    assert!(rows.contains("\"fail\",\"suppressed\"") && rows.contains("\"fail\",\"known\""), "{rows}");
    let page = text(&report, "html");
    assert!(page.contains("data-level=\"suppressed\"") && page.contains("value=\"known\" checked"));
    for format in ["full", "concise", "markdown", "github", "azure"] {
        assert!(text(&report, format).contains("1 known · 1 suppressed"), "{format}");
    }
}

#[test]
fn no_format_lets_a_secret_or_a_control_character_through() {
    let fixture = Fixture::new();
    let report = fixture.report(Show::All);
    for format in redan_report::formats() {
        let output = text(&report, format.name);
        assert!(!output.contains("hunter2"), "{}: {output}", format.name);
        assert!(
            !output.replace("\r\n", "\n").chars().any(|c| c.is_control() && c != '\n'),
            "{}: {output:?}",
            format.name
        );
        assert!(!output.contains('\u{202e}'), "{}: {output:?}", format.name);
    }
    let address = parsed(&report, "json")["results"][0]["resource"]["address"].clone();
    assert_eq!(address, "aws_db_instance.\u{1b}[31mdb\u{202e}\n", "machines get what was there");
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (first, second) = (Fixture::new(), Fixture::new());
    for format in redan_report::formats() {
        let render = |fixture: &Fixture| text(&fixture.report(Show::All), format.name);
        assert_eq!(render(&first), render(&second), "{}", format.name);
    }
}

#[test]
fn compliance_findings_name_the_standards_that_a_page_answers() {
    let fixture = Fixture::new();
    let events = text(&fixture.report(Show::All), "ocsf");
    let of = |page: &str| -> Value {
        let events = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.map(|event| event["compliance"].clone()).find(|compliance| compliance["control"] == page).unwrap()
    };
    let answered = of("storage/public-access");
    assert_eq!(answered["standards"], json!(["Benchmark 1.0", "Practices 2"]));
    assert_eq!(answered["requirements"], json!(["Benchmark 1.0 2.1", "Practices 2 S3.8"]));
    assert!(of("data/public-database").get("standards").is_none());
}
