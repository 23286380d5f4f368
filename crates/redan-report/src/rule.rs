//! Pages as reports need them: texts, links and aliases.

use redan_model::{Severity, Str, Value};
use std::collections::BTreeMap;

/// All pages that were evaluated, by name.
pub type Rules = BTreeMap<Str, Rule>;

/// A page.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its title.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// What it says, in Markdown: the reason and the fix.
    pub text: String,
    /// Its links, the vendor's documentation first.
    pub links: Vec<String>,
    /// The ids of other scanners' checks that ask the same.
    pub aliases: Vec<Alias>,
    /// Rows of the mission that it verifies.
    pub mission: Vec<String>,
}

impl Rule {
    /// The first paragraph of what it says, on one line.
    pub(crate) fn gist(&self) -> String {
        one_line(self.text.trim().split("\n\n").next().unwrap_or_default())
    }

    /// What it says about the fix, up to the first example.
    pub(crate) fn fix(&self) -> Option<String> {
        let (_, after) = self.text.split_once("## Fix\n")?;
        let prose = after.split("\n## ").next().unwrap_or_default().split("```").next().unwrap_or_default();
        Some(one_line(prose)).filter(|text| !text.is_empty())
    }

    /// The ids of other scanners' checks that ask the same.
    pub(crate) fn same_checks(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().filter(|alias| !alias.related).map(|alias| alias.id.as_str())
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The id of another scanner's check.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The id.
    pub id: String,
    /// The parameters that make the page ask what the check asks.
    pub with: Vec<(Str, Value)>,
    /// The leaf that must be among the deciding ones for the check to fail.
    pub part: Option<String>,
    /// Only related: the check asks something else.
    pub related: bool,
}
