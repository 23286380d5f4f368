//! Issues of an Azure pipeline (logging commands):
//! <https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands>.

use crate::digest::{problem_line, totals};
use crate::escape::plain;
use crate::evidence::gist;
use crate::{Format, Look, Report, Show};
use redan_model::{Finding, Severity, Verdict};
use std::io::{self, Write};

pub(super) const FORMAT: Format =
    Format { name: "azure", about: "issues of an Azure pipeline", shows: Show::Fail, write: azure, beside: None };

fn azure(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.shown().iter().filter(|finding| finding.verdict != Verdict::Pass) {
        issue(finding, out)?;
    }
    for problem in report.problems.iter().filter(|problem| problem.kind.incomplete()) {
        let text = format!("could not be read in full: {}", problem_line(problem, report.sources));
        writeln!(out, "##vso[task.logissue type=warning]{}", escaped(&text))?;
    }
    totals(report.summary).iter().try_for_each(|line| writeln!(out, "{}", plain(line)))
}

fn issue(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let kind = match (finding.verdict, finding.severity) {
        (Verdict::Fail, Severity::Critical | Severity::High) => "error",
        _ => "warning",
    };
    write!(out, "##vso[task.logissue type={kind};")?;
    if let Some(place) = &finding.place {
        let (line, column) = (place.start.line, place.start.column);
        write!(out, "sourcepath={};linenumber={line};columnnumber={column};", escaped(&place.path))?;
    }
    let unknown = if finding.verdict == Verdict::Unknown { "cannot be decided: " } else { "" };
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    let text = format!("{unknown}{}: {}{colon}{why}", finding.title, finding.address);
    writeln!(out, "code={};]{}", escaped(&finding.page), escaped(&text))
}

/// A value or a message of a command, as the documentation says: `%` too, since agents decode `%AZP25`.
fn escaped(text: &str) -> String {
    plain(text).replace('%', "%AZP25").replace(';', "%3B").replace('\r', "%0D").replace('\n', "%0A").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_ends_a_value_or_a_command() {
        let text = escaped("a;b]c\r\n%3B##vso[task.setvariable variable=x]y");
        assert!(!text.contains([';', ']', '\n', '\r']), "{text}");
        assert!(text.contains("%AZP253B"), "{text}");
    }
}
