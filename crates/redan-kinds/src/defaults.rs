//! Defaults that are expressions of the page language.

use crate::registry::Kinds;
use redan_model::{Estate, Origin, ReasonClass, ResourceId, Str, Unknown, Value};

/// The value of a kind's default expression for a resource.
pub(crate) fn evaluate(kinds: &Kinds, _estate: &Estate, _resource: ResourceId, kind: Str, expression: u32) -> Value {
    let text = kinds.kind(kind).and_then(|kind| kind.expressions.get(usize::try_from(expression).ok()?));
    let what = text.map_or("", |(text, _)| text.as_str());
    Value::Unknown(Unknown::new(ReasonClass::Unsupported, what, Origin::NOWHERE))
}
