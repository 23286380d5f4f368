//! Conversions to a type, and the sensitive mark.

use super::signature::{Function, Param, RAW, Shape, argument};
use crate::value::{Result, Type, Value, convert};

const ONE: &[Param] = &[RAW];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("ephemeralasnull", ONE, Shape::Any, |args, _| argument(args, 0).cloned()).keeps_marks().never_fails(),
    Function::new("issensitive", ONE, Shape::Bool, |args, _| Ok(argument(args, 0)?.sensitive.into())).clears_marks(),
    Function::new("nonsensitive", ONE, Shape::Any, |args, _| unmarked(args)).clears_marks().never_fails(),
    Function::new("sensitive", ONE, Shape::Any, |args, _| Ok(argument(args, 0)?.clone().marked(true)))
        .keeps_marks()
        .never_fails(),
    Function::new("tobool", ONE, Shape::Bool, |args, _| to(args, &Type::Bool)),
    Function::new("tolist", ONE, Shape::List, |args, _| to(args, &Type::list(Type::Dynamic))).keeps_marks(),
    Function::new("tomap", ONE, Shape::Map, |args, _| to(args, &Type::map(Type::Dynamic))).keeps_marks(),
    Function::new("tonumber", ONE, Shape::Number, |args, _| to(args, &Type::Number)),
    Function::new("toset", ONE, Shape::Set, |args, _| to(args, &Type::set(Type::Dynamic))),
    Function::new("tostring", ONE, Shape::String, |args, _| to(args, &Type::String)),
];

fn to(arguments: &[Value], ty: &Type) -> Result {
    convert(argument(arguments, 0)?, ty)
}

fn unmarked(arguments: &[Value]) -> Result {
    let mut value = argument(arguments, 0)?.clone();
    value.sensitive = false;
    Ok(value)
}
