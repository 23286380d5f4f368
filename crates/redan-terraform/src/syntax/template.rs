//! Templates: quoted text, heredocs and template files, scanned into a flat list of tokens and then given their structure.

use std::sync::Arc;

use super::ast::{Expr, ExprKind, Ident, Part, Span};
use super::parser::{Parsed, Parser, SyntaxError, span};

/// Directives in one another; parts are nested this deep at most.
const MAX_DIRECTIVES: usize = 60;

enum Token {
    Literal(String, Span),
    Interpolation(Expr),
    If(Expr, Span),
    Else(Span),
    EndIf(Span),
    For(Option<Ident>, Ident, Expr, Span),
    EndFor(Span),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode<'m> {
    Quoted,
    Heredoc(&'m str),
    File,
}

/// A template file, as `templatefile` reads it, or a JSON string.
pub(crate) fn parse_template(text: &str) -> (Expr, Vec<SyntaxError>) {
    let whole = span(0, text.len());
    if !text.contains("${") && !text.contains("%{") {
        return (Expr { kind: ExprKind::Text(text.into()), span: whole }, Vec::new());
    }
    parse_template_at(text, 0, text.len())
}

/// The template that stands in `text` from `start` to `end`.
pub(crate) fn parse_template_at(text: &str, start: usize, end: usize) -> (Expr, Vec<SyntaxError>) {
    let mut parser = Parser::new(text.get(..end).unwrap_or_default());
    parser.pos = start;
    let kind = match parser.tokens(Mode::File).and_then(structure) {
        Ok(parts) => expression(parts),
        Err(error) => {
            parser.report(error);
            ExprKind::Invalid
        }
    };
    (Expr { kind, span: span(start, end) }, parser.errors)
}

impl Parser<'_> {
    /// Quoted text, at its opening quote.
    pub(super) fn quoted(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        self.pos += 1;
        if let Some(end) = self.plain_end() {
            let text: Arc<str> = self.slice(self.pos, end).into();
            self.pos = end + 1;
            return Ok(Expr { kind: ExprKind::Text(text), span: self.span_from(start) });
        }
        let parts = self.within(false, |parser| parser.tokens(Mode::Quoted)).and_then(structure)?;
        Ok(Expr { kind: expression(parts), span: self.span_from(start) })
    }

    /// The closing quote, if nothing but plain characters come before it.
    fn plain_end(&self) -> Option<usize> {
        let rest = self.rest();
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'"' => return Some(self.pos + at),
                b'\\' | b'\n' => return None,
                b'$' | b'%' if rest.get(at + 1) == Some(&b'{') => return None,
                _ => {}
            }
        }
        None
    }

    /// A heredoc, at `<<`.
    pub(super) fn heredoc(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        self.pos += 2;
        let flush = self.peek() == b'-';
        self.pos += usize::from(flush);
        if !self.at_name() {
            return Err(self.unexpected("a heredoc marker after `<<`"));
        }
        let marker = self.name();
        while matches!(self.peek(), b' ' | b'\t' | b'\r') {
            self.pos += 1;
        }
        self.expect(b'\n', "a line break after the heredoc marker")?;
        let mut tokens = self.within(false, |parser| parser.tokens(Mode::Heredoc(&marker.text)))?;
        if flush {
            remove_indentation(&mut tokens);
        }
        let end = self.pos;
        let parts = structure(tokens)?;
        Ok(Expr { kind: expression(parts), span: span(start, end) })
    }

    fn tokens(&mut self, mode: Mode<'_>) -> Parsed<Vec<Token>> {
        let open = self.pos.saturating_sub(1);
        let mut tokens = Vec::new();
        let mut trim_next = false;
        let mut line_start = true;
        loop {
            if let Mode::Heredoc(marker) = mode
                && line_start
                && let Some(end) = self.heredoc_end(marker)
            {
                self.pos = end;
                return Ok(tokens);
            }
            match self.peek() {
                b'"' if mode == Mode::Quoted => {
                    self.pos += 1;
                    return Ok(tokens);
                }
                _ if self.at_end() => {
                    return match mode {
                        Mode::File => Ok(tokens),
                        Mode::Quoted => self.fail(span(open, open + 1), "text is never closed: add `\"`"),
                        Mode::Heredoc(marker) => {
                            self.fail(span(open, open + 1), format!("heredoc is never closed: add a line `{marker}`"))
                        }
                    };
                }
                b'$' | b'%' if self.peek_at(1) == b'{' => {
                    let (token, trims_before, trims_after) = self.sequence()?;
                    if let (true, Some(Token::Literal(text, _))) = (trims_before, tokens.last_mut()) {
                        text.truncate(text.trim_end().len());
                    }
                    trim_next = trims_after;
                    tokens.push(token);
                    line_start = false;
                }
                _ => {
                    let start = self.pos;
                    let mut text = self.literal(mode)?;
                    line_start = text.ends_with('\n');
                    if std::mem::take(&mut trim_next) {
                        text = text.trim_start().to_owned();
                    }
                    tokens.push(Token::Literal(text, self.span_from(start)));
                }
            }
        }
    }

    /// The end of the closing marker, if it stands on the line that begins here.
    fn heredoc_end(&self, marker: &str) -> Option<usize> {
        let line = memchr::memchr(b'\n', self.rest()).map_or(self.len(), |at| self.pos + at);
        let text = self.slice(self.pos, line);
        (text.trim() == marker).then(|| self.pos + text.trim_end().len())
    }

    /// Literal text up to the next sequence, the end, or (outside quotes) the end of the line, which it includes.
    fn literal(&mut self, mode: Mode<'_>) -> Parsed<String> {
        let mut text = String::new();
        let mut run = self.pos;
        while !self.at_end() {
            match self.peek() {
                b'"' if mode == Mode::Quoted => break,
                b'\n' if mode == Mode::Quoted => {
                    let at = span(self.pos, self.pos + 1);
                    return self.fail(at, "text is not closed on its line: add `\"`, or use a heredoc");
                }
                b'\n' => {
                    self.pos += 1;
                    break;
                }
                b'$' | b'%' if self.peek_at(1) == b'{' => break,
                mark @ (b'$' | b'%') if self.peek_at(1) == mark && self.peek_at(2) == b'{' => {
                    text.push_str(self.slice(run, self.pos + 1));
                    self.pos += 3;
                    run = self.pos - 1;
                }
                b'\\' if mode == Mode::Quoted => {
                    text.push_str(self.slice(run, self.pos));
                    text.push(self.escape()?);
                    run = self.pos;
                }
                _ => self.pos += 1,
            }
        }
        text.push_str(self.slice(run, self.pos));
        Ok(text)
    }

    fn escape(&mut self) -> Parsed<char> {
        let start = self.pos;
        let letter = self.peek_at(1);
        self.pos += 2;
        let digits = match letter {
            b'n' => return Ok('\n'),
            b'r' => return Ok('\r'),
            b't' => return Ok('\t'),
            b'"' => return Ok('"'),
            b'\\' => return Ok('\\'),
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let code = self.text.get(self.pos..self.pos + digits).filter(|_| digits > 0);
        match code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                self.pos += digits;
                Ok(c)
            }
            None => {
                let end = (start..=start + 5).rev().find(|&end| end > start && self.text.is_char_boundary(end));
                let at = span(start, end.unwrap_or(start).min(start + 2));
                self.pos = start;
                self.fail(at, "unknown escape: text knows \\n \\r \\t \\\" \\\\ \\uXXXX \\UXXXXXXXX; write `\\\\` for a backslash")
            }
        }
    }

    /// `${ … }` or `%{ … }`, and whether it trims the text before and after.
    fn sequence(&mut self) -> Parsed<(Token, bool, bool)> {
        let start = self.pos;
        let directive = self.peek() == b'%';
        self.pos += 2;
        let trims_before = self.peek() == b'~';
        self.pos += usize::from(trims_before);
        let mut token = self.within(false, |parser| {
            parser.skip_space();
            if directive { parser.directive() } else { parser.expr().map(Token::Interpolation) }
        })?;
        self.skip_lines();
        let trims_after = self.peek() == b'~';
        self.pos += usize::from(trims_after);
        self.expect(b'}', "`}` after the expression in the template")?;
        let whole = self.span_from(start);
        match &mut token {
            Token::If(_, at) | Token::Else(at) | Token::EndIf(at) | Token::For(_, _, _, at) | Token::EndFor(at) => {
                *at = whole;
            }
            Token::Literal(..) | Token::Interpolation(_) => {}
        }
        Ok((token, trims_before, trims_after))
    }

    fn directive(&mut self) -> Parsed<Token> {
        let at = span(self.pos, self.pos);
        if self.at_word("if") {
            self.pos += 2;
            self.skip_space();
            return Ok(Token::If(self.expr()?, at));
        }
        if self.at_word("for") {
            let (key, value, collection) = self.for_intro()?;
            return Ok(Token::For(key, value, collection, at));
        }
        for (word, token) in [("else", Token::Else(at)), ("endif", Token::EndIf(at)), ("endfor", Token::EndFor(at))] {
            if self.at_word(word) {
                self.pos += word.len();
                return Ok(token);
            }
        }
        Err(self.unexpected("`if`, `else`, `endif`, `for` or `endfor`"))
    }
}

/// `<<-`: the least indentation of all lines is taken from each. Blank lines do not count.
fn remove_indentation(tokens: &mut [Token]) {
    let mut least = usize::MAX;
    let mut line_start = true;
    for token in tokens.iter() {
        let Token::Literal(text, _) = token else {
            if std::mem::take(&mut line_start) {
                least = 0;
            }
            continue;
        };
        if line_start {
            let indentation = text.chars().take_while(|c| c.is_whitespace()).count();
            let blank = text.ends_with('\n') && text.trim_start().is_empty();
            if !blank {
                least = least.min(indentation);
            }
        }
        line_start = text.ends_with('\n');
    }
    let mut line_start = true;
    for token in tokens.iter_mut() {
        let Token::Literal(text, _) = token else {
            line_start = false;
            continue;
        };
        let ends_line = text.ends_with('\n');
        if line_start && !(ends_line && text.trim_start().is_empty()) {
            *text = text.chars().skip(least).collect();
        }
        line_start = ends_line;
    }
}

struct Frame {
    parts: Vec<Part>,
    opener: Option<Opener>,
}

enum Opener {
    If { condition: Expr, then: Option<Vec<Part>>, at: Span },
    For { key_name: Option<Ident>, value_name: Ident, collection: Expr, at: Span },
}

fn structure(tokens: Vec<Token>) -> Parsed<Vec<Part>> {
    let mut stack = vec![Frame { parts: Vec::new(), opener: None }];
    for token in merge_literals(tokens) {
        let opener = match token {
            Token::Literal(text, at) => {
                push(&mut stack, Part::Literal(text.into(), at));
                continue;
            }
            Token::Interpolation(expr) => {
                push(&mut stack, Part::Interpolation(expr));
                continue;
            }
            Token::If(condition, at) => Opener::If { condition, then: None, at },
            Token::For(key_name, value_name, collection, at) => Opener::For { key_name, value_name, collection, at },
            Token::Else(at) => {
                begin_else(&mut stack, at)?;
                continue;
            }
            Token::EndIf(at) | Token::EndFor(at) => {
                close(&mut stack, at, matches!(token, Token::EndIf(_)))?;
                continue;
            }
        };
        if stack.len() > MAX_DIRECTIVES {
            return error(opener.at(), "directives are nested too deeply to be read");
        }
        stack.push(Frame { parts: Vec::new(), opener: Some(opener) });
    }
    let last = stack.pop().unwrap_or(Frame { parts: Vec::new(), opener: None });
    match last.opener {
        None => Ok(last.parts),
        Some(opener @ Opener::If { .. }) => error(opener.at(), "`%{ if }` is never closed: add `%{ endif }`"),
        Some(opener @ Opener::For { .. }) => error(opener.at(), "`%{ for }` is never closed: add `%{ endfor }`"),
    }
}

impl Opener {
    fn at(&self) -> Span {
        match self {
            Self::If { at, .. } | Self::For { at, .. } => *at,
        }
    }
}

fn begin_else(stack: &mut [Frame], at: Span) -> Parsed<()> {
    if let Some(Frame { parts, opener: Some(Opener::If { then: then @ None, .. }) }) = stack.last_mut() {
        *then = Some(std::mem::take(parts));
        return Ok(());
    }
    error(at, "`%{ else }` belongs to no `%{ if }`")
}

fn close(stack: &mut Vec<Frame>, at: Span, ends_if: bool) -> Parsed<()> {
    let Some(Frame { parts, opener: Some(opener) }) = stack.pop() else {
        return error(at, "this directive closes nothing");
    };
    let part = match (opener, ends_if) {
        (Opener::If { condition, then: Some(then), .. }, true) => Part::If { condition, then, otherwise: parts },
        (Opener::If { condition, then: None, .. }, true) => Part::If { condition, then: parts, otherwise: Vec::new() },
        (Opener::For { key_name, value_name, collection, .. }, false) => {
            Part::For { key_name, value_name, collection, body: parts }
        }
        (Opener::If { .. }, false) => return error(at, "expected `%{ endif }` here"),
        (Opener::For { .. }, true) => return error(at, "expected `%{ endfor }` here"),
    };
    push(stack, part);
    Ok(())
}

fn error<T>(at: Span, message: &'static str) -> Parsed<T> {
    Err(SyntaxError { span: at, message: message.into() })
}

fn push(stack: &mut [Frame], part: Part) {
    if let Some(frame) = stack.last_mut() {
        frame.parts.push(part);
    }
}

/// Neighbouring literals (the lines of a heredoc) become one.
fn merge_literals(tokens: Vec<Token>) -> Vec<Token> {
    let mut merged: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match (merged.last_mut(), token) {
            (Some(Token::Literal(before, whole)), Token::Literal(text, at)) => {
                before.push_str(&text);
                *whole = whole.to(at);
            }
            (_, token) => merged.push(token),
        }
    }
    merged
}

/// Text alone is a literal; everything else a template.
fn expression(mut parts: Vec<Part>) -> ExprKind {
    match parts.as_slice() {
        [] => ExprKind::Text("".into()),
        [Part::Literal(text, _)] => ExprKind::Text(Arc::clone(text)),
        _ => {
            parts.retain(|part| !matches!(part, Part::Literal(text, _) if text.is_empty()));
            ExprKind::Template(parts)
        }
    }
}
