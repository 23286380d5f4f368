//! JSON with places, read as far as it goes: where it breaks, what stands before the break is kept and marked incomplete.
//! It knows nothing of Terraform.

use std::borrow::Cow;

use super::ast::{Span, Text};
use super::parser::{MAX_NESTING, SyntaxError, span};

/// A JSON value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Json {
    pub(crate) kind: JsonKind,
    pub(crate) span: Span,
    /// Whether it was read to its end.
    pub(crate) complete: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum JsonKind {
    Null,
    Bool(bool),
    /// As written.
    Number(Text),
    Text(JsonText),
    Array(Vec<Json>),
    /// In the order of the text, duplicates included.
    Object(Vec<(JsonText, Json)>),
}

/// A JSON string, decoded.
#[derive(Clone, Debug)]
pub(crate) struct JsonText {
    pub(crate) text: Text,
    /// With its quotes.
    pub(crate) span: Span,
    /// Whether it holds escapes, so that offsets in `text` are not offsets in the file.
    pub(crate) escaped: bool,
}

impl Json {
    pub(crate) fn members(&self) -> &[(JsonText, Self)] {
        match &self.kind {
            JsonKind::Object(members) => members,
            _ => &[],
        }
    }

    pub(crate) fn elements(&self) -> &[Self] {
        match &self.kind {
            JsonKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The last member of this name, which is the one that counts.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|(key, _)| &*key.text == name).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            JsonKind::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, JsonKind::Null)
    }
}

/// Reads one JSON document.
pub(crate) fn parse_json(text: &str) -> (Json, Option<SyntaxError>) {
    let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { text, bytes: text.as_bytes(), pos, depth: 0, error: None };
    let value = reader.value();
    reader.space();
    if reader.error.is_none() && reader.pos < text.len() {
        reader.fail("expected the end of the document");
    }
    (value, reader.error)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    depth: u32,
    error: Option<SyntaxError>,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.pos).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.pos += 1;
        }
    }

    fn fail(&mut self, message: impl Into<Cow<'static, str>>) {
        if self.error.is_none() {
            self.error = Some(SyntaxError { span: span(self.pos, self.pos + 1), message: message.into() });
        }
    }

    fn value(&mut self) -> Json {
        self.space();
        let start = self.pos;
        let kind = match self.peek() {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.string().map_or(JsonKind::Null, JsonKind::Text),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true", JsonKind::Bool(true)),
            b'f' => self.word("false", JsonKind::Bool(false)),
            b'n' => self.word("null", JsonKind::Null),
            _ => {
                self.fail("expected a JSON value");
                JsonKind::Null
            }
        };
        Json { kind, span: span(start, self.pos), complete: self.error.is_none() }
    }

    fn nested(&mut self, read: fn(&mut Self) -> JsonKind) -> JsonKind {
        if self.depth >= MAX_NESTING {
            self.fail("nested too deeply to be read (more than 100 levels)");
            return JsonKind::Null;
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        kind
    }

    fn word(&mut self, word: &str, kind: JsonKind) -> JsonKind {
        if self.bytes.get(self.pos..).unwrap_or_default().starts_with(word.as_bytes()) {
            self.pos += word.len();
        } else {
            self.fail("expected a JSON value");
        }
        kind
    }

    fn number(&mut self) -> JsonKind {
        let start = self.pos;
        while matches!(self.peek(), b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') {
            self.pos += 1;
        }
        JsonKind::Number(self.text.get(start..self.pos).unwrap_or_default().into())
    }

    /// Whether another element follows; passes the comma or the closing bracket.
    fn more(&mut self, close: u8, first: bool) -> bool {
        self.space();
        let byte = self.peek();
        if byte == close {
            self.pos += 1;
            return false;
        }
        match (byte, first) {
            (_, true) => true,
            (b',', false) => {
                self.pos += 1;
                self.space();
                if self.peek() == close {
                    self.fail("expected another element after `,`");
                    return false;
                }
                true
            }
            _ => {
                self.fail(if close == b'}' { "expected `,` or `}`" } else { "expected `,` or `]`" });
                false
            }
        }
    }

    fn array(&mut self) -> JsonKind {
        self.pos += 1;
        let mut elements = Vec::new();
        while self.error.is_none() && self.more(b']', elements.is_empty()) {
            elements.push(self.value());
        }
        JsonKind::Array(elements)
    }

    fn object(&mut self) -> JsonKind {
        self.pos += 1;
        let mut members = Vec::new();
        while self.error.is_none() && self.more(b'}', members.is_empty()) {
            if self.peek() != b'"' {
                self.fail("expected a quoted name");
                break;
            }
            let Some(name) = self.string() else { break };
            self.space();
            if self.peek() != b':' {
                self.fail("expected `:` after the name");
                break;
            }
            self.pos += 1;
            let value = self.value();
            members.push((name, value));
        }
        JsonKind::Object(members)
    }

    fn string(&mut self) -> Option<JsonText> {
        let start = self.pos;
        self.pos += 1;
        let mut decoded = String::new();
        let mut run = self.pos;
        loop {
            match self.bytes.get(self.pos) {
                None => {
                    self.pos = start;
                    self.fail("text is never closed: add `\"`");
                    self.pos = self.bytes.len();
                    return None;
                }
                Some(b'"') => break,
                Some(b'\\') => {
                    decoded.push_str(self.text.get(run..self.pos).unwrap_or_default());
                    decoded.push(self.escape()?);
                    run = self.pos;
                }
                Some(_) => self.pos += 1,
            }
        }
        let tail = self.text.get(run..self.pos).unwrap_or_default();
        let escaped = run > start + 1;
        let text = if escaped {
            decoded.push_str(tail);
            decoded.into()
        } else {
            tail.into()
        };
        self.pos += 1;
        Some(JsonText { text, span: span(start, self.pos), escaped })
    }

    fn escape(&mut self) -> Option<char> {
        let letter = self.bytes.get(self.pos + 1).copied().unwrap_or(0);
        let plain = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => {
                self.fail("unknown escape in JSON text");
                return None;
            }
        };
        self.pos += 2;
        Some(plain)
    }

    /// `\uXXXX`, or two of them for one character; a lone surrogate becomes U+FFFD.
    fn unicode_escape(&mut self) -> Option<char> {
        let Some(first) = self.hex4(self.pos + 2) else {
            self.fail("`\\u` is followed by four hexadecimal digits");
            return None;
        };
        self.pos += 6;
        if (0xd800..0xdc00).contains(&first)
            && self.bytes.get(self.pos..self.pos + 2) == Some(b"\\u")
            && let Some(second @ 0xdc00..0xe000) = self.hex4(self.pos + 2)
        {
            self.pos += 6;
            return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
        }
        Some(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        u32::from_str_radix(self.text.get(at..at + 4)?, 16).ok()
    }
}
