//! How much of a result suppressions cover: all of it, or some of the leaves that decided.

use crate::allow::names::{Names, Target};
use redan_model::{Finding, Place, Str, Value};
use std::ops::Range;

/// What is covered of a result, by all suppressions together. A result of which a leaf is left stays open.
pub(crate) struct Cover {
    page: Str,
    whole: bool,
    leaves: Vec<bool>,
    more: usize,
    /// Values of parameters whose part of the question is covered: by parameter.
    asked: Vec<(Str, Value)>,
}

impl Cover {
    pub(crate) fn of(finding: &Finding) -> Self {
        let leaves = vec![false; finding.evidence.len()];
        Self { page: finding.page, whole: false, leaves, more: finding.more_evidence, asked: Vec::new() }
    }

    /// Covers all of what a target asks. Whether it asks anything.
    pub(crate) fn all(&mut self, finding: &Finding, target: &Target) -> bool {
        if target.part.is_none() && target.with.is_empty() {
            self.whole = true;
            return true;
        }
        if target.part.is_none() {
            self.asked.extend(target.with.iter().cloned());
            return true;
        }
        self.some(finding, target, |_| true)
    }

    /// Covers the leaves at some places. Whether there are any.
    pub(crate) fn some(&mut self, finding: &Finding, target: &Target, at: impl Fn(&Place) -> bool) -> bool {
        let mut any = false;
        for (leaf, covered) in finding.evidence.iter().zip(&mut self.leaves) {
            let asked = target.part.is_none_or(|part| part == leaf.path);
            if asked && leaf.place.as_ref().or(finding.place.as_ref()).is_some_and(&at) {
                any = true;
                if target.with.is_empty() {
                    *covered = true;
                }
            }
        }
        if any && !target.with.is_empty() {
            self.asked.extend(target.with.iter().cloned());
        }
        any
    }

    /// Whether nothing is left.
    pub(crate) fn is_complete(&self, names: &Names<'_>) -> bool {
        let leaves = !self.leaves.is_empty() && self.more == 0 && self.leaves.iter().all(|covered| *covered);
        self.whole || leaves || self.asks_everything(names)
    }

    /// Whether the parameters that are covered are together all that the page asks for.
    fn asks_everything(&self, names: &Names<'_>) -> bool {
        let Some((first, _)) = self.asked.first() else { return false };
        let Some(default) = names.default(self.page, *first) else { return false };
        let values = |value: &Value| match value {
            Value::List(list) => list.items.iter().map(|item| item.value.clone()).collect(),
            other => vec![other.clone()],
        };
        let given: Vec<Value> =
            self.asked.iter().filter(|(name, _)| name == first).flat_map(|(_, value)| values(value)).collect();
        values(default).iter().all(|value| given.contains(value))
    }
}

/// All places that a result names.
pub(crate) fn places(finding: &Finding) -> impl Iterator<Item = &Place> {
    let blocks = finding.stated.iter().filter_map(|(_, place)| place.as_ref());
    let leaves = finding.evidence.iter().filter_map(|leaf| leaf.place.as_ref());
    blocks.chain(&finding.calls).chain(leaves).chain(&finding.place).chain(&finding.block)
}

/// The blocks that state a result's resource, and the module calls that lead to it.
pub(crate) fn blocks(finding: &Finding) -> impl Iterator<Item = &Place> {
    finding.stated.iter().filter_map(|(_, place)| place.as_ref()).chain(&finding.calls).chain(&finding.block)
}

/// Whether a place lies in a range of its file.
pub(crate) fn lies(place: &Place, path: Str, range: &Range<usize>) -> bool {
    let (start, end) = bytes(place);
    place.path == path && range.start <= start && end <= range.end
}

/// Whether a place holds a range of its file.
pub(crate) fn holds(place: &Place, path: Str, range: &Range<usize>) -> bool {
    let (start, end) = bytes(place);
    place.path == path && start < range.start && range.end < end
}

fn bytes(place: &Place) -> (usize, usize) {
    let byte = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    (byte(place.bytes.0), byte(place.bytes.1))
}
