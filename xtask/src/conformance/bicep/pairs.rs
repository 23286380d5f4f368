//! Pairs: a Bicep file and what the official compiler made of it. Our readings of both must evaluate to the same resources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redan_bicep::{Input, Options, Place, load};
use redan_model::{ProblemKind, Sources};
use serde_json::{Value, json};

use super::compare::{Comparison, compare};
use super::corpus::{Corpus, File};
use crate::out;

/// The share of pairs that must be equal, among those whose modules are on disk.
const EQUAL: f64 = 0.97;
/// The share of leaves that may be unknown in a pair that counts as equal.
const UNKNOWN: f64 = 0.05;

/// Classes of pairs that are not judged: a module of a registry is not on disk; the template was compiled from another
/// source, provably.
const MISSING: &str = "module not installed";
const FOREIGN: &str = "compiled from another source";

/// What became of a pair.
enum Outcome {
    Equal,
    /// The class, and an example.
    Other(&'static str, String),
}

/// The results of all pairs.
#[derive(Default)]
pub(super) struct Pairs {
    pairs: usize,
    equal: usize,
    known: f64,
    measured: usize,
    classes: BTreeMap<&'static str, Vec<(String, String)>>,
    reasons: BTreeMap<&'static str, usize>,
}

/// Evaluates every pair of a corpus.
pub(super) fn run(corpus: &Corpus, folder: &Path, installed: Option<&Path>) -> Pairs {
    let mut results = Pairs::default();
    for file in &corpus.files {
        let Some(stem) = file.shown.strip_suffix(".bicep") else { continue };
        for ending in ["json", "symbolicnames.json"] {
            let compiled = folder.join(format!("{stem}.{ending}"));
            let Ok(text) = std::fs::read_to_string(&compiled) else { continue };
            if is_template(&text) {
                let shown = format!("{stem}.{ending}");
                results.add(&shown, folder, file, (&compiled, &text), installed);
            }
        }
    }
    results
}

/// Whether a text is a compiled template: an object with a `$schema`.
fn is_template(text: &str) -> bool {
    let parsed: Result<Value, _> = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    let schema = parsed.ok().and_then(|value| Some(value.get("$schema")?.as_str()?.to_ascii_lowercase()));
    schema.is_some_and(|schema| schema.contains("deploymenttemplate.json"))
}

impl Pairs {
    fn add(&mut self, shown: &str, folder: &Path, file: &File, compiled: (&Path, &str), installed: Option<&Path>) {
        let (compiled, text) = compiled;
        self.pairs += 1;
        let options = Options {
            parameters: redan_bicep::sample_parameters(text),
            installed: installed.map(PathBuf::from),
            place: Place::example(),
            boundary: Some(redan_files::Boundary::around(folder)),
            ..Options::default()
        };
        let read = |path: &Path, text: &str| {
            let name = path.to_string_lossy().into_owned();
            let input = Input::Text { name, text: Arc::from(text), path: Some(path.to_owned()) };
            load(&[input], &options, &Sources::new())
        };
        let (left, right) = (read(&folder.join(&file.shown), &file.text), read(compiled, text));
        let missing = left.problems.iter().find(|problem| problem.kind == ProblemKind::ModuleMissing);
        let comparison = compare(&left.resources, &right.resources);
        let share = share(comparison.leaves - comparison.unknown, comparison.leaves);
        let foreign = super::source::foreign(&file.text, text);
        let unjudged = foreign.is_some() || missing.is_some();
        let outcome = match (foreign, missing) {
            (Some(proof), _) => Outcome::Other(FOREIGN, proof),
            (None, Some(problem)) => Outcome::Other(MISSING, problem.message.clone()),
            (None, None) => outcome(&comparison, share),
        };
        if !unjudged {
            self.known += share;
            self.measured += 1;
            for (reason, count) in comparison.reasons {
                *self.reasons.entry(reason).or_default() += count;
            }
        }
        match outcome {
            Outcome::Equal => self.equal += 1,
            Outcome::Other(class, example) => self.classes.entry(class).or_default().push((shown.to_owned(), example)),
        }
    }

    fn judged(&self) -> usize {
        let unjudged = [MISSING, FOREIGN].iter().filter_map(|class| self.classes.get(class));
        self.pairs - unjudged.map(Vec::len).sum::<usize>()
    }

    pub(super) fn enough(&self) -> bool {
        share(self.equal, self.judged()) >= EQUAL
    }

    fn known_share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of files")]
        let count = self.measured.max(1) as f64;
        self.known / count
    }

    pub(super) fn to_json(&self) -> Value {
        let classes = self.classes.iter().map(|(class, pairs)| {
            let pairs: Vec<Value> =
                pairs.iter().map(|(pair, example)| json!({"pair": pair, "example": example})).collect();
            ((*class).to_owned(), json!({"pairs": pairs.len(), "examples": pairs}))
        });
        json!({
            "pairs": self.pairs, "judged": self.judged(), "equal": self.equal, "known_share": self.known_share(),
            "unknown_by_reason": self.reasons, "classes": classes.collect::<serde_json::Map<String, Value>>(),
        })
    }

    pub(super) fn print(&self) {
        for (class, pairs) in &self.classes {
            out::line(&format!("{class}: {}", pairs.len()));
            for (pair, example) in pairs {
                out::line(&format!("  {pair}: {example}"));
            }
        }
        for (reason, count) in &self.reasons {
            out::line(&format!("{count} leaves unknown: {reason}"));
        }
        out::line(&format!(
            "{} of {} pairs equal ({} in all); {:.1} % of leaves known",
            self.equal,
            self.judged(),
            self.pairs,
            100.0 * self.known_share()
        ));
    }
}

fn outcome(comparison: &Comparison, known: f64) -> Outcome {
    if comparison.differs > 0 {
        let example = format!("{} differences: {}", comparison.differs, comparison.differences.join(" || "));
        return Outcome::Other("resources differ", example);
    }
    if known < 1.0 - UNKNOWN {
        let first = comparison.unknowns.join(", ");
        let example = format!("{} of {} leaves, among them {first}", comparison.unknown, comparison.leaves);
        return Outcome::Other("too much unknown", example);
    }
    Outcome::Equal
}

fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of files")]
    let (part, whole) = (part as f64, whole as f64);
    if whole == 0.0 { 1.0 } else { part / whole }
}
