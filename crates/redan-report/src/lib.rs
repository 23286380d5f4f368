//! Findings into every output format.
//!
//! This crate does not know where findings came from, reads no files and writes none: it renders into a string or a
//! writer that the caller gives. Everything that a scanned resource may contain is escaped here.

mod address;

mod escape;

mod order;
mod rule;

mod summary;

mod words;

pub use address::module_of;
pub use escape::plain;
pub use order::by_urgency;
pub use rule::{Alias, Rule, Rules};
pub use summary::{Counts, Summary};
pub use words::count;

use redan_model::{Finding, Problem, Sources};

/// What there is to report.
pub struct Report<'a> {
    /// The findings that are to be shown, in the order of [`by_urgency`].
    pub findings: &'a [Finding],
    /// What could not be read.
    pub problems: &'a [Problem],
    /// The counts of everything, shown or not.
    pub summary: &'a Summary,
    /// The texts that places refer to.
    pub sources: &'a Sources,
    /// The pages behind the findings.
    pub rules: &'a Rules,
    /// The version of the program.
    pub version: &'a str,
}
