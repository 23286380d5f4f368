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
    pub const ALL: [Self; 8] = [
        Self::Fail,
        Self::Unknown,
        Self::Accepted,
        Self::Pass,
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
        pages.iter().filter_map(|page| by_page.get(page)).flatten().copied().collect::<Vec<_>>()
    };
    let one = |control| {
        let results = of(control);
        Audited { control, standing: standing(control, &results), results }
    };
    framework.controls.iter().map(one).collect()
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
        Standing::Pass
    } else if control.pages.is_empty() {
        Standing::Unverified
    } else {
        Standing::Idle
    }
}
