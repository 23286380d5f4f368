//! Fixes: laid over the estate of a `fail` case, the failing resource must pass.

use super::run::{Ran, Said, context};
use super::{Fault, fault};
use crate::library::engines;
use redan_model::{Estate, Str, Verdict};
use redan_pages::{Expected, Judge, Judgement, Page, Patch, Scope};
use redan_posture::Answers;
use rustc_hash::FxHashMap;

/// How many failing resources a fix was laid over, and what is wrong with the fixes.
pub(crate) fn check(page: &Page, ran: &[Ran<'_>], judges: &FxHashMap<Str, Judge>) -> (usize, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut tried = 0;
    let mut used = vec![false; page.patches.len()];
    for ran in ran.iter().filter(|ran| ran.case.expected == Expected::Fail) {
        for said in ran.said.iter().filter(|said| said.verdict() == Some(Verdict::Fail)) {
            let (Some(judge), Some((judgement, finding))) = (judges.get(&said.kind), &said.judgement) else { continue };
            let patches: Vec<(usize, &Patch)> =
                page.patches.iter().enumerate().filter(|(_, patch)| concerns(page, patch, said.kind)).collect();
            if patches.is_empty() {
                continue;
            }
            tried += 1;
            match mend(&ran.loaded.estate, said, judgement, judge, &patches) {
                Ok(helped) => {
                    helped.iter().for_each(|at| used.iter_mut().skip(*at).take(1).for_each(|used| *used = true))
                }
                Err(after) => {
                    let line = patches.first().map_or(ran.case.line, |(_, patch)| patch.line);
                    let message =
                        format!("the fix does not make {} pass (case of line {})", finding.address, ran.case.line);
                    faults.push(fault(page, line, message).help(after));
                }
            }
        }
    }
    for (patch, used) in page.patches.iter().zip(used) {
        if !used && faults.is_empty() && tried > 0 {
            let message = format!("no `fail` case is mended by this fix of {}", patch.kind);
            faults.push(fault(page, patch.line, message).help("write a case that needs it, or leave it out"));
        }
    }
    (tried, faults)
}

/// Whether a patch may be meant for failing resources of a kind.
fn concerns(page: &Page, patch: &Patch, kind: Str) -> bool {
    match patch.scope {
        Scope::Own => patch.kind == kind,
        Scope::At(_) => true,
        Scope::New => same_vendor(patch.kind, kind) || page.kinds().count() == 1,
    }
}

fn same_vendor(a: Str, b: Str) -> bool {
    a.starts_with("AWS::") == b.starts_with("AWS::")
}

/// Lays patches over the estate: one that suffices, else one after another. Gives those that helped, or what the page
/// says after all of them.
fn mend(
    estate: &Estate,
    said: &Said,
    judgement: &Judgement,
    judge: &Judge,
    patches: &[(usize, &Patch)],
) -> Result<Vec<usize>, String> {
    let alone: Vec<usize> = patches
        .iter()
        .filter(|(_, patch)| {
            let after = patch.apply(estate, said.resource, &judgement.leaves);
            after.is_some_and(|after| passes(&after, said, judge))
        })
        .map(|(at, _)| *at)
        .collect();
    if !alone.is_empty() {
        return Ok(alone);
    }
    let mut helped = Vec::new();
    let mut now: Option<Estate> = None;
    for (at, patch) in patches {
        let before = now.as_ref().unwrap_or(estate);
        if let Some(after) = patch.apply(before, said.resource, &judgement.leaves) {
            helped.push(*at);
            let done = passes(&after, said, judge);
            now = Some(after);
            if done {
                return Ok(helped);
            }
        }
    }
    match now {
        None => Err("nothing in the case is what the fix changes".to_owned()),
        Some(after) => Err(left(&after, said, judge)),
    }
}

fn passes(estate: &Estate, said: &Said, judge: &Judge) -> bool {
    verdict(estate, said, judge).is_some_and(|judgement| judgement.verdict == Verdict::Pass)
}

fn verdict(estate: &Estate, said: &Said, judge: &Judge) -> Option<Judgement> {
    let answers = Answers::new(engines());
    judge.judge(&context(estate, &answers), said.resource, false)
}

fn left(estate: &Estate, said: &Said, judge: &Judge) -> String {
    let Some(judgement) = verdict(estate, said, judge) else { return "the page no longer applies".to_owned() };
    let leaves = judgement.leaves.iter().take(4);
    let leaves: Vec<String> =
        leaves.map(|leaf| format!("{} = {}", leaf.path, redan_model::Shown(&leaf.value))).collect();
    format!("after it: {}", leaves.join(", "))
}
