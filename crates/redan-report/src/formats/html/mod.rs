//! One self-contained HTML file: readable and printable without scripts, searchable and filterable with the one it
//! brings. It fetches nothing, and its policy (CSP) forbids everything but its own style and script.

mod prose;
mod row;

use crate::digest::{problem_line, totals};
use crate::escape::plain;
use crate::markup::Markup;
use crate::snippet::Texts;
use crate::time::minute;
use crate::words::{count, grouped};
use crate::{Format, Look, Report, Rule, Show};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use redan_model::{Finding, Severity, Verdict};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

pub(super) const FORMAT: Format = Format {
    name: "html",
    about: "one self-contained page to search, filter and print",
    shows: Show::Unknown,
    write: html,
    beside: None,
};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Lines shown around those that are marked.
const AROUND: usize = 2;

/// A report of at most so many results begins with its groups open.
const FEW: usize = 60;

fn html(report: &Report<'_>, _: Look, out: &mut dyn Write) -> io::Result<()> {
    head(report, out)?;
    header(report, out)?;
    filter(report, out)?;
    writeln!(out, "<main id=\"results\" tabindex=\"-1\">")?;
    let texts = Texts::new(report, AROUND);
    let set_aside = report.set_aside().chunk_by(|a, b| (a.page, a.state.id()) == (b.page, b.state.id()));
    for (number, group) in report.groups().chain(set_aside).enumerate() {
        section(report, &texts, number, group, out)?;
    }
    if report.shown().is_empty() && report.set_aside().is_empty() {
        writeln!(out, "<p>Nothing to show.</p>")?;
    }
    problems(report, out)?;
    writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

fn head(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>redan: {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        hash(STYLE),
        hash(SCRIPT),
        count(report.summary.results.fail, "finding"),
    )
}

fn header(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary;
    writeln!(out, "<a class=\"skip\" href=\"#results\">Skip to the results</a>\n<header>\n<h1>redan</h1>")?;
    writeln!(out, "<p class=\"faint\">{} · version {}</p>", minute(report.moment), Markup(report.version))?;
    writeln!(out, "<ul class=\"tiles\">")?;
    let failures = |severity: Severity| summary.failures.get(&severity).copied().unwrap_or_default();
    let severities = Severity::ALL.into_iter().map(|severity| (severity.id(), failures(severity), severity.id()));
    let others = [
        ("unknown", summary.results.unknown, "unknown"),
        ("pass", summary.results.pass, "passed"),
        ("known", summary.known, "known from before"),
        ("suppressed", summary.suppressed, "suppressed"),
    ];
    let shown = |(class, number, _): &(&str, usize, &str)| *number > 0 || !["known", "suppressed"].contains(class);
    for (class, number, label) in severities.chain(others).filter(shown) {
        writeln!(out, "<li class=\"{class}\"><b>{}</b> {label}</li>", grouped(number))?;
    }
    let [_, second] = totals(summary);
    writeln!(out, "</ul>\n<p class=\"faint\">{}</p>", Markup(&second))?;
    if summary.incomplete > 0 {
        let problems = count(summary.incomplete, "problem");
        writeln!(
            out,
            "<p class=\"alert\">The scan is incomplete: {problems} kept something from being read. <a href=\"#problems\">See the problems.</a></p>"
        )?;
    }
    writeln!(out, "</header>")
}

/// What the script filters by; without the script it stays hidden.
fn filter(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<form id=\"filter\" role=\"search\" aria-label=\"Filter the results\" hidden>\n<label class=\"wide\">Search in addresses, files, evidence \
         <input id=\"query\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>\n<fieldset><legend>Show</legend>"
    )?;
    let mut levels: Vec<&str> = report.shown().iter().chain(report.set_aside()).map(level).collect();
    levels.sort_unstable();
    levels.dedup();
    let order = Severity::ALL.into_iter().map(Severity::id).chain(["unknown", "pass", "known", "suppressed"]);
    for level in order.filter(|level| levels.contains(level)) {
        writeln!(out, "<label><input type=\"checkbox\" value=\"{level}\" checked> {level}</label>")?;
    }
    writeln!(
        out,
        "</fieldset>\n<button type=\"reset\">Reset</button>\n<button type=\"button\" id=\"open\">Open all</button>\n\
         <button type=\"button\" id=\"close\">Close all</button>\n<button type=\"button\" id=\"print\">Print</button>\n\
         <p id=\"count\" role=\"status\"></p>\n</form>"
    )
}

/// What a result is filed under: what is set aside by its state, a failure by its severity.
fn level(finding: &Finding) -> &'static str {
    match finding.verdict {
        _ if !finding.state.is_open() => finding.state.id(),
        Verdict::Fail => finding.severity.id(),
        Verdict::Unknown | Verdict::Pass => finding.verdict.id(),
    }
}

fn section(
    report: &Report<'_>,
    texts: &Texts,
    number: usize,
    group: &[Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    let level = level(first);
    let open = if report.shown().len() <= FEW { " open" } else { "" };
    writeln!(
        out,
        "<section class=\"group\" data-level=\"{level}\" aria-labelledby=\"g{number}\">\n<details{open}><summary><h2 id=\"g{number}\">\
         <span class=\"tag {level}\">{level}</span> {} (<span class=\"number\">{}</span>)</h2> <code>{}</code></summary>",
        Markup(&plain(&first.title)),
        group.len(),
        Markup(&first.page),
    )?;
    if let Some(rule) = report.rules.get(&first.page) {
        about(rule, out)?;
    }
    writeln!(out, "<ul class=\"rows\">")?;
    group.iter().try_for_each(|finding| row::row(finding, texts, out))?;
    writeln!(out, "</ul>\n</details>\n</section>")
}

fn about(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<details class=\"about\"><summary>Why, and how to mend it</summary>")?;
    prose::prose(&rule.text, out)?;
    let links: Vec<&String> = rule.links.iter().filter(|link| link.starts_with("https://")).collect();
    if !links.is_empty() {
        writeln!(out, "<ul>")?;
        for link in links {
            let link = plain(link);
            writeln!(out, "<li><a href=\"{0}\" rel=\"noreferrer\">{0}</a></li>", Markup(&link))?;
        }
        writeln!(out, "</ul>")?;
    }
    let same: Vec<&str> = rule.same_checks().collect();
    if !same.is_empty() {
        writeln!(out, "<p class=\"faint\">Other scanners: {}</p>", Markup(&plain(&same.join(", "))))?;
    }
    writeln!(out, "</details>")
}

fn problems(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.problems.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section id=\"problems\" aria-labelledby=\"problems-title\">\n<h2 id=\"problems-title\">Problems</h2>\n<ul>"
    )?;
    for problem in report.problems {
        writeln!(out, "<li><code>{}</code></li>", Markup(&problem_line(problem, report.sources)))?;
    }
    writeln!(out, "</ul>\n</section>")
}
