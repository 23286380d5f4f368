//! All ways of finding, put together: in what stands there, and in what it encodes.

use crate::encoded::{self, BUDGET};
use crate::found::Found;
use crate::{allow, assign, http, jwt, kept, keys, tokens, urls};
use std::ops::Range;

/// How often text is decoded that was found in decoded text.
const DEPTH: usize = 3;

/// The credentials in a text as it stands in a file, in the order of their places; none overlap.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let mut all = find_all(text);
    all.retain(|found| !allow::allowed(text, &found.span));
    all
}

/// The same with those that an annotation allows: allowed is not the same as shown.
#[must_use]
pub fn find_all(text: &str) -> Vec<Found> {
    scan(text, DEPTH, &mut BUDGET.clone())
}

/// The credentials in a value that goes by a name.
#[must_use]
pub fn find_named(name: &str, value: &str) -> Vec<Found> {
    let mut all = find(value);
    let whole = 0..value.len();
    if all.is_empty() {
        all.extend(assign::judge(name, value, whole).into_iter().filter(|found| !allow::allowed(value, &found.span)));
    }
    all
}

fn scan(text: &str, depth: usize, budget: &mut usize) -> Vec<Found> {
    let mut all = Vec::new();
    kept::find(text, &mut all);
    tokens::find(text, &mut all);
    let ids: Vec<Range<usize>> =
        all.iter().filter(|found| found.kind.id == "aws-access-key-id").map(|found| found.span.clone()).collect();
    keys::find(text, &mut all);
    jwt::find(text, &mut all);
    urls::find(text, &mut all);
    http::find(text, &mut all);
    assign::find(text, &mut all);
    ids.iter().for_each(|id| assign::near_key_id(text, id, &mut all));
    let mut kept = without_overlaps(all);
    if depth > 0 {
        let decoded: Vec<Found> = encoded::inside(text, budget)
            .into_iter()
            .filter_map(|(span, decoded)| {
                let first = scan(&decoded, depth - 1, budget).into_iter().next()?;
                Some(Found { span, encoded: true, ..first })
            })
            .collect();
        kept.retain(|found| !covered(&decoded, &found.span));
        kept.extend(decoded);
    }
    kept.sort_by_key(|found| (found.span.start, found.span.end));
    kept
}

/// Of credentials that overlap, the one that was found first: its shape says more than the name it goes by.
fn without_overlaps(all: Vec<Found>) -> Vec<Found> {
    let mut order: Vec<(usize, Found)> = all.into_iter().enumerate().collect();
    order.sort_by_key(|(rank, found)| (found.span.start, *rank));
    let mut kept: Vec<(usize, Found)> = Vec::with_capacity(order.len());
    for (rank, found) in order {
        match kept.last_mut() {
            Some((best, last)) if overlap(&last.span, &found.span) => {
                if rank < *best {
                    (*best, *last) = (rank, found);
                }
            }
            _ => kept.push((rank, found)),
        }
    }
    kept.into_iter().map(|(_, found)| found).collect()
}

/// Whether one of these, which stand in order, overlaps a span.
fn covered(sorted: &[Found], span: &Range<usize>) -> bool {
    let next = sorted.partition_point(|found| found.span.end <= span.start);
    sorted.get(next).is_some_and(|found| overlap(&found.span, span))
}

fn overlap(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}
