//! Conformance of the search for credentials: texts that other scanners' own tests label, precision and recall.
//!
//! Must not know how credentials are found. The texts stay where they are: whoever runs this has the checkouts.

mod corpus;
mod gitleaks;

use crate::out;
use corpus::{Case, Unit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What a scanner made of the cases of one origin.
#[derive(Clone, Copy, Default)]
struct Score {
    found: usize,
    missed: usize,
    wrong: usize,
    right: usize,
}

impl Score {
    fn precision(self) -> f64 {
        share(self.found, self.found + self.wrong)
    }

    fn recall(self) -> f64 {
        share(self.found, self.found + self.missed)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 1.0 } else { number(part) / number(whole) }
}

/// The lines of a text, from 1, on which a scanner found something.
type Lines = Vec<usize>;

/// Scores the search on the checkouts below a folder, and gitleaks beside it where the program is at hand.
pub(crate) fn run(folder: &Path, as_json: bool) -> Result<bool, String> {
    let cases = corpus::cases(folder)?;
    let ours: Vec<Lines> = cases.iter().map(|case| lines(&case.text)).collect();
    let theirs = gitleaks::run(&cases)?;
    let mut report = serde_json::Map::new();
    for (name, found) in [("redan", Some(&ours)), ("gitleaks", theirs.as_ref())] {
        let Some(found) = found else {
            out::note(&format!("{name} is not on PATH: its figures are left out"));
            continue;
        };
        let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
        let mut complaints = Vec::new();
        for (case, lines) in cases.iter().zip(found) {
            let own = judge(case, lines, &mut complaints);
            for origin in [case.origin, "all"] {
                let score = scores.entry(origin).or_default();
                score.found += own.found;
                score.missed += own.missed;
                score.wrong += own.wrong;
                score.right += own.right;
            }
        }
        if !as_json {
            print(name, &scores, if name == "redan" { &complaints } else { &[] });
        }
        report.insert(name.to_owned(), json!({"scores": figures(&scores), "disagreed": complaints}));
    }
    if as_json {
        out::line(&Value::Object(report).to_string());
    }
    Ok(true)
}

fn lines(text: &str) -> Lines {
    let line = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let mut lines: Lines =
        redan_secrets::find(text).iter().flat_map(|found| line(found.span.start)..=line(found.span.end)).collect();
    lines.dedup();
    lines
}

/// Counts a case, and says where scanner and label differ: never the text.
fn judge(case: &Case, lines: &[usize], complaints: &mut Vec<String>) -> Score {
    let mut score = Score::default();
    match &case.unit {
        Unit::Lines(expected) => {
            for line in expected {
                if lines.contains(line) {
                    score.found += 1;
                } else {
                    score.missed += 1;
                    complaints.push(format!("missed: {}:{line}", case.name));
                }
            }
            // What spans several lines stands where its label does.
            let near = |line: &usize| expected.iter().any(|known| known.abs_diff(*line) <= 40 && lines.contains(known));
            let wrong: Vec<&usize> = lines.iter().filter(|line| !expected.contains(line) && !near(line)).collect();
            score.wrong += wrong.len();
            complaints.extend(wrong.iter().map(|line| format!("wrong: {}:{line}", case.name)));
            score.right += usize::from(expected.is_empty() && lines.is_empty());
        }
        Unit::Whole(expected) => match (expected, lines.is_empty()) {
            (true, false) => score.found += 1,
            (true, true) => {
                score.missed += 1;
                complaints.push(format!("missed: {}", case.name));
            }
            (false, false) => {
                score.wrong += 1;
                complaints.push(format!("wrong: {}", case.name));
            }
            (false, true) => score.right += 1,
        },
    }
    score
}

fn print(name: &str, scores: &BTreeMap<&str, Score>, complaints: &[String]) {
    complaints.iter().for_each(|complaint| out::line(complaint));
    for (origin, score) in scores {
        out::line(&format!(
            "{name:9} {origin:20} precision {:.3}  recall {:.3}  ({} found, {} missed, {} wrong, {} rightly silent)",
            score.precision(),
            score.recall(),
            score.found,
            score.missed,
            score.wrong,
            score.right
        ));
    }
}

fn figures(scores: &BTreeMap<&str, Score>) -> Value {
    let figure = |score: &Score| json!({"precision": score.precision(), "recall": score.recall(), "found": score.found, "missed": score.missed, "wrong": score.wrong});
    scores.iter().map(|(origin, score)| ((*origin).to_owned(), figure(score))).collect::<serde_json::Map<_, _>>().into()
}
