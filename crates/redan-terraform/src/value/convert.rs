//! Conversion of values between types, and the defaults of optional attributes. What is unknown keeps its reasons and its
//! identity through a conversion. It knows nothing of functions or operators.
//! Semantics: <https://github.com/zclconf/go-cty/tree/main/cty/convert>;
//! defaults: <https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes>

use std::sync::Arc;

use super::unify::{convertible, find};
use super::{Entries, Error, Field, Kind, Number, Result, Seq, Type, Unknown, Value, Why, unify};
use crate::syntax::ast::Text;

/// The value as that type.
pub(crate) fn convert(value: &Value, to: &Type) -> Result {
    let mut converted = convert_kind(value, to)?;
    converted.sensitive |= value.sensitive;
    Ok(converted.or_origin(value.origin))
}

fn convert_kind(value: &Value, to: &Type) -> Result {
    match (&value.kind, to) {
        (_, Type::Dynamic)
        | (Kind::Bool(_), Type::Bool)
        | (Kind::Number(_), Type::Number)
        | (Kind::String(_) | Kind::Composite(_), Type::String) => Ok(value.clone()),
        (Kind::Unknown(unknown), _) => {
            if !convertible(&unknown.ty, to) {
                return mismatch(to);
            }
            let ty = replaced(&unknown.ty, to);
            Ok(Kind::Unknown(Arc::new(Unknown { ty, ..(**unknown).clone() })).into())
        }
        (Kind::Null(ty), _) if convertible(ty, to) => Ok(Value::null(replaced(ty, to))),
        (Kind::Bool(value), Type::String) => Ok(Value::from(if *value { "true" } else { "false" })),
        (Kind::Number(value), Type::String) => Ok(Value::from(value.to_string())),
        (Kind::String(_) | Kind::Composite(_), Type::Number | Type::Bool) => from_text(value, to),
        (Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq), Type::List(element)) => {
            let same = matches!(value.kind, Kind::List(_)) && settled(element) && seq.element == **element;
            if same { Ok(value.clone()) } else { to_list(value, seq, element) }
        }
        (Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq), Type::Set(element)) => to_set(seq, element),
        (Kind::Tuple(seq), Type::Tuple(types)) if seq.items.len() == types.len() => {
            let items = seq.items.iter().zip(types.iter()).map(|(v, ty)| convert(v, ty)).collect::<Result<_>>()?;
            Ok(Value::open_tuple(items, seq.rest.clone()))
        }
        (Kind::Map(entries) | Kind::Object(entries), Type::Map(element)) => {
            let same = matches!(value.kind, Kind::Map(_)) && settled(element) && entries.element == **element;
            if same { Ok(value.clone()) } else { to_map(entries, element) }
        }
        (Kind::Map(entries) | Kind::Object(entries), Type::Object(fields)) => to_object(entries, fields),
        _ => mismatch(to),
    }
}

fn mismatch<T>(to: &Type) -> Result<T> {
    Err(Error::new(format!("{} required", to.friendly())))
}

fn from_text(value: &Value, to: &Type) -> Result {
    let Some(text) = value.as_str() else {
        return Ok(match value.why() {
            Some(why) => Value::unknown(to.clone(), why),
            None => value.clone(),
        });
    };
    match to {
        Type::Number => Number::parse(text).map(Value::from).ok_or_else(|| Error::new("a number is required")),
        _ => match text {
            "true" | "1" => Ok(true.into()),
            "false" | "0" => Ok(false.into()),
            _ => Err(Error::new("a bool is required")),
        },
    }
}

/// Nothing in the type is left to the value.
fn settled(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => false,
        Type::Bool | Type::Number | Type::String => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => settled(element),
        Type::Tuple(elements) => elements.iter().all(settled),
        Type::Object(fields) => fields.iter().all(|f| !f.optional && settled(&f.ty)),
    }
}

/// The type without optional marks, as values have it.
fn bare(ty: &Type) -> Type {
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => ty.clone(),
        Type::List(element) => Type::list(bare(element)),
        Type::Set(element) => Type::set(bare(element)),
        Type::Map(element) => Type::map(bare(element)),
        Type::Tuple(elements) => Type::Tuple(elements.iter().map(bare).collect()),
        Type::Object(fields) => Type::Object(
            fields
                .iter()
                .map(|f| Field { name: f.name.clone(), ty: bare(&f.ty), optional: false, default: None })
                .collect(),
        ),
    }
}

/// The constraint with its open parts filled from the type that was there.
fn replaced(from: &Type, to: &Type) -> Type {
    match (from, to) {
        (_, Type::Dynamic) => from.clone(),
        (Type::List(from) | Type::Set(from), Type::List(to)) => Type::list(replaced(from, to)),
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(replaced(from, to)),
        (Type::Map(from), Type::Map(to)) => Type::map(replaced(from, to)),
        (Type::Tuple(from), Type::List(to)) => Type::list(replaced(&unify(from.iter()).unwrap_or(Type::Dynamic), to)),
        (Type::Tuple(from), Type::Set(to)) => Type::set(replaced(&unify(from.iter()).unwrap_or(Type::Dynamic), to)),
        (Type::Object(from), Type::Map(to)) => {
            Type::map(replaced(&unify(from.iter().map(|f| &f.ty)).unwrap_or(Type::Dynamic), to))
        }
        _ => bare(to),
    }
}

/// Elements as one type, and that type.
fn unified(items: Vec<Value>, element: &Type) -> Result<(Vec<Value>, Type)> {
    let converted: Vec<Value> = match element {
        Type::Dynamic => items,
        _ => items.iter().map(|v| convert(v, element)).collect::<Result<_>>()?,
    };
    if !element.has_dynamic() {
        return Ok((converted, bare(element)));
    }
    let types: Vec<Type> = converted.iter().map(Value::ty).collect();
    let common = unify(&types).ok_or_else(|| Error::new("all elements must have the same type"))?;
    let same = types.iter().all(|ty| *ty == common);
    if !same && common == Type::Dynamic && !converted.iter().any(Value::has_unknown) {
        return Err(Error::new("all elements must have the same type"));
    }
    if same || common == Type::Dynamic {
        return Ok((converted, common));
    }
    let same = converted.iter().map(|v| convert(v, &common)).collect::<Result<_>>()?;
    Ok((same, common))
}

fn empty_element(seq_element: &Type, element: &Type) -> Type {
    if *element == Type::Dynamic { seq_element.clone() } else { bare(element) }
}

fn to_list(value: &Value, seq: &Seq, element: &Type) -> Result {
    if seq.items.is_empty() {
        return Ok(Value::open_list(Vec::new(), seq.rest.clone(), empty_element(&seq.element, element)));
    }
    let (items, element) = unified(seq.items.clone(), element)?;
    let mut rest = seq.rest.clone();
    if rest.is_none() && matches!(value.kind, Kind::Set(_)) && seq.facts.unknown() && items.len() > 1 {
        rest = value.why().map(|why| super::Rest { prefix: 0, why });
    }
    Ok(Value::open_list(items, rest, element))
}

fn to_set(seq: &Seq, element: &Type) -> Result {
    let rest = seq.rest.as_ref().map(|r| r.why.clone());
    if seq.items.is_empty() {
        return Ok(Value::open_set(Vec::new(), rest, empty_element(&seq.element, element)));
    }
    let (items, element) = unified(seq.items.clone(), element)?;
    Ok(Value::open_set(items, rest, element))
}

fn to_map(entries: &Entries, element: &Type) -> Result {
    if entries.items.is_empty() {
        return Ok(Value::map(Vec::new(), entries.rest.clone(), empty_element(&entries.element, element)));
    }
    let (keys, values): (Vec<Text>, Vec<Value>) = entries.items.iter().cloned().unzip();
    let (values, element) = unified(values, element)?;
    Ok(Value::map(keys.into_iter().zip(values).collect(), entries.rest.clone(), element))
}

fn to_object(entries: &Entries, fields: &[Field]) -> Result {
    let mut items = Vec::with_capacity(fields.len());
    for field in fields {
        let value = match (entries.get(&field.name), &entries.rest) {
            (Some(value), _) => convert(value, &field.ty).map_err(|e| inside(e, &field.name))?,
            (None, Some(why)) => Value::unknown(bare(&field.ty), why.clone()),
            (None, None) if field.optional => Value::null(bare(&field.ty)),
            (None, None) => return Err(Error::new(format!("attribute \"{}\" is required", field.name))),
        };
        items.push((field.name.clone(), value));
    }
    Ok(Value::object(items))
}

fn inside(error: Error, name: &str) -> Error {
    Error { message: format!("attribute \"{name}\": {}", error.message), ..error }
}

/// Fills in the defaults of optional attributes, at every depth, where an attribute is missing or null.
pub(crate) fn apply_defaults(value: &Value, ty: &Type) -> Value {
    if !has_defaults(ty) {
        return value.clone();
    }
    let kind = match (&value.kind, ty) {
        (Kind::Object(entries) | Kind::Map(entries), Type::Object(fields)) => {
            Kind::Object(Arc::new(with_defaults(entries, fields)))
        }
        (Kind::List(seq), Type::List(element) | Type::Set(element)) => Kind::List(Arc::new(each(seq, element))),
        (Kind::Tuple(seq), Type::List(element) | Type::Set(element)) => Kind::Tuple(Arc::new(each(seq, element))),
        (Kind::Set(seq), Type::List(element) | Type::Set(element)) => Kind::Tuple(Arc::new(each(seq, element))),
        (Kind::Tuple(seq), Type::Tuple(types)) => {
            let items = seq.items.iter().zip(types.iter()).map(|(v, ty)| apply_defaults(v, ty)).collect();
            Kind::Tuple(Arc::new(Seq::new(items, seq.rest.clone(), Type::Dynamic)))
        }
        (Kind::Map(entries) | Kind::Object(entries), Type::Map(element)) => {
            let items = entries.items.iter().map(|(k, v)| (k.clone(), apply_defaults(v, element))).collect();
            Kind::Object(Arc::new(Entries::new(items, entries.rest.clone(), Type::Dynamic)))
        }
        _ => return value.clone(),
    };
    Value { kind, origin: value.origin, sensitive: value.sensitive }
}

fn has_defaults(ty: &Type) -> bool {
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_defaults(element),
        Type::Tuple(elements) => elements.iter().any(has_defaults),
        Type::Object(fields) => fields.iter().any(|f| f.default.is_some() || has_defaults(&f.ty)),
    }
}

fn each(seq: &Seq, element: &Type) -> Seq {
    Seq::new(seq.items.iter().map(|v| apply_defaults(v, element)).collect(), seq.rest.clone(), Type::Dynamic)
}

fn with_defaults(entries: &Entries, fields: &[Field]) -> Entries {
    let mut items = Vec::with_capacity(entries.items.len().max(fields.len()));
    for (name, value) in &entries.items {
        let value = match find(fields, name) {
            Some(Field { default: Some(default), ty, .. }) if value.is_null() => apply_defaults(default, ty),
            Some(field) => apply_defaults(value, &field.ty),
            None => value.clone(),
        };
        items.push((name.clone(), value));
    }
    for field in fields.iter().filter(|f| entries.get(&f.name).is_none()) {
        let Some(default) = &field.default else { continue };
        let value = match &entries.rest {
            Some(why) => absent_or(why, field),
            None => apply_defaults(default, &field.ty),
        };
        items.push((field.name.clone(), value));
    }
    Entries::new(items, entries.rest.clone(), Type::Dynamic)
}

fn absent_or(why: &Why, field: &Field) -> Value {
    Value::unknown(bare(&field.ty), why.clone())
}
