//! One line for each result: for editors, `grep` and logs.

use crate::digest::{problem_line, totals};
use crate::evidence::{aside, line};
use crate::{Format, Look, Report, Show};
use std::io::{self, Write};

pub(super) const FORMAT: Format =
    Format { name: "concise", about: "one line for each result", shows: Show::Fail, write: concise, beside: None };

/// Writes `file:line:column: severity[page] address: why`, problems, and the totals.
fn concise(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
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
