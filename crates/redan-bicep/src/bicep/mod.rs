//! Bicep into the intermediate form: what its compiler does, as far as values depend on it. It evaluates nothing.

mod call;
mod compiler;
mod content;
mod expr;
mod files;
mod import;
mod json;
mod nested;
mod parameters;
mod registry;
mod resource;
mod roots;
mod scope;
mod template;
mod types;
mod unit;
mod yaml;

pub(crate) use files::FilePath;
pub use roots::is_bicep;
pub(crate) use roots::{root, roots};

use std::sync::Arc;

use redan_model::{Origin, Problem, ProblemKind, SourceId, Sources};

use crate::syntax::{Dialect, ast, parse_file};

/// What does not parse in a file of Bicep; its name tells by its ending (`.bicep`, `.bicepparam`) which language it is.
#[must_use]
pub fn syntax_problems(name: &str, text: &str, sources: &Sources) -> Vec<Problem> {
    let source = sources.add_file(name, Arc::from(text));
    parse(name, text, source).1
}

/// The syntax tree of a file, and what does not parse.
fn parse(name: &str, text: &str, source: SourceId) -> (ast::File, Vec<Problem>) {
    let dialect = if name.ends_with(".bicepparam") { Dialect::Parameters } else { Dialect::Template };
    let (file, errors) = parse_file(text, dialect);
    let problem = |error: crate::syntax::SyntaxError| {
        let origin = Origin::new(source, error.span.start, error.span.end);
        Problem::at(origin, ProblemKind::Syntax, error.message)
    };
    (file, errors.into_iter().map(problem).collect())
}
