//! Text with holes: what is known of it stays known, and what fills the holes keeps its identity.
//! Text that encodes a value (JSON, YAML) remembers the value. It knows nothing of templates or encodings.

use std::sync::Arc;

use super::{Kind, Reference, Type, Unknown, Value, Why};
use crate::syntax::ast::Text;

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Literal(Text),
    /// An unknown value that will be text here.
    Hole(Value),
}

/// Text of which more is known, or less, than its characters.
#[derive(Clone, Debug)]
pub(crate) struct Composite {
    /// Literals are never empty and never adjacent.
    pub(crate) pieces: Vec<Piece>,
    /// The value that the text encodes.
    pub(crate) document: Option<Value>,
    /// The attribute whose text this is.
    pub(crate) reference: Option<Arc<Reference>>,
}

impl Composite {
    /// The text, if all of it is known.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The length of what is known.
    pub(crate) fn bytes(&self) -> usize {
        let length = |piece: &Piece| if let Piece::Literal(text) = piece { text.len() } else { 1 };
        self.pieces.iter().map(length).sum()
    }

    pub(crate) fn why(&self) -> Option<Why> {
        Why::all(self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Hole(value) => value.why(),
        }))
    }

    /// What the text certainly begins with.
    pub(crate) fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// What the text certainly ends with.
    pub(crate) fn suffix(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    pub(super) fn from_pieces(pieces: Vec<Piece>) -> Value {
        let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(&literal),
                Piece::Hole(value) => {
                    if let Some(known) = value.as_str() {
                        text.push_str(known);
                        continue;
                    }
                    if !text.is_empty() {
                        merged.push(Piece::Literal(std::mem::take(&mut text).into()));
                    }
                    merged.push(Piece::Hole(value));
                }
            }
        }
        if merged.is_empty() {
            return text.into();
        }
        if let (true, [Piece::Hole(value)]) = (text.is_empty(), merged.as_slice()) {
            return as_text(value.clone());
        }
        if !text.is_empty() {
            merged.push(Piece::Literal(text.into()));
        }
        Kind::Composite(Arc::new(Self { pieces: merged, document: None, reference: None })).into()
    }
}

impl Value {
    /// This text, which encodes that value.
    pub(crate) fn with_document(self, document: Self) -> Self {
        let pieces = match &self.kind {
            Kind::String(text) => vec![Piece::Literal(text.clone())],
            Kind::Composite(composite) => composite.pieces.clone(),
            Kind::Unknown(_) => vec![Piece::Hole(as_text(self.clone()))],
            _ => return self,
        };
        let kind = Kind::Composite(Arc::new(Composite { pieces, document: Some(document), reference: None }));
        Self { kind, ..self }
    }

    /// This text, which is also that attribute.
    pub(crate) fn with_reference(self, reference: Reference) -> Self {
        let pieces = match &self.kind {
            Kind::String(text) => vec![Piece::Literal(text.clone())],
            Kind::Composite(composite) => composite.pieces.clone(),
            _ => return self,
        };
        let reference = Some(Arc::new(reference));
        Self { kind: Kind::Composite(Arc::new(Composite { pieces, document: None, reference })), ..self }
    }

    /// The value that this text encodes, if it was made by an encoding function.
    pub(crate) fn document(&self) -> Option<&Self> {
        match &self.kind {
            Kind::Composite(composite) => composite.document.as_ref(),
            _ => None,
        }
    }
}

/// An unknown that is certain to be text.
fn as_text(value: Value) -> Value {
    match &value.kind {
        Kind::Unknown(unknown) if unknown.ty == Type::Dynamic => {
            let kind = Kind::Unknown(Arc::new(Unknown { ty: Type::String, ..(**unknown).clone() }));
            Value { kind, ..value }
        }
        _ => value,
    }
}
