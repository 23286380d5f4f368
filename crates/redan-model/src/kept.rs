//! What was worked out of the estates that were asked about last.
//!
//! Engines are asked about one resource at a time and work out an estate once. Must not know what is worked out.

use crate::Estate;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Estates are asked about one after the other, or a few side by side.
const KEPT: usize = 16;

/// Under an estate's serial, what was worked out of it, or is being worked out by another thread.
type Entry<T> = (u64, Arc<OnceLock<Arc<T>>>);

/// Keeps what was worked out of the last estates, by their serials.
pub struct Kept<T>(Mutex<VecDeque<Entry<T>>>);

impl<T> Kept<T> {
    /// What was worked out of this estate, or is now. Threads that ask at the same time wait for one of them.
    pub fn of(&self, estate: &Estate, work_out: impl FnOnce(&Estate) -> T) -> Arc<T> {
        let entry = self.entry(estate.serial());
        Arc::clone(entry.get_or_init(|| Arc::new(work_out(estate))))
    }

    fn entry(&self, serial: u64) -> Arc<OnceLock<Arc<T>>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, entry)) = last.iter().find(|(kept, _)| *kept == serial) {
            return Arc::clone(entry);
        }
        let entry = Arc::default();
        last.push_front((serial, Arc::clone(&entry)));
        last.truncate(KEPT);
        entry
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> fmt::Debug for Kept<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Kept")
    }
}
