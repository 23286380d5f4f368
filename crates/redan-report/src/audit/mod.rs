//! The report on a framework: every control with the results that say how it stands, for an auditor.
//!
//! It is told what the controls are and does not know what they mean.

mod csv;
mod html;
mod terminal;

use crate::Look;
use redan_model::{Finding, Problem, Sources};
use std::io::{self, Write};

/// A framework with results.
#[derive(Clone, Debug)]
pub struct Audit<'a> {
    /// The framework's name, title, version and address.
    pub name: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Where its publisher describes it.
    pub source: &'a str,
    /// Its controls, in its own order.
    pub controls: Vec<Controlled<'a>>,
    /// What could not be read.
    pub problems: &'a [Problem],
    /// The texts that places refer to.
    pub sources: &'a Sources,
    /// The version of the program.
    pub program: &'a str,
    /// When the scan was made, in seconds since 1970.
    pub moment: i64,
}

/// A control with its results.
#[derive(Clone, Debug)]
pub struct Controlled<'a> {
    /// The section it belongs to: its number and name.
    pub section: Option<(&'a str, &'a str)>,
    /// Its number.
    pub id: &'a str,
    /// What must hold.
    pub title: &'a str,
    /// Its level, if it has one.
    pub level: Option<u8>,
    /// How bad a failure is, where the framework says so.
    pub severity: Option<&'a str>,
    /// Whether the framework leaves it to a person.
    pub manual: bool,
    /// How it stands: `fail`, `unknown`, `accepted`, `pass`, `pass-in-part`, `nothing-to-judge`, `manual`, `no-page`, `provider`.
    pub standing: &'static str,
    /// The pages that verify it.
    pub pages: Vec<&'a str>,
    /// What its pages ask beyond it.
    pub wider: Option<&'a str>,
    /// What it asks beyond its pages.
    pub lacks: Option<&'a str>,
    /// Their results.
    pub results: Vec<&'a Finding>,
}

/// Writes the report on a framework in one format.
pub type WriteAudit = fn(&Audit<'_>, Look, &mut dyn Write) -> io::Result<()>;

/// The writer of a format that has a report on frameworks.
#[must_use]
pub fn audit_format(name: &str) -> Option<WriteAudit> {
    match name {
        "full" => Some(terminal::write),
        "csv" => Some(csv::write),
        "html" => Some(html::write),
        _ => None,
    }
}

/// Standings with their names for people, the most urgent first.
const STANDINGS: [(&str, &str); 9] = [
    ("fail", "fail"),
    ("unknown", "unknown"),
    ("accepted", "failures accepted"),
    ("pass", "pass"),
    ("pass-in-part", "pass in part"),
    ("nothing-to-judge", "nothing to judge"),
    ("manual", "manual"),
    ("no-page", "not verified"),
    ("provider", "the provider's"),
];

impl Audit<'_> {
    /// How many controls stand so.
    fn count(&self, standing: &str) -> usize {
        self.controls.iter().filter(|control| control.standing == standing).count()
    }

    /// The counts that are not zero: `3 fail · 12 pass`.
    fn totals(&self) -> String {
        let parts = STANDINGS.iter().filter_map(|(id, name)| match self.count(id) {
            0 => None,
            number => Some(format!("{number} {name}")),
        });
        let parts: Vec<String> = parts.collect();
        format!("{}: {}", crate::count(self.controls.len(), "control"), parts.join(" · "))
    }
}

impl Controlled<'_> {
    /// The standing as people read it.
    fn stands(&self) -> &'static str {
        STANDINGS.iter().find(|(id, _)| *id == self.standing).map_or(self.standing, |(_, name)| name)
    }

    /// How far its pages and it are not the same question.
    fn notes(&self) -> Vec<String> {
        let wider = self.wider.map(|text| format!("asked as well: {text}"));
        let lacks = self.lacks.map(|text| format!("not asked by any page: {text}"));
        wider.into_iter().chain(lacks).collect()
    }

    /// What the standing rests on: `2 fail, 5 pass`.
    fn tally(&self) -> String {
        let mut parts = Vec::new();
        let open = |finding: &&&Finding| finding.state.suppression().is_none();
        for verdict in [redan_model::Verdict::Fail, redan_model::Verdict::Unknown, redan_model::Verdict::Pass] {
            let number = self.results.iter().filter(open).filter(|one| one.verdict == verdict).count();
            if number > 0 {
                parts.push(format!("{number} {}", verdict.id()));
            }
        }
        let accepted = self.results.iter().filter(|one| one.state.suppression().is_some()).count();
        if accepted > 0 {
            parts.push(format!("{accepted} accepted"));
        }
        parts.join(", ")
    }
}
