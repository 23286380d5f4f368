//! Sorted, disjoint, non-adjacent closed ranges: the canonical form of a set on an ordered axis.
//!
//! Two sets are equal exactly when their ranges are. Nothing here knows what the axis means.

use crate::address::Address;

pub(crate) type Range<A> = (A, A);

/// Brings any ranges to the canonical form.
pub(crate) fn canonical<A: Address>(mut ranges: Vec<Range<A>>) -> Vec<Range<A>> {
    ranges.retain(|(low, high)| low <= high);
    ranges.sort_unstable();
    let mut merged: Vec<Range<A>> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match merged.last_mut() {
            Some(last) if last.1.above().is_none_or(|next| low <= next) => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

pub(crate) fn union<A: Address>(a: &[Range<A>], b: &[Range<A>]) -> Vec<Range<A>> {
    canonical(a.iter().chain(b).copied().collect())
}

pub(crate) fn intersection<A: Address>(a: &[Range<A>], b: &[Range<A>]) -> Vec<Range<A>> {
    let mut common = Vec::new();
    let (mut left, mut right) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    while let (Some(&(a_low, a_high)), Some(&(b_low, b_high))) = (left.peek(), right.peek()) {
        let (low, high) = (a_low.max(b_low), a_high.min(b_high));
        if low <= high {
            common.push((low, high));
        }
        if a_high <= b_high {
            left.next();
        } else {
            right.next();
        }
    }
    common
}

pub(crate) fn difference<A: Address>(a: &[Range<A>], b: &[Range<A>]) -> Vec<Range<A>> {
    intersection(a, &complement(b))
}

pub(crate) fn complement<A: Address>(set: &[Range<A>]) -> Vec<Range<A>> {
    let mut gaps = Vec::with_capacity(set.len() + 1);
    let mut from = Some(A::MIN);
    for &(low, high) in set {
        if let (Some(start), Some(end)) = (from, low.below())
            && start <= end
        {
            gaps.push((start, end));
        }
        from = high.above();
    }
    if let Some(start) = from {
        gaps.push((start, A::MAX));
    }
    gaps
}

pub(crate) fn contains<A: Address>(set: &[Range<A>], address: A) -> bool {
    let after = set.partition_point(|&(low, _)| low <= address);
    after.checked_sub(1).and_then(|i| set.get(i)).is_some_and(|&(_, high)| address <= high)
}

/// How many addresses the set holds, saturating.
pub(crate) fn size<A: Address>(set: &[Range<A>]) -> u128 {
    set.iter().fold(0u128, |sum, &(low, high)| sum.saturating_add(A::count(low, high)))
}
