//! Annotations of a GitHub workflow (workflow commands), at most as many as GitHub shows, and everything in the job's
//! summary (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).

use super::markdown::bounded;
use crate::digest::{problem_line, totals};
use crate::escape::plain;
use crate::evidence::gist;
use crate::words::count;
use crate::{Beside, Format, Look, Report, Show};
use redan_model::{Finding, Place, Severity, Verdict};
use std::io::{self, Write};

pub(super) const FORMAT: Format = Format {
    name: "github",
    about: "annotations of a GitHub workflow, the whole report in the job's summary",
    shows: Show::Fail,
    write: github,
    beside: Some(Beside { variable: "GITHUB_STEP_SUMMARY", limit: MAX_SUMMARY, write: bounded }),
};

/// GitHub takes a summary of at most 1 MiB for a step.
const MAX_SUMMARY: usize = 1 << 20;

/// GitHub shows so many errors, warnings and notices of a step
/// (<https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations>).
const MAX_OF_A_KIND: usize = 10;

const KINDS: [&str; 3] = ["error", "warning", "notice"];

fn github(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut left = [MAX_OF_A_KIND; KINDS.len()];
    let unread = report.problems.iter().filter(|problem| problem.kind.incomplete());
    if let Some(first) = unread.clone().next() {
        let text = problem_line(first, report.sources);
        let more = unread.count().saturating_sub(1);
        let more = if more == 0 { String::new() } else { format!(" (and {})", count(more, "other problem")) };
        writeln!(out, "::warning title={}::{}", property("the scan is incomplete"), data(&format!("{text}{more}")))?;
        take(&mut left, 1);
    }
    let mut hidden = 0;
    for finding in report.shown().iter().filter(|finding| finding.verdict != Verdict::Pass) {
        let at = kind(finding);
        if take(&mut left, at) { annotation(KINDS.get(at).unwrap_or(&"notice"), finding, out)? } else { hidden += 1 }
    }
    for line in totals(report.summary) {
        writeln!(out, "{}", log(&line))?;
    }
    if hidden > 0 {
        writeln!(
            out,
            "{} without an annotation, for GitHub shows {MAX_OF_A_KIND} of a kind: see the job's summary",
            count(hidden, "result")
        )?;
    }
    Ok(())
}

fn take(left: &mut [usize], at: usize) -> bool {
    match left.get_mut(at).filter(|left| **left > 0) {
        Some(left) => {
            *left -= 1;
            true
        }
        None => false,
    }
}

const fn kind(finding: &Finding) -> usize {
    match (finding.verdict, finding.severity) {
        (Verdict::Fail, Severity::Critical | Severity::High) => 0,
        (Verdict::Fail, Severity::Medium) => 1,
        _ => 2,
    }
}

fn annotation(kind: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let unknown = if finding.verdict == Verdict::Unknown { "cannot be decided: " } else { "" };
    let title = format!("{unknown}{} [{}]", finding.title, finding.page);
    let place = finding.place.as_ref().map(spot).unwrap_or_default();
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    let message = format!("{}{colon}{why}\nredan explain {}", plain(&finding.address), plain(&finding.page));
    writeln!(out, "::{kind} {place}title={}::{}", property(&plain(&title)), data(&message))
}

/// Columns only within one line: GitHub takes no others.
fn spot(place: &Place) -> String {
    let (start, end) = (place.start, place.end);
    let columns = if start.line == end.line && end.column > start.column {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let path = plain(&place.path);
    format!("file={},line={},endLine={}{columns},", property(path.trim_start_matches("./")), start.line, end.line)
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line that is no command: the runner takes `::` at the beginning and `##[` anywhere for one.
fn log(text: &str) -> String {
    let text = plain(text).replace("##[", "# #[");
    if text.trim_start().starts_with("::") { format!("> {text}") } else { text }
}
