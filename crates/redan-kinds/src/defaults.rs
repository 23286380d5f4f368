//! Defaults that are expressions of the page language: compiled when they are first asked for.

use crate::registry::Kinds;
use crate::table::Kind;
use crate::yaml::TableError;
use redan_expr::{Context, Engines, Program, Vocabulary, Wanted, parse};
use redan_model::{Estate, Origin, ReasonClass, ResourceId, Str, Unknown, Value};

/// The compiled defaults of a kind, by number.
pub(crate) type Programs = Vec<Result<Program, TableError>>;

/// Compiles the default expressions of a kind.
pub(crate) fn compile(kinds: &Kinds, kind: &Kind) -> Programs {
    let engines = Engines::default();
    let words = Vocabulary { schemas: kinds, engines: &engines, kind: kind.schema.kind, params: &[], live: false };
    let one = |(text, line): &(String, usize)| {
        let error = |error: redan_expr::ExprError| TableError::new(*line, error.message);
        let expr = parse(text).map_err(error)?;
        Program::compile(&expr, words, Wanted::Value).map_err(error)
    };
    kind.expressions.iter().map(one).collect()
}

/// The value of a kind's default expression for a resource.
pub(crate) fn evaluate(kinds: &Kinds, estate: &Estate, resource: ResourceId, kind: Str, expression: u32) -> Value {
    let program = usize::try_from(expression).ok().and_then(|at| kinds.programs(kind)?.get(at));
    match program {
        Some(Ok(program)) => program.value(&Context::of_defaults(estate), resource).value,
        _ => Value::Unknown(Unknown::new(ReasonClass::Unsupported, "a default that does not compile", Origin::NOWHERE)),
    }
}
