//! Whether a case got the verdict that it must get, on the lines that it marks.

use super::marks::{Marked, marks, page_line};
use super::run::{Ran, Said};
use super::{Fault, fault};
use redan_model::{Finding, Place, Problem, ProblemKind, Verdict};
use redan_pages::{Expected, Page};

pub(crate) fn check(page: &Page, ran: &Ran<'_>) -> Vec<Fault> {
    let problems = problems(page, ran);
    if !problems.is_empty() {
        return problems;
    }
    let marks = match marks(ran.case) {
        Ok(marks) => marks,
        Err(pointer) => {
            let message = format!("`at={pointer}` leads to nothing in the case");
            return vec![fault(page, ran.case.line, message).help("write a JSON pointer into the case's text")];
        }
    };
    let mut faults = Vec::new();
    let wanted = match ran.case.expected {
        Expected::Fail => Some(Verdict::Fail),
        Expected::Unknown => Some(Verdict::Unknown),
        Expected::Pass => Some(Verdict::Pass),
        Expected::None => None,
    };
    if ran.said.is_empty() && wanted.is_some() {
        return vec![nothing_judged(page, ran)];
    }
    if !ran.said.iter().any(|said| said.verdict() == wanted) {
        faults.push(other_verdict(page, ran, wanted));
    }
    for said in &ran.said {
        let allowed = match ran.case.expected {
            Expected::Fail | Expected::Unknown => said.verdict() == wanted || said.verdict() != Some(Verdict::Fail),
            Expected::Pass => !matches!(said.verdict(), Some(Verdict::Fail | Verdict::Unknown)),
            Expected::None => said.verdict().is_none(),
        };
        if let (false, Some((_, finding))) = (allowed, &said.judgement) {
            faults.push(unexpected(page, ran, finding));
        }
    }
    if let (Some(wanted), true) = (wanted, faults.is_empty()) {
        faults.extend(lines(page, ran, wanted, &marks));
    }
    faults
}

/// What the pipeline could not read. In an `unknown` case a module or an evaluation may be missing on purpose.
fn problems(page: &Page, ran: &Ran<'_>) -> Vec<Fault> {
    let meant = |problem: &&Problem| {
        ran.case.expected == Expected::Unknown
            && matches!(problem.kind, ProblemKind::Evaluation | ProblemKind::ModuleMissing)
    };
    let wrong = ran.loaded.problems.iter().filter(|problem| !meant(problem));
    wrong
        .map(|problem| {
            let place = ran.loaded.sources.place(problem.origin);
            let line = place.map_or(ran.case.line, |place| page_line(ran.case, &place));
            Fault { help: problem.help.clone(), ..fault(page, line, format!("the case: {}", problem.message)) }
        })
        .collect()
}

fn nothing_judged(page: &Page, ran: &Ran<'_>) -> Fault {
    let kinds: Vec<String> = page.kinds().map(|kind| kind.to_string()).collect();
    let mut held: Vec<String> = ran
        .loaded
        .estate
        .resources()
        .iter()
        .filter(|resource| !resource.stated.is_empty() && resource.kind != *redan_secrets::TEXT)
        .map(|resource| format!("{} ({})", resource.address, resource.kind))
        .collect();
    held.truncate(5);
    let held = if held.is_empty() { "nothing that a kind maps".to_owned() } else { held.join(", ") };
    fault(page, ran.case.line, format!("the case has no {}", kinds.join(" or "))).help(format!("it has {held}"))
}

fn other_verdict(page: &Page, ran: &Ran<'_>, wanted: Option<Verdict>) -> Fault {
    let wanted = wanted.map_or("does not apply", verb);
    let told: Vec<String> = ran.said.iter().take(4).map(|said| told(ran, said)).collect();
    fault(page, ran.case.line, format!("no resource of the case {wanted}")).help(told.join("; "))
}

fn unexpected(page: &Page, ran: &Ran<'_>, finding: &Finding) -> Fault {
    let line = finding.place.as_ref().map_or(ran.case.line, |place| page_line(ran.case, place));
    let message = format!("{} {} in a `{}` case", finding.address, verb(finding.verdict), ran.case.expected.label());
    fault(page, line, message).help(because(ran, finding))
}

const fn verb(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "fails",
        Verdict::Unknown => "is unknown",
        Verdict::Pass => "passes",
    }
}

fn told(ran: &Ran<'_>, said: &Said) -> String {
    match &said.judgement {
        Some((_, finding)) => {
            let why = because(ran, finding);
            let colon = if why.is_empty() { "" } else { ": " };
            format!("{} {}{colon}{why}", finding.address, verb(finding.verdict))
        }
        None => {
            let resource = ran.loaded.estate.get(said.resource);
            let address = resource.map_or("it", |resource| resource.address.as_str());
            let partial = resource.is_some_and(|resource| resource.partial);
            let why = if partial { "nothing that the rule reads is stated here" } else { "`when` is false" };
            format!("the page does not apply to {address}: {why}")
        }
    }
}

/// The leaves that decided, with the lines of the page on which they stand.
fn because(ran: &Ran<'_>, finding: &Finding) -> String {
    let leaf = |leaf: &redan_model::Evidence| {
        let line = leaf.place.as_ref().map(|place| format!(" (line {})", page_line(ran.case, place)));
        let from = leaf.from.as_ref().and_then(|from| from.split_once(": ")).map(|(from, _)| format!(" by {from}"));
        let note = leaf.note.as_ref().map(|note| format!(": {note}"));
        format!(
            "{} = {}{}{}{}",
            leaf.path,
            leaf.value,
            from.unwrap_or_default(),
            note.unwrap_or_default(),
            line.unwrap_or_default()
        )
    };
    let reasons = finding.reasons.iter().take(3).map(|(class, what, _)| format!("{} {what}", class.label()));
    finding.evidence.iter().take(5).map(leaf).chain(reasons).collect::<Vec<_>>().join(", ")
}

/// Where a finding is reported must be marked, and what is marked must be among its leaves or reasons.
fn lines(page: &Page, ran: &Ran<'_>, wanted: Verdict, marks: &[Marked]) -> Vec<Fault> {
    let findings: Vec<&Finding> =
        ran.said.iter().filter_map(|said| said.judgement.as_ref().map(|(_, finding)| finding)).collect();
    let findings: Vec<&Finding> = findings.into_iter().filter(|finding| finding.verdict == wanted).collect();
    let word = if wanted == Verdict::Fail { "finding" } else { "unknown" };
    let mut faults = Vec::new();
    if marks.is_empty() {
        return faults;
    }
    let marked = |place: &Place| marks.iter().any(|mark| mark.holds(place));
    for finding in &findings {
        let Some(place) = &finding.place else { continue };
        let by_reason = wanted == Verdict::Unknown && reasons(finding).any(marked);
        if !marked(place) && !by_reason {
            let message = format!("{} is reported here, where no mark `# {word}` is", finding.address);
            faults.push(fault(page, page_line(ran.case, place), message).help(because(ran, finding)));
        }
    }
    for mark in marks {
        let leaves = |finding: &&&Finding| {
            let mut places = finding.evidence.iter().filter_map(|leaf| leaf.place.as_ref());
            places.any(|place| mark.holds(place)) || reasons(finding).any(|place| mark.holds(place))
        };
        if !findings.iter().any(|finding| leaves(&finding)) {
            let told: Vec<String> = findings.iter().map(|finding| because(ran, finding)).collect();
            let message = format!("nothing is reported here, where the mark `# {word}` is");
            faults.push(fault(page, mark.line, message).help(told.join("; ")));
        }
    }
    faults
}

fn reasons(finding: &Finding) -> impl Iterator<Item = &Place> {
    finding.reasons.iter().filter_map(|(.., place)| place.as_ref())
}
