//! Selection by parallel keys.

use super::signature::{Context, Function, LIST, Shape, argument, items};
use crate::value::{Error, Result, Type, Value, convert, equal, unify};

pub(super) const FUNCTIONS: &[Function] = &[Function::new("matchkeys", &[LIST, LIST, LIST], Shape::List, matchkeys)];

fn matchkeys(args: &[Value], context: &Context<'_>) -> Result {
    let (keys, wanted) = (argument(args, 1)?, argument(args, 2)?);
    let ty = unify([&keys.ty(), &wanted.ty()]).ok_or_else(|| Error::new("keys and search set must have one type"))?;
    let (keys, wanted) = (convert(keys, &ty)?, convert(wanted, &ty)?);
    let (Some(keys), Some(wanted)) = (keys.as_seq(), wanted.as_seq()) else {
        return Err(Error::new("a list is required"));
    };
    let values = items(args, 0);
    if values.len() != keys.items.len() {
        return Err(Error::new("there must be as many keys as values"));
    }
    context.budget.spend(keys.items.len().saturating_mul(wanted.items.len()) / 8)?;
    let found = |key: &Value| wanted.items.iter().any(|w| equal(key, w) == Some(true));
    let selected = values.iter().zip(&keys.items).filter(|(_, key)| found(key)).map(|(value, _)| value.clone());
    let element = argument(args, 0)?.ty().element().cloned().unwrap_or(Type::Dynamic);
    Ok(Value::list(selected.collect(), element))
}
