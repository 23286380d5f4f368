//! Which resources a value refers to.

use redan_model::Str;

use crate::value::{Kind, Piece, Value};

/// The addresses, each once.
pub(crate) fn references(value: &Value) -> Vec<Str> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(value: &Value, found: &mut Vec<Str>) {
    if let Some(reference) = value.as_reference() {
        found.push(Str::new(&reference.address));
    }
    match &value.kind {
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {}
        Kind::Unknown(unknown) => {
            let reasons = unknown.why.reasons().iter().filter_map(|reason| reason.reference.as_ref());
            found.extend(reasons.map(|reference| Str::new(&reference.address)));
        }
        Kind::Composite(composite) => {
            composite.document.iter().for_each(|document| collect(document, found));
            for piece in &composite.pieces {
                if let Piece::Hole(hole) = piece {
                    collect(hole, found);
                }
            }
        }
        Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.items.iter().for_each(|item| collect(item, found)),
        Kind::Map(entries) | Kind::Object(entries) => {
            found.extend(entries.reference.iter().map(|reference| Str::new(&reference.address)));
            entries.items.iter().for_each(|(_, item)| collect(item, found));
        }
    }
}
