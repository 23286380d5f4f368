//! The test of pages: types, cases through the whole pipeline, marked lines, rule mutation, fixes (`pages.md` 6 and 9).
//!
//! Whoever writes a page reads what comes out of here: every fault names the page's file, the line and the remedy.

mod fix;
mod marks;
mod mutation;
mod run;
mod verdict;

use crate::library::engines;
use crate::pipeline::kinds;
use rayon::prelude::*;
use redan_model::{Str, Verdict};
use redan_pages::{Expected, Judge, Page, PageError, PageSet, Rule};
use redan_posture::Answers;
use run::Ran;
use rustc_hash::FxHashMap;

/// Something that is wrong with a page or its cases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The page's file as it is shown to people.
    pub path: String,
    /// The line of the page, from 1.
    pub line: usize,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it: a lowercase fragment.
    pub help: Option<String>,
}

/// What the test of a page found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// The page.
    pub page: String,
    /// Cases that were run.
    pub cases: usize,
    /// Mutants that were tried.
    pub mutants: usize,
    /// Failing resources that a fix was laid over.
    pub fixes: usize,
    /// What is wrong, in the order of lines.
    pub faults: Vec<Fault>,
    /// What the author should decide: no fault.
    pub asked: Vec<Fault>,
}

impl From<PageError> for Fault {
    fn from(error: PageError) -> Self {
        Self { path: error.path, line: error.line, message: error.message, help: error.help }
    }
}

/// Tests these pages of a set, in the order given; pages that could not be read are faults too.
#[must_use]
pub fn test_pages(set: &PageSet, ids: &[&str], mutation: bool) -> Vec<Tested> {
    let errors = set.errors();
    ids.par_iter()
        .map(|id| match set.get(id) {
            Some(page) => test_page(page, mutation),
            None => {
                let own = |error: &&PageError| set.path(id) == Some(error.path.as_str());
                let faults = errors.iter().filter(own).cloned().map(Fault::from).collect();
                Tested { page: (*id).to_owned(), faults, ..Tested::default() }
            }
        })
        .collect()
}

/// Tests a page; rule mutation may be left out.
#[must_use]
pub fn test_page(page: &Page, mutation: bool) -> Tested {
    let schemas: &dyn redan_model::Schemas = kinds().as_ref();
    let mut tested = Tested { page: page.id.to_string(), ..Tested::default() };
    tested.faults.extend(page.check(schemas, engines()).into_iter().map(Fault::from));
    let judges: FxHashMap<Str, Judge> =
        page.kinds().filter_map(|kind| Some((kind, page.compile(kind, schemas, engines(), &[]).ok()??))).collect();
    if judges.len() < page.kinds().count() {
        return tested;
    }
    let ran: Vec<Ran<'_>> = page.cases.par_iter().map(|case| run::run(page, case, &judges)).collect();
    tested.cases = ran.len();
    tested.faults.extend(ran.iter().flat_map(|ran| verdict::check(page, ran)));
    if tested.faults.is_empty() {
        tested.faults.extend(page.rules.iter().flat_map(|rule| coverage(page, rule, &ran)));
        let (fixes, faults) = fix::check(page, &ran, &judges);
        tested.fixes = fixes;
        tested.faults.extend(faults);
        if mutation {
            let (mutants, faults) = mutation::check(page, &ran);
            tested.mutants = mutants;
            tested.faults.extend(faults);
            tested.asked = mutation::ask(page, &ran);
        }
    }
    tested.faults.sort();
    tested.faults.dedup();
    tested
}

/// Each kind that a rule names needs a resource that fails in a `fail` case and one that passes in a `pass` case.
fn coverage(page: &Page, rule: &Rule, ran: &[Ran<'_>]) -> Vec<Fault> {
    if unproven(rule, ran) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for kind in &rule.kinds {
        for (expected, verdict, verb) in
            [(Expected::Fail, Verdict::Fail, "fails"), (Expected::Pass, Verdict::Pass, "passes")]
        {
            let judged =
                |ran: &Ran<'_>| ran.said.iter().any(|said| said.kind == *kind && said.verdict() == Some(verdict));
            if !ran.iter().any(|ran| ran.case.expected == expected && judged(ran)) {
                let message = format!("no {kind} {verb} in a `{}` case", expected.label());
                faults.push(fault(page, rule.line, message).help("write one under `## Cases`"));
            }
        }
    }
    faults
}

/// Whether a rule is only about what runs, which no case in code can prove, and no answer of an API stands among them.
fn unproven(rule: &Rule, ran: &[Ran<'_>]) -> bool {
    is_live(rule) && ran.iter().all(|ran| ran.case.language.is_code())
}

fn is_live(rule: &Rule) -> bool {
    let when = rule.text.lines().find(|line| line.trim_start().starts_with("when "));
    let word = |word: &str| word == "live";
    when.is_some_and(|when| when.split(|c: char| !c.is_alphanumeric()).any(word))
}

pub(crate) fn fault(page: &Page, line: usize, message: impl Into<String>) -> Fault {
    Fault { path: page.path.clone(), line, message: message.into(), help: None }
}

impl Fault {
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Judges every resource of a kind: what the page says, in the order of the estate.
pub(crate) fn verdicts(estate: &redan_model::Estate, judge: &Judge) -> Vec<Option<Verdict>> {
    let answers = Answers::new(engines());
    let context = run::context(estate, &answers);
    let all = estate.of_kind(judge.kind()).iter();
    all.map(|id| judge.judge(&context, *id, false).map(|judgement| judgement.verdict)).collect()
}
