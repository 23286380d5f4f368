//! One line for each result: for editors, `grep` and logs.

use crate::digest::{problem_line, totals};
use crate::escape::plain;
use crate::evidence::gist;
use crate::{Report, Show};
use redan_model::{Finding, State, Verdict};
use std::io::{self, Write};

/// Writes `file:line:column: severity[page] address: why`, problems, and the totals.
///
/// # Errors
/// If the writer fails.
pub fn concise(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.shown() {
        writeln!(out, "{}", line(finding))?;
    }
    if report.show == Show::All {
        report.set_aside().iter().try_for_each(|finding| writeln!(out, "{}", aside(finding)))?;
    }
    for problem in report.problems {
        writeln!(out, "{}", problem_line(problem, report.sources))?;
    }
    totals(report.summary).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// The line of a result that is set aside: why, and until when.
pub(crate) fn aside(finding: &Finding) -> String {
    let State::Suppressed(suppression) = &finding.state else {
        return format!("{} ({})", line(finding), finding.state.id());
    };
    let until = suppression.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let reason = suppression.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    plain(&format!("{} (suppressed by {}{until}{reason})", line(finding), suppression.form)).into_owned()
}

pub(crate) fn line(finding: &Finding) -> String {
    let place = match &finding.place {
        Some(place) => format!("{}:{}:{}: ", place.path, place.start.line, place.start.column),
        None => String::new(),
    };
    let level = match finding.verdict {
        Verdict::Fail => finding.severity.id(),
        Verdict::Unknown | Verdict::Pass => finding.verdict.id(),
    };
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    plain(&format!("{place}{level}[{}] {}{colon}{why}", finding.page, finding.address)).into_owned()
}
