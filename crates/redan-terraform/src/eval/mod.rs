//! Evaluation of expressions in a scope that the caller gives: every operator, reference, `for`, splat, template and
//! function call. What cannot be evaluated is unknown, with its reasons; nothing here reads a file or knows what a
//! module, a resource or a variable is.
//! Semantics: <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>

mod call;
mod conditional;
mod console;
mod constraint;
mod construct;
mod expr;
mod for_expr;
mod operator;
mod template;
mod traverse;

#[cfg(test)]
mod tests;

pub use console::console;
pub(crate) use constraint::type_constraint;

use std::cell::Cell;

use crate::syntax::ast::{Expr, Span, Step, Text};
use crate::value::{Class, Error, Kind, Origin, Result, Type, Value, Why};

/// How deep expressions may nest while they are evaluated, templates within templates included.
const MAX_DEPTH: u32 = 200;
/// How deep a value may nest.
const MAX_VALUE_DEPTH: u16 = 100;
/// How many values one value may hold, shared ones counted each time.
const MAX_WEIGHT: u32 = 500_000;
/// How many bytes a text may have.
pub(crate) const MAX_TEXT: usize = 4 << 20;

/// What names mean.
pub(crate) trait Scope {
    /// The value of the longest prefix of a reference that names something (`var.x`, `aws_vpc.main`, `each.key`), and
    /// how many of the steps that prefix has. The evaluator applies the others.
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Result<(Value, usize)>;
}

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileError {
    NotFound,
    /// It exists or may exist, but is not read: the reason.
    Refused(String),
}

/// The files that file functions see. Implementations keep to the scanned root and bound what they read.
pub(crate) trait Files {
    fn read(&self, path: &str) -> std::result::Result<Vec<u8>, FileError>;

    fn exists(&self, path: &str) -> std::result::Result<bool, FileError>;

    /// All files below a folder, relative to it, with forward slashes.
    fn list(&self, path: &str) -> std::result::Result<Vec<String>, FileError>;

    /// The absolute form of a path, if it is not a secret of the machine.
    fn absolute(&self, path: &str) -> Option<String>;
}

/// Work that may still be done; shared by all evaluations of one scan unit.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    pub(crate) fn new(steps: u64) -> Self {
        Self(Cell::new(steps))
    }

    pub(crate) fn spend(&self, steps: usize) -> Result<()> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        match self.0.get().checked_sub(steps) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err(Error::limit("evaluation takes more steps than the limit allows")),
        }
    }
}

/// Everything an evaluation needs from outside.
#[derive(Clone, Copy)]
pub(crate) struct Environment<'a> {
    pub(crate) scope: &'a dyn Scope,
    pub(crate) files: &'a dyn Files,
    /// The number of the file that the expression stands in.
    pub(crate) file: u32,
    pub(crate) budget: &'a Budget,
}

/// A value, and what went wrong on the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    pub(crate) value: Value,
    pub(crate) problems: Vec<Error>,
}

/// Evaluates; what fails is unknown and a problem.
pub(crate) fn evaluate(expr: &Expr, environment: Environment<'_>) -> Evaluation {
    evaluate_with(expr, environment, &[])
}

/// Evaluates with extra names, which hide those of the scope.
pub(crate) fn evaluate_with(expr: &Expr, environment: Environment<'_>, names: &[(Text, Value)]) -> Evaluation {
    let mut evaluator = Evaluator::new(environment);
    evaluator.locals.extend(names.iter().cloned());
    let origin = evaluator.origin(expr.span);
    let value = match evaluator.eval(expr) {
        Ok(value) => value,
        Err(error) => evaluator.failed(error.at(origin)).with_origin(origin),
    };
    Evaluation { value, problems: evaluator.problems }
}

/// One evaluation under way.
pub(crate) struct Evaluator<'a> {
    environment: Environment<'a>,
    /// Names bound by `for`, innermost last.
    locals: Vec<(Text, Value)>,
    depth: u32,
    /// Inside `try` and `can`, where an error must reach them.
    strict: u32,
    /// Something that succeeded on an unknown value could fail on the actual one.
    doubt: Option<Why>,
    problems: Vec<Error>,
}

impl<'a> Evaluator<'a> {
    fn new(environment: Environment<'a>) -> Self {
        Self { environment, locals: Vec::new(), depth: 0, strict: 0, doubt: None, problems: Vec::new() }
    }

    fn origin(&self, span: Span) -> Origin {
        Origin::new(self.environment.file, span)
    }

    /// An error as a value: unknown, with the message and the place as its reason.
    fn failed(&mut self, error: Error) -> Value {
        let why = Why::new(error.class, &error.message, error.origin);
        if !self.problems.iter().any(|p| p.origin == error.origin && p.message == error.message) {
            self.problems.push(error);
        }
        Value::unknown(Type::Dynamic, why)
    }

    /// An unknown value that something was done with: the actual value could make that fail.
    fn doubt_on(&mut self, value: &Value) {
        if let Some(why) = value.why() {
            self.doubt_because(&why);
        }
    }

    fn doubt_because(&mut self, why: &Why) {
        self.doubt = Some(self.doubt.take().map_or_else(|| why.clone(), |d| d.and(why)));
    }

    /// Refuses values that have grown too large.
    fn checked(&self, value: Value) -> Result {
        if value.weight() > MAX_WEIGHT || value.depth() > MAX_VALUE_DEPTH {
            return Err(Error::limit("value is larger than the limit allows"));
        }
        let text = match &value.kind {
            Kind::String(text) => text.len(),
            Kind::Composite(composite) => composite.bytes(),
            _ => 0,
        };
        if text > MAX_TEXT {
            return Err(Error::limit("text is longer than the limit allows"));
        }
        let weight = usize::try_from(value.weight()).unwrap_or(usize::MAX);
        self.environment.budget.spend(weight / 16 + text / 64)?;
        Ok(value)
    }

    fn unsupported(what: &str, origin: Origin) -> Value {
        Value::unknown(Type::Dynamic, Why::new(Class::Unsupported, what, origin))
    }
}

/// The reasons of all these values, if any of them is unknown.
pub(crate) fn reasons<'v>(values: impl IntoIterator<Item = &'v Value>) -> Option<Why> {
    Why::all(values.into_iter().filter_map(Value::why))
}

/// An unknown value of this type, for the reasons of these values. Without a reason it is the program's own fault.
pub(crate) fn unknown_from<'v>(ty: Type, values: impl IntoIterator<Item = &'v Value>) -> Value {
    let why = reasons(values).unwrap_or_else(|| Why::new(Class::Problem, "unknown without a reason", Origin::NONE));
    Value::unknown(ty, why)
}
