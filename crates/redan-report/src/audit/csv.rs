//! CSV (RFC 4180): one row for each result of each control, and one for each control without results.

use crate::Look;
use crate::audit::{Audit, Controlled};
use crate::cells::row;
use crate::evidence::{gist, standing};
use redan_model::Finding;
use std::io::{self, Write};

const HEADER: [&str; 23] = [
    "framework",
    "version",
    "section",
    "control",
    "title",
    "level",
    "control severity",
    "manual",
    "standing",
    "not asked",
    "asked as well",
    "page",
    "verdict",
    "state",
    "severity",
    "type",
    "address",
    "id",
    "file",
    "line",
    "why",
    "set aside",
    "fingerprint",
];

pub(super) fn write(audit: &Audit<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    row(&HEADER.map(String::from), out)?;
    for control in &audit.controls {
        let head = head(audit, control);
        if control.results.is_empty() {
            let pages = control.pages.join(" ");
            row(&with(head, [pages].into_iter().collect()), out)?;
            continue;
        }
        for finding in &control.results {
            row(&with(head.clone(), cells(finding)), out)?;
        }
    }
    Ok(())
}

fn head(audit: &Audit<'_>, control: &Controlled<'_>) -> Vec<String> {
    let section = control.section.map(|(id, name)| format!("{id} {name}")).unwrap_or_default();
    vec![
        audit.name.to_owned(),
        audit.version.to_owned(),
        section,
        control.id.to_owned(),
        control.title.to_owned(),
        control.level.map(|level| level.to_string()).unwrap_or_default(),
        control.severity.unwrap_or_default().to_owned(),
        if control.manual { "yes" } else { "no" }.to_owned(),
        control.standing.to_owned(),
        control.lacks.unwrap_or_default().to_owned(),
        control.wider.unwrap_or_default().to_owned(),
    ]
}

fn cells(finding: &Finding) -> Vec<String> {
    let place = finding.place.as_ref();
    vec![
        finding.page.to_string(),
        finding.verdict.id().to_owned(),
        finding.state.id().to_owned(),
        finding.severity.id().to_owned(),
        finding.kind.to_string(),
        finding.address.to_string(),
        finding.id.map(|id| id.to_string()).unwrap_or_default(),
        place.map(|place| place.path.to_string()).unwrap_or_default(),
        place.map(|place| place.start.line.to_string()).unwrap_or_default(),
        gist(finding),
        standing(finding).unwrap_or_default(),
        finding.fingerprint.to_string(),
    ]
}

/// A whole row: what is not said is empty.
fn with(mut head: Vec<String>, rest: Vec<String>) -> Vec<String> {
    head.extend(rest);
    head.resize(HEADER.len(), String::new());
    head
}
