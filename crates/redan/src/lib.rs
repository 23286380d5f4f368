//! The pipeline: paths → sources → raw resources → estate → verdicts → findings.
//!
//! The binary, the runner of pages' cases and the tasks of the project drive it through these few functions. It does
//! not know how anything is computed.

mod baseline;
mod cases;
mod coverage;
mod governance;
mod judge;
mod languages;
mod library;
mod live;
mod near;
mod options;
mod pipeline;
mod stretches;
mod threads;

pub use baseline::Baseline;
pub use cases::{Fault, Tested, test_page, test_pages};
pub use coverage::Coverage;
pub use judge::{Scan, judge, scan};
pub use library::{answers, find, framework, pages, rules};
pub use live::{AWS, Live, collect, gaps, read_snapshot, write_snapshot};
pub use near::nearest;
pub use options::{Error, Input, Judging, Options, Override};
pub use pipeline::{Loaded, read};
pub use threads::threads;
