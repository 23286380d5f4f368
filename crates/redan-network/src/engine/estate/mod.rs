//! Canonical resources as a network of the engine, and the facts that follow from it.
//!
//! Built once for an estate and kept as long as the same resources are asked about.

mod azure;
mod azure_admin;
mod azure_balanced;
mod azure_fronts;
mod balanced;
mod facts;
mod names;
mod networks;
mod transit;
mod vpc;
mod workloads;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use redan_model::Estate;

pub(crate) use balanced::Balanced;
pub(crate) use facts::{Entry, Facts, Tier, at_large, on_ports};
pub(crate) use networks::{Ends, Networks, Placed};

/// Estates are asked about one after the other, or a few side by side.
const KEPT: usize = 16;

/// The facts of the estates that were asked about last.
#[derive(Default)]
pub(crate) struct Kept {
    last: Mutex<VecDeque<(u64, Arc<Facts>)>>,
}

impl Kept {
    /// The facts of an estate: the kept ones, if it is one of the last.
    pub(crate) fn facts(&self, estate: &Estate) -> Arc<Facts> {
        if let Some(known) = self.known(estate.serial()) {
            return known;
        }
        let facts = Arc::new(Facts::of(estate));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.push_front((estate.serial(), Arc::clone(&facts)));
        last.truncate(KEPT);
        facts
    }

    fn known(&self, serial: u64) -> Option<Arc<Facts>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter().find(|(kept, _)| *kept == serial).map(|(_, facts)| Arc::clone(facts))
    }
}
