//! Type constraints: `list(object({name = string, port = optional(number, 80)}))`.
//! Semantics: <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>

use super::{Environment, evaluate};
use crate::syntax::ast::{Call, Expr, ExprKind, ObjectItem, ObjectKey};
use crate::value::{Error, Field, Origin, Result, Type, Value, convert};

const MAX_DEPTH: u32 = 50;

/// The type that a constraint expression names.
pub(crate) fn type_constraint(expr: &Expr, environment: Environment<'_>) -> Result<Type> {
    constraint(expr, environment, 0).map_err(|e| e.at(Origin::new(environment.file, expr.span)))
}

fn constraint(expr: &Expr, environment: Environment<'_>, depth: u32) -> Result<Type> {
    if depth > MAX_DEPTH {
        return Err(Error::new("type nests deeper than the limit allows"));
    }
    match &expr.kind {
        ExprKind::Variable(name) => keyword(name),
        ExprKind::Text(name) => keyword(name),
        ExprKind::Paren(inner) => constraint(inner, environment, depth + 1),
        ExprKind::Call(call) => constructor(call, environment, depth + 1),
        _ => Err(Error::new("this is not a type")),
    }
}

fn keyword(name: &str) -> Result<Type> {
    match name {
        "any" => Ok(Type::Dynamic),
        "bool" => Ok(Type::Bool),
        "number" => Ok(Type::Number),
        "string" => Ok(Type::String),
        "list" => Ok(Type::list(Type::Dynamic)),
        "map" => Ok(Type::map(Type::Dynamic)),
        _ => Err(Error::new(format!("unknown type \"{name}\""))),
    }
}

fn constructor(call: &Call, environment: Environment<'_>, depth: u32) -> Result<Type> {
    let [argument] = call.arguments.as_slice() else {
        return Err(Error::new(format!("type {} takes one argument", call.name.text)));
    };
    match (&*call.name.text, &argument.kind) {
        ("list", _) => Ok(Type::list(constraint(argument, environment, depth)?)),
        ("set", _) => Ok(Type::set(constraint(argument, environment, depth)?)),
        ("map", _) => Ok(Type::map(constraint(argument, environment, depth)?)),
        ("tuple", ExprKind::Tuple(elements)) => {
            let types: Result<Vec<Type>> = elements.iter().map(|e| constraint(e, environment, depth)).collect();
            Ok(Type::Tuple(types?.into()))
        }
        ("object", ExprKind::Object(items)) => {
            let fields: Result<Vec<Field>> = items.iter().map(|item| field(item, environment, depth)).collect();
            Ok(Type::object(fields?))
        }
        _ => Err(Error::new(format!("unknown type \"{}\"", call.name.text))),
    }
}

fn field(item: &ObjectItem, environment: Environment<'_>, depth: u32) -> Result<Field> {
    let ObjectKey::Name(name) = &item.key else {
        return Err(Error::new("an attribute of an object type must be a name"));
    };
    let name = name.text.clone();
    match &item.value.kind {
        ExprKind::Call(call) if &*call.name.text == "optional" => match call.arguments.as_slice() {
            [ty] => Ok(Field { name, ty: constraint(ty, environment, depth)?, optional: true, default: None }),
            [ty, default] => {
                let ty = constraint(ty, environment, depth)?;
                let default = default_value(default, &ty, environment)?;
                Ok(Field { name, ty, optional: true, default: Some(default) })
            }
            _ => Err(Error::new("optional takes a type and a default")),
        },
        _ => Ok(Field { name, ty: constraint(&item.value, environment, depth)?, optional: false, default: None }),
    }
}

fn default_value(expr: &Expr, ty: &Type, environment: Environment<'_>) -> Result<Value> {
    let evaluation = evaluate(expr, environment);
    match evaluation.problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => convert(&crate::value::apply_defaults(&evaluation.value, ty), ty),
    }
}
