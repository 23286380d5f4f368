//! Choices and tests over elements, in three values.

use super::signature::{ANY, BOOLS, Context, Function, RAW, Shape, argument};
use crate::eval::unknown_from;
use crate::value::{Error, Kind, Result, Type, Value, convert, equal, unify};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("alltrue", &[BOOLS.partial()], Shape::Bool, |args, _| quantified(args, true)),
    Function::new("anytrue", &[BOOLS.partial()], Shape::Bool, |args, _| quantified(args, false)),
    Function::new("coalesce", &[], Shape::Any, coalesce).rest(RAW),
    Function::new("coalescelist", &[], Shape::Any, coalescelist).rest(RAW),
    Function::new("contains", &[ANY.partial(), ANY.partial()], Shape::Bool, contains),
    Function::new("index", &[ANY.partial(), ANY.partial()], Shape::Number, index),
];

/// All true: a false or null element decides; any true: a true one does.
fn quantified(args: &[Value], all: bool) -> Result {
    let list = argument(args, 0)?;
    let Some(seq) = list.as_seq() else { return Ok(unknown_from(Type::Bool, [list])) };
    let decides = |v: &Value| if all { v.is_null() || v.as_bool() == Some(false) } else { v.as_bool() == Some(true) };
    if seq.items.iter().any(decides) {
        return Ok(Value::from(!all));
    }
    Ok(if list.has_unknown() { unknown_from(Type::Bool, [list]) } else { all.into() })
}

fn coalesce(args: &[Value], _: &Context<'_>) -> Result {
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    let ty = match unify(&types) {
        Some(ty) if !args.is_empty() => ty,
        _ => return Err(Error::new("all arguments must have the same type")),
    };
    for argument in args {
        let value = if ty == Type::Dynamic { argument.clone() } else { convert(argument, &ty)? };
        match &value.kind {
            Kind::Null(_) => {}
            Kind::Unknown(_) => return Ok(unknown_from(ty, args)),
            Kind::Composite(composite) if composite.literal().is_none() => {
                let filled = !(composite.prefix().is_empty() && composite.suffix().is_empty());
                return Ok(if filled { value } else { unknown_from(ty, args) });
            }
            _ if ty == Type::String && value.as_str() == Some("") => {}
            _ => return Ok(value),
        }
    }
    Err(Error::new("every argument is null or empty"))
}

fn coalescelist(args: &[Value], _: &Context<'_>) -> Result {
    for value in args {
        match &value.kind {
            Kind::Null(Type::List(_) | Type::Tuple(_)) => {}
            Kind::Unknown(_) => return Ok(unknown_from(Type::Dynamic, args)),
            Kind::List(seq) | Kind::Tuple(seq) if !seq.items.is_empty() => return Ok(value.clone()),
            Kind::List(seq) | Kind::Tuple(seq) if seq.rest.is_some() => return Ok(unknown_from(Type::Dynamic, args)),
            Kind::List(_) | Kind::Tuple(_) => {}
            _ => return Err(Error::new("the arguments must be lists or tuples")),
        }
    }
    Err(Error::new("every argument is null or empty"))
}

fn contains(args: &[Value], _: &Context<'_>) -> Result {
    let (list, wanted) = (argument(args, 0)?, argument(args, 1)?);
    if list.is_unknown() {
        return Ok(unknown_from(Type::Bool, args));
    }
    let seq = list.as_seq().ok_or_else(|| Error::new("a list, tuple or set is required"))?;
    let mut open = seq.rest.is_some();
    for item in &seq.items {
        match equal(item, wanted) {
            Some(true) => return Ok(true.into()),
            Some(false) => {}
            None => open = true,
        }
    }
    Ok(if open { unknown_from(Type::Bool, args) } else { false.into() })
}

fn index(args: &[Value], _: &Context<'_>) -> Result {
    let (list, wanted) = (argument(args, 0)?, argument(args, 1)?);
    let seq = match &list.kind {
        Kind::List(seq) | Kind::Tuple(seq) => seq,
        Kind::Unknown(_) => return Ok(unknown_from(Type::Number, args)),
        _ => return Err(Error::new("a list or tuple is required")),
    };
    let certain = seq.rest.as_ref().map_or(seq.items.len(), |r| r.prefix);
    for (position, item) in seq.items.iter().enumerate() {
        match equal(item, wanted) {
            Some(true) if position < certain => return Ok(position.into()),
            Some(false) => {}
            _ => return Ok(unknown_from(Type::Number, args)),
        }
    }
    if seq.rest.is_some() {
        return Ok(unknown_from(Type::Number, args));
    }
    Err(Error::new("the list has no such element"))
}
