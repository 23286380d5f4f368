//! Findings into every output format.
//!
//! This crate does not know where findings came from, reads no files and writes none: it renders into a string or a
//! writer that the caller gives. Everything that a scanned resource may contain is escaped here.

mod address;
mod audit;
mod cells;
mod digest;
mod escape;
mod evidence;
mod format;
mod map;
mod markdown;
mod markup;
mod mask;
mod notes;
mod order;
mod rule;
mod snippet;
mod summary;
mod time;
mod words;

pub use address::module_of;
pub use audit::{Audit, Controlled, WriteAudit, audit_format};
pub use digest::{problem_line, totals};
pub use escape::plain;
pub use format::{Beside, Format, Look, format, formats};
pub use map::{MapItem, MapLane, MapNetwork, Openness, map};
pub use order::by_urgency;
pub use rule::{Alias, Rule, Rules};
pub use summary::{Counts, Summary};
pub use words::count;

use redan_model::{Finding, Problem, Sources, Verdict};

/// What there is to report.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// All results that were kept, in the order of [`by_urgency`].
    pub findings: &'a [Finding],
    /// Which of them are shown.
    pub show: Show,
    /// What could not be read.
    pub problems: &'a [Problem],
    /// The counts of everything, shown or not.
    pub summary: &'a Summary,
    /// The texts that places refer to.
    pub sources: &'a Sources,
    /// The pages behind the findings.
    pub rules: &'a Rules,
    /// What a page answers: controls of standards, for formats that name them.
    pub answers: &'a dyn Fn(&str) -> Vec<Answer>,
    /// The version of the program.
    pub version: &'a str,
    /// When the scan was made, in seconds since 1970.
    pub moment: i64,
}

/// A control of a standard that a page answers, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The standard and its version.
    pub standard: String,
    /// The control's number there.
    pub control: String,
}

/// Which results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Show {
    /// Failures.
    #[default]
    Fail,
    /// Failures and what could not be decided.
    Unknown,
    /// Passes too.
    All,
}

impl<'a> Report<'a> {
    /// The open results that are shown.
    #[must_use]
    pub fn shown(&self) -> &'a [Finding] {
        let hidden = |finding: &Finding| match finding.verdict {
            _ if !finding.state.is_open() => true,
            Verdict::Fail => false,
            Verdict::Unknown => self.show < Show::Unknown,
            Verdict::Pass => self.show < Show::All,
        };
        let end = self.findings.iter().position(hidden).unwrap_or(self.findings.len());
        self.findings.get(..end).unwrap_or_default()
    }

    /// The results that are known from before or suppressed: formats that keep records list them, with their state.
    #[must_use]
    pub fn set_aside(&self) -> &'a [Finding] {
        let start = self.findings.iter().position(|finding| !finding.state.is_open()).unwrap_or(self.findings.len());
        self.findings.get(start..).unwrap_or_default()
    }

    /// The results that are shown, by page, verdict and severity.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &'a [Finding]> + use<'a> {
        self.shown().chunk_by(|a, b| (a.page, a.verdict, a.severity) == (b.page, b.verdict, b.severity))
    }
}
