//! What was there before: results of an earlier report, or of the scan of an earlier revision. Only what is new counts.

mod revision;

use crate::{Error, Input, Judging, judge, read};
use redan_model::{Finding, SourceId, State, Str, Value, Verdict, json};
use revision::Revision;
use rustc_hash::FxHashSet;
use std::path::Path;

const MAX_REPORT: u64 = 1 << 30;

/// Results that were there before, by fingerprint. What was accepted then is not among them: it comes back as new when
/// nobody accepts it any more.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    failures: FxHashSet<String>,
    unknowns: FxHashSet<String>,
}

impl Baseline {
    /// The results of a report that redan wrote as JSON.
    ///
    /// # Errors
    /// If the file cannot be read, or is none.
    pub fn of_report(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let fault = |text: String| Error::new(format!("{shown}: {text}"));
        let size = std::fs::metadata(path).map_err(|error| fault(format!("cannot be read: {error}")))?.len();
        if size > MAX_REPORT {
            return Err(fault("is larger than 1 GB".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| fault(format!("cannot be read: {error}")))?;
        let none = || fault("is no report of redan".to_owned()).help("write one with --format json=FILE");
        let node = json::parse(&text, SourceId::from_index(0), 0).map_err(|_| none())?;
        let report = node.value.as_map().ok_or_else(none)?;
        let version = report.get(Str::new("schema_version")).and_then(|version| version.value.as_text());
        if version.is_none_or(|version| !version.starts_with("1.")) {
            return Err(none());
        }
        let Some(Value::List(results)) = report.get(Str::new("results")).map(|results| &results.value) else {
            return Err(none());
        };
        let mut baseline = Self::default();
        for result in &results.items {
            let field = |name: &str| {
                let node = result.value.as_map()?.get(Str::new(name))?;
                node.value.as_text().map(|text| text.to_string())
            };
            let (Some(verdict), Some(fingerprint)) = (field("verdict"), field("fingerprint")) else {
                return Err(none());
            };
            if field("state").is_none_or(|state| state != "suppressed") {
                baseline.add(&verdict, fingerprint);
            }
        }
        Ok(baseline)
    }

    /// The results of the same scan of an earlier revision, read through the program `git` into a folder of its own:
    /// nothing in the user's tree is touched. Whether it could be read in full comes beside.
    ///
    /// # Errors
    /// If there is no `git`, no repository or no such revision, or the pages are wrong.
    pub fn of_revision(name: &str, input: &Input, judging: &Judging) -> Result<(Self, bool), Error> {
        let revision = Revision::read(name, input)?;
        let judging = Judging { baseline: None, passes: false, ..revision.outside(judging) };
        let scan = revision.within(input, |input| judge(&read(input), &judging))?;
        let mut baseline = Self::default();
        for finding in &scan.findings {
            if finding.state.suppression().is_none() {
                baseline.add(finding.verdict.id(), finding.fingerprint.to_string());
            }
        }
        Ok((baseline, scan.summary.incomplete == 0))
    }

    fn add(&mut self, verdict: &str, fingerprint: String) {
        match verdict {
            "fail" => drop(self.failures.insert(fingerprint)),
            "unknown" => drop(self.unknowns.insert(fingerprint)),
            _ => {}
        }
    }

    /// Marks the results that were there before: a failure that failed, an unknown that failed or was unknown.
    pub(crate) fn mark(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|finding| finding.state.is_open()) {
            let fingerprint = finding.fingerprint.to_string();
            let known = match finding.verdict {
                Verdict::Fail => self.failures.contains(&fingerprint),
                Verdict::Unknown => self.failures.contains(&fingerprint) || self.unknowns.contains(&fingerprint),
                Verdict::Pass => false,
            };
            if known {
                finding.state = State::Known;
            }
        }
    }
}
