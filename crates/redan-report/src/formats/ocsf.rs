//! OCSF 1.8.0: one Compliance Finding (class 2003) for each result, a line of JSON each
//! (<https://schema.ocsf.io/1.8.0/classes/compliance_finding>).

use crate::digest::problem_line;
use crate::escape::{Escaped, plain};
use crate::evidence::{gist, label, standing};
use crate::{Answer, Format, Look, Report, Rule, Show};
use redan_model::{Evidence, Finding, Problem, Severity, State, Verdict, fingerprint};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

pub(super) const FORMAT: Format = Format {
    name: "ocsf",
    about: "OCSF 1.8.0 for lakes and SIEMs: a Compliance Finding on each line",
    shows: Show::Unknown,
    write: ocsf,
    beside: None,
};

const VERSION: &str = "1.8.0";
const MAX_EVIDENCES: usize = 20;

fn ocsf(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.shown().iter().chain(report.set_aside()) {
        event(&result(finding, report), out)?;
    }
    let unread = report.problems.iter().filter(|problem| problem.kind.incomplete());
    unread.into_iter().try_for_each(|problem| event(&incomplete(problem, report), out))
}

fn event(event: &Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(Escaped(out), event)?;
    writeln!(out)
}

/// What every event of ours says.
fn base(report: &Report<'_>) -> Map<String, Value> {
    let time = report.moment.saturating_mul(1000);
    let mut event = activity(1, "Create");
    event.extend(object(json!({
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "time": time,
        "metadata": {
            "version": VERSION,
            "product": {"name": "redan", "vendor_name": "redan", "version": report.version},
        },
    })));
    event
}

/// What the event says happened to the finding: it is new, or was there before.
fn activity(id: u32, name: &str) -> Map<String, Value> {
    object(json!({
        "activity_id": id,
        "activity_name": name,
        "type_uid": 200_300 + id,
        "type_name": format!("Compliance Finding: {name}"),
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn result(finding: &Finding, report: &Report<'_>) -> Value {
    let rule = report.rules.get(&finding.page);
    let mut event = base(report);
    let (severity_id, severity) = severity(finding);
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    event.insert("severity_id".into(), severity_id.into());
    event.insert("severity".into(), severity.into());
    let (status_id, status) = if let State::Suppressed(_) = finding.state { (3, "Suppressed") } else { (1, "New") };
    event.insert("status_id".into(), status_id.into());
    event.insert("status".into(), status.into());
    if let Some(standing) = standing(finding) {
        event.insert("comment".into(), standing.into());
    }
    if finding.state == State::Known {
        event.extend(activity(2, "Update"));
    }
    event.insert("message".into(), plain(&format!("{}: {}{colon}{why}", finding.title, finding.address)).into());
    event.insert(
        "finding_info".into(),
        json!({
            "uid": finding.fingerprint.to_string(),
            "title": finding.title.as_str(),
            "desc": rule.map_or_else(|| finding.title.to_string(), Rule::gist),
            "analytic": {"uid": finding.page.as_str(), "name": finding.title.as_str(), "type_id": 1, "type": "Rule"},
        }),
    );
    event.insert("compliance".into(), compliance(finding, rule, report));
    event.insert("resources".into(), json!([resource(finding)]));
    let evidences: Vec<Value> = finding.evidence.iter().take(MAX_EVIDENCES).map(evidence).collect();
    if !evidences.is_empty() {
        event.insert("evidences".into(), evidences.into());
    }
    if let Some(rule) = rule.filter(|_| finding.verdict != Verdict::Pass) {
        let desc = rule.fix().unwrap_or_else(|| format!("redan explain {}", finding.page));
        event.insert("remediation".into(), json!({"desc": desc, "references": rule.links}));
    }
    Value::Object(event)
}

fn compliance(finding: &Finding, rule: Option<&Rule>, report: &Report<'_>) -> Value {
    let (status_id, status) = match finding.verdict {
        Verdict::Pass => (1, "Pass"),
        Verdict::Unknown => (2, "Warning"),
        Verdict::Fail => (3, "Fail"),
    };
    let reasons = finding.reasons.iter().map(|(class, what, _)| format!("{}: {what}", class.label()));
    let assumed = finding.assumptions.iter().map(|text| format!("assumed: {text}"));
    let details: Vec<String> = reasons.chain(assumed).collect();
    let checks: Vec<Value> = rule.into_iter().flat_map(Rule::same_checks).map(|id| json!({"uid": id})).collect();
    let mut compliance = object(json!({"control": finding.page.as_str(), "status_id": status_id, "status": status}));
    if !details.is_empty() {
        compliance.insert("status_details".into(), details.into());
    }
    if !checks.is_empty() {
        compliance.insert("checks".into(), checks.into());
    }
    let answers = (report.answers)(&finding.page);
    if !answers.is_empty() {
        let requirement = |answer: &Answer| format!("{} {}", answer.standard, answer.control);
        compliance.insert("requirements".into(), answers.iter().map(requirement).collect());
        let mut standards: Vec<String> = answers.into_iter().map(|answer| answer.standard).collect();
        standards.dedup();
        compliance.insert("standards".into(), standards.into());
    }
    Value::Object(compliance)
}

fn resource(finding: &Finding) -> Value {
    let name = finding.name.unwrap_or(finding.address);
    let mut data = object(json!({"address": finding.address.as_str(), "root": finding.root.as_str()}));
    if let Some(place) = &finding.place {
        data.insert("file".into(), place.path.as_str().into());
        data.insert("line".into(), place.start.line.into());
    }
    json!({
        "uid": finding.id.unwrap_or(finding.address).as_str(),
        "name": name.as_str(),
        "type": finding.kind.as_str(),
        "data": data,
    })
}

fn evidence(leaf: &Evidence) -> Value {
    let mut data = object(json!({"path": leaf.path.as_str(), "text": label(leaf)}));
    if !leaf.secret {
        data.insert("value".into(), leaf.value.as_str().into());
    }
    if let Some(resource) = leaf.resource {
        data.insert("resource".into(), resource.as_str().into());
    }
    if let Some(place) = &leaf.place {
        data.insert("file".into(), place.path.as_str().into());
        data.insert("line".into(), place.start.line.into());
    }
    json!({"data": data})
}

/// What could not be read, as a finding of its own: its absence would read as nothing found.
fn incomplete(problem: &Problem, report: &Report<'_>) -> Value {
    let text = problem_line(problem, report.sources);
    let uid = fingerprint("redan/problem", &[&text], "").to_string();
    let control = format!("redan/{}", problem.kind.id());
    let mut event = base(report);
    event.extend(object(json!({
        "severity_id": 1,
        "severity": "Informational",
        "status_id": 1,
        "status": "New",
        "message": format!("could not be read in full: {text}"),
        "finding_info": {"uid": uid, "title": "Input that could not be read in full", "desc": text},
        "compliance": {"control": control, "status_id": 2, "status": "Warning", "status_details": [text]},
    })));
    Value::Object(event)
}

/// How bad the result is: what holds is only information.
const fn severity(finding: &Finding) -> (u8, &'static str) {
    match (finding.verdict, finding.severity) {
        (Verdict::Pass, _) => (1, "Informational"),
        (_, Severity::Low) => (2, "Low"),
        (_, Severity::Medium) => (3, "Medium"),
        (_, Severity::High) => (4, "High"),
        (_, Severity::Critical) => (5, "Critical"),
    }
}
