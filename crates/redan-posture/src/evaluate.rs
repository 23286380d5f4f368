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
    /// Settings for some of the resources, in place of those above.
    pub variants: Vec<Variant>,
    /// Which variant holds for a resource; the settings above where there is none.
    pub variant_of: FxHashMap<ResourceId, usize>,
    /// The least severity that is reported.
    pub at_least: Option<Severity>,
    /// Whether passes are kept with their evidence, and not only counted.
    pub passes: bool,
    /// The moment that `now` is in rules, in seconds since 1970.
    pub now: i64,
    /// The paths of roots in their repositories, by the path that people are shown; those that differ.
    pub roots: FxHashMap<Str, Str>,
}

/// Severities and parameters that hold for some of the resources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// Severities, by page.
    pub severities: BTreeMap<String, Severity>,
    /// Parameters: by page, then by parameter. They replace all parameters of the page.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Settings {
    fn variant(&self, resource: ResourceId) -> Option<(usize, &Variant)> {
        let at = *self.variant_of.get(&resource)?;
        self.variants.get(at).map(|variant| (at, variant))
    }
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

/// A page, compiled for a kind, with the parameters of one variant or of none.
struct Task<'a> {
    page: &'a Page,
    variant: Option<usize>,
    judge: Judge,
    severity: Severity,
}

/// Values of parameters, by name.
type Values = Vec<(Str, Value)>;

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
            let severity = settings.severities.get(page.id.as_str()).copied().unwrap_or(page.severity);
            let kinds: Vec<Str> = page.kinds().filter(|kind| kinds.contains(kind)).collect();
            parameters(page, settings).into_iter().flat_map(move |(variant, values)| {
                let compiled = kinds.iter().map(|kind| {
                    let judge = page.compile(*kind, estate.schemas(), engines, &values)?;
                    Ok(judge.map(|judge| Task { page, variant, judge, severity }))
                });
                compiled.collect::<Vec<_>>()
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

/// The parameters that a page is compiled with: those of all resources, and those of each variant that sets some.
fn parameters(page: &Page, settings: &Settings) -> Vec<(Option<usize>, Values)> {
    let of = |all: &BTreeMap<String, BTreeMap<String, Value>>| {
        let values = all.get(page.id.as_str())?;
        Some(values.iter().map(|(name, value)| (Str::new(name), value.clone())).collect())
    };
    let variants = settings.variants.iter().enumerate();
    let variants = variants.filter_map(|(at, variant)| Some((Some(at), of(&variant.parameters)?)));
    std::iter::once((None, of(&settings.parameters).unwrap_or_default())).chain(variants).collect()
}

fn judge(task: &Task<'_>, context: &Context<'_>, resource: ResourceId, settings: &Settings) -> Option<Outcome> {
    let passes = settings.passes;
    let variant = settings.variant(resource);
    let own = variant.filter(|(_, variant)| variant.parameters.contains_key(task.page.id.as_str()));
    if own.map(|(at, _)| at) != task.variant {
        return None;
    }
    let severity = variant.and_then(|(_, variant)| variant.severities.get(task.page.id.as_str()).copied());
    let severity = severity.unwrap_or(task.severity);
    if settings.at_least.is_some_and(|least| severity < least) {
        return None;
    }
    let judgement = task.judge.judge(context, resource, passes)?;
    if judgement.verdict == Verdict::Pass && !passes {
        return Some(Outcome::Passed(resource));
    }
    let root = context.estate.get(resource).and_then(|known| settings.roots.get(&known.root)).copied();
    let finding = tell(context.estate, task.page, severity, resource, &judgement, root)?;
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
