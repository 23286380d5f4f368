//! Conformance of the Bicep front end over any folder of Bicep files: every valid file parses, and what a file evaluates to
//! is what the template evaluates to that the official compiler made of it.
//!
//! Must not know how Bicep is read: it finds the files, asks the crate and counts.

mod compare;
mod corpus;
mod pairs;
mod source;

use std::path::Path;

use redan_model::Sources;
use serde_json::{Value, json};

use crate::out;
use corpus::Corpus;

/// The share of valid files that must parse.
const ACCEPTED: f64 = 0.995;

/// Reads every file and every pair of the folder and prints the results. True when enough parses and enough is equal.
/// `installed` is the folder in which Bicep keeps restored modules.
pub(crate) fn run(folder: &Path, json: bool, installed: Option<&Path>) -> Result<bool, String> {
    let corpus = Corpus::find(folder)?;
    let acceptance = accept(&corpus);
    let pairs = pairs::run(&corpus, folder, installed);
    if json {
        let mut all = acceptance.to_json();
        if let (Some(all), Value::Object(pairs)) = (all.as_object_mut(), pairs.to_json()) {
            all.extend(pairs);
        }
        out::line(&all.to_string());
    } else {
        pairs.print();
        acceptance.print();
    }
    Ok(acceptance.enough() && pairs.enough())
}

/// How many valid files parse, and the first problem of each that does not.
#[derive(Default)]
struct Acceptance {
    files: usize,
    parsed: usize,
    refused: Vec<(String, String)>,
}

fn accept(corpus: &Corpus) -> Acceptance {
    let mut acceptance = Acceptance::default();
    for file in &corpus.files {
        acceptance.files += 1;
        let sources = Sources::new();
        match redan_bicep::syntax_problems(&file.shown, &file.text, &sources).first() {
            None => acceptance.parsed += 1,
            Some(problem) => {
                let line = sources.place(problem.origin).map_or(0, |place| place.start.line);
                acceptance.refused.push((format!("{}:{line}", file.shown), problem.message.clone()));
            }
        }
    }
    acceptance
}

impl Acceptance {
    fn enough(&self) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "counts of files")]
        let share = self.parsed as f64 / self.files.max(1) as f64;
        share >= ACCEPTED
    }

    fn to_json(&self) -> Value {
        let refused = self.refused.iter().map(|(place, message)| json!({"at": place, "message": message}));
        json!({"files": self.files, "parsed": self.parsed, "refused": refused.collect::<Vec<_>>()})
    }

    fn print(&self) {
        for (place, message) in &self.refused {
            out::line(&format!("{place}: {message}"));
        }
        out::line(&format!("{} of {} valid files parse", self.parsed, self.files));
    }
}
