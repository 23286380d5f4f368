//! The order of a set's elements, and which of them are equal. It follows cty, whose order decides the order of
//! instances and of rendered text: <https://github.com/zclconf/go-cty/blob/main/cty/set_internals.go>.

use std::cmp::Ordering;
use std::fmt::Write as _;

use super::quote::quoted;
use super::{Kind, Value, equal};

/// Sorts and removes equal elements. Elements that are not known stay, at the end.
pub(crate) fn sort_set(items: &mut Vec<Value>) {
    if items.iter().all(|v| matches!(v.kind, Kind::String(_))) {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    } else if items.iter().all(|v| matches!(v.kind, Kind::Number(_))) {
        items.sort_by(|a, b| match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => a.compare(b),
            _ => Ordering::Equal,
        });
    } else {
        items.sort_by_cached_key(key);
    }
    items.dedup_by(|a, b| equal(a, b) == Some(true));
}

/// Known values before unknown ones before null.
fn key(value: &Value) -> (u8, String) {
    let rank = match &value.kind {
        Kind::Null(_) => 2,
        _ if value.has_unknown() => 1,
        _ => 0,
    };
    let mut text = String::new();
    match value.as_str() {
        Some(known) => text.push_str(known),
        None => write(value, &mut text),
    }
    (rank, text)
}

fn write(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::Null(_) => out.push('~'),
        Kind::Unknown(_) => out.push('?'),
        Kind::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Kind::Number(value) => out.push_str(&value.to_general(Some(10))),
        Kind::String(_) | Kind::Composite(_) => match value.as_str() {
            Some(text) => out.push_str(&quoted(text)),
            None => out.push('?'),
        },
        Kind::List(seq) | Kind::Set(seq) => bracketed(seq.items.iter(), '[', ']', out),
        Kind::Tuple(seq) => bracketed(seq.items.iter(), '<', '>', out),
        Kind::Object(entries) => bracketed(entries.items.iter().map(|(_, v)| v), '<', '>', out),
        Kind::Map(entries) => {
            out.push('{');
            for (key, value) in &entries.items {
                let _ = write!(out, "{}:", quoted(key));
                write(value, out);
                out.push(';');
            }
            out.push('}');
        }
    }
}

fn bracketed<'a>(items: impl Iterator<Item = &'a Value>, open: char, close: char, out: &mut String) {
    out.push(open);
    for item in items {
        write(item, out);
        out.push(';');
    }
    out.push(close);
}
