//! YAML and JSON texts as one tree with exact spans. It knows the short forms of intrinsic functions (they become the
//! long forms), and nothing else of templates.

mod ast;
mod build;
mod json;
mod lenient;
mod scalar;
mod yaml;

pub(crate) use ast::{Entry, Kind, Mapping, Seq, Tree};
pub(crate) use scalar::as_text;

use redan_model::{Problem, ProblemKind, SourceId};

/// Reads the documents of a text. What follows an error is missing, and the collections around it say so.
pub(crate) fn parse(text: &str, source: SourceId) -> (Vec<Tree>, Vec<Problem>) {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return from_yaml(text, source);
    }
    let (tree, problems) = json::parse(text, source);
    if !wrong(&problems) {
        return (vec![tree], problems);
    }
    let (lenient, others) = from_yaml(text, source);
    if wrong(&others) { (vec![tree], problems) } else { (lenient, others) }
}

fn from_yaml(text: &str, source: SourceId) -> (Vec<Tree>, Vec<Problem>) {
    let found = yaml::parse(text, source);
    if !wrong(&found.1) {
        return found;
    }
    let flat = lenient::flattened(text);
    let again = yaml::parse(&flat, source);
    if wrong(&again.1) { found } else { again }
}

fn wrong(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.kind == ProblemKind::Syntax)
}
