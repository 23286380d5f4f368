//! `redan explain` and `redan pages`.

mod draft;
mod excerpt;
mod list;
mod test;
mod watch;

use crate::cli::args::{Explain, Pages, When};
use crate::cli::config;
use crate::cli::exit::Exit;
use crate::cli::{markdown, output};
use anstyle::{AnsiColor, Style};
use redan::Error;
use redan_model::{Severity, Shown};
use redan_pages::{Page, PageSet};
use redan_report::Look;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) fn run(command: Pages, color: When) -> Result<Exit, Error> {
    match command {
        Pages::List { choice, config } => {
            let set = all(&choice.folders, &config)?;
            list::list(&set, &choice.only, &choice.skip, color)
        }
        Pages::Find { what, folders, config } => {
            let set = all(&folders, &config)?;
            list::find(&set, &what, color)
        }
        Pages::New { name, kind, folder } => draft::write(&name, &kind, &folder),
        Pages::Test(options) => test::run(&options, color),
    }
}

/// The pages that redan brings, those of `redan.toml`, and those of these folders.
pub(crate) fn all(folders: &[PathBuf], choice: &crate::cli::args::ConfigFile) -> Result<Arc<PageSet>, Error> {
    let mut all = config::load(choice, Path::new("."))?.pages;
    all.extend(folders.iter().cloned());
    redan::pages(&all)
}

pub(crate) fn explain(options: &Explain, color: When) -> Result<Exit, Error> {
    let set = all(&options.folders, &options.config)?;
    let look = output::look(color);
    let pages = redan::find(&set, &options.page)?;
    let texts: Vec<String> = pages.into_iter().map(|page| explained(page, look)).collect();
    output::stdout(|out| out.write_all(texts.join("\n").as_bytes()))?;
    Ok(Exit::Clean)
}

/// The page as people read it: without its head and its cases, which are for machines.
fn explained(page: &Page, look: Look) -> String {
    let mut text = String::new();
    let id = styled(look, Style::new().bold(), &page.id);
    let _ = writeln!(text, "{id}  {}", severity(look, page.severity));
    let _ = writeln!(text, "{}\n", styled(look, Style::new().bold(), &redan_report::plain(&page.title)));
    let mut body = page.text.clone();
    for rule in &page.rules {
        let kinds: Vec<&str> = rule.kinds.iter().map(|kind| kind.as_str()).collect();
        let _ = write!(body, "\n\n## Rule for {}\n", kinds.join(", "));
        if !rule.comment.is_empty() {
            let _ = write!(body, "{}\n\n", rule.comment);
        }
        let _ = write!(body, "```\n{}```\n", rule.text);
    }
    if !page.advice.is_empty() || !page.patches.is_empty() {
        let _ = write!(body, "\n\n## Fix\n{}\n", page.advice);
    }
    for patch in &page.patches {
        let _ = write!(body, "\n```{}\n{}```\n", patch.kind, patch.text);
    }
    text.push_str(&markdown::render(&body, look.color, look.width));
    text.push('\n');
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "{} {value}", styled(look, Style::new().dimmed(), &format!("{name:<11}")));
        }
    };
    for param in &page.params {
        row("parameter", format!("{} = {}", param.name, Shown(&param.default)));
    }
    let same = page.aliases.iter().filter(|alias| !alias.related).map(|alias| alias.id.as_str());
    row("same as", same.collect::<Vec<_>>().join(", "));
    let near = page.aliases.iter().filter(|alias| alias.related).map(|alias| alias.id.as_str());
    row("related to", near.collect::<Vec<_>>().join(", "));
    row("mission", page.mission.iter().map(|row| row.as_str()).collect::<Vec<_>>().join(", "));
    for link in &page.links {
        row("see", redan_report::plain(link).into_owned());
    }
    text
}

pub(crate) fn styled(look: Look, style: Style, text: &str) -> String {
    if look.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

fn severity(look: Look, severity: Severity) -> String {
    let color = match severity {
        Severity::Critical | Severity::High => AnsiColor::BrightRed,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low => AnsiColor::BrightBlue,
    };
    styled(look, color.on_default(), severity.id())
}
