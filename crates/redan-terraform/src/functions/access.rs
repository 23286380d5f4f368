//! What collections hold: lengths, keys, values, single elements.

use unicode_segmentation::UnicodeSegmentation;

use super::signature::{ANY, Context, Function, NUMBER, Param, RAW, STRING, Shape, argument, whole};
use crate::eval::unknown_from;
use crate::value::{Entries, Error, Kind, Rest, Result, Seq, Type, Value, Why, convert};

const PARTIAL: Param = ANY.partial();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("element", &[PARTIAL, NUMBER], Shape::Any, element).keeps_marks(),
    Function::new("keys", &[PARTIAL], Shape::Any, keys).keeps_marks(),
    Function::new("length", &[PARTIAL], Shape::Number, length).keeps_marks(),
    Function::new("lookup", &[PARTIAL, STRING.partial()], Shape::Any, lookup).rest(RAW).keeps_marks(),
    Function::new("one", &[PARTIAL], Shape::Any, one),
    Function::new("slice", &[PARTIAL, NUMBER, NUMBER], Shape::Any, slice).keeps_marks(),
    Function::new("values", &[PARTIAL], Shape::Any, values).keeps_marks(),
];

fn element(args: &[Value], _: &Context<'_>) -> Result {
    let list = argument(args, 0)?;
    let seq = match &list.kind {
        Kind::List(seq) | Kind::Tuple(seq) => seq,
        Kind::Unknown(_) => return Ok(unknown_from(Type::Dynamic, [list])),
        _ => return Err(Error::new("a list or tuple is required")),
    };
    let index = whole(args, 1)?;
    if let Some(rest) = &seq.rest {
        return Ok(match usize::try_from(index).ok().and_then(|i| seq.at(i)) {
            Some(found) => found.clone(),
            None => Value::unknown(seq.element.clone(), rest.why.clone()),
        });
    }
    if seq.items.is_empty() {
        return Err(Error::new("the list is empty"));
    }
    let length = i64::try_from(seq.items.len()).unwrap_or(i64::MAX);
    let position = usize::try_from(index % length).map_err(|_| Error::new("the index is negative"))?;
    seq.items.get(position).cloned().ok_or_else(|| Error::new("index outside the list"))
}

fn entries(value: &Value) -> Result<Option<&Entries>> {
    match &value.kind {
        Kind::Map(entries) | Kind::Object(entries) => Ok(Some(entries)),
        Kind::Unknown(_) => Ok(None),
        _ => Err(Error::new("a map or object is required")),
    }
}

/// As a list if it comes from a map, as a tuple if it comes from an object.
fn sequence(value: &Value, items: Vec<Value>, rest: Option<&Why>, element: Type) -> Value {
    let rest = rest.map(|why| Rest { prefix: 0, why: why.clone() });
    match &value.kind {
        Kind::Map(_) => Value::open_list(items, rest, element),
        _ => Value::open_tuple(items, rest),
    }
}

fn keys(args: &[Value], _: &Context<'_>) -> Result {
    let map = argument(args, 0)?;
    let Some(entries) = entries(map)? else { return Ok(unknown_from(Type::Dynamic, [map])) };
    let items = entries.items.iter().map(|(k, v)| Value::text(k.clone()).with_origin(v.origin)).collect();
    Ok(sequence(map, items, entries.rest.as_ref(), Type::String))
}

fn values(args: &[Value], _: &Context<'_>) -> Result {
    let map = argument(args, 0)?;
    let Some(entries) = entries(map)? else { return Ok(unknown_from(Type::Dynamic, [map])) };
    let items = entries.items.iter().map(|(_, v)| v.clone()).collect();
    Ok(sequence(map, items, entries.rest.as_ref(), entries.element.clone()))
}

/// Elements of a set that are not known may be equal to others.
fn is_blurred(value: &Value, seq: &Seq) -> bool {
    seq.rest.is_some() || (matches!(value.kind, Kind::Set(_)) && seq.facts.unknown() && seq.items.len() > 1)
}

fn length(args: &[Value], _: &Context<'_>) -> Result {
    let value = argument(args, 0)?;
    match &value.kind {
        Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) if !is_blurred(value, seq) => Ok(seq.items.len().into()),
        Kind::Map(entries) | Kind::Object(entries) if entries.rest.is_none() => Ok(entries.items.len().into()),
        Kind::String(_) | Kind::Composite(_) if value.as_str().is_some() => {
            Ok(value.as_str().map_or(0, |text| text.graphemes(true).count()).into())
        }
        Kind::Unknown(unknown) if matches!(unknown.ty, Type::Bool | Type::Number) => {
            Err(Error::new("text, a collection, a tuple or an object is required"))
        }
        _ if value.has_unknown() => Ok(unknown_from(Type::Number, [value])),
        _ => Err(Error::new("text, a collection, a tuple or an object is required")),
    }
}

fn lookup(args: &[Value], _: &Context<'_>) -> Result {
    let (map, key, default) = (argument(args, 0)?, argument(args, 1)?, args.get(2));
    if args.len() > 3 {
        return Err(Error::new("two or three arguments are required"));
    }
    let Some(entries) = entries(map)? else { return Ok(unknown_from(Type::Dynamic, args)) };
    let Some(name) = key.as_str() else { return Ok(unknown_from(entries.element.clone(), args)) };
    match (entries.get(name), &entries.rest, default) {
        (Some(found), _, _) => Ok(found.clone()),
        (None, Some(_), _) => Ok(unknown_from(entries.element.clone(), args)),
        (None, None, Some(default)) if matches!(map.kind, Kind::Map(_)) => convert(default, &entries.element)
            .map_err(|e| Error { message: "the default must have the type of the map's elements".to_owned(), ..e }),
        (None, None, Some(default)) => Ok(default.clone()),
        (None, None, None) => Err(Error::new("the map has no element with that key")),
    }
}

fn one(args: &[Value], _: &Context<'_>) -> Result {
    let value = argument(args, 0)?;
    if value.is_unknown() {
        return Ok(unknown_from(Type::Dynamic, [value]));
    }
    let seq = value.as_seq().ok_or_else(|| Error::new("a list, set or tuple is required"))?;
    let too_many = || Error::new("a list, set or tuple of at most one element is required");
    match (seq.items.as_slice(), &seq.rest) {
        ([], None) => Ok(Value::null(seq.element.clone())),
        ([only], None) => Ok(only.clone()),
        (_, None) if !is_blurred(value, seq) => Err(too_many()),
        ([only], Some(rest)) if rest.prefix == 1 || !only.has_unknown() => Ok(only.clone()),
        _ => Ok(unknown_from(seq.element.clone(), [value])),
    }
}

fn slice(args: &[Value], _: &Context<'_>) -> Result {
    let value = argument(args, 0)?;
    let seq = match &value.kind {
        Kind::List(seq) | Kind::Tuple(seq) => seq,
        Kind::Unknown(_) => return Ok(unknown_from(Type::Dynamic, [value])),
        _ => return Err(Error::new("a list or tuple is required")),
    };
    let outside = || Error::new("start and end must lie within the list, in this order");
    let start = usize::try_from(whole(args, 1)?).map_err(|_| outside())?;
    let end = usize::try_from(whole(args, 2)?).map_err(|_| outside())?;
    if start > end {
        return Err(outside());
    }
    let certain = seq.rest.as_ref().map_or(seq.items.len(), |r| r.prefix);
    let items = match seq.items.get(start..end) {
        Some(items) if end <= certain => items.to_vec(),
        _ if seq.rest.is_some() => return Ok(unknown_from(Type::Dynamic, [value])),
        _ => return Err(outside()),
    };
    Ok(match &value.kind {
        Kind::List(_) => Value::list(items, seq.element.clone()),
        _ => Value::tuple(items),
    })
}
