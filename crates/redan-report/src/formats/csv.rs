//! CSV (RFC 4180) for spreadsheets: one row for each result. No cell begins a formula.

use crate::cells::row;
use crate::evidence::{gist, standing};
use crate::{Format, Look, Report, Rule, Show};
use redan_model::Finding;
use std::io::{self, Write};

pub(super) const FORMAT: Format = Format {
    name: "csv",
    about: "for spreadsheets: one row for each result",
    shows: Show::Unknown,
    write: csv,
    beside: None,
};

const HEADER: [&str; 18] = [
    "verdict",
    "state",
    "severity",
    "page",
    "title",
    "type",
    "address",
    "id",
    "name",
    "root",
    "file",
    "line",
    "why",
    "reasons",
    "assumptions",
    "set aside",
    "aliases",
    "fingerprint",
];

fn csv(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    row(&HEADER.map(String::from), out)?;
    report
        .shown()
        .iter()
        .chain(report.set_aside())
        .try_for_each(|finding| row(&cells(finding, report.rules.get(&finding.page)), out))
}

fn cells(finding: &Finding, rule: Option<&Rule>) -> [String; HEADER.len()] {
    let place = finding.place.as_ref();
    let reasons = finding.reasons.iter().map(|(class, what, _)| format!("{}: {what}", class.label()));
    [
        finding.verdict.id().to_owned(),
        finding.state.id().to_owned(),
        finding.severity.id().to_owned(),
        finding.page.to_string(),
        finding.title.to_string(),
        finding.kind.to_string(),
        finding.address.to_string(),
        finding.id.map(|id| id.to_string()).unwrap_or_default(),
        finding.name.map(|name| name.to_string()).unwrap_or_default(),
        finding.root.to_string(),
        place.map(|place| place.path.to_string()).unwrap_or_default(),
        place.map(|place| place.start.line.to_string()).unwrap_or_default(),
        gist(finding),
        reasons.collect::<Vec<_>>().join("; "),
        finding.assumptions.join("; "),
        standing(finding).unwrap_or_default(),
        rule.map(|rule| rule.same_checks().collect::<Vec<_>>().join(" ")).unwrap_or_default(),
        finding.fingerprint.to_string(),
    ]
}
