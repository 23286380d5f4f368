//! Text of a JSON file together with its place.

use redan_model::{Node, Origin, Value};

/// Text, and where it stands in the file.
pub(super) struct Text<'a> {
    /// The text, unescaped.
    pub(super) value: &'a str,
    origin: Origin,
    /// Whether the text stands in the file as it is, without escapes.
    verbatim: bool,
}

impl<'a> Text<'a> {
    /// The text of a node; `file` is what its origin refers to.
    pub(super) fn of(node: &'a Node, file: &str) -> Option<Self> {
        let Value::Text(text) = &node.value else { return None };
        Some(Self::new(text.as_str(), node.origin, file))
    }

    /// Text at a place.
    pub(super) fn new(value: &'a str, origin: Origin, file: &str) -> Self {
        let byte = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let inside = file.get(byte(origin.start).saturating_add(1)..byte(origin.end).saturating_sub(1));
        Self { value, origin, verbatim: inside == Some(value) }
    }

    /// All of it, with its quotes.
    pub(super) const fn origin(&self) -> Origin {
        self.origin
    }

    /// A part of it, by bytes of the unescaped text.
    pub(super) fn part(&self, start: usize, end: usize) -> Origin {
        if !self.verbatim {
            return self.origin;
        }
        let at = |byte: usize| {
            let within = u32::try_from(byte.min(self.value.len())).unwrap_or(u32::MAX);
            self.origin.start.saturating_add(1).saturating_add(within)
        };
        Origin::new(self.origin.source, at(start), at(end))
    }
}
