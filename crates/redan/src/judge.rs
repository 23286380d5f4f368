//! From an estate to findings.

use crate::governance::{accept, variants};
use crate::library::{Chosen, engines, pages, rule};
use crate::{Error, Judging, Loaded, Options, read};
use redan_model::{Estate, Finding, Problem, ProblemKind, Sources, Str};
use redan_pages::Page;
use redan_posture::{Settings, evaluate};
use redan_report::{Rules, Summary, by_urgency};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The moment that `now` is where none is given: the first second of 2026.
pub(crate) const SOME_DAY: i64 = 1_767_225_600;

/// What is said about what was read.
pub struct Scan {
    /// The results, by urgency; passes only if they were asked for.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The counts of all results.
    pub summary: Summary,
    /// The texts that places refer to.
    pub sources: Arc<Sources>,
    /// The pages that were evaluated: those about a kind that was read.
    pub rules: Rules,
}

/// Judges what was read.
///
/// # Errors
/// If the options name pages that do not exist, or pages of the user's own are wrong.
pub fn judge(loaded: &Loaded, judging: &Judging) -> Result<Scan, Error> {
    let set = pages(&judging.pages)?;
    let chosen = Chosen::new(&set, judging)?;
    let kinds = loaded.estate.kinds();
    let selected: Vec<&Page> = set.about(&kinds).filter(|page| chosen.takes(page)).collect();
    let now = judging.now.unwrap_or(SOME_DAY);
    let (variants, variant_of) = variants(loaded, &judging.overrides);
    let settings = Settings {
        severities: judging.severities.clone(),
        parameters: judging.parameters.clone(),
        variants,
        variant_of,
        at_least: judging.at_least,
        passes: judging.passes,
        now,
        roots: in_repository(&loaded.estate),
    };
    let results = evaluate(&loaded.estate, &selected, engines(), &settings);
    let mut problems = loaded.problems.clone();
    for error in &results.errors {
        if !judging.pages.is_empty() || sets_parameters(judging, &page_of(&error.path)) {
            return Err(Error::new(error.to_string()));
        }
        let message = format!("the page cannot be used: {}", error.message);
        problems.push(Problem::path(&error.path, ProblemKind::Evaluation, message));
    }
    let mut findings = results.findings;
    problems.extend(accept(&mut findings, loaded, judging, &set, &selected, now));
    if let Some(baseline) = &judging.baseline {
        baseline.mark(&mut findings);
    }
    let mut summary = Summary { files: loaded.files, resources: results.resources, ..Summary::default() };
    summary.pages = results.pages;
    summary.results.pass = results.passed;
    findings.iter().for_each(|finding| summary.add(finding));
    summary.add_problems(&problems);
    findings.sort_by(by_urgency);
    let rules = selected.iter().map(|page| (page.id, rule(page, &judging.severities))).collect();
    Ok(Scan { findings, problems, summary, sources: Arc::clone(&loaded.sources), rules })
}

/// The paths of roots below the folder that holds `.git`, where they are shown otherwise.
fn in_repository(estate: &Estate) -> FxHashMap<Str, Str> {
    let shown: FxHashSet<Str> = estate.resources().iter().map(|resource| resource.root).collect();
    let mut repositories: Vec<PathBuf> = Vec::new();
    let mut paths = FxHashMap::default();
    for root in shown {
        let path = if root.is_empty() { Path::new(".") } else { Path::new(root.as_str()) };
        let Ok(real) = std::fs::canonicalize(path) else { continue };
        let known = repositories.iter().find(|repository| real.starts_with(repository)).cloned();
        let found = known.or_else(|| {
            let repository = real.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
            repositories.push(repository.clone());
            Some(repository)
        });
        if let Some(below) = found.and_then(|repository| real.strip_prefix(repository).ok().map(Path::to_owned)) {
            paths.insert(root, Str::from(below.to_string_lossy().replace('\\', "/")));
        }
    }
    paths
}

/// Whether the settings give parameters to a page.
fn sets_parameters(judging: &Judging, page: &str) -> bool {
    judging.parameters.contains_key(page) || judging.overrides.iter().any(|one| one.parameters.contains_key(page))
}

/// The name of a page that redan brings, from its path.
fn page_of(path: &str) -> String {
    path.trim_start_matches("pages/").trim_end_matches(".md").to_owned()
}

/// Reads and judges.
///
/// # Errors
/// As [`judge`].
pub fn scan(options: &Options) -> Result<Scan, Error> {
    judge(&read(&options.input), &options.judging)
}
