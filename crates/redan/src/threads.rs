//! The threads that work is spread over.

use crate::Error;

/// Deep nesting in input is bounded, but each level of it takes some stack.
const STACK_BYTES: usize = 16 << 20;

/// Sets the number of threads; all cores if none is given. Only the first call has an effect.
///
/// # Errors
/// If the number is zero.
pub fn threads(jobs: Option<usize>) -> Result<(), Error> {
    if jobs == Some(0) {
        return Err(Error::new("`--jobs` must be at least 1"));
    }
    let mut pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    if let Some(jobs) = jobs {
        pool = pool.num_threads(jobs);
    }
    match pool.build_global() {
        Ok(()) | Err(_) => Ok(()),
    }
}
