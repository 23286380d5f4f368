//! The form that both languages are read into: templates, their declarations and expressions, each with its place.
//!
//! ARM JSON (`crate::json`) and Bicep are lowered into a [`Template`]; `crate::eval` evaluates it. What stands here
//! means what the ARM template language means (<https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax>);
//! Bicep's own shapes are lowered to it the way its compiler does: operators are calls of the functions that ARM has for
//! them (`a + b` is `add(a, b)`, `!a` is `not(a)`, `a ?? b` is `coalesce(a, b)`), `a ? b : c` is [`ExprKind::If`].
//! Nothing here is evaluated, and nothing knows a file.

mod expr;
mod place;
mod template;
mod types;

pub(crate) use expr::*;
pub use place::Place;
pub(crate) use template::*;
pub(crate) use types::*;
