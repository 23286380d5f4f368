//! Text with holes: what a policy says where part of a string is not known (yet).
//!
//! Must not know where holes come from; two holes with the same name stand for the same unknown text.

/// A piece of a text: known characters, or a hole with the name of what would fill it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Characters as written.
    Known(String),
    /// Unknown characters; equal names are equal texts.
    Hole(String),
}

/// A string that may have unknown parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text {
    parts: Vec<Part>,
}

impl Text {
    /// A text of the given pieces; neighbouring known pieces are joined.
    pub fn new(pieces: impl IntoIterator<Item = Part>) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for piece in pieces {
            match (parts.last_mut(), piece) {
                (Some(Part::Known(last)), Part::Known(more)) => last.push_str(&more),
                (_, piece) => parts.push(piece),
            }
        }
        Self { parts }
    }

    /// A text that is entirely one hole.
    pub fn hole(name: impl Into<String>) -> Self {
        Self { parts: vec![Part::Hole(name.into())] }
    }

    /// The pieces in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The string, if every part is known.
    pub fn known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with holes shown as `${name}`, for messages.
    pub fn shown(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Known(text) => text.clone(),
                Part::Hole(name) => format!("${{{name}}}"),
            })
            .collect()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { parts: vec![Part::Known(text.to_owned())] }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { parts: vec![Part::Known(text)] }
    }
}
