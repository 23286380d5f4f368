//! JSON for machines: one object `schema_version`, `summary`, `results`, `problems`, as the published schema says.

use crate::escape::Escaped;
use crate::{Format, Look, Report, Show, Summary, module_of};
use redan_model::{Evidence, Finding, Place, Problem, ReasonClass, Severity, Sources, Str, Suppression};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the schema: the first number changes when something is removed or changes its meaning.
const SCHEMA_VERSION: &str = "1.1";

pub(super) const FORMAT: Format = Format {
    name: "json",
    about: "for machines; docs/json-schema/report.schema.json is its schema",
    shows: Show::Unknown,
    write: json,
    beside: None,
};

/// Writes the report as JSON.
fn json(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        summary: Counted::new(report.summary),
        results: Results(report),
        problems: report.problems.iter().map(|problem| Trouble::new(problem, report.sources)).collect(),
    };
    serde_json::to_writer_pretty(Escaped(out), &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'a str,
    summary: Counted,
    results: Results<'a>,
    problems: Vec<Trouble<'a>>,
}

#[derive(Serialize)]
struct Counted {
    fail: usize,
    unknown: usize,
    pass: usize,
    suppressed: usize,
    known: usize,
    fail_by_severity: BTreeMap<&'static str, usize>,
    unknown_by_reason: BTreeMap<&'static str, usize>,
    problems: usize,
    incomplete: bool,
    resources: usize,
    pages: usize,
    files: usize,
}

impl Counted {
    fn new(summary: &Summary) -> Self {
        let failures = |severity: Severity| summary.failures.get(&severity).copied().unwrap_or_default();
        Self {
            fail: summary.results.fail,
            unknown: summary.results.unknown,
            pass: summary.results.pass,
            suppressed: summary.suppressed,
            known: summary.known,
            fail_by_severity: Severity::ALL.into_iter().map(|severity| (severity.id(), failures(severity))).collect(),
            unknown_by_reason: summary.unknowns.iter().map(|(class, number)| (class.id(), *number)).collect(),
            problems: summary.problems,
            incomplete: summary.incomplete > 0,
            resources: summary.resources,
            pages: summary.pages,
            files: summary.files,
        }
    }
}

struct Results<'a>(&'a Report<'a>);

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (shown, set_aside) = (self.0.shown(), self.0.set_aside());
        let mut all = serializer.serialize_seq(Some(shown.len() + set_aside.len()))?;
        for finding in shown.iter().chain(set_aside) {
            all.serialize_element(&Outcome::new(finding, self.0))?;
        }
        all.end()
    }
}

#[derive(Serialize)]
struct Outcome<'a> {
    page: &'a str,
    title: &'a str,
    aliases: Vec<&'a str>,
    verdict: &'static str,
    state: &'static str,
    suppression: Option<Accepted<'a>>,
    severity: &'static str,
    resource: Thing<'a>,
    location: Option<Location<'a>>,
    evidence: Vec<Leaf<'a>>,
    more_evidence: usize,
    reasons: Vec<Cause<'a>>,
    assumptions: &'a [String],
    fingerprint: String,
}

impl<'a> Outcome<'a> {
    fn new(finding: &'a Finding, report: &'a Report<'a>) -> Self {
        let rule = report.rules.get(&finding.page);
        let aliases = rule.map(|rule| rule.same_checks().collect());
        Self {
            page: finding.page.as_str(),
            title: finding.title.as_str(),
            aliases: aliases.unwrap_or_default(),
            verdict: finding.verdict.id(),
            state: finding.state.id(),
            suppression: finding.state.suppression().map(Accepted::new),
            severity: finding.severity.id(),
            resource: Thing {
                id: finding.id.map(Str::as_str),
                kind: finding.kind.as_str(),
                address: finding.address.as_str(),
                module: module_of(finding.address.as_str()),
                name: finding.name.map(Str::as_str),
                root: finding.root.as_str(),
                stated: finding.stated.iter().map(|(address, place)| Block::new(*address, place.as_ref())).collect(),
            },
            location: finding
                .place
                .as_ref()
                .map(|place| Location { spot: Spot::new(place), calls: finding.calls.iter().map(Spot::new).collect() }),
            evidence: finding.evidence.iter().map(Leaf::new).collect(),
            more_evidence: finding.more_evidence,
            reasons: finding
                .reasons
                .iter()
                .map(|(class, what, place)| Cause::new(*class, *what, place.as_ref()))
                .collect(),
            assumptions: &finding.assumptions,
            fingerprint: finding.fingerprint.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Accepted<'a> {
    form: &'a str,
    reason: Option<&'a str>,
    until: Option<&'a str>,
    location: Option<Spot<'a>>,
}

impl<'a> Accepted<'a> {
    fn new(suppression: &'a Suppression) -> Self {
        Self {
            form: suppression.form.as_str(),
            reason: suppression.reason.as_deref(),
            until: suppression.until.as_deref(),
            location: suppression.place.as_ref().map(Spot::new),
        }
    }
}

#[derive(Serialize)]
struct Thing<'a> {
    id: Option<&'a str>,
    kind: &'a str,
    address: &'a str,
    module: Option<&'a str>,
    name: Option<&'a str>,
    root: &'a str,
    stated: Vec<Block<'a>>,
}

#[derive(Serialize)]
struct Block<'a> {
    address: &'a str,
    location: Option<Spot<'a>>,
}

impl<'a> Block<'a> {
    fn new(address: Str, place: Option<&'a Place>) -> Self {
        Self { address: address.as_str(), location: place.map(Spot::new) }
    }
}

#[derive(Serialize)]
struct Spot<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl<'a> Spot<'a> {
    fn new(place: &'a Place) -> Self {
        Self {
            file: place.path.as_str(),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}

struct Location<'a> {
    spot: Spot<'a>,
    calls: Vec<Spot<'a>>,
}

impl Serialize for Location<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Location", 6)?;
        fields.serialize_field("file", self.spot.file)?;
        fields.serialize_field("line", &self.spot.line)?;
        fields.serialize_field("column", &self.spot.column)?;
        fields.serialize_field("end_line", &self.spot.end_line)?;
        fields.serialize_field("end_column", &self.spot.end_column)?;
        fields.serialize_field("calls", &self.calls)?;
        fields.end()
    }
}

#[derive(Serialize)]
struct Leaf<'a> {
    resource: Option<&'a str>,
    path: &'a str,
    value: Option<&'a str>,
    location: Option<Spot<'a>>,
    written: Option<Spot<'a>>,
    from: Option<&'a str>,
    note: Option<&'a str>,
}

impl<'a> Leaf<'a> {
    fn new(leaf: &'a Evidence) -> Self {
        Self {
            resource: leaf.resource.map(Str::as_str),
            path: leaf.path.as_str(),
            value: if leaf.secret { None } else { Some(leaf.value.as_str()) },
            location: leaf.place.as_ref().map(Spot::new),
            written: leaf.written.as_ref().map(Spot::new),
            from: leaf.from.as_deref(),
            note: leaf.note.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Cause<'a> {
    class: &'static str,
    what: &'a str,
    location: Option<Spot<'a>>,
}

impl<'a> Cause<'a> {
    fn new(class: ReasonClass, what: Str, place: Option<&'a Place>) -> Self {
        Self { class: class.id(), what: what.as_str(), location: place.map(Spot::new) }
    }
}

#[derive(Serialize)]
struct Trouble<'a> {
    kind: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    incomplete: bool,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
}

impl<'a> Trouble<'a> {
    fn new(problem: &'a Problem, sources: &Sources) -> Self {
        let place = sources.place(problem.origin);
        let path = place.as_ref().map(|place| place.path).or(problem.path);
        Self {
            kind: problem.kind.id(),
            message: &problem.message,
            help: problem.help.as_deref(),
            incomplete: problem.kind.incomplete(),
            file: path.map(Str::as_str),
            line: place.as_ref().map(|place| place.start.line),
            column: place.as_ref().map(|place| place.start.column),
        }
    }
}
