//! Suppressions: results that somebody has accepted, by a comment beside the resource or by a setting. They stay
//! visible, with the reason; what gives none, has expired or suppresses nothing is reported.
//!
//! Comments are read from the texts of the sources by one function for all languages ([`remark`]); no source and no
//! estate keeps them. A comment covers blocks, so that it holds for every instance of a resource.

mod cover;
mod day;
mod directive;
mod metadata;
mod names;
mod remark;
mod rule;
mod wild;

pub use day::Day;

use crate::allow::cover::Cover;
use crate::allow::names::Names;
use crate::allow::rule::Rule;
use redan_model::{Finding, Origin, Problem, ProblemKind, Sources, State, Str, Suppression, Verdict};
use redan_pages::Page;
use rustc_hash::FxHashMap;

/// A suppression that is written in the settings. What is left out restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Pages: names, folders of names, other scanners' ids.
    pub pages: Vec<String>,
    /// A glob over the paths of files.
    pub path: Option<String>,
    /// A glob over addresses.
    pub address: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// The line on which it is written, from 1.
    pub line: usize,
}

/// What suppressions are judged by.
pub struct Allowing<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The pages that were evaluated.
    pub pages: &'a [&'a Page],
    /// Whether all pages were asked for: what suppresses nothing may else belong to a page that was left out.
    pub all_pages: bool,
    /// Whether a page of this name exists, or a folder of names, or another scanner's id that some page claims.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// Whether a glob matches a path.
    pub glob: fn(&str, &str) -> bool,
    /// The suppressions of the settings.
    pub settings: &'a [Allow],
    /// The file of the settings, as a source.
    pub settings_file: Option<redan_model::SourceId>,
    /// The moment, in seconds since 1970.
    pub now: i64,
}

/// Marks the results that are suppressed, and tells what is wrong with suppressions.
pub fn suppress(findings: &mut [Finding], allowing: &Allowing<'_>) -> Vec<Problem> {
    let names = Names::new(allowing.pages);
    let (mut rules, mut problems) = rule::rules(allowing, &names);
    let today = Day::of(allowing.now);
    let mut by_path: FxHashMap<Str, Vec<usize>> = FxHashMap::default();
    for (at, rule) in rules.iter().enumerate() {
        by_path.entry(rule.path.unwrap_or_default()).or_default().push(at);
    }
    for finding in findings.iter_mut().filter(|finding| finding.verdict != Verdict::Pass) {
        let near: Vec<usize> = candidates(finding, &by_path);
        let mut cover = Cover::of(finding);
        let mut first = None;
        for at in near {
            let Some(rule) = rules.get_mut(at) else { continue };
            if rule.covers(finding, &mut cover, today) {
                rule.used = true;
                first = first.or(Some(at));
            }
        }
        if let Some(rule) = first.and_then(|at| rules.get(at)).filter(|_| cover.is_complete(&names)) {
            finding.state = State::Suppressed(Box::new(Suppression {
                form: Str::new(rule.form),
                in_source: rule.path.is_some(),
                reason: rule.reason.clone(),
                until: rule.until.map(|day| day.to_string()),
                place: allowing.sources.place(rule.origin),
            }));
        }
    }
    problems.extend(rules.iter().filter_map(|rule| complaint(rule, allowing, today)));
    problems
}

/// The rules in the files that a finding names, and those of the settings, each once.
fn candidates(finding: &Finding, by_path: &FxHashMap<Str, Vec<usize>>) -> Vec<usize> {
    let mut paths: Vec<Str> = cover::places(finding).map(|place| place.path).collect();
    paths.push(Str::default());
    paths.sort_unstable();
    paths.dedup();
    paths.iter().filter_map(|path| by_path.get(path)).flatten().copied().collect()
}

fn complaint(rule: &Rule, allowing: &Allowing<'_>, today: Day) -> Option<Problem> {
    if rule.installed || rule.foreign_only {
        return None;
    }
    let form = rule.form;
    let (message, help) = if let Some(until) = rule.until.filter(|until| *until < today) {
        (format!("`{form}` has expired: it held until {until}"), "mend what it covers, or give it another day")
    } else if !rule.used {
        if !rule.judged && !allowing.all_pages {
            return None;
        }
        (format!("`{form}` suppresses nothing"), "remove it")
    } else if rule.reason.is_none() {
        (format!("`{form}` gives no reason"), "say behind it why the result is accepted")
    } else {
        return None;
    };
    Some(problem(rule.origin, message).help(help))
}

fn problem(origin: Origin, message: String) -> Problem {
    Problem::at(origin, ProblemKind::Suppression, message)
}
