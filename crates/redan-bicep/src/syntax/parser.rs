//! The cursor that the parsers of declarations, expressions and types share: words, line breaks, errors, limits.

use std::borrow::Cow;

use super::ast::{Expr, ExprKind, Ident, Span, Text};
use super::lexer::{Lexed, lex};
use super::token::{Kind, Token};

/// Levels of nesting that are read; real files stay below 30.
const MAX_NESTING: u16 = 100;
/// Height of a tree, chains of operators included: what walks trees may recurse.
const MAX_HEIGHT: u16 = 256;
/// Errors that are kept for one file.
const MAX_ERRORS: usize = 100;

/// Something that does not parse, and where.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxError {
    pub(crate) span: Span,
    pub(crate) message: Cow<'static, str>,
}

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Which of the two languages a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `.bicep`
    Template,
    /// `.bicepparam`
    Parameters,
}

pub(super) struct Parser<'a> {
    text: &'a str,
    pub(super) dialect: Dialect,
    tokens: Vec<Token>,
    values: Vec<Text>,
    at: usize,
    depth: u16,
    errors: Vec<SyntaxError>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        let Lexed { tokens, values, mut errors } = lex(text);
        errors.truncate(MAX_ERRORS);
        Self { text, dialect, tokens, values, at: 0, depth: 0, errors }
    }

    pub(super) fn finish(mut self) -> Vec<SyntaxError> {
        self.errors.sort_by_key(|error| error.span);
        self.errors
    }

    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    fn token_at(&self, at: usize) -> Token {
        let end = || Token { kind: Kind::End, span: Span::default(), value: 0 };
        self.tokens.get(at).or(self.tokens.last()).copied().unwrap_or_else(end)
    }

    pub(super) fn peek(&self) -> Kind {
        self.token_at(self.at).kind
    }

    pub(super) fn peek_at(&self, offset: usize) -> Kind {
        self.token_at(self.at + offset).kind
    }

    /// The next word that is no line break.
    pub(super) fn peek_past_lines(&self) -> Kind {
        self.token_at(self.past_lines()).kind
    }

    fn past_lines(&self) -> usize {
        self.at + usize::from(self.peek() == Kind::NewLine)
    }

    pub(super) fn span(&self) -> Span {
        self.token_at(self.at).span
    }

    /// From `start` to the last word that was read.
    pub(super) fn span_from(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).map_or(start, |at| self.token_at(at).span);
        Span::new(start.start, last.end.max(start.start))
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.token_at(self.at);
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    pub(super) fn value(&self, token: Token) -> Text {
        let at = usize::try_from(token.value).unwrap_or(usize::MAX);
        self.values.get(at).cloned().unwrap_or_else(|| "".into())
    }

    pub(super) fn source(&self, span: Span) -> &'a str {
        let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
        self.text.get(at(span.start)..at(span.end)).unwrap_or_default()
    }

    pub(super) fn take(&mut self, kind: Kind) -> bool {
        let found = self.peek() == kind && kind != Kind::End;
        self.at += usize::from(found);
        found
    }

    pub(super) fn skip_lines(&mut self) {
        while self.take(Kind::NewLine) {}
    }

    /// Passes line breaks if a word of this kind follows them.
    pub(super) fn take_past_lines(&mut self, kind: Kind) -> bool {
        if self.peek_past_lines() != kind {
            return false;
        }
        self.at = self.past_lines();
        self.take(kind)
    }

    pub(super) fn expect(&mut self, kind: Kind, what: &str) -> Parsed<Token> {
        if self.peek() == kind { Ok(self.next()) } else { Err(self.unexpected(what)) }
    }

    pub(super) fn name(&mut self, what: &str) -> Parsed<Ident> {
        let token = self.expect(Kind::Name, what)?;
        Ok(Ident { text: self.source(token.span).into(), span: token.span })
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.word_at(self.at) == word
    }

    pub(super) fn at_word_past_lines(&self, word: &str) -> bool {
        self.word_at(self.past_lines()) == word
    }

    fn word_at(&self, at: usize) -> &'a str {
        let token = self.token_at(at);
        if token.kind == Kind::Name { self.source(token.span) } else { "" }
    }

    pub(super) fn word_ahead(&self, offset: usize) -> &'a str {
        self.word_at(self.at + offset)
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_word(&mut self, word: &'static str) -> Parsed<()> {
        if self.take_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    /// What stands here, against what should.
    pub(super) fn unexpected(&self, expected: &str) -> SyntaxError {
        let token = self.token_at(self.at);
        let found = match token.kind {
            Kind::End => Cow::from("the end of the file"),
            Kind::NewLine => Cow::from("a line break"),
            Kind::Text | Kind::TextLeft | Kind::TextMiddle | Kind::TextRight => Cow::from("a text"),
            _ => {
                let word = self.source(token.span);
                Cow::from(format!("`{}`", word.chars().take(40).collect::<String>()))
            }
        };
        SyntaxError { span: token.span, message: format!("expected {expected}, found {found}").into() }
    }

    pub(super) fn report(&mut self, error: SyntaxError) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    /// Runs `read` one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            let message = format!("nested deeper than {MAX_NESTING} levels: split it up");
            return Err(SyntaxError { span: self.span(), message: message.into() });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The height of a node above one of this height.
    pub(super) fn above(&self, height: u16, span: Span) -> Parsed<u16> {
        if height >= MAX_HEIGHT {
            let message = format!("an expression of more than {MAX_HEIGHT} steps: split it up");
            return Err(SyntaxError { span, message: message.into() });
        }
        Ok(height + 1)
    }

    /// An expression above nodes of this height that began at `start` and ends here.
    pub(super) fn make(&self, kind: ExprKind, start: Span, below: u16) -> Parsed<Expr> {
        let span = self.span_from(start);
        Ok(Expr { kind, span, height: self.above(below, span)? })
    }

    /// Reports an error and passes to the end of the innermost entry: a line break, a comma or `close`, none of them
    /// inside brackets passed on the way.
    pub(super) fn skip_entry(&mut self, error: SyntaxError, close: Kind) {
        self.report(error);
        if self.at_declaration(0) {
            return;
        }
        let mut open = 0_u32;
        loop {
            match self.peek() {
                Kind::End => return,
                Kind::NewLine if self.at_declaration(1) => return,
                Kind::NewLine | Kind::Comma if open == 0 => return,
                Kind::LeftBrace | Kind::LeftParen | Kind::LeftSquare => open += 1,
                found if found == close && open == 0 => return,
                Kind::RightBrace | Kind::RightParen | Kind::RightSquare => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Reports an error of the declaration that begins at `begun` and passes to the line where the next one begins,
    /// brackets or not.
    pub(super) fn skip_declaration(&mut self, error: SyntaxError, begun: Span) {
        self.report(error);
        if self.span() != begun && self.at_declaration(0) {
            return;
        }
        while self.peek() != Kind::End {
            if self.peek() == Kind::NewLine && self.at_declaration(1) {
                return;
            }
            self.at += 1;
        }
    }

    /// Whether a word that begins a declaration stands at the start of the line that begins at this word.
    pub(super) fn at_declaration(&self, offset: usize) -> bool {
        const WORDS: [&str; 15] = [
            "param",
            "var",
            "resource",
            "module",
            "output",
            "type",
            "func",
            "import",
            "targetScope",
            "metadata",
            "extension",
            "using",
            "extends",
            "assert",
            "test",
        ];
        let at = self.at + offset;
        let token = self.token_at(at);
        let first_column = || {
            let start = usize::try_from(token.span.start).unwrap_or(usize::MAX);
            let before = start.checked_sub(1).and_then(|before| self.text.as_bytes().get(before));
            matches!(before, None | Some(b'\n' | b'\r'))
        };
        match token.kind {
            Kind::At => first_column(),
            Kind::Name => {
                let follows =
                    matches!(self.token_at(at + 1).kind, Kind::Name | Kind::Text | Kind::LeftBrace | Kind::Asterisk)
                        || (self.token_at(at + 1).kind == Kind::Assign && self.word_at(at) == "targetScope");
                WORDS.contains(&self.word_at(at)) && follows && first_column()
            }
            _ => false,
        }
    }
}
