//! Characters to words. Text is decoded here; comments and `#disable-next-line` directives are dropped.
//! Literals: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings>

use super::ast::{Span, Text};
use super::parser::SyntaxError;
use super::token::{Kind, Token};

/// A file in words.
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) values: Vec<Text>,
    pub(super) errors: Vec<SyntaxError>,
}

/// What a `}` closes.
#[derive(Clone, Copy)]
enum Open {
    Brace,
    /// A hole in text between single quotes.
    Hole,
    /// A hole in text between `$'''` and `'''`, opened by this many `$`.
    MultilineHole(usize),
}

pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        line_is_blank: true,
        open: Vec::new(),
        out: Lexed { tokens: Vec::with_capacity(text.len() / 6), values: Vec::new(), errors: Vec::new() },
    };
    while lexer.word() {}
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Nothing but blanks since the last line break.
    line_is_blank: bool,
    open: Vec<Open>,
    out: Lexed,
}

impl Lexer<'_> {
    fn peek(&self, offset: usize) -> u8 {
        self.bytes.get(self.at + offset).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(offset(start), offset(self.at))
    }

    fn error(&mut self, start: usize, message: &'static str) {
        let span = self.span_from(start);
        self.out.errors.push(SyntaxError { span, message: message.into() });
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let span = self.span_from(start);
        self.out.tokens.push(Token { kind, span, value: 0 });
    }

    fn push_text(&mut self, kind: Kind, start: usize, value: &str) {
        let span = self.span_from(start);
        let at = u32::try_from(self.out.values.len()).unwrap_or(u32::MAX);
        self.out.values.push(value.into());
        self.out.tokens.push(Token { kind, span, value: at });
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    fn skip_space(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b' ' | b'\t', _) => self.at += 1,
                (b'/', b'/') => self.skip_line(),
                (b'/', b'*') => {
                    let start = self.at;
                    match memchr::memmem::find(self.bytes.get(start + 2..).unwrap_or_default(), b"*/") {
                        Some(found) => self.at = start + 2 + found + 2,
                        None => {
                            self.at = self.bytes.len();
                            self.error(start, "comment is never closed: add `*/`");
                        }
                    }
                }
                (b'#', b'a'..=b'z') if self.line_is_blank => self.skip_line(),
                _ => return,
            }
        }
    }

    /// Reads one word; false at the end.
    fn word(&mut self) -> bool {
        self.skip_space();
        let start = self.at;
        if self.at_end() {
            self.push(Kind::End, start);
            return false;
        }
        let first = self.peek(0);
        if matches!(first, b'\n' | b'\r') {
            self.line_break(start);
            return true;
        }
        self.line_is_blank = false;
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(start),
            b'0'..=b'9' => {
                while self.peek(0).is_ascii_digit() {
                    self.at += 1;
                }
                self.push(Kind::Integer, start);
            }
            b'\'' | b'$' => self.text(start),
            b'}' => self.close(start),
            b'{' => {
                self.at += 1;
                if !self.open.is_empty() {
                    self.open.push(Open::Brace);
                }
                self.push(Kind::LeftBrace, start);
            }
            _ => self.punctuation(start),
        }
        true
    }

    fn line_break(&mut self, start: usize) {
        if !self.open.is_empty() {
            self.open.clear();
            self.error(start, "a line break inside `${…}`: close the text before the end of the line");
            self.push_text(Kind::TextRight, start, "");
        }
        while matches!(self.peek(0), b'\n' | b'\r') {
            self.at += 1;
        }
        self.line_is_blank = true;
        let repeated = self.out.tokens.last().is_some_and(|last| last.kind == Kind::NewLine);
        if !repeated {
            self.push(Kind::NewLine, start);
        }
    }

    fn name(&mut self, start: usize) {
        while matches!(self.peek(0), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9') {
            self.at += 1;
        }
        let kind = match self.bytes.get(start..self.at).unwrap_or_default() {
            b"true" => Kind::True,
            b"false" => Kind::False,
            b"null" => Kind::Null,
            _ => Kind::Name,
        };
        self.push(kind, start);
    }

    /// A `}`: of an object, or the end of a hole.
    fn close(&mut self, start: usize) {
        self.at += 1;
        match self.open.pop() {
            None | Some(Open::Brace) => self.push(Kind::RightBrace, start),
            Some(Open::Hole) => self.single_line(start, false),
            Some(Open::MultilineHole(dollars)) => self.multiline(start, false, dollars),
        }
    }

    fn text(&mut self, start: usize) {
        let mut dollars = 0;
        while self.peek(dollars) == b'$' {
            dollars += 1;
        }
        let triple = (0..3).all(|quote| self.peek(dollars + quote) == b'\'');
        if triple {
            self.at += dollars + 3;
            self.multiline(start, true, dollars);
        } else if dollars > 0 {
            self.at += dollars;
            self.error(start, "`$` stands outside of a text");
            self.push(Kind::Unknown, start);
        } else {
            self.at += 1;
            self.single_line(start, true);
        }
    }

    /// The rest of a text up to its closing quote or its next hole.
    fn single_line(&mut self, start: usize, first: bool) {
        let mut value = String::new();
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let plain =
                rest.iter().position(|b| matches!(b, b'\'' | b'\\' | b'$' | b'\n' | b'\r')).unwrap_or(rest.len());
            value.push_str(self.text.get(self.at..self.at + plain).unwrap_or_default());
            self.at += plain;
            match (self.peek(0), self.peek(1)) {
                _ if self.at_end() => break self.error(start, "text is never closed: add `'`"),
                (b'\n' | b'\r', _) => break self.error(start, "text ends with the line: add `'`"),
                (b'\'', _) => {
                    self.at += 1;
                    break;
                }
                (b'$', b'{') => {
                    self.at += 2;
                    self.open.push(Open::Hole);
                    let kind = if first { Kind::TextLeft } else { Kind::TextMiddle };
                    return self.push_text(kind, start, &value);
                }
                (b'\\', _) => self.escape(&mut value),
                _ => {
                    value.push('$');
                    self.at += 1;
                }
            }
        }
        self.push_text(if first { Kind::Text } else { Kind::TextRight }, start, &value);
    }

    fn escape(&mut self, value: &mut String) {
        let start = self.at;
        let code = self.peek(1);
        let plain = match code {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'\\' | b'\'' | b'$' => char::from(code),
            b'u' => return self.code_point(value),
            _ => {
                self.at += 1;
                return self.error(start, r"no such escape: write `\\` for a backslash");
            }
        };
        value.push(plain);
        self.at += 2;
        if plain == '$' && self.peek(0) == b'{' {
            value.push('{');
            self.at += 1;
        }
    }

    /// `\u{hex digits}`
    fn code_point(&mut self, value: &mut String) {
        let start = self.at;
        self.at += 2;
        let digits = self.bytes.get(self.at + 1..).unwrap_or_default();
        let count = digits.iter().take(8).take_while(|b| b.is_ascii_hexdigit()).count();
        let digits = self.text.get(self.at + 1..self.at + 1 + count).unwrap_or_default();
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| self.peek(0) == b'{');
        match number.filter(|_| self.peek(count + 1) == b'}') {
            Some(number) => {
                value.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
                self.at += count + 2;
            }
            None => self.error(start, r"write a code point as `\u{1f600}`"),
        }
    }

    /// The rest of a text up to `'''` or its next hole. Quotes and `$` beyond those that close belong to the text.
    fn multiline(&mut self, start: usize, first: bool, dollars: usize) {
        if first {
            self.at += usize::from(self.peek(0) == b'\r');
            self.at += usize::from(self.peek(0) == b'\n');
        }
        let from = self.at;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'\'', b'$', rest) else {
                self.at = self.bytes.len();
                self.error(start, "text is never closed: add `'''`");
                return self.piece(start, first, from, self.at);
            };
            self.at += found;
            let mark = self.peek(0);
            let run = rest.get(found..).unwrap_or_default().iter().take_while(|b| **b == mark).count();
            self.at += run;
            if mark == b'\'' && run >= 3 {
                return self.piece(start, first, from, self.at - 3);
            }
            if mark == b'$' && dollars > 0 && run >= dollars && self.peek(0) == b'{' {
                let value = self.text.get(from..self.at - dollars).unwrap_or_default();
                self.at += 1;
                self.open.push(Open::MultilineHole(dollars));
                return self.push_text(if first { Kind::TextLeft } else { Kind::TextMiddle }, start, value);
            }
        }
    }

    fn piece(&mut self, start: usize, first: bool, from: usize, to: usize) {
        let value = self.text.get(from..to).unwrap_or_default();
        self.push_text(if first { Kind::Text } else { Kind::TextRight }, start, value);
    }

    fn punctuation(&mut self, start: usize) {
        let (kind, length) = match (self.peek(0), self.peek(1), self.peek(2)) {
            (b'.', b'.', b'.') => (Kind::Ellipsis, 3),
            (b'?', b'?', _) => (Kind::Coalesce, 2),
            (b':', b':', _) => (Kind::DoubleColon, 2),
            (b'!', b'=', _) => (Kind::NotEqual, 2),
            (b'!', b'~', _) => (Kind::NotEqualIgnoringCase, 2),
            (b'<', b'=', _) => (Kind::LessEqual, 2),
            (b'>', b'=', _) => (Kind::GreaterEqual, 2),
            (b'=', b'=', _) => (Kind::Equal, 2),
            (b'=', b'~', _) => (Kind::EqualIgnoringCase, 2),
            (b'=', b'>', _) => (Kind::Arrow, 2),
            (b'&', b'&', _) => (Kind::And, 2),
            (b'|', b'|', _) => (Kind::Or, 2),
            (b'(', ..) => (Kind::LeftParen, 1),
            (b')', ..) => (Kind::RightParen, 1),
            (b'[', ..) => (Kind::LeftSquare, 1),
            (b']', ..) => (Kind::RightSquare, 1),
            (b'@', ..) => (Kind::At, 1),
            (b',', ..) => (Kind::Comma, 1),
            (b'.', ..) => (Kind::Dot, 1),
            (b'?', ..) => (Kind::Question, 1),
            (b':', ..) => (Kind::Colon, 1),
            (b'+', ..) => (Kind::Plus, 1),
            (b'-', ..) => (Kind::Minus, 1),
            (b'%', ..) => (Kind::Percent, 1),
            (b'*', ..) => (Kind::Asterisk, 1),
            (b'/', ..) => (Kind::Slash, 1),
            (b'^', ..) => (Kind::Hat, 1),
            (b'!', ..) => (Kind::Exclamation, 1),
            (b'<', ..) => (Kind::Less, 1),
            (b'>', ..) => (Kind::Greater, 1),
            (b'=', ..) => (Kind::Assign, 1),
            (b'|', ..) => (Kind::Pipe, 1),
            _ => return self.stray(start),
        };
        self.at += length;
        self.push(kind, start);
    }

    /// Characters that are no word of the language, up to the next blank.
    fn stray(&mut self, start: usize) {
        let word = self.text.get(start..).unwrap_or_default();
        let length = word.find(|c: char| c.is_ascii_whitespace() || c.is_ascii_alphanumeric() || "'{}[]()".contains(c));
        let length =
            length.filter(|length| *length > 0).unwrap_or_else(|| word.chars().next().map_or(1, char::len_utf8));
        self.at += length;
        self.error(start, "this is no word of Bicep");
        self.push(Kind::Unknown, start);
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
