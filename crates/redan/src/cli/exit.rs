//! Exit codes.

use crate::cli::args::FailOn;
use redan_model::Severity;
use redan_report::Summary;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing found.
    Clean,
    /// Findings, or pages whose tests fail.
    Findings,
    /// The command line, or a file of settings, is wrong.
    Usage,
    /// Something that was named could not be read in full.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// The exit of a scan: findings beat what could not be read.
pub(crate) fn of_scan(summary: &Summary, fail_on: &[FailOn], allow_incomplete: bool) -> Exit {
    let counts = |on: &FailOn| match on {
        FailOn::Low => summary.failures_from(Severity::Low),
        FailOn::Medium => summary.failures_from(Severity::Medium),
        FailOn::High => summary.failures_from(Severity::High),
        FailOn::Critical => summary.failures_from(Severity::Critical),
        FailOn::Unknown if fail_on.len() == 1 => summary.results.fail + summary.results.unknown,
        FailOn::Unknown => summary.results.unknown,
        FailOn::Never => 0,
    };
    let fail_on = if fail_on.is_empty() { &[FailOn::Low] } else { fail_on };
    if fail_on.iter().any(|on| counts(on) > 0) {
        Exit::Findings
    } else if summary.incomplete > 0 && !allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}
