//! Findings for people: grouped by page, each with the lines that decided.

use crate::digest::{problem_line, totals, unknowns};
use crate::escape::plain;
use crate::evidence::{aside, line};
use crate::notes::notes;
use crate::snippet::{Texts, marks};
use crate::words::count;
use crate::{Format, Look, Report, Show};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use redan_model::{Finding, Place, Problem, Severity, Verdict};
use rustc_hash::FxHashMap;
use std::io::{self, Write};

const SNIPPETS_A_PAGE: usize = 5;
const MAX_PROBLEMS: usize = 12;
const LONG_REPORT: usize = 20;
const WORST_PAGES: usize = 5;

pub(super) const FORMAT: Format = Format {
    name: "full",
    about: "source lines with marks, grouped by page (the default)",
    shows: Show::Fail,
    write: full,
    beside: None,
};

/// Writes findings with their source lines, a digest of unknowns, problems, and the totals.
fn full(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    renderer = renderer.decor_style(DecorStyle::Unicode).term_width(look.width).hyperlink(look.links);
    let page = Page { report, look, renderer, texts: Texts::new(report, 0) };
    for group in report.groups() {
        page.group(group, out)?;
    }
    if report.show == Show::Fail {
        page.digest(out)?;
    }
    if report.show == Show::All {
        page.set_aside(out)?;
    }
    page.problems(out)?;
    page.worst(out)?;
    let [first, second] = totals(report.summary);
    writeln!(out, "{}", page.styled(Style::new().bold(), &first))?;
    writeln!(out, "{}", page.styled(Style::new().dimmed(), &second))
}

struct Page<'a> {
    report: &'a Report<'a>,
    look: Look,
    renderer: Renderer,
    texts: Texts,
}

impl Page<'_> {
    fn group(&self, group: &[Finding], out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = group.first() else { return Ok(()) };
        let rule = self.report.rules.get(&first.page);
        let title = if group.len() == 1 {
            plain(&first.title).into_owned()
        } else {
            format!("{} ({})", plain(&first.title), count(group.len(), "resource"))
        };
        let mut heading = level(first).primary_title(title).id(first.page.as_str());
        let docs = rule.and_then(|rule| rule.links.first());
        if let Some(url) = docs {
            heading = heading.id_url(plain(url));
        }
        writeln!(out, "{}", self.renderer.render(&[Group::with_title(heading)]))?;
        if first.verdict == Verdict::Pass {
            return group.iter().try_for_each(|finding| writeln!(out, "   {}", line(finding))).and(writeln!(out));
        }
        for finding in group.iter().take(SNIPPETS_A_PAGE) {
            self.finding(finding, out)?;
        }
        for finding in group.iter().skip(SNIPPETS_A_PAGE) {
            writeln!(out, "   {}", line(finding))?;
        }
        let explain = format!("redan explain {}", first.page);
        writeln!(out, "   {} {explain}\n", self.styled(Style::new().bold(), "help:"))
    }

    fn finding(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let marks = marks(finding);
        let (windows, bare) = self.texts.windows(&marks);
        let mut group = Group::with_level(level(finding));
        for mark in &bare {
            group = group.element(at(mark.place));
        }
        for window in &windows {
            let line = usize::try_from(window.first_line).unwrap_or(1);
            let annotations = window.marks.iter().map(|(range, label, primary)| {
                let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(range.clone()).label(label.as_str())
            });
            let path = plain(&window.path);
            group = group
                .element(Snippet::source(window.text.as_str()).line_start(line).path(path).annotations(annotations));
        }
        for mark in &bare {
            group = group.element(Level::NOTE.no_name().message(mark.label.clone()));
        }
        for (name, text) in notes(finding) {
            let note = if name.is_empty() { Level::NOTE.no_name() } else { Level::NOTE.with_name(name) };
            group = group.element(note.message(text));
        }
        writeln!(out, "{}", self.renderer.render(&[group]))
    }

    /// What is known from before or suppressed, in one line each.
    fn set_aside(&self, out: &mut dyn Write) -> io::Result<()> {
        let all = self.report.set_aside();
        if all.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.styled(Style::new().bold(), "set aside"))?;
        all.iter().try_for_each(|finding| writeln!(out, "   {}", aside(finding)))?;
        writeln!(out)
    }

    fn digest(&self, out: &mut dyn Write) -> io::Result<()> {
        let classes = unknowns(self.report.findings);
        if classes.is_empty() {
            return Ok(());
        }
        let title = format!("{} could not be decided", count(self.report.summary.results.unknown, "result"));
        writeln!(
            out,
            "{}",
            self.renderer.render(&[Group::with_title(Level::HELP.with_name("unknown").primary_title(title))])
        )?;
        for (class, results, causes) in classes {
            writeln!(out, "   {results:>5}  {:<26} {causes}", class.label())?;
        }
        writeln!(out, "   {} list them with --show unknown\n", self.styled(Style::new().bold(), "help:"))
    }

    /// After a long report, the pages to begin with.
    fn worst(&self, out: &mut dyn Write) -> io::Result<()> {
        let failures = self.report.shown().iter().filter(|finding| finding.verdict == Verdict::Fail);
        let failures: Vec<&Finding> = failures.collect();
        if failures.len() < LONG_REPORT {
            return Ok(());
        }
        writeln!(out, "{}", self.styled(Style::new().bold(), "begin with"))?;
        for group in failures.chunk_by(|a, b| (a.page, a.severity) == (b.page, b.severity)).take(WORST_PAGES) {
            let Some(first) = group.first() else { continue };
            let title = plain(&first.title);
            writeln!(out, "   {:<8}  {}: {title} ({})", first.severity.id(), first.page, group.len())?;
        }
        writeln!(out)
    }

    fn problems(&self, out: &mut dyn Write) -> io::Result<()> {
        let groups = alike(self.report.problems);
        for (problem, more) in groups.iter().take(MAX_PROBLEMS) {
            let red = AnsiColor::Red.on_default().bold();
            let more = if *more == 0 { String::new() } else { format!(" (and at {})", count(*more, "other place")) };
            writeln!(out, "{} {}{more}", self.styled(red, "problem:"), problem_line(problem, self.report.sources))?;
        }
        if groups.len() > MAX_PROBLEMS {
            let rest = count(groups.len() - MAX_PROBLEMS, "other problem");
            writeln!(out, "   {} {rest}; --format concise lists all", self.styled(Style::new().bold(), "and"))?;
        }
        if groups.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.look.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Problems with the same message as one, those that make a scan incomplete first: the first of them, and how many more.
fn alike(problems: &[Problem]) -> Vec<(&Problem, usize)> {
    let mut groups: Vec<(&Problem, usize)> = Vec::new();
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    for problem in problems {
        match known.get(problem.message.as_str()).and_then(|at| groups.get_mut(*at)) {
            Some((_, more)) => *more += 1,
            None => {
                known.insert(&problem.message, groups.len());
                groups.push((problem, 0));
            }
        }
    }
    groups.sort_by_key(|(problem, _)| !problem.kind.incomplete());
    groups
}

fn level(finding: &Finding) -> Level<'static> {
    match (finding.verdict, finding.severity) {
        (Verdict::Fail, Severity::Critical | Severity::High) => Level::ERROR.with_name(finding.severity.id()),
        (Verdict::Fail, Severity::Medium) => Level::WARNING.with_name("medium"),
        (Verdict::Fail, Severity::Low) => Level::INFO.with_name("low"),
        (Verdict::Unknown, _) => Level::HELP.with_name("unknown"),
        (Verdict::Pass, _) => Level::NOTE.with_name("pass"),
    }
}

fn at(place: &Place) -> Origin<'static> {
    let line = usize::try_from(place.start.line).unwrap_or(1);
    let column = usize::try_from(place.start.column).unwrap_or(1);
    Origin::path(plain(place.path.as_str())).line(line).char_column(column)
}
