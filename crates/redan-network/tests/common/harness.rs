//! What every probe test needs: a fresh seed that a failure names, how many probes, and random choices.

use std::hash::{BuildHasher, Hasher};

use super::generator::Numbers;

/// In every run of the tests. `REDAN_PROBES=1000000` asks for more.
const PROBES: u64 = 100_000;

/// A fresh seed, or the one in `REDAN_SEED`; printed, so that a run can be repeated.
pub(crate) fn seed() -> u64 {
    let fresh = || std::hash::RandomState::new().build_hasher().finish();
    let seed = std::env::var("REDAN_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(fresh);
    println!("REDAN_SEED={seed}");
    seed
}

/// How many probes.
pub(crate) fn probes() -> u64 {
    std::env::var("REDAN_PROBES").ok().and_then(|count| count.parse().ok()).unwrap_or(PROBES)
}

/// One of some things.
pub(crate) fn one<'a, T>(numbers: &mut Numbers, items: &'a [T]) -> &'a T {
    &items[usize::try_from(numbers.below(items.len() as u64)).unwrap()]
}
