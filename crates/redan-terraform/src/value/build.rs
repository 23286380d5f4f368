//! Constructors of values. It decides nothing but how a value is stored.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::{
    Class, Composite, Entries, Kind, Number, Origin, Piece, Reference, Rest, Seq, Type, Unknown, Value, Why, order,
};
use crate::syntax::ast::Text;

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Self { kind, origin: Origin::NONE, sensitive: false }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Kind::Bool(value).into()
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Kind::Number(value).into()
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Number::from(value).into()
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Self {
        Kind::Unknown(Arc::new(unknown)).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Kind::String(normalized(text)).into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Value {
    pub(crate) fn null(ty: Type) -> Self {
        Kind::Null(ty).into()
    }

    /// Text that is already normalized.
    pub(crate) fn text(text: Text) -> Self {
        if text.is_ascii() { Kind::String(text).into() } else { Self::from(&*text) }
    }

    pub(crate) fn unknown(ty: Type, why: Why) -> Self {
        Unknown::new(ty, why).into()
    }

    pub(crate) fn list(items: Vec<Self>, element: Type) -> Self {
        Self::open_list(items, None, element)
    }

    pub(crate) fn open_list(items: Vec<Self>, rest: Option<Rest>, element: Type) -> Self {
        Kind::List(Arc::new(Seq::new(items, rest, element))).into()
    }

    /// A set of these elements: sorted, equal ones once.
    pub(crate) fn set(items: Vec<Self>, element: Type) -> Self {
        Self::open_set(items, None, element)
    }

    pub(crate) fn open_set(mut items: Vec<Self>, rest: Option<Why>, element: Type) -> Self {
        order::sort_set(&mut items);
        let rest = rest.map(|why| Rest { prefix: 0, why });
        Kind::Set(Arc::new(Seq::new(items, rest, element))).into()
    }

    pub(crate) fn tuple(items: Vec<Self>) -> Self {
        Self::open_tuple(items, None)
    }

    pub(crate) fn open_tuple(items: Vec<Self>, rest: Option<Rest>) -> Self {
        Kind::Tuple(Arc::new(Seq::new(items, rest, Type::Dynamic))).into()
    }

    pub(crate) fn map(items: Vec<(Text, Self)>, rest: Option<Why>, element: Type) -> Self {
        Kind::Map(Arc::new(Entries::new(items, rest, element))).into()
    }

    pub(crate) fn object(items: Vec<(Text, Self)>) -> Self {
        Self::open_object(items, None)
    }

    pub(crate) fn open_object(items: Vec<(Text, Self)>, rest: Option<Why>) -> Self {
        Kind::Object(Arc::new(Entries::new(items, rest, Type::Dynamic))).into()
    }

    /// A resource: what its configuration states, and references for every other attribute.
    pub(crate) fn resource(items: Vec<(Text, Self)>, class: Class, reference: Reference, origin: Origin) -> Self {
        let whole = Unknown::reference(class, reference, origin);
        let mut entries = Entries::new(items, Some(whole.why), Type::Dynamic);
        entries.reference = whole.reference;
        Self { kind: Kind::Object(Arc::new(entries)), origin, sensitive: false }
    }

    /// Text from pieces: plain if all are literal, the unknown itself if it is text and alone.
    pub(crate) fn pieces(pieces: Vec<Piece>) -> Self {
        Composite::from_pieces(pieces)
    }

    pub(crate) fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// A place, unless there is one already.
    pub(crate) fn or_origin(mut self, origin: Origin) -> Self {
        if self.origin.is_none() {
            self.origin = origin;
        }
        self
    }

    pub(crate) fn marked(mut self, sensitive: bool) -> Self {
        self.sensitive |= sensitive;
        self
    }
}

/// Terraform keeps all text in Unicode's composed form.
fn normalized(text: &str) -> Text {
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    }
}
