//! Markdown for comments and wikis: a table for each page.

use crate::digest::{problem_line, totals, unknowns};
use crate::evidence::{aside, gist};
use crate::markdown::{code, prose, short_code};
use crate::words::count;
use crate::{Format, Look, Report, Show};
use redan_model::{Finding, Verdict};
use std::io::{self, Write};

pub(super) const FORMAT: Format = Format {
    name: "markdown",
    about: "Markdown for comments and wikis: a table for each page",
    shows: Show::Fail,
    write: markdown,
    beside: None,
};

const MAX_CELL: usize = 160;

fn markdown(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    sections(report, &mut |section| out.write_all(section.as_bytes()).map(|()| true))
}

/// Writes as many whole sections as fit into so many bytes, and says how many results are missing.
pub(super) fn bounded(report: &Report<'_>, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    const NOTE: usize = 200;
    let mut left = limit.saturating_sub(NOTE);
    let mut whole = true;
    sections(report, &mut |section| {
        whole = section.len() <= left;
        if whole {
            left -= section.len();
            out.write_all(section.as_bytes())?;
        }
        Ok(whole)
    })?;
    if whole || limit < NOTE {
        return Ok(());
    }
    writeln!(out, "\n**There are more results than fit here.** Write them to a file: `--format html=redan.html`.")
}

/// Hands the report over piece by piece, each a whole heading, table or row, until one is refused.
fn sections(report: &Report<'_>, take: &mut dyn FnMut(&str) -> io::Result<bool>) -> io::Result<()> {
    let [first, second] = totals(report.summary);
    if !take(&format!("# redan\n\n**{}**  \n{}\n", prose(&first), prose(&second)))? {
        return Ok(());
    }
    for group in report.groups() {
        let Some(finding) = group.first() else { continue };
        if !take(&heading(finding, group.len()))? {
            return Ok(());
        }
        for finding in group {
            if !take(&row(finding))? {
                return Ok(());
            }
        }
    }
    if report.show == Show::Fail && !take(&undecided(report))? {
        return Ok(());
    }
    if report.show == Show::All && !report.set_aside().is_empty() {
        if !take("\n## Set aside\n\n")? {
            return Ok(());
        }
        for finding in report.set_aside() {
            if !take(&format!("- {}\n", code(&aside(finding))))? {
                return Ok(());
            }
        }
    }
    take(&problems(report)).map(|_| ())
}

fn heading(finding: &Finding, number: usize) -> String {
    let level = match finding.verdict {
        Verdict::Fail => finding.severity.id(),
        Verdict::Unknown | Verdict::Pass => finding.verdict.id(),
    };
    format!(
        "\n## {level}: {} ({})\n\n{}\n\n| where | resource | why |\n| --- | --- | --- |\n",
        prose(&finding.title),
        count(number, "resource"),
        code(&finding.page),
    )
}

fn row(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(|place| code(&format!("{}:{}", place.path, place.start.line)));
    let why = short_code(&gist(finding), MAX_CELL);
    format!("| {} | {} | {why} |\n", place.unwrap_or_default(), short_code(&finding.address, MAX_CELL))
}

fn undecided(report: &Report<'_>) -> String {
    let classes = unknowns(report.findings);
    if classes.is_empty() {
        return String::new();
    }
    let mut text =
        String::from("\n## What could not be decided\n\n| results | reason | waits for |\n| ---: | --- | --- |\n");
    for (class, results, causes) in classes {
        text.push_str(&format!("| {results} | {} | {} |\n", class.label(), short_code(&causes, MAX_CELL)));
    }
    text
}

fn problems(report: &Report<'_>) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n## Problems\n\n");
    for problem in report.problems {
        text.push_str(&format!("- {}\n", code(&problem_line(problem, report.sources))));
    }
    text
}
