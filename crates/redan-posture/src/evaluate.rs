//! All pages on all resources.

use crate::Answers;
use crate::tell;
use rayon::prelude::*;
use redan_expr::{Context, Engines};
use redan_model::{Estate, Finding, ResourceId, Severity, Str, Value, Verdict};
use redan_pages::{Judge, Page, PageError};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Resources that one task judges at least: a task costs more than a judgement.
const CHUNK: usize = 32;

/// What may be set.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Severities that replace those of the pages, by page.
    pub severities: BTreeMap<String, Severity>,
    /// Parameters that replace the defaults of the pages: by page, then by parameter.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
    /// Whether passes are kept with their evidence, and not only counted.
    pub passes: bool,
    /// The moment that `now` is in rules, in seconds since 1970.
    pub now: i64,
    /// The paths of roots in their repositories, by the path that people are shown; those that differ.
    pub roots: FxHashMap<Str, Str>,
}

/// What pages say about an estate.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Failures and unknowns, and passes if they are kept: by page, then in the order of the estate.
    pub findings: Vec<Finding>,
    /// How many passed and were only counted.
    pub passed: usize,
    /// Resources that were judged.
    pub resources: usize,
    /// Pages that applied to at least one resource.
    pub pages: usize,
    /// What is wrong with pages that could not be used: they do not type-check, or a parameter is not one of theirs.
    pub errors: Vec<PageError>,
}

/// A page, compiled for a kind.
struct Task<'a> {
    page: &'a Page,
    judge: Judge,
    severity: Severity,
}

/// What one page says about one resource.
enum Outcome {
    Passed(ResourceId),
    Told(ResourceId, Box<Finding>),
}

/// Judges an estate by these pages. A page that is wrong is left out, and said so.
#[must_use]
pub fn evaluate(estate: &Estate, pages: &[&Page], engines: &Engines, settings: &Settings) -> Results {
    let (tasks, errors) = compile(estate, pages, engines, settings);
    let answers = Answers::new(engines);
    let context = Context { estate, ask: &answers, now: settings.now, params: &[] };
    let judged: Vec<(usize, Vec<Outcome>)> = tasks
        .par_iter()
        .enumerate()
        .flat_map(|(at, task)| {
            let chunks = estate.of_kind(task.judge.kind()).par_chunks(CHUNK);
            chunks.map(move |ids| (at, ids.iter().filter_map(|id| judge(task, &context, *id, settings)).collect()))
        })
        .collect();
    Results { errors, ..collect(&tasks, judged) }
}

fn compile<'a>(
    estate: &Estate,
    pages: &[&'a Page],
    engines: &Engines,
    settings: &Settings,
) -> (Vec<Task<'a>>, Vec<PageError>) {
    let kinds: FxHashSet<Str> = estate.kinds().into_iter().collect();
    let compiled: Vec<Result<Option<Task<'a>>, PageError>> = pages
        .par_iter()
        .flat_map_iter(|page| {
            let overrides = settings.parameters.get(page.id.as_str());
            let overrides: Vec<(Str, Value)> =
                overrides.into_iter().flatten().map(|(name, value)| (Str::new(name), value.clone())).collect();
            let severity = settings.severities.get(page.id.as_str()).copied().unwrap_or(page.severity);
            let kinds: Vec<Str> = page.kinds().filter(|kind| kinds.contains(kind)).collect();
            kinds.into_iter().map(move |kind| {
                let judge = page.compile(kind, estate.schemas(), engines, &overrides)?;
                Ok(judge.map(|judge| Task { page, judge, severity }))
            })
        })
        .collect();
    let mut tasks = Vec::new();
    let mut errors = Vec::new();
    for result in compiled {
        match result {
            Ok(task) => tasks.extend(task),
            Err(error) => errors.push(error),
        }
    }
    (tasks, errors)
}

fn judge(task: &Task<'_>, context: &Context<'_>, resource: ResourceId, settings: &Settings) -> Option<Outcome> {
    let passes = settings.passes;
    let judgement = task.judge.judge(context, resource, passes)?;
    if judgement.verdict == Verdict::Pass && !passes {
        return Some(Outcome::Passed(resource));
    }
    let root = context.estate.get(resource).and_then(|known| settings.roots.get(&known.root)).copied();
    let finding = tell(context.estate, task.page, task.severity, resource, &judgement, root)?;
    Some(Outcome::Told(resource, Box::new(finding)))
}

fn collect(tasks: &[Task<'_>], judged: Vec<(usize, Vec<Outcome>)>) -> Results {
    let mut results = Results::default();
    let mut resources = FxHashSet::default();
    let mut pages = FxHashSet::default();
    for (at, outcomes) in judged {
        if !outcomes.is_empty() {
            pages.extend(tasks.get(at).map(|task| task.page.id));
        }
        for outcome in outcomes {
            match outcome {
                Outcome::Passed(resource) => {
                    resources.insert(resource);
                    results.passed += 1;
                }
                Outcome::Told(resource, finding) => {
                    resources.insert(resource);
                    results.findings.push(*finding);
                }
            }
        }
    }
    results.resources = resources.len();
    results.pages = pages.len();
    results
}
