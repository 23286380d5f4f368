//! Canonical resources as a network of the engine, and the facts that follow from it.
//!
//! Built once for an estate and kept as long as the same resources are asked about.

mod azure;
mod facts;
mod names;
mod networks;
mod vpc;
mod workloads;

use std::sync::{Arc, Mutex, PoisonError};

use redan_model::Estate;

pub(crate) use facts::{Entry, Facts, at_large};
pub(crate) use networks::Networks;

/// The facts of the estate that was asked about last.
#[derive(Default)]
pub(crate) struct Kept {
    last: Mutex<Option<(u64, Arc<Facts>)>>,
}

impl Kept {
    /// The facts of an estate: the kept ones, if it is the same.
    pub(crate) fn facts(&self, estate: &Estate) -> Arc<Facts> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((serial, facts)) = last.as_ref()
            && *serial == estate.serial()
        {
            return Arc::clone(facts);
        }
        let facts = Arc::new(Facts::of(estate));
        *last = Some((estate.serial(), Arc::clone(&facts)));
        facts
    }
}
