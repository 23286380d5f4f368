//! One expression on its own, as `terraform console` evaluates it in an empty folder.

use super::{Budget, Environment, FileError, Files, Scope, evaluate};
use crate::syntax::ast::{Span, Step};
use crate::syntax::parse_expression;
use crate::value::{Error, Result, Value, render};

const STEPS: u64 = 10_000_000;

/// Evaluates an expression that refers to nothing, and renders its value as Terraform's console does.
///
/// # Errors
/// The messages of what could not be parsed or evaluated.
pub fn console(expression: &str) -> std::result::Result<String, Vec<String>> {
    let expr = parse_expression(expression).map_err(|e| vec![e.message.to_string()])?;
    let budget = Budget::new(STEPS);
    let evaluation = evaluate(&expr, Environment { scope: &Nothing, files: &Nothing, file: 0, budget: &budget });
    match evaluation.problems.as_slice() {
        [] => Ok(render(&evaluation.value)),
        problems => Err(problems.iter().map(|p| p.message.clone()).collect()),
    }
}

/// No names, no files.
struct Nothing;

impl Scope for Nothing {
    fn resolve(&self, root: &str, _steps: &[Step], _span: Span) -> Result<(Value, usize)> {
        Err(Error::new(format!("there is nothing called \"{root}\" here")))
    }
}

impl Files for Nothing {
    fn read(&self, _path: &str) -> std::result::Result<Vec<u8>, FileError> {
        Err(FileError::NotFound)
    }

    fn exists(&self, _path: &str) -> std::result::Result<bool, FileError> {
        Ok(false)
    }

    fn list(&self, _path: &str) -> std::result::Result<Vec<String>, FileError> {
        Ok(Vec::new())
    }

    fn absolute(&self, _path: &str) -> Option<String> {
        None
    }
}
