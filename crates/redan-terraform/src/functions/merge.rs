//! Maps from maps and from lists.

use std::collections::BTreeMap;

use super::signature::{ANY, Context, Function, RAW, STRING_LISTS, STRINGS, Shape, argument};
use crate::eval::unknown_from;
use crate::syntax::ast::Text;
use crate::value::{Error, Kind, Result, Type, Value, Why, equal};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("merge", &[], Shape::Any, merge).rest(RAW).keeps_marks(),
    Function::new("transpose", &[STRING_LISTS], Shape::StringLists, transpose),
    Function::new("zipmap", &[STRINGS.partial(), ANY.partial()], Shape::Any, zipmap).keeps_marks(),
];

/// What is known of a merged map while later arguments are laid over it.
#[derive(Default)]
struct Merged {
    entries: BTreeMap<Text, Value>,
    rest: Option<Why>,
}

impl Merged {
    /// Keys that are not known may be any of those seen before.
    fn cover(&mut self, why: &Why) {
        for value in self.entries.values_mut() {
            let all = value.why().map_or_else(|| why.clone(), |w| w.and(why));
            *value = Value::unknown(Type::Dynamic, all).with_origin(value.origin);
        }
        self.rest = Some(self.rest.take().map_or_else(|| why.clone(), |r| r.and(why)));
    }
}

fn merge(args: &[Value], _: &Context<'_>) -> Result {
    let mut merged = Merged::default();
    for value in args {
        match &value.kind {
            Kind::Null(Type::Map(_) | Type::Object(_) | Type::Dynamic) => {}
            Kind::Unknown(unknown) if matches!(unknown.ty, Type::Map(_) | Type::Object(_) | Type::Dynamic) => {
                merged.cover(&unknown.why);
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                if let Some(why) = &entries.rest {
                    merged.cover(why);
                }
                merged.entries.extend(entries.items.iter().cloned());
            }
            _ => return Err(Error::new("the arguments must be maps or objects")),
        }
    }
    let common = common(args);
    if let (Some(ty @ (Type::Map(_) | Type::Object(_))), true) = (&common, args.iter().all(Value::is_null)) {
        return Ok(Value::null(ty.clone()));
    }
    let entries = merged.entries.into_iter().collect();
    Ok(match common {
        Some(Type::Map(element)) => Value::map(entries, merged.rest, (*element).clone()),
        _ => Value::open_object(entries, merged.rest),
    })
}

/// The type of all arguments, if it is the same.
fn common(args: &[Value]) -> Option<Type> {
    let (first, others) = args.split_first()?;
    let ty = first.ty();
    others.iter().all(|v| v.ty() == ty).then_some(ty)
}

fn transpose(args: &[Value], _: &Context<'_>) -> Result {
    let mut lists: BTreeMap<Text, Vec<Text>> = BTreeMap::new();
    let entries = argument(args, 0)?.as_entries().ok_or_else(|| Error::new("a map is required"))?;
    for (key, value) in &entries.items {
        let seq = value.as_seq().ok_or_else(|| Error::new("a list is null"))?;
        for item in &seq.items {
            let text = item.as_str().ok_or_else(|| Error::new("an element is null"))?;
            lists.entry(text.into()).or_default().push(key.clone());
        }
    }
    let mut items = Vec::with_capacity(lists.len());
    for (key, mut names) in lists {
        names.sort();
        items.push((key, Value::list(names.into_iter().map(Value::text).collect(), Type::String)));
    }
    Ok(Value::map(items, None, Type::list(Type::String)))
}

fn zipmap(args: &[Value], _: &Context<'_>) -> Result {
    let (names, values) = (argument(args, 0)?, argument(args, 1)?);
    let (tuple, seq) = match &values.kind {
        Kind::List(seq) => (false, seq),
        Kind::Tuple(seq) => (true, seq),
        Kind::Unknown(_) => return Ok(unknown_from(Type::Dynamic, args)),
        _ => return Err(Error::new("the values must be a list or tuple")),
    };
    let Some(keys) = names.as_seq() else { return Ok(unknown_from(Type::Dynamic, args)) };
    if keys.rest.is_some() || seq.rest.is_some() {
        return Ok(unknown_from(Type::Dynamic, args));
    }
    if keys.items.len() != seq.items.len() {
        return Err(Error::new("there must be as many keys as values"));
    }
    let mut merged = Merged::default();
    let mut sensitive = false;
    for (key, value) in keys.items.iter().zip(&seq.items) {
        sensitive |= key.sensitive;
        match (key.as_str(), key.why()) {
            (Some(key), _) => {
                merged.entries.insert(key.into(), value.clone());
            }
            (None, Some(why)) => {
                let unchanged = merged.entries.values().all(|v| equal(v, value) == Some(true));
                if unchanged && !value.has_unknown() {
                    merged.rest = Some(why);
                } else {
                    merged.cover(&why);
                }
            }
            (None, None) => return Err(Error::new("a key is null")),
        }
    }
    let entries = merged.entries.into_iter().collect();
    let map = if tuple {
        Value::open_object(entries, merged.rest)
    } else {
        Value::map(entries, merged.rest, seq.element.clone())
    };
    Ok(map.marked(sensitive))
}
