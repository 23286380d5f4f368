//! Rule mutation: a rule that is wrong in one place must change what some case says.

use super::run::Ran;
use super::{Fault, fault, unproven, verdicts};
use crate::library::engines;
use crate::pipeline::kinds;
use rayon::prelude::*;
use redan_model::{Str, Verdict};
use redan_pages::{Mutant, Page, Rule};

/// How many mutants were tried, and those that nobody noticed.
pub(crate) fn check(page: &Page, ran: &[Ran<'_>]) -> (usize, Vec<Fault>) {
    // That a page is about what runs alone, its cases say together; none of them could tell.
    let only_live = ran.iter().all(|ran| !ran.case.language.is_code());
    let mutants: Vec<(&Rule, Mutant)> = page
        .rules
        .iter()
        .filter(|rule| !unproven(rule, ran))
        .flat_map(|rule| rule.mutants().into_iter().map(move |mutant| (rule, mutant)))
        .filter(|(_, mutant)| !(only_live && mutant.what == "dropped: live"))
        .collect();
    let faults = mutants.par_iter().filter_map(|(rule, mutant)| survivor(page, rule, mutant, ran)).collect();
    (mutants.len(), faults)
}

/// Where a rule passes on an empty set and no case says whether that is meant.
pub(crate) fn ask(page: &Page, ran: &[Ran<'_>]) -> Vec<Fault> {
    let rules = page.rules.iter().filter(|rule| !unproven(rule, ran));
    let mutants = rules.flat_map(|rule| rule.demanding().into_iter().map(move |mutant| (rule, mutant)));
    let undecided = mutants.filter(|(rule, mutant)| survivor(page, rule, mutant, ran).is_some());
    let asked = undecided.map(|(_, mutant)| {
        let set = mutant.what.split(".all(").next().unwrap_or_default();
        fault(page, mutant.line, format!("passes where {set} is empty, and no case says whether that is meant"))
            .help("write `size() > 0 &&` before it if nothing at all is a failure, or a case that shows the pass")
    });
    asked.collect()
}

fn survivor(page: &Page, rule: &Rule, mutant: &Mutant, ran: &[Ran<'_>]) -> Option<Fault> {
    let schemas: &dyn redan_model::Schemas = kinds().as_ref();
    let mut tried = false;
    for kind in &rule.kinds {
        let Ok(judge) = page.compile_mutant(mutant, *kind, schemas, engines()) else { continue };
        tried = true;
        if ran.iter().any(|ran| verdicts(&ran.loaded.estate, &judge) != before(ran, *kind)) {
            return None;
        }
    }
    if !tried {
        return None;
    }
    let message = format!("no case notices if this is {}", mutant.what);
    Some(fault(page, mutant.line, message).help("add a case whose verdict depends on it, or leave it out of the rule"))
}

fn before(ran: &Ran<'_>, kind: Str) -> Vec<Option<Verdict>> {
    ran.said.iter().filter(|said| said.kind == kind).map(super::run::Said::verdict).collect()
}
