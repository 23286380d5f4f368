//! JSON as Go writes it (keys sorted, `<`, `>` and `&` escaped) and as Terraform reads it. What is unknown leaves a hole
//! in the text, and the text remembers the value it encodes, so that reading it back gives the value with its origins.
//! Mapping: <https://developer.hashicorp.com/terraform/language/functions/jsonencode>

use super::signature::{Context, Function, RAW, STRING, Shape, argument};
use crate::eval::{MAX_TEXT, unknown_from};
use crate::syntax::ast::Text;
use crate::value::{Error, Kind, Number, Piece, Result, Type, Value};

const MAX_DEPTH: usize = 90;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("jsondecode", &[STRING.partial()], Shape::Any, jsondecode),
    Function::new("jsonencode", &[RAW], Shape::String, |args, _| encode(argument(args, 0)?)).never_fails(),
];

/// The value as JSON text.
pub(crate) fn encode(value: &Value) -> Result {
    if value.is_unknown() {
        return Ok(unknown_from(Type::String, [value]).with_document(value.clone()));
    }
    let mut writer = Writer::default();
    writer.write(value)?;
    writer.flush();
    if writer.pieces.iter().any(|p| matches!(p, Piece::Literal(text) if text.len() > MAX_TEXT)) {
        return Err(Error::limit("text is longer than the limit allows"));
    }
    let text = Value::pieces(writer.pieces);
    let structured = matches!(value.kind, Kind::Unknown(_)) || value.as_seq().is_some() || value.as_entries().is_some();
    Ok(if structured { text.with_document(value.clone()) } else { text })
}

#[derive(Default)]
struct Writer {
    pieces: Vec<Piece>,
    text: String,
    bytes: usize,
}

impl Writer {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Literal(std::mem::take(&mut self.text).into()));
        }
    }

    fn hole(&mut self, value: Value) {
        self.flush();
        self.pieces.push(Piece::Hole(value));
    }

    fn write(&mut self, value: &Value) -> Result<()> {
        self.bytes += 1;
        if self.text.len() + self.bytes > MAX_TEXT {
            return Err(Error::limit("text is longer than the limit allows"));
        }
        match &value.kind {
            Kind::Null(_) => self.text.push_str("null"),
            Kind::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Kind::Number(value) => self.text.push_str(&value.to_string()),
            Kind::String(text) => escape(text, &mut self.text),
            Kind::Composite(composite) => self.composite(&composite.pieces),
            Kind::Unknown(unknown) if unknown.ty == Type::String => {
                self.text.push('"');
                self.hole(value.clone());
                self.text.push('"');
            }
            Kind::Unknown(_) => self.hole(unknown_from(Type::String, [value])),
            Kind::Set(seq) if seq.facts.unknown() && (seq.rest.is_some() || seq.items.len() > 1) => {
                self.enclosed('[', value, ']');
            }
            Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => {
                self.text.push('[');
                let certain = seq.rest.as_ref().map_or(usize::MAX, |r| r.prefix);
                for (index, item) in seq.items.iter().take(certain).enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.write(item)?;
                }
                if seq.rest.is_some() {
                    self.hole(unknown_from(Type::String, [value]));
                }
                self.text.push(']');
            }
            Kind::Map(entries) | Kind::Object(entries) if entries.rest.is_some() => self.enclosed('{', value, '}'),
            Kind::Map(entries) | Kind::Object(entries) => {
                self.text.push('{');
                for (index, (key, value)) in entries.items.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    escape(key, &mut self.text);
                    self.text.push(':');
                    self.write(value)?;
                }
                self.text.push('}');
            }
        }
        Ok(())
    }

    /// A collection whose elements have no certain order.
    fn enclosed(&mut self, open: char, value: &Value, close: char) {
        self.text.push(open);
        self.hole(unknown_from(Type::String, [value]));
        self.text.push(close);
    }

    fn composite(&mut self, pieces: &[Piece]) {
        self.text.push('"');
        for piece in pieces {
            match piece {
                Piece::Literal(text) => escape_inner(text, &mut self.text),
                Piece::Hole(value) => self.hole(value.clone()),
            }
        }
        self.text.push('"');
    }
}

/// Text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    escape(text, &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    out.push('"');
    escape_inner(text, out);
    out.push('"');
}

/// Go also escapes what HTML and JavaScript would read: <https://pkg.go.dev/encoding/json#Marshal>.
fn escape_inner(text: &str, out: &mut String) {
    redan_model::json::escape(text, out, |c| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'));
}

fn jsondecode(args: &[Value], context: &Context<'_>) -> Result {
    let source = argument(args, 0)?;
    if let Some(document) = source.document() {
        return decoded(document);
    }
    let Some(text) = source.as_str() else { return Ok(unknown_from(Type::Dynamic, [source])) };
    context.budget.spend(text.len() / 16)?;
    decode(text)
}

/// What reading back the encoded value gives: tuples and objects, nothing typed.
fn decoded(value: &Value) -> Result {
    Ok(match &value.kind {
        Kind::Null(_) => Value::null(Type::Dynamic).with_origin(value.origin),
        Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => {
            let items = seq.items.iter().map(decoded).collect::<Result<_>>()?;
            Value::open_tuple(items, seq.rest.clone()).with_origin(value.origin)
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let items = entries.items.iter().map(|(k, v)| Ok((k.clone(), decoded(v)?))).collect::<Result<_>>()?;
            Value::open_object(items, entries.rest.clone()).with_origin(value.origin)
        }
        Kind::Number(number) => match Number::parse(&number.to_string()) {
            Some(number) => Value::from(number).with_origin(value.origin),
            None => value.clone(),
        },
        _ => Value { sensitive: false, ..value.clone() },
    })
}

/// Reads JSON text.
pub(super) fn decode(text: &str) -> Result {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() { Err(invalid()) } else { Ok(value) }
}

fn invalid() -> Error {
    Error::new("invalid JSON")
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte) { Ok(()) } else { Err(invalid()) }
    }

    fn value(&mut self, depth: usize) -> Result {
        if depth > MAX_DEPTH {
            return Err(Error::limit("JSON nests deeper than the limit allows"));
        }
        self.space();
        match self.peek().ok_or_else(invalid)? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => Ok(Value::from(self.string()?)),
            b't' => self.word("true", true.into()),
            b'f' => self.word("false", false.into()),
            b'n' => self.word("null", Value::null(Type::Dynamic)),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(invalid());
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or("");
        self.at += end;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let strict = digits.starts_with(|c: char| c.is_ascii_digit())
            && !(digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit));
        if !strict || text.ends_with('.') || text.contains(".e") || text.contains(".E") {
            return Err(invalid());
        }
        Number::parse(text).map(Value::from).ok_or_else(invalid)
    }

    fn string(&mut self) -> Result<String> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).ok_or_else(invalid)?;
            let plain = rest.find(|c: char| c == '"' || c == '\\' || u32::from(c) < 0x20).ok_or_else(invalid)?;
            out.push_str(rest.get(..plain).unwrap_or(""));
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escaped()?);
                }
                _ => return Err(invalid()),
            }
        }
    }

    fn escaped(&mut self) -> Result<char> {
        let escape = self.peek().ok_or_else(invalid)?;
        self.at += 1;
        Ok(match escape {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let pair = self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u"));
                if (0xd800..0xdc00).contains(&first) && pair {
                    let before = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if (0xdc00..0xe000).contains(&second) {
                        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
                    }
                    self.at = before;
                }
                char::from_u32(first).unwrap_or('\u{fffd}')
            }
            _ => return Err(invalid()),
        })
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4).ok_or_else(invalid)?;
        self.at += 4;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        u32::from_str_radix(digits, 16).map_err(|_| invalid())
    }

    fn array(&mut self, depth: usize) -> Result {
        self.expect(b'[')?;
        let mut items = Vec::new();
        if !self.take(b']') {
            loop {
                items.push(self.value(depth + 1)?);
                if self.take(b']') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        Ok(Value::tuple(items))
    }

    fn object(&mut self, depth: usize) -> Result {
        self.expect(b'{')?;
        let mut items: Vec<(Text, Value)> = Vec::new();
        if !self.take(b'}') {
            loop {
                self.space();
                let key = self.string()?;
                self.expect(b':')?;
                items.push((key.into(), self.value(depth + 1)?));
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        Ok(Value::object(items))
    }
}
