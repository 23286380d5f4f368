//! Defaults that are expressions of the page language: compiled when they are first asked for.

use crate::registry::Kinds;
use crate::table::Kind;
use redan_expr::{Context, Engines, Program, Vocabulary, Wanted, parse};
use redan_model::yaml::YamlError;
use redan_model::{Estate, Origin, ReasonClass, ResourceId, Str, Unknown, Value};
use std::cell::RefCell;

/// The compiled defaults of a kind, by number.
pub(crate) type Programs = Vec<Result<Program, YamlError>>;

/// Compiles the default expressions of a kind.
pub(crate) fn compile(kinds: &Kinds, kind: &Kind) -> Programs {
    let engines = Engines::default();
    let words = Vocabulary { schemas: kinds, engines: &engines, kind: kind.schema.kind, params: &[], live: false };
    let one = |(text, line): &(String, usize)| {
        let error = |error: redan_expr::ExprError| YamlError::new(*line, error.message);
        let expr = parse(text).map_err(error)?;
        Program::compile(&expr, words, Wanted::Value).map_err(error)
    };
    kind.expressions.iter().map(one).collect()
}

/// Defaults may lead through references to further defaults, this many deep.
const MAX_DEPTH: usize = 6;

type Asked = (ResourceId, Str, u32);

thread_local! {
    /// The defaults under evaluation: one that leads back to itself is unknown.
    static OPEN: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
}

/// The value of a kind's default expression for a resource.
pub(crate) fn evaluate(kinds: &Kinds, estate: &Estate, resource: ResourceId, kind: Str, expression: u32) -> Value {
    let unknown = |class, what: &str| Value::Unknown(Unknown::new(class, what, Origin::NOWHERE));
    let asked = (resource, kind, expression);
    let closed = OPEN.with_borrow(|open| open.contains(&asked) || open.len() >= MAX_DEPTH);
    if closed {
        return unknown(ReasonClass::Bound, "a default that leads back to itself, or through too many references");
    }
    let program = usize::try_from(expression).ok().and_then(|at| kinds.programs(kind)?.get(at));
    let Some(Ok(program)) = program else {
        return unknown(ReasonClass::Unsupported, "a default that does not compile");
    };
    OPEN.with_borrow_mut(|open| open.push(asked));
    let value = program.value(&Context::of_defaults(estate), resource).value;
    OPEN.with_borrow_mut(Vec::pop);
    value
}
