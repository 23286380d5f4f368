//! What scoring needs to know of a scan; whoever scans implements it.

use std::path::Path;

/// What a page of ours claims to answer: another scanner's check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The check's id.
    pub(crate) check: String,
    /// The page that answers it.
    pub(crate) page: String,
    /// The way of running it.
    pub(crate) instance: usize,
    /// The leaf on which alone the check depends.
    pub(crate) part: Option<String>,
}

/// The verdict of a page on a resource; a page that does not apply to a resource of its kind passes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Fail,
    Unknown,
}

/// A leaf that decided.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) file: String,
    /// First and last line; zero if it lies in no file.
    pub(crate) lines: (u32, u32),
    /// As shown to people.
    pub(crate) text: String,
}

/// A block that states the resource or a part of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stated {
    pub(crate) address: String,
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// One result.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) instance: usize,
    pub(crate) page: String,
    pub(crate) verdict: Verdict,
    pub(crate) address: String,
    pub(crate) stated: Vec<Stated>,
    /// Where people are sent to.
    pub(crate) line: u32,
    pub(crate) file: String,
    pub(crate) leaves: Vec<Leaf>,
    /// Why it is unknown.
    pub(crate) reasons: Vec<String>,
    /// It is unknown only because a partial resource does not state it.
    pub(crate) only_unstated: bool,
}

/// The results of one input.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scanned {
    pub(crate) judged: Vec<Judged>,
    /// A module that is called is not installed: what it makes is unknown.
    pub(crate) modules_missing: bool,
}

/// Runs pages over a folder or file.
pub(crate) trait Scan: Sync {
    /// All that the pages claim.
    fn claims(&self) -> &[Claim];
    /// The results of these ways of running pages.
    fn scan(&self, path: &Path, instances: &[usize]) -> Result<Scanned, String>;
}
