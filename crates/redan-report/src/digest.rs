//! What a scan adds up to: unknowns by what they wait for, problems, and the last lines.

use crate::Summary;
use crate::escape::{cut, plain};
use crate::words::{count, grouped};
use redan_model::{Finding, Problem, ReasonClass, Severity, Sources, Str, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;

const MAX_CAUSES: usize = 4;

/// Unknown results by class of reason, with what is asked for most often.
pub(crate) fn unknowns(findings: &[Finding]) -> Vec<(ReasonClass, usize, String)> {
    let mut classes: BTreeMap<ReasonClass, (usize, BTreeMap<Str, usize>)> = BTreeMap::new();
    let open = |finding: &&Finding| finding.verdict == Verdict::Unknown && finding.state.is_open();
    for finding in findings.iter().filter(open) {
        let mut reasons: Vec<(ReasonClass, Str)> =
            finding.reasons.iter().map(|(class, what, _)| (*class, *what)).collect();
        reasons.sort();
        reasons.dedup();
        let mut last = None;
        for (class, what) in reasons {
            let (results, causes) = classes.entry(class).or_default();
            *results += usize::from(last != Some(class));
            last = Some(class);
            *causes.entry(what).or_default() += 1;
        }
    }
    classes.into_iter().map(|(class, (results, causes))| (class, results, causes_of(&causes))).collect()
}

fn causes_of(causes: &BTreeMap<Str, usize>) -> String {
    let mut sorted: Vec<(&Str, &usize)> = causes.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut text = String::new();
    for (what, times) in sorted.iter().take(MAX_CAUSES) {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{} ({times})", cut(&plain(what), 80));
    }
    if let Some(more) = sorted.len().checked_sub(MAX_CAUSES).filter(|more| *more > 0) {
        let _ = write!(text, ", and {more} more");
    }
    text
}

/// A problem on one line: `main.tf:3:1: message; help`.
#[must_use]
pub fn problem_line(problem: &Problem, sources: &Sources) -> String {
    let place = match (sources.place(problem.origin), problem.path) {
        (Some(place), _) => format!("{}:{}:{}: ", place.path, place.start.line, place.start.column),
        (None, Some(path)) => format!("{path}: "),
        (None, None) => String::new(),
    };
    let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    plain(&format!("{place}{}{help}", problem.message)).into_owned()
}

/// The last lines: what was found, what is unknown, what passed; what was read.
#[must_use]
pub fn totals(summary: &Summary) -> [String; 2] {
    let results = summary.results;
    let mut first = count(results.fail, "finding");
    let severities =
        breakdown(Severity::ALL.iter().filter_map(|severity| Some((summary.failures.get(severity)?, severity.id()))));
    first.push_str(&severities.map(|text| format!(": {text}")).unwrap_or_default());
    let _ = write!(first, " · {} unknown", grouped(results.unknown));
    let reasons = breakdown(summary.unknowns.iter().map(|(class, number)| (number, class.label())));
    first.push_str(&reasons.map(|text| format!(" ({text})")).unwrap_or_default());
    let _ = write!(first, " · {} passed", grouped(results.pass));
    for (number, what) in [(summary.known, "known"), (summary.suppressed, "suppressed")] {
        if number > 0 {
            let _ = write!(first, " · {} {what}", grouped(number));
        }
    }
    let mut second = format!(
        "{} in {}, {}",
        count(summary.resources, "resource"),
        count(summary.files, "file"),
        count(summary.pages, "page")
    );
    if summary.problems > 0 {
        let _ = write!(second, " · {}", count(summary.problems, "problem"));
    }
    if summary.incomplete > 0 {
        second.push_str(": the scan is incomplete");
    }
    [first, second]
}

fn breakdown<'a>(parts: impl Iterator<Item = (&'a usize, &'a str)>) -> Option<String> {
    let parts: Vec<String> =
        parts.filter(|(number, _)| **number > 0).map(|(number, what)| format!("{} {what}", grouped(*number))).collect();
    if parts.is_empty() { None } else { Some(parts.join(", ")) }
}
