//! `count` and `for_each`: from their values to instances.

use super::instance::{Expansion, Key, Repetition};
use crate::value::{Error, Kind, Type, Unknown, Value, Why, convert};

/// Instances of one block that are evaluated.
const MAX_INSTANCES: usize = 5_000;

/// What `count = value` makes.
pub(super) fn by_count(value: &Value) -> Result<Expansion, Error> {
    let number = convert(value, &Type::Number)?;
    match &number.kind {
        Kind::Unknown(unknown) => Ok(Expansion::Unknown(unknown.why.clone())),
        Kind::Number(number) => {
            let count = number.to_usize().ok_or_else(|| Error::new("count is a whole number that is not negative"))?;
            if count > MAX_INSTANCES {
                return Err(too_many());
            }
            Ok(Expansion::Count(count))
        }
        _ => Err(Error::new("count cannot be null")),
    }
}

/// What `for_each = value` makes.
pub(super) fn by_each(value: &Value) -> Result<Expansion, Error> {
    let (items, rest) = match &value.kind {
        Kind::Unknown(unknown) => return Ok(Expansion::Unknown(unknown.why.clone())),
        Kind::Map(entries) | Kind::Object(entries) => (entries.items.clone(), entries.rest.clone()),
        Kind::Set(seq) | Kind::List(seq) | Kind::Tuple(seq) => {
            let mut items = Vec::with_capacity(seq.items.len());
            let mut rest = seq.rest.as_ref().map(|rest| rest.why.clone());
            for item in &seq.items {
                match (item.as_str(), item.why()) {
                    (Some(text), _) => items.push((text.into(), item.clone())),
                    (None, Some(why)) => rest = Some(rest.map_or_else(|| why.clone(), |rest| rest.and(&why))),
                    (None, None) => return Err(Error::new("for_each takes a map or a set of text")),
                }
            }
            let listed = !items.is_empty() || rest.is_some();
            if listed && !matches!(value.kind, Kind::Set(_)) {
                return Err(Error::new("for_each takes a map or a set of text, not a list: use toset()"));
            }
            (items, rest)
        }
        _ => return Err(Error::new("for_each takes a map or a set of text")),
    };
    if items.len() > MAX_INSTANCES {
        return Err(too_many());
    }
    Ok(Expansion::Each(items, rest))
}

fn too_many() -> Error {
    Error::limit(format!("more than {MAX_INSTANCES} instances of one block: they are not evaluated one by one"))
}

impl Expansion {
    /// The instances.
    pub(super) fn repetitions(&self) -> Vec<Repetition> {
        match self {
            Self::Single => vec![Repetition { key: Key::None, count_index: None, each: None, doubt: None }],
            Self::Count(count) => (0..*count)
                .map(|index| Repetition {
                    key: Key::Index(index),
                    count_index: Some(Value::from(index)),
                    each: None,
                    doubt: None,
                })
                .collect(),
            Self::Each(items, rest) => {
                let known = items.iter().map(|(name, value)| Repetition {
                    key: Key::Name(name.clone()),
                    count_index: None,
                    each: Some((Value::text(name.clone()).with_origin(value.origin), value.clone())),
                    doubt: None,
                });
                known.chain(rest.iter().map(unknown_repetition)).collect()
            }
            Self::Unknown(why) => vec![unknown_repetition(why)],
        }
    }
}

/// One instance that stands for those whose number and keys are not known.
fn unknown_repetition(why: &Why) -> Repetition {
    let unknown = |ty: Type| Value::from(Unknown::new(ty, why.clone()));
    Repetition {
        key: Key::None,
        count_index: Some(unknown(Type::Number)),
        each: Some((unknown(Type::String), unknown(Type::Dynamic))),
        doubt: Some(why.clone()),
    }
}

/// An expansion that failed, as one that is not known.
pub(super) fn failed(error: &Error) -> Expansion {
    Expansion::Unknown(Why::new(error.class, &error.message, error.origin))
}
