//! The counts of a scan: what failed, what is unknown and why, what passed, what could not be read.

use redan_model::{Finding, Problem, ReasonClass, Severity, State, Verdict};
use std::collections::BTreeMap;

/// Results by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The rule does not hold.
    pub fail: usize,
    /// What decides is not known.
    pub unknown: usize,
    /// The rule holds.
    pub pass: usize,
}

/// The counts of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Results by verdict.
    pub results: Counts,
    /// Failures by severity.
    pub failures: BTreeMap<Severity, usize>,
    /// Unknown results by the class of each of their reasons: a result with two classes counts in both.
    pub unknowns: BTreeMap<ReasonClass, usize>,
    /// Failures and unknown results that somebody has accepted: they count nowhere else.
    pub suppressed: usize,
    /// Failures and unknown results that were there before: they count nowhere else.
    pub known: usize,
    /// Problems.
    pub problems: usize,
    /// Problems by which something that was named could not be read in full.
    pub incomplete: usize,
    /// Resources that were judged.
    pub resources: usize,
    /// Pages that applied to at least one resource.
    pub pages: usize,
    /// Files that were read.
    pub files: usize,
}

impl Summary {
    /// Counts a result.
    pub fn add(&mut self, finding: &Finding) {
        match finding.state {
            State::Open => {}
            State::Known => return self.known += 1,
            State::Suppressed(_) => return self.suppressed += 1,
        }
        match finding.verdict {
            Verdict::Fail => {
                self.results.fail += 1;
                *self.failures.entry(finding.severity).or_default() += 1;
            }
            Verdict::Unknown => {
                self.results.unknown += 1;
                let mut classes: Vec<ReasonClass> = finding.reasons.iter().map(|(class, ..)| *class).collect();
                classes.sort();
                classes.dedup();
                for class in classes {
                    *self.unknowns.entry(class).or_default() += 1;
                }
            }
            Verdict::Pass => self.results.pass += 1,
        }
    }

    /// Counts the problems.
    pub fn add_problems(&mut self, problems: &[Problem]) {
        self.problems += problems.len();
        self.incomplete += problems.iter().filter(|problem| problem.kind.incomplete()).count();
    }

    /// The failures of at least this severity.
    #[must_use]
    pub fn failures_from(&self, severity: Severity) -> usize {
        self.failures.range(severity..).map(|(_, count)| count).sum()
    }
}
