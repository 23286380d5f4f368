//! GitLab's code quality report (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>).

use crate::escape::{Escaped, plain};
use crate::evidence::gist;
use crate::{Format, Look, Report, Show};
use redan_model::{Finding, Problem, Severity, Sources, State, Verdict, fingerprint};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) const FORMAT: Format =
    Format { name: "gitlab", about: "GitLab's code quality report", shows: Show::Unknown, write: gitlab, beside: None };

fn gitlab(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaped(out), &Issues(report))?;
    writeln!(out)
}

/// The issues, made one by one while they are written. GitLab compares reports itself and takes what is missing for
/// fixed, so what is known from before stays; what is suppressed goes.
struct Issues<'a>(&'a Report<'a>);

impl Serialize for Issues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = self.0.set_aside().iter().filter(|finding| finding.state == State::Known);
        let results = self.0.shown().iter().chain(known).filter(|finding| finding.verdict != Verdict::Pass).map(issue);
        let unread = self.0.problems.iter().filter(|problem| problem.kind.incomplete());
        serializer.collect_seq(results.chain(unread.map(|problem| incomplete(problem, self.0.sources))))
    }
}

fn issue(finding: &Finding) -> Value {
    let unknown = if finding.verdict == Verdict::Unknown { "cannot be decided: " } else { "" };
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    let description = format!("{unknown}{}: {}{colon}{why}", finding.title, finding.address);
    let place = finding.place.as_ref().or(finding.block.as_ref());
    let (path, line) = match place {
        Some(place) => (place.path.as_str(), place.start.line),
        None if finding.root.is_empty() => (finding.address.as_str(), 1),
        None => (finding.root.as_str(), 1),
    };
    json!({
        "description": plain(&description),
        "check_name": finding.page.as_str(),
        "fingerprint": finding.fingerprint.to_string(),
        "severity": severity(finding),
        "location": {"path": relative(path), "lines": {"begin": line}},
    })
}

/// What could not be read must not look like nothing found.
fn incomplete(problem: &Problem, sources: &Sources) -> Value {
    let place = sources.place(problem.origin);
    let path = place.as_ref().map(|place| place.path).or(problem.path);
    let path = path.as_ref().map_or("(input)", |path| path.as_str());
    let line = place.as_ref().map_or(1, |place| place.start.line);
    let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    json!({
        "description": plain(&format!("could not be read in full: {}{help}", problem.message)),
        "check_name": format!("redan/{}", problem.kind.id()),
        "fingerprint": fingerprint("redan/problem", &[path], &problem.message).to_string(),
        "severity": "major",
        "location": {"path": relative(path), "lines": {"begin": line}},
    })
}

const fn severity(finding: &Finding) -> &'static str {
    match (finding.verdict, finding.severity) {
        (Verdict::Unknown | Verdict::Pass, _) => "info",
        (_, Severity::Critical) => "blocker",
        (_, Severity::High) => "critical",
        (_, Severity::Medium) => "major",
        (_, Severity::Low) => "minor",
    }
}

/// Paths are relative to the repository and do not begin with `./`.
fn relative(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
