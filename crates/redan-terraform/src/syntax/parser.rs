//! The cursor that the parsers of bodies, expressions and templates share: bytes, white space, names, errors, limits.

use std::borrow::Cow;

use super::ast::{Ident, Span};

/// Levels of nesting that are read; real configuration stays below 40.
pub(super) const MAX_NESTING: u32 = 100;
/// Height of an expression tree, chains of operators included: what walks trees may recurse.
pub(super) const MAX_HEIGHT: u32 = 256;
/// Errors that are kept for one file.
const MAX_ERRORS: usize = 100;

/// Something that does not parse, and where.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxError {
    pub(crate) span: Span,
    pub(crate) message: Cow<'static, str>,
}

pub(super) type Parsed<T> = Result<T, SyntaxError>;

pub(crate) struct Parser<'a> {
    pub(super) text: &'a str,
    bytes: &'a [u8],
    pub(super) pos: usize,
    /// Whether a line break ends what is being read.
    pub(super) line_breaks_count: bool,
    depth: u32,
    pub(super) height: u32,
    pub(super) errors: Vec<SyntaxError>,
    /// A bracket was never closed: from here on lines and columns guide recovery.
    pub(super) damaged: bool,
    /// Bytes that were read in vain, so that recovery stays linear.
    pub(super) wasted: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let pos = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            bytes: text.as_bytes(),
            pos,
            line_breaks_count: true,
            depth: 0,
            height: 0,
            errors: Vec::new(),
            damaged: false,
            wasted: 0,
        }
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The byte at the cursor, 0 at the end.
    pub(super) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, offset: usize) -> u8 {
        self.bytes.get(self.pos + offset).copied().unwrap_or(0)
    }

    pub(super) fn looking_at(&self, expected: &[u8]) -> bool {
        self.rest().starts_with(expected)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.pos..).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        span(start, self.pos)
    }

    /// Blanks and comments; line breaks too where they do not count.
    pub(super) fn skip_space(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' => self.pos += 1,
                b'\n' if !self.line_breaks_count => self.pos += 1,
                b'#' => self.skip_line(),
                b'/' if self.peek_at(1) == b'/' => self.skip_line(),
                b'/' if self.peek_at(1) == b'*' => self.skip_block_comment(),
                _ => return,
            }
        }
    }

    /// Blanks, comments and line breaks.
    pub(super) fn skip_lines(&mut self) {
        let outer = std::mem::replace(&mut self.line_breaks_count, false);
        self.skip_space();
        self.line_breaks_count = outer;
    }

    /// To the line break, which is not passed.
    pub(super) fn skip_line(&mut self) {
        self.pos = memchr::memchr(b'\n', self.rest()).map_or(self.bytes.len(), |at| self.pos + at);
    }

    fn skip_block_comment(&mut self) {
        let start = self.pos;
        match memchr::memmem::find(self.rest(), b"*/") {
            Some(at) => self.pos += at + 2,
            None => {
                self.pos = self.bytes.len();
                self.error(span(start, start + 2), "comment is never closed: add `*/`");
            }
        }
    }

    pub(super) fn at_name(&self) -> bool {
        match self.peek() {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => true,
            0..=0x7f => false,
            _ => self.char_at_cursor().is_some_and(char::is_alphabetic),
        }
    }

    fn char_at_cursor(&self) -> Option<char> {
        self.text.get(self.pos..)?.chars().next()
    }

    /// A name; the caller has checked `at_name`.
    pub(super) fn name(&mut self) -> Ident {
        let start = self.pos;
        loop {
            match self.peek() {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'0'..=b'9' => self.pos += 1,
                0..=0x7f => break,
                _ => match self.char_at_cursor() {
                    Some(c) if c.is_alphanumeric() => self.pos += c.len_utf8(),
                    _ => break,
                },
            }
        }
        Ident { text: self.slice(start, self.pos).into(), span: self.span_from(start) }
    }

    /// Whether this word stands here, whole.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.looking_at(word.as_bytes())
            && !matches!(self.peek_at(word.len()), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'0'..=b'9' | 0x80..)
    }

    pub(super) fn expect(&mut self, byte: u8, what: &'static str) -> Parsed<()> {
        if self.peek() == byte && !self.at_end() {
            self.pos += 1;
            Ok(())
        } else {
            Err(self.unexpected(what))
        }
    }

    /// What stands here, against what should.
    pub(super) fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.char_at_cursor() {
            None => Cow::from("the end of the file"),
            Some('\n' | '\r') => Cow::from("a line break"),
            Some(c) => Cow::from(format!("`{}`", c.escape_debug())),
        };
        let end = self.char_at_cursor().map_or(self.pos, |c| self.pos + c.len_utf8());
        SyntaxError { span: span(self.pos, end), message: format!("expected {expected}, found {found}").into() }
    }

    pub(super) fn fail<T>(&self, at: Span, message: impl Into<Cow<'static, str>>) -> Parsed<T> {
        Err(SyntaxError { span: at, message: message.into() })
    }

    pub(super) fn error(&mut self, at: Span, message: impl Into<Cow<'static, str>>) {
        self.report(SyntaxError { span: at, message: message.into() });
    }

    pub(super) fn report(&mut self, error: SyntaxError) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    /// Runs `read` with line breaks counting or not.
    pub(super) fn within<T>(
        &mut self,
        line_breaks_count: bool,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        let outer = std::mem::replace(&mut self.line_breaks_count, line_breaks_count);
        let result = read(self);
        self.line_breaks_count = outer;
        result
    }

    /// Runs `read` one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return self.fail(span(self.pos, self.pos + 1), "nested too deeply to be read (more than 100 levels)");
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

/// Offsets in files, whose size is limited long before 4 GiB.
pub(super) fn span(start: usize, end: usize) -> Span {
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}
