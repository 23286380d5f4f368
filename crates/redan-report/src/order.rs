//! The order of results: what is urgent first, and the same every time.

use redan_model::{Finding, Verdict};
use std::cmp::{Ordering, Reverse};

/// What is open before what is set aside, failures before unknowns before passes, the worst severity first, then page, file, position and address.
#[must_use]
pub fn by_urgency(a: &Finding, b: &Finding) -> Ordering {
    let set_aside = |finding: &Finding| !finding.state.is_open();
    set_aside(a)
        .cmp(&set_aside(b))
        .then(rank(a.verdict).cmp(&rank(b.verdict)))
        .then(Reverse(a.severity).cmp(&Reverse(b.severity)))
        .then(a.page.cmp(&b.page))
        .then_with(|| a.place.cmp(&b.place))
        .then_with(|| a.root.cmp(&b.root))
        .then_with(|| a.address.cmp(&b.address))
        .then_with(|| a.fingerprint.to_string().cmp(&b.fingerprint.to_string()))
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Unknown => 1,
        Verdict::Pass => 2,
    }
}
