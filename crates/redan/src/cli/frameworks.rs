//! `redan frameworks`, and the report of a scan by the controls of a framework.

use crate::cli::args::{Frameworks, When};
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::pages::{all, styled};
use anstyle::{AnsiColor, Style};
use redan::{Error, Scan};
use redan_pages::{PageSet, Side};
use redan_posture::{Control, Coverage, Framework};
use redan_report::{Audit, Controlled, Look, count, plain};
use std::fmt::Write;

pub(crate) fn run(options: &Frameworks, color: When) -> Result<Exit, Error> {
    let set = all(&options.folders, &options.config)?;
    let look = output::look(color);
    let text = match &options.name {
        None => list(&set, look)?,
        Some(name) => show(&redan::framework(&set, name)?, &set, look),
    };
    output::stdout(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

fn list(set: &PageSet, look: Look) -> Result<String, Error> {
    let mut text = String::new();
    let width = Framework::names().map(str::len).max().unwrap_or_default();
    for name in Framework::names() {
        let framework = redan::framework(set, name)?;
        let name = styled(look, Style::new().bold(), &format!("{name:<width$}"));
        let title = format!("{} {}", framework.title, framework.version);
        let _ = writeln!(text, "{name}  {title:<52} {}", counts(framework.coverage()));
    }
    Ok(text)
}

fn counts(coverage: Coverage) -> String {
    let mut text = format!("{:>3} controls: {:>3} verified", coverage.controls, coverage.verified);
    if coverage.partly > 0 {
        let _ = write!(text, ", {} in part", coverage.partly);
    }
    let _ = write!(text, ", {} not yet, {} manual", coverage.open, coverage.manual);
    if coverage.provider > 0 {
        let _ = write!(text, ", {} the provider's", coverage.provider);
    }
    text
}

fn show(framework: &Framework, set: &PageSet, look: Look) -> String {
    let bold = Style::new().bold();
    let mut text = String::new();
    let _ = writeln!(text, "{}", styled(look, bold, &plain(&format!("{} {}", framework.title, framework.version))));
    let _ = writeln!(text, "{}\n", plain(&framework.source));
    let width = framework.controls.iter().map(|control| control.id.len()).max().unwrap_or_default();
    let mut section = None;
    for control in &framework.controls {
        let own = framework.section(&control.id);
        if own != section {
            section = own;
            if let Some((id, name)) = own {
                let _ = writeln!(text, "{}", styled(look, bold, &plain(&format!("{id} {name}"))));
            }
        }
        let mark = mark(control, set);
        let mark = styled(
            look,
            if control.pages.is_empty() { Style::new().dimmed() } else { AnsiColor::Green.on_default() },
            &format!("{mark:<12}"),
        );
        let level = control.level.map(|level| format!(" (level {level})")).unwrap_or_default();
        let _ = writeln!(text, "  {mark} {:<width$}  {}{level}", control.id, plain(&control.title));
        for page in &control.pages {
            let _ = writeln!(text, "  {:<12} {:<width$}    {page}", "", "");
        }
        if let Some(wider) = &control.wider {
            let _ = writeln!(text, "  {:<12} {:<width$}    asked as well: {}", "", "", plain(wider));
        }
        if let Some(lacks) = &control.lacks {
            let _ = writeln!(text, "  {:<12} {:<width$}    no page asks: {}", "", "", plain(lacks));
        }
    }
    let _ = writeln!(text, "\n{}", styled(look, bold, counts(framework.coverage()).trim_start()));
    text
}

/// What verifies a control, in a word.
fn mark(control: &Control, set: &PageSet) -> String {
    let side = |page: &redan_model::Str| set.get(page).map(|page| page.side);
    if control.provider {
        return "not ours".to_owned();
    }
    if control.pages.is_empty() {
        return if control.manual { "manual" } else { "not yet" }.to_owned();
    }
    let shared =
        control.side == Some(Side::Shared) || control.pages.iter().any(|page| side(page) == Some(Side::Shared));
    if control.lacks.is_some() {
        "in part".to_owned()
    } else if shared {
        "shared".to_owned()
    } else {
        count(control.pages.len(), "page")
    }
}

/// The results of a scan by the controls of a framework.
pub(crate) fn audit<'a>(framework: &'a Framework, scan: &'a Scan, moment: i64) -> Audit<'a> {
    let one = |audited: redan_posture::Audited<'a>| {
        let control = audited.control;
        Controlled {
            section: framework.section(&control.id).map(|(id, name)| (id.as_str(), name.as_str())),
            id: &control.id,
            title: &control.title,
            level: control.level,
            severity: control.severity.map(redan_model::Severity::id),
            manual: control.manual,
            standing: audited.standing.id(),
            pages: control.pages.iter().map(|page| page.as_str()).collect(),
            wider: control.wider.as_deref(),
            lacks: control.lacks.as_deref(),
            results: audited.results,
        }
    };
    Audit {
        name: &framework.id,
        title: &framework.title,
        version: &framework.version,
        source: &framework.source,
        controls: redan_posture::audit(framework, &scan.findings).into_iter().map(one).collect(),
        problems: &scan.problems,
        sources: &scan.sources,
        program: env!("CARGO_PKG_VERSION"),
        moment,
    }
}
