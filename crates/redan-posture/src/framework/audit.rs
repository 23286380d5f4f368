//! A framework against results: how each control stands, with the results that say so.

use crate::framework::{Control, Framework};
use redan_model::{Finding, State, Str, Verdict};
use std::collections::BTreeMap;

/// How a control stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Some resource fails.
    Fail,
    /// No resource fails, but of some it is not known.
    Unknown,
    /// Resources fail, and somebody has accepted all of it.
    Accepted,
    /// Every resource passes.
    Pass,
    /// Every resource passes, and the control asks more than its pages.
    Part,
    /// No resource is of a kind that it is about.
    Idle,
    /// It is left to a person.
    Manual,
    /// It could be automated, but no page verifies it.
    Unverified,
    /// It is the provider's.
    Provider,
}

impl Standing {
    /// All, the most urgent first.
    pub const ALL: [Self; 9] = [
        Self::Fail,
        Self::Unknown,
        Self::Accepted,
        Self::Pass,
        Self::Part,
        Self::Idle,
        Self::Manual,
        Self::Unverified,
        Self::Provider,
    ];

    /// The standing as machines read it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Pass => "pass",
            Self::Part => "pass-in-part",
            Self::Idle => "nothing-to-judge",
            Self::Manual => "manual",
            Self::Unverified => "no-page",
            Self::Provider => "provider",
        }
    }
}

/// A control with its results.
#[derive(Clone, Debug)]
pub struct Audited<'a> {
    /// The control.
    pub control: &'a Control,
    /// How it stands.
    pub standing: Standing,
    /// The results of its pages, in the order they came in.
    pub results: Vec<&'a Finding>,
}

/// How each control of a framework stands. The results must hold passes too.
#[must_use]
pub fn audit<'a>(framework: &'a Framework, findings: &'a [Finding]) -> Vec<Audited<'a>> {
    let mut by_page: BTreeMap<Str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_page.entry(finding.page).or_default().push(finding);
    }
    let of = |control: &Control| {
        let mut pages = control.pages.clone();
        pages.sort_unstable();
        pages.dedup();
        let results = pages.iter().filter_map(|page| by_page.get(page)).flatten().copied();
        results.filter(|one| concerns(framework, control, one)).collect::<Vec<_>>()
    };
    let one = |control| {
        let results = of(control);
        Audited { control, standing: standing(control, &results), results }
    };
    framework.controls.iter().map(one).collect()
}

/// Whether a result of a control's page is about what the control is about: pages know both clouds, and many kinds.
fn concerns(framework: &Framework, control: &Control, finding: &Finding) -> bool {
    let other = match framework.cloud.as_str() {
        "aws" => finding.kind.starts_with("Microsoft."),
        "azure" => finding.kind.starts_with("AWS::"),
        _ => false,
    };
    let named = || finding.name.is_some_and(|name| control.names.iter().any(|one| one.eq_ignore_ascii_case(&name)));
    !other
        && (control.kinds.is_empty() || control.kinds.contains(&finding.kind))
        && (control.names.is_empty() || named())
}

/// What was known before fails all the same: a framework asks how things stand.
fn standing(control: &Control, results: &[&Finding]) -> Standing {
    let accepted = |finding: &Finding| matches!(finding.state, State::Suppressed(_));
    let any = |verdict: Verdict| results.iter().any(|one| one.verdict == verdict && !accepted(one));
    if control.provider {
        Standing::Provider
    } else if any(Verdict::Fail) {
        Standing::Fail
    } else if any(Verdict::Unknown) {
        Standing::Unknown
    } else if control.manual {
        Standing::Manual
    } else if results.iter().any(|one| accepted(one)) {
        Standing::Accepted
    } else if any(Verdict::Pass) {
        if control.lacks.is_some() { Standing::Part } else { Standing::Pass }
    } else if control.pages.is_empty() {
        Standing::Unverified
    } else {
        Standing::Idle
    }
}
