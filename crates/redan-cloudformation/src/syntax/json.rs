//! JSON into trees. After an error the collections around it are broken, and what was read before stays.

use super::ast::{Kind, Seq, Tree};
use super::build::{self, Builder};
use super::scalar;
use redan_model::{Origin, Problem, ProblemKind, SourceId, Str};
use std::sync::Arc;

const MAX_DEPTH: usize = 128;

/// Reads a text.
pub(super) fn parse(text: &str, source: SourceId) -> (Tree, Vec<Problem>) {
    let mut reader = Reader { text, at: 0, source, depth: 0, failed: false, problems: Vec::new() };
    if text.starts_with('\u{feff}') {
        reader.at = 3;
    }
    reader.space();
    let tree = reader.value();
    reader.space();
    if reader.at < text.len() && !reader.failed {
        reader.fail("unexpected text after the value");
    }
    (tree, reader.problems)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    source: SourceId,
    depth: usize,
    failed: bool,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn fail(&mut self, what: &str) {
        if !self.failed {
            self.failed = true;
            let problem = Problem::at(self.origin(self.at), ProblemKind::Syntax, format!("the JSON is wrong: {what}"));
            self.problems.push(problem.help("what follows in this file was not read"));
        }
    }

    fn origin(&self, start: usize) -> Origin {
        let byte = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Origin::new(self.source, byte(start), byte(self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Tree {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{' | b'[') if self.depth >= MAX_DEPTH => {
                self.fail("nested too deeply");
                Kind::Broken("nested too deeply")
            }
            Some(b'{') => return self.object(),
            Some(b'[') => return self.array(),
            Some(b'"') => Kind::Text(self.string()),
            Some(_) => self.word(),
            None => {
                self.fail("unexpected end of text");
                Kind::Broken("the text ends here")
            }
        };
        Tree::new(kind, self.origin(start))
    }

    fn word(&mut self) -> Kind {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')).count();
        let word = rest.get(..length).unwrap_or_default();
        let kind = match word {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ => match scalar::number(word) {
                Some(number) => number,
                None if word.parse::<f64>().is_ok_and(f64::is_finite) => Kind::Text(Str::new(word)),
                None => {
                    self.fail("expected a value");
                    return Kind::Broken("not understood");
                }
            },
        };
        self.at += length;
        kind
    }

    fn object(&mut self) -> Tree {
        let start = self.at;
        self.at += 1;
        self.depth += 1;
        let mut builder = Builder::default();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            while !self.failed {
                self.space();
                if self.peek() != Some(b'"') {
                    self.fail("expected a key in quotes");
                    break;
                }
                let key_start = self.at;
                let key = self.string();
                let at = self.origin(key_start);
                self.space();
                if self.peek() != Some(b':') {
                    self.fail("expected a colon");
                    break;
                }
                self.at += 1;
                self.space();
                let value = self.value();
                builder.add(key, at, value, &mut self.problems);
                self.space();
                if self.closes(b'}') {
                    break;
                }
            }
        }
        self.depth -= 1;
        build::map(builder.finish(self.failed), self.origin(start))
    }

    fn array(&mut self) -> Tree {
        let start = self.at;
        self.at += 1;
        self.depth += 1;
        let mut seq = Seq::default();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            while !self.failed {
                self.space();
                seq.items.push(self.value());
                self.space();
                if self.closes(b']') {
                    break;
                }
            }
        }
        self.depth -= 1;
        seq.broken = self.failed;
        Tree::new(Kind::List(Arc::new(seq)), self.origin(start))
    }

    /// Whether the collection ends here; else a comma is behind us, or the text is wrong.
    fn closes(&mut self, end: u8) -> bool {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                false
            }
            Some(byte) if byte == end => {
                self.at += 1;
                true
            }
            _ => {
                self.fail("expected a comma or a closing bracket");
                true
            }
        }
    }

    fn string(&mut self) -> Str {
        self.at += 1;
        let start = self.at;
        let mut text = String::new();
        let mut plain = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let tail = self.text.get(plain..self.at).unwrap_or_default();
                    self.at += 1;
                    if plain == start {
                        return Str::new(tail);
                    }
                    text.push_str(tail);
                    return Str::from(text);
                }
                Some(b'\\') => {
                    text.push_str(self.text.get(plain..self.at).unwrap_or_default());
                    self.at += 1;
                    self.escape(&mut text);
                    plain = self.at;
                }
                Some(_) => self.at += 1,
                None => {
                    self.fail("text without its closing quote");
                    return Str::from(text);
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String) {
        let escaped = self.peek();
        self.at += usize::from(escaped.is_some_and(|byte| byte.is_ascii()));
        text.push(match escaped {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode(),
            Some(byte) if byte.is_ascii() => char::from(byte),
            _ => '\\',
        });
    }

    fn unicode(&mut self) -> char {
        let high = self.hex();
        if (0xd800..0xdc00).contains(&high) && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            self.at += 2;
            let low = self.hex();
            if (0xdc00..0xe000).contains(&low) {
                return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).unwrap_or('\u{fffd}');
            }
            return '\u{fffd}';
        }
        char::from_u32(high).unwrap_or('\u{fffd}')
    }

    fn hex(&mut self) -> u32 {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        match u32::from_str_radix(digits, 16) {
            Ok(code) => {
                self.at += 4;
                code
            }
            Err(_) => {
                self.fail("unknown escape");
                0xfffd
            }
        }
    }
}
