//! `redan pages list` and `redan pages find`.

use super::styled;
use crate::cli::args::When;
use crate::cli::exit::Exit;
use crate::cli::output;
use anstyle::Style;
use redan::Error;
use redan_pages::{Page, PageSet, check_id};
use redan_report::{Look, plain};
use std::fmt::Write;

pub(crate) fn list(set: &PageSet, only: &[String], skip: &[String], color: When) -> Result<Exit, Error> {
    let under = |page: &Page, names: &[String]| {
        let below = |name: &String| {
            page.id
                .strip_prefix(name.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        names.iter().any(below)
    };
    let chosen = |page: &&Page| (only.is_empty() || under(page, only)) && !under(page, skip);
    show(&set.pages().filter(chosen).collect::<Vec<_>>(), color)
}

pub(crate) fn find(set: &PageSet, what: &str, color: When) -> Result<Exit, Error> {
    let needle = what.to_lowercase();
    let id = check_id(what);
    let exact: Vec<&Page> =
        set.pages().filter(|page| page.aliases.iter().any(|alias| check_id(&alias.id) == id)).collect();
    if let Some(why) = left_out(&id).filter(|_| exact.is_empty()) {
        output::stdout(|out| writeln!(out, "{}: left out: {why}", what.to_uppercase()))?;
        return Ok(Exit::Clean);
    }
    let found = if exact.is_empty() {
        let holds = |text: &str| text.to_lowercase().contains(&needle);
        let fits = |page: &&Page| {
            holds(&page.id)
                || holds(&page.title)
                || page.kinds().any(|kind| holds(&kind))
                || page.aliases.iter().any(|alias| holds(&alias.id))
                || page.mission.iter().any(|row| row.eq_ignore_ascii_case(what))
        };
        set.pages().filter(fits).collect()
    } else {
        exact
    };
    if found.is_empty() {
        return Err(Error::new(format!("nothing is like `{what}`")).help("`redan pages list` shows all pages"));
    }
    show(&found, color)
}

/// Why no page answers a check of others, if that is on purpose.
fn left_out(check: &str) -> Option<&'static str> {
    let rows = include_str!("../../../../../docs/left-out.md").lines().map(|line| line.split('|').map(str::trim));
    let mut found = rows.filter_map(|mut cells| {
        cells.nth(1).filter(|id| id.eq_ignore_ascii_case(check))?;
        cells.nth(1)
    });
    found.next()
}

fn show(pages: &[&Page], color: When) -> Result<Exit, Error> {
    let look = output::look(color);
    let width = pages.iter().map(|page| page.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for page in pages {
        let _ = writeln!(text, "{}", row(page, width, look));
    }
    output::stdout(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

fn row(page: &Page, width: usize, look: Look) -> String {
    let id = styled(look, Style::new().bold(), &format!("{:<width$}", page.id.as_str()));
    let severity = format!("{}{}", super::severity(look, page.severity), " ".repeat(8 - page.severity.id().len()));
    let clouds = clouds(page);
    format!("{id}  {severity}  {clouds:<9}  {}", plain(&page.title))
}

fn clouds(page: &Page) -> &'static str {
    let aws = page.kinds().any(|kind| kind.starts_with("AWS::"));
    let azure = page.kinds().any(|kind| kind.starts_with("Microsoft."));
    match (aws, azure) {
        (true, true) => "aws azure",
        (true, false) => "aws",
        (false, true) => "azure",
        (false, false) => "",
    }
}
