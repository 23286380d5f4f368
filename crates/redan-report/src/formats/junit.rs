//! JUnit XML: a suite for each page, a case for each resource. Valid by the schema that Jenkins publishes and, where no
//! case is skipped, by that of Apache Ant (<https://github.com/windyroad/JUnit-Schema>).

use crate::digest::problem_line;
use crate::escape::plain;
use crate::evidence::{aside, gist, line};
use crate::markup::Markup;
use crate::notes::notes;
use crate::time::stamp;
use crate::{Format, Look, Report, Show};
use redan_model::{Finding, Problem, Str, Verdict};
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) const FORMAT: Format = Format {
    name: "junit",
    about: "JUnit XML: a suite for each page, a case for each resource",
    shows: Show::Unknown,
    write: junit,
    beside: None,
};

fn junit(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<Str, Vec<&Finding>> = BTreeMap::new();
    let set_aside = if report.show == Show::Fail { &[] } else { report.set_aside() };
    for finding in report.shown().iter().chain(set_aside) {
        suites.entry(finding.page).or_default().push(finding);
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")?;
    for (id, (page, findings)) in suites.iter().enumerate() {
        let failures =
            findings.iter().filter(|finding| finding.verdict == Verdict::Fail && finding.state.is_open()).count();
        open(report, page, id, [findings.len(), failures, 0], out)?;
        findings.iter().try_for_each(|finding| case(finding, out))?;
        close(out)?;
    }
    let unread: Vec<&Problem> = report.problems.iter().filter(|problem| problem.kind.incomplete()).collect();
    if !unread.is_empty() {
        open(report, "redan/incomplete", suites.len(), [unread.len(), 0, unread.len()], out)?;
        unread.iter().try_for_each(|problem| unreadable(problem, report, out))?;
        close(out)?;
    }
    writeln!(out, "</testsuites>")
}

fn open(
    report: &Report<'_>,
    name: &str,
    id: usize,
    [tests, failures, errors]: [usize; 3],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "  <testsuite name=\"{}\" package=\"redan\" id=\"{id}\" timestamp=\"{}\" hostname=\"localhost\" \
         tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"0\">",
        Markup(name),
        stamp(report.moment),
    )?;
    writeln!(out, "    <properties><property name=\"redan\" value=\"{}\"/></properties>", Markup(report.version))
}

fn close(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>")
}

fn case(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let name = plain(&finding.address);
    write!(out, "    <testcase name=\"{}\" classname=\"{}\" time=\"0\">", Markup(&name), Markup(&finding.page))?;
    match finding.verdict {
        _ if !finding.state.is_open() => write!(out, "<skipped>{}</skipped>", Markup(&aside(finding)))?,
        Verdict::Fail => {
            let message = format!("{}: {}", plain(&finding.title), gist(finding));
            let severity = finding.severity.id();
            writeln!(out, "<failure type=\"{severity}\" message=\"{}\">{}</failure>", Markup(&message), Body(finding))?;
            write!(out, "    ")?;
        }
        Verdict::Unknown => write!(out, "<skipped>{}</skipped>", Markup(&line(finding)))?,
        Verdict::Pass => {}
    }
    writeln!(out, "</testcase>")
}

fn unreadable(problem: &Problem, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let text = problem_line(problem, report.sources);
    let name = problem.path.map_or_else(|| text.clone(), |path| plain(&path).into_owned());
    writeln!(
        out,
        "    <testcase name=\"{}\" classname=\"redan/incomplete\" time=\"0\"><error type=\"{}\" message=\"{}\"></error></testcase>",
        Markup(&name),
        problem.kind.id(),
        Markup(&text),
    )
}

/// Where, what and why, a line each.
struct Body<'a>(&'a Finding);

impl std::fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", Markup(&line(self.0)))?;
        for (name, text) in notes(self.0) {
            let colon = if name.is_empty() { "" } else { ": " };
            write!(f, "\n{name}{colon}{}", Markup(&text))?;
        }
        write!(f, "\nredan explain {}\nfingerprint: {}", Markup(&self.0.page), self.0.fingerprint)
    }
}
