//! Equality in three values. Types count: `1` and `"1"` differ, and so do a list and a tuple; null equals null of any type.
//! Semantics: <https://github.com/zclconf/go-cty/blob/main/cty/value_ops.go> (Equals).

use super::{Composite, Entries, Kind, Piece, Seq, Type, Value};

/// `None` if what is unknown decides.
pub(crate) fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (&a.kind, &b.kind) {
        (Kind::Null(_), Kind::Null(_)) => Some(true),
        (Kind::Unknown(unknown), other) | (other, Kind::Unknown(unknown)) => with_unknown(&unknown.ty, other, a, b),
        (Kind::Null(_), _) | (_, Kind::Null(_)) => Some(false),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(a), Kind::Number(b)) => Some(a == b),
        (Kind::String(a), Kind::String(b)) => Some(a == b),
        (Kind::String(_) | Kind::Composite(_), Kind::String(_) | Kind::Composite(_)) => text(a, b),
        (Kind::List(x), Kind::List(y)) if differ(&x.element, &y.element) => Some(false),
        (Kind::List(a), Kind::List(b)) | (Kind::Tuple(a), Kind::Tuple(b)) => sequence(a, b),
        (Kind::Set(x), Kind::Set(y)) if differ(&x.element, &y.element) => Some(false),
        (Kind::Set(a), Kind::Set(b)) => set(a, b),
        (Kind::Map(x), Kind::Map(y)) if differ(&x.element, &y.element) => Some(false),
        (Kind::Map(a), Kind::Map(b)) | (Kind::Object(a), Kind::Object(b)) => entries(a, b),
        _ => Some(false),
    }
}

/// Nothing unknown can be null here for certain, so only types decide.
fn with_unknown(ty: &Type, other: &Kind, a: &Value, b: &Value) -> Option<bool> {
    if matches!(other, Kind::Null(_) | Kind::Unknown(_)) || ty.has_dynamic() {
        return None;
    }
    if a.has_unknown() && b.has_unknown() {
        return None;
    }
    let known = if a.is_unknown() { b.ty() } else { a.ty() };
    if known.has_dynamic() || known == *ty { None } else { Some(false) }
}

fn differ(a: &Type, b: &Type) -> bool {
    a != b && !a.has_dynamic() && !b.has_dynamic()
}

fn text(a: &Value, b: &Value) -> Option<bool> {
    match (a.as_str(), b.as_str(), &a.kind, &b.kind) {
        (Some(a), Some(b), _, _) => Some(a == b),
        (Some(known), None, _, Kind::Composite(composite)) | (None, Some(known), Kind::Composite(composite), _) => {
            if may_equal(composite, known) {
                None
            } else {
                Some(false)
            }
        }
        (None, None, Kind::Composite(a), Kind::Composite(b)) => {
            let heads = a.prefix().starts_with(b.prefix()) || b.prefix().starts_with(a.prefix());
            let tails = a.suffix().ends_with(b.suffix()) || b.suffix().ends_with(a.suffix());
            if heads && tails { None } else { Some(false) }
        }
        _ => None,
    }
}

/// Whether some filling of the holes gives this text.
fn may_equal(composite: &Composite, known: &str) -> bool {
    let Some(mut rest) = known.strip_prefix(composite.prefix()) else { return false };
    let last = composite.pieces.len().saturating_sub(1);
    for (index, piece) in composite.pieces.iter().enumerate().skip(1) {
        if let Piece::Literal(text) = piece {
            if index == last {
                return rest.ends_with(&**text);
            }
            match rest.find(&**text) {
                Some(at) => rest = rest.get(at + text.len()..).unwrap_or(""),
                None => return false,
            }
        }
    }
    true
}

fn all(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut whole = Some(true);
    for result in results {
        match result {
            Some(false) => return Some(false),
            None => whole = None,
            Some(true) => {}
        }
    }
    whole
}

fn sequence(a: &Seq, b: &Seq) -> Option<bool> {
    if a.rest.is_some() || b.rest.is_some() {
        let certain = |s: &Seq| s.rest.as_ref().map_or(s.items.len(), |r| r.prefix);
        let too_long = |x: &Seq, y: &Seq| x.rest.is_none() && certain(y) > x.items.len();
        if too_long(a, b) || too_long(b, a) {
            return Some(false);
        }
        let shared = certain(a).min(certain(b));
        return all(a.items.iter().zip(&b.items).take(shared).map(|(a, b)| equal(a, b)).chain([None]));
    }
    if a.items.len() != b.items.len() {
        return Some(false);
    }
    all(a.items.iter().zip(&b.items).map(|(a, b)| equal(a, b)))
}

fn set(a: &Seq, b: &Seq) -> Option<bool> {
    if !a.facts.unknown() && !b.facts.unknown() {
        return sequence(a, b);
    }
    let missing = |x: &Seq, y: &Seq| {
        y.rest.is_none() && x.items.iter().any(|i| y.items.iter().all(|j| equal(i, j) == Some(false)))
    };
    if missing(a, b) || missing(b, a) { Some(false) } else { None }
}

fn entries(a: &Entries, b: &Entries) -> Option<bool> {
    let missing = |x: &Entries, y: &Entries| y.rest.is_none() && x.items.iter().any(|(k, _)| y.get(k).is_none());
    if missing(a, b) || missing(b, a) {
        return Some(false);
    }
    let open = a.rest.is_some() || b.rest.is_some();
    let shared = a.items.iter().filter_map(|(k, v)| b.get(k).map(|w| equal(v, w)));
    all(shared.chain(open.then_some(None)))
}
