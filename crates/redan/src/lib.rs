//! The pipeline: paths → sources → raw resources → estate → verdicts → findings.
//!
//! The binary, the runner of pages' cases and the tasks of the project drive it through these few functions. It does
//! not know how anything is computed.

mod near;
mod options;
mod pipeline;
mod threads;

pub use near::nearest;
pub use options::{Error, Input, Judging, Options};
pub use pipeline::{Loaded, Scan, judge, read, scan};
pub use threads::threads;
