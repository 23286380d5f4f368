//! JSON text into nodes with spans: for policy documents, API answers, templates and plans.
//!
//! Reads RFC 8259. Of a key that is given twice the last counts. Depth is bounded.

mod write;

pub use write::{escape, quote, write};

use crate::{Node, Origin, SourceId, Str, Value};

const MAX_DEPTH: usize = 256;

/// What is wrong with a text, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong: a lowercase fragment.
    pub message: &'static str,
    /// At which byte of the text.
    pub at: u32,
}

/// Reads a text whose bytes are those of `source` from `base` on.
///
/// # Errors
/// If the text is not JSON.
pub fn parse(text: &str, source: SourceId, base: u32) -> Result<Node, JsonError> {
    parse_with(text, &|start, end| Origin::new(source, base.saturating_add(start), base.saturating_add(end)))
}

/// Reads a text; `origin` tells where a byte range of it came from.
///
/// # Errors
/// If the text is not JSON.
pub fn parse_with(text: &str, origin: &dyn Fn(u32, u32) -> Origin) -> Result<Node, JsonError> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0, origin };
    reader.space();
    let node = reader.value()?;
    reader.space();
    if reader.at < reader.bytes.len() {
        return Err(reader.error("unexpected text after the value"));
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    origin: &'a dyn Fn(u32, u32) -> Origin,
}

impl Reader<'_> {
    fn error(&self, message: &'static str) -> JsonError {
        JsonError { message, at: u32::try_from(self.at).unwrap_or(u32::MAX) }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        if self.at == 0 && self.text.starts_with('\u{feff}') {
            self.at = 3;
            self.space();
        }
    }

    fn node(&self, value: Value, start: usize) -> Node {
        let byte = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Node::new(value, (self.origin)(byte(start), byte(self.at)))
    }

    fn value(&mut self) -> Result<Node, JsonError> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => return self.object(),
            Some(b'[') => return self.array(),
            Some(b'"') => Value::Text(Str::from(self.string()?)),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => return Err(self.error("expected a value")),
            None => return Err(self.error("unexpected end of text")),
        };
        Ok(self.node(value, start))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            return Ok(value);
        }
        Err(self.error("expected a value"))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if let Ok(whole) = text.parse::<i64>() {
            return Ok(Value::Int(whole));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => Err(JsonError { message: "not a number", at: u32::try_from(start).unwrap_or(u32::MAX) }),
        }
    }

    fn enter(&mut self) -> Result<(), JsonError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.error("nested too deeply")) } else { Ok(()) }
    }

    fn object(&mut self) -> Result<Node, JsonError> {
        let start = self.at;
        self.enter()?;
        self.at += 1;
        let mut entries = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                self.space();
                if self.peek() != Some(b'"') {
                    return Err(self.error("expected a key in quotes"));
                }
                let key = Str::from(self.string()?);
                self.space();
                self.expect(b':', "expected a colon")?;
                self.space();
                entries.push((key, self.value()?));
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.error("expected a comma or a closing brace")),
                }
            }
        }
        self.depth -= 1;
        let map = crate::Map::new(entries, crate::Rest::Absent);
        Ok(self.node(Value::Map(std::sync::Arc::new(map)), start))
    }

    fn array(&mut self) -> Result<Node, JsonError> {
        let start = self.at;
        self.enter()?;
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            loop {
                self.space();
                items.push(self.value()?);
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.error("expected a comma or a closing bracket")),
                }
            }
        }
        self.depth -= 1;
        Ok(self.node(Value::list(items), start))
    }

    fn expect(&mut self, byte: u8, message: &'static str) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.error(message))
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            text.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                Some(_) => return Err(self.error("control character in text")),
                None => return Err(self.error("text without its closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let byte = self.peek().ok_or_else(|| self.error("unexpected end of text"))?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.error("unknown escape")),
        })
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let high = self.hex()?;
        if (0xd800..0xdc00).contains(&high) && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u")) {
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            return Ok('\u{fffd}');
        }
        Ok(char::from_u32(high).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.get(self.at..self.at + 4).ok_or_else(|| self.error("unknown escape"))?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.error("unknown escape"));
        }
        let code = u32::from_str_radix(digits, 16).map_err(|_| self.error("unknown escape"))?;
        self.at += 4;
        Ok(code)
    }
}
