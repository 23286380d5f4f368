//! SARIF 2.1.0 for code scanning (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use crate::escape::Escaped;
use crate::evidence::{gist, label};
use crate::{Format, Look, Report, Rule, Show};
use redan_model::{Finding, Place, Problem, Severity, Sources, State, Str, Suppression, Verdict};
use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
const MAX_RELATED: usize = 20;

pub(super) const FORMAT: Format =
    Format { name: "sarif", about: "SARIF 2.1.0, for code scanning", shows: Show::Unknown, write: sarif, beside: None };

/// Writes the report as SARIF.
fn sarif(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let (shown, set_aside) = (report.shown(), report.set_aside());
    let mut names: Vec<Str> = shown.iter().chain(set_aside).map(|finding| finding.page).collect();
    names.sort();
    names.dedup();
    let index: FxHashMap<Str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let rules: Vec<Value> = names.iter().map(|name| rule(*name, report.rules.get(name))).collect();
    let notifications: Vec<Value> =
        report.problems.iter().map(|problem| notification(problem, report.sources)).collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: json!({"driver": {
                "name": "redan",
                "semanticVersion": report.version,
                "informationUri": "https://github.com/redan-security/redan",
                "rules": rules,
            }}),
            column_kind: "unicodeCodePoints",
            invocations: json!([{
                "executionSuccessful": report.summary.incomplete == 0,
                "toolExecutionNotifications": notifications,
            }]),
            results: Results { shown, set_aside, index, baseline: report.summary.known > 0 },
        }],
    };
    serde_json::to_writer_pretty(Escaped(out), &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Value,
    #[serde(rename = "columnKind")]
    column_kind: &'a str,
    invocations: Value,
    results: Results<'a>,
}

/// The results, made one by one while they are written: there may be very many.
struct Results<'a> {
    shown: &'a [Finding],
    set_aside: &'a [Finding],
    index: FxHashMap<Str, usize>,
    /// Whether results that were there before are told apart.
    baseline: bool,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let results = self.shown.iter().chain(self.set_aside);
        serializer.collect_seq(
            results.map(|finding| {
                result(finding, self.index.get(&finding.page).copied().unwrap_or_default(), self.baseline)
            }),
        )
    }
}

fn rule(name: Str, rule: Option<&Rule>) -> Value {
    let Some(rule) = rule else { return json!({"id": name.as_str()}) };
    let mut tags: Vec<&str> = vec!["security"];
    tags.extend(name.split('/').next());
    tags.extend(rule.same_checks());
    let mut value = json!({
        "id": name.as_str(),
        "name": name.as_str(),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.gist()},
        "help": {"text": rule.text, "markdown": rule.text},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "precision": "very-high",
            "security-severity": score(rule.severity),
            "tags": tags,
        },
    });
    if let (Some(uri), Some(object)) = (rule.links.first(), value.as_object_mut()) {
        object.insert("helpUri".to_owned(), json!(uri));
    }
    value
}

fn result(finding: &Finding, rule_index: usize, baseline: bool) -> Value {
    let (kind, level) = match finding.verdict {
        Verdict::Fail => ("fail", level(finding.severity)),
        Verdict::Unknown => ("open", "none"),
        Verdict::Pass => ("pass", "none"),
    };
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    let text = format!("{}: {}{colon}{why}", finding.title, finding.address);
    let logical = json!([{"fullyQualifiedName": finding.address.as_str(), "kind": "resource"}]);
    let mut location = json!({"logicalLocations": logical});
    if let (Some(place), Some(object)) = (&finding.place, location.as_object_mut()) {
        object.insert("physicalLocation".to_owned(), physical(place));
    }
    let mut value = json!({
        "ruleId": finding.page.as_str(),
        "ruleIndex": rule_index,
        "kind": kind,
        "level": level,
        "message": {"text": crate::plain(&text)},
        "locations": [location],
        "relatedLocations": related(finding),
        "partialFingerprints": {"redan/v1": finding.fingerprint.to_string()},
        "properties": {"severity": finding.severity.id(), "resourceType": finding.kind.as_str()},
    });
    // Where a baseline was given, the state of every result against it is told (SARIF 2.1.0, 3.27.24).
    if let Some(object) = value.as_object_mut().filter(|_| baseline) {
        let state = if matches!(finding.state, State::Known) { "unchanged" } else { "new" };
        object.insert("baselineState".to_owned(), json!(state));
    }
    if let (Some(suppression), Some(object)) = (finding.state.suppression(), value.as_object_mut()) {
        object.insert("suppressions".to_owned(), json!([suppressed(suppression)]));
    }
    value
}

/// A suppression object (SARIF 2.1.0, 3.35).
fn suppressed(suppression: &Suppression) -> Value {
    let mut value = json!({
        "kind": if suppression.in_source { "inSource" } else { "external" },
        "status": "accepted",
        "properties": {"form": suppression.form.as_str(), "until": suppression.until.as_deref()},
    });
    let Some(object) = value.as_object_mut() else { return value };
    if let Some(reason) = &suppression.reason {
        object.insert("justification".to_owned(), json!(crate::plain(reason)));
    }
    if let Some(place) = &suppression.place {
        object.insert("location".to_owned(), json!({"physicalLocation": physical(place)}));
    }
    value
}

/// The other leaves that decided, where their values were written, and the module calls.
fn related(finding: &Finding) -> Vec<Value> {
    let mut all: Vec<(&Place, String)> = Vec::new();
    for leaf in &finding.evidence {
        if let Some(place) = leaf.place.as_ref().filter(|place| Some(*place) != finding.place.as_ref()) {
            all.push((place, label(leaf)));
        }
        if let Some(place) = &leaf.written {
            all.push((place, format!("{} comes from here", leaf.path)));
        }
    }
    all.extend(finding.calls.iter().map(|place| (place, String::from("the module is called here"))));
    all.dedup_by(|a, b| a.0 == b.0);
    let located = all.into_iter().take(MAX_RELATED).enumerate();
    let value = |(id, (place, text)): (usize, (&Place, String))| json!({"id": id, "physicalLocation": physical(place), "message": {"text": crate::plain(&text)}});
    located.map(value).collect()
}

fn notification(problem: &Problem, sources: &Sources) -> Value {
    let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let text = format!("{}{help}", problem.message);
    let level = if problem.kind.incomplete() { "error" } else { "warning" };
    let mut value = json!({
        "descriptor": {"id": problem.kind.id()},
        "level": level,
        "message": {"text": crate::plain(&text)},
    });
    let physical = match (sources.place(problem.origin), problem.path) {
        (Some(place), _) => Some(physical(&place)),
        (None, Some(path)) => Some(json!({"artifactLocation": {"uri": uri(&path)}})),
        (None, None) => None,
    };
    if let (Some(physical), Some(object)) = (physical, value.as_object_mut()) {
        object.insert("locations".to_owned(), json!([{"physicalLocation": physical}]));
    }
    value
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": {"uri": uri(&place.path)},
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    })
}

/// A path as a relative or file URI (RFC 3986): what is not unreserved, or a slash, is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// What code scanning sorts by: critical from 9.0, high from 7.0, medium from 4.0
/// (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}
