//! Languages whose blocks stand in brackets: HCL, JSON, Bicep.

use super::{Lines, Remark};
use std::ops::Range;

/// How a language writes comments and texts.
pub(super) struct Language {
    /// What begins a comment to the end of the line.
    line: &'static [&'static str],
    /// Whether `/* … */` is a comment.
    block: bool,
    /// What a text stands in.
    quote: u8,
    /// What escapes a quote in a text: a backslash, or the quote itself.
    backslash: bool,
    /// Whether `${ … }` in a text is code again.
    templates: bool,
    /// Whether `<<NAME` begins a text that ends with the line `NAME`.
    heredocs: bool,
    /// What three quotes stand around, if that is a text without escapes.
    raw: Option<&'static str>,
    /// Whether the value of an entry `"//"` is a comment.
    entries: bool,
}

/// <https://developer.hashicorp.com/terraform/language/syntax/configuration#comments>
pub(super) const HCL: Language = Language {
    line: &["#", "//"],
    block: true,
    quote: b'"',
    backslash: true,
    templates: true,
    heredocs: true,
    raw: None,
    entries: false,
};

/// JSON has no comments; `"//"` is one in Terraform
/// (<https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties>).
pub(super) const JSON: Language = Language {
    line: &[],
    block: false,
    quote: b'"',
    backslash: true,
    templates: false,
    heredocs: false,
    raw: None,
    entries: true,
};

/// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/file#comments>
pub(super) const BICEP: Language = Language {
    line: &["//"],
    block: true,
    quote: b'\'',
    backslash: true,
    templates: true,
    heredocs: false,
    raw: Some("'''"),
    entries: false,
};

/// What matters for nesting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Line,
    Other,
}

pub(super) fn remarks(text: &str, language: &Language) -> Vec<Remark> {
    let mut scanner = Scanner { text, language, at: 0, tokens: Vec::new(), comments: Vec::new(), code: Vec::new() };
    scanner.run();
    let lines = Lines::new(text);
    Layout::new(text, &lines, language.entries, &scanner.tokens).remarks(&scanner.comments)
}

struct Scanner<'a> {
    text: &'a str,
    language: &'a Language,
    at: usize,
    tokens: Vec<(usize, Token)>,
    comments: Vec<Range<usize>>,
    /// For each template that is open: how many braces are open in it.
    code: Vec<usize>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(byte) = self.text.as_bytes().get(self.at).copied() {
            let rest = self.rest();
            if self.language.line.iter().any(|mark| rest.starts_with(mark)) {
                let end = self.at + rest.find('\n').unwrap_or(rest.len());
                self.comment(end);
            } else if self.language.block && rest.starts_with("/*") {
                let end = rest.get(2..).and_then(|inner| inner.find("*/")).map_or(rest.len(), |end| end + 4);
                self.comment(self.at + end);
            } else if let Some(raw) = self.language.raw.filter(|raw| rest.starts_with(raw)) {
                self.token(Token::Other);
                let inner = rest.get(raw.len()..).unwrap_or_default();
                self.at += inner.find(raw).map_or(rest.len(), |end| end + 2 * raw.len());
            } else if byte == self.language.quote {
                self.string();
            } else if self.language.heredocs && rest.starts_with("<<") {
                self.heredoc();
            } else {
                self.plain(byte);
            }
        }
    }

    fn plain(&mut self, byte: u8) {
        let in_template = !self.code.is_empty();
        match byte {
            b'{' | b'[' | b'(' => {
                if byte == b'{'
                    && let Some(open) = self.code.last_mut()
                {
                    *open += 1;
                }
                self.token_if(!in_template, Token::Open);
            }
            b'}' if self.code.last() == Some(&0) => {
                self.code.pop();
                self.at += 1;
                return self.inside_of_string();
            }
            b'}' | b']' | b')' => {
                if byte == b'}'
                    && let Some(open) = self.code.last_mut()
                {
                    *open -= 1;
                }
                self.token_if(!in_template, Token::Close);
            }
            b'\n' => self.token_if(!in_template, Token::Line),
            b' ' | b'\t' | b'\r' => {}
            _ => self.token_if(!in_template, Token::Other),
        }
        self.at += 1;
    }

    fn token(&mut self, token: Token) {
        self.tokens.push((self.at, token));
    }

    fn token_if(&mut self, yes: bool, token: Token) {
        let again = token == Token::Other && self.tokens.last().is_some_and(|(_, last)| *last == Token::Other);
        if yes && !again {
            self.token(token);
        }
    }

    fn comment(&mut self, end: usize) {
        if self.code.is_empty() {
            self.comments.push(self.at..end);
        }
        self.at = end;
    }

    fn string(&mut self) {
        let start = self.at;
        self.token_if(self.code.is_empty(), Token::Other);
        self.at += 1;
        self.inside_of_string();
        if self.language.entries
            && self.text.get(start..self.at) == Some("\"//\"")
            && let Some(colon) = self.rest().find(|c: char| !c.is_whitespace())
            && self.rest().get(colon..).is_some_and(|rest| rest.starts_with(':'))
        {
            let value = self.rest().get(colon + 1..).and_then(|rest| rest.find(|c: char| !c.is_whitespace()));
            let from = self.at + colon + 1 + value.unwrap_or_default();
            if self.text.as_bytes().get(from) == Some(&b'"') {
                self.at = from + 1;
                self.inside_of_string();
                self.comments.push(from..self.at);
            }
        }
    }

    /// From inside of a text to its end, or to the code of a template in it.
    fn inside_of_string(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at).copied() {
            match byte {
                b'\\' if self.language.backslash => self.at += 2,
                b'$' | b'%' if self.language.templates && bytes.get(self.at + 1) == Some(&b'{') => {
                    let escaped = self.language.heredocs && self.at > 0 && bytes.get(self.at - 1) == Some(&byte);
                    self.at += 2;
                    if !escaped {
                        return self.code.push(0);
                    }
                }
                b'\n' if self.language.heredocs && self.code.is_empty() => return,
                _ if byte == self.language.quote => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = bytes.len();
    }

    fn heredoc(&mut self) {
        self.token_if(self.code.is_empty(), Token::Other);
        let rest = self.rest();
        let name = rest.trim_start_matches('<').trim_start_matches('-');
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        if name.is_empty() {
            self.at += 2;
            return;
        }
        let mut at = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        for line in rest.get(at..).unwrap_or_default().split_inclusive('\n') {
            if line.trim() == name {
                at += line.trim_end_matches(['\n', '\r']).len();
                break;
            }
            at += line.len();
        }
        self.at += at;
    }
}

/// The most brackets that are opened on the line of a comment and looked through.
const MAX_ON_LINE: usize = 64;

/// Where blocks and items begin and end. Linear in the text: what is asked of each comment is prepared once.
struct Layout<'a> {
    text: &'a str,
    lines: &'a Lines,
    /// Whether comments are entries, which stand on and above nothing.
    entries: bool,
    tokens: &'a [(usize, Token)],
    /// For each token that opens a bracket: the token that closes it.
    closes: Vec<usize>,
}

impl<'a> Layout<'a> {
    fn new(text: &'a str, lines: &'a Lines, entries: bool, tokens: &'a [(usize, Token)]) -> Self {
        let mut open: Vec<usize> = Vec::new();
        let mut closes = vec![usize::MAX; tokens.len()];
        for (index, (_, token)) in tokens.iter().enumerate() {
            match token {
                Token::Open => open.push(index),
                Token::Close => {
                    if let Some(closed) = open.pop().and_then(|opened| closes.get_mut(opened)) {
                        *closed = index;
                    }
                }
                Token::Line | Token::Other => {}
            }
        }
        Self { text, lines, entries, tokens, closes }
    }

    fn remarks(&self, comments: &[Range<usize>]) -> Vec<Remark> {
        let begin = self.tokens.iter().find(|(_, token)| *token != Token::Line).map_or(usize::MAX, |(at, _)| *at);
        let mut all: Vec<Remark> = Vec::with_capacity(comments.len());
        for (span, block) in comments.iter().zip(self.blocks(comments)).rev() {
            let line = self.lines.at(span.start);
            let before = self.tokens.partition_point(|(at, _)| *at < span.start);
            let last = before.checked_sub(1).and_then(|at| self.tokens.get(at));
            let alone = self.entries
                || last.is_none_or(|(at, token)| *token == Token::Line || !line.contains(at))
                    && self.tokens.get(before).is_none_or(|(at, token)| *token == Token::Line || *at >= line.end);
            let end = self.lines.at(span.end).end;
            let item = if self.entries {
                span.end..span.end
            } else if !alone {
                self.item(line.start)
            } else {
                let below = self.lines.at(end + 1);
                let text = self.text.get(below.clone()).unwrap_or_default();
                let starts = below.start + text.len() - text.trim_start().len();
                match all.last().filter(|next| next.alone && next.span.start == starts) {
                    Some(next) => next.item.clone(),
                    None => self.item(below.start),
                }
            };
            all.push(Remark { item, block, alone, first: span.start < begin, span: span.clone() });
        }
        all.reverse();
        all
    }

    /// What begins on the line that begins here: to the end of the line on which all its brackets are closed.
    fn item(&self, start: usize) -> Range<usize> {
        let mut index = self.tokens.partition_point(|(at, _)| *at < start);
        while let Some((at, token)) = self.tokens.get(index) {
            match token {
                Token::Line => return start..*at,
                Token::Close => return start..(*at).min(self.lines.at(start).end),
                Token::Open => match self.closes.get(index) {
                    Some(close) if *close != usize::MAX => index = close + 1,
                    _ => break,
                },
                Token::Other => index += 1,
            }
        }
        start..self.text.len()
    }

    /// The innermost block around each comment that begins on an earlier line.
    fn blocks(&self, comments: &[Range<usize>]) -> Vec<Option<Range<usize>>> {
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        let mut all = Vec::with_capacity(comments.len());
        for span in comments {
            while let Some((_, token)) = self.tokens.get(next).filter(|(at, _)| *at < span.start) {
                match token {
                    Token::Open => open.push(next),
                    Token::Close => drop(open.pop()),
                    Token::Line | Token::Other => {}
                }
                next += 1;
            }
            let line = self.lines.at(span.start).start;
            let begins = |index: &usize| self.tokens.get(*index).map_or(0, |(at, _)| *at);
            let around = open.iter().rev().take(MAX_ON_LINE).find(|index| begins(index) < line);
            all.push(around.map(|index| {
                let close = self.closes.get(*index).and_then(|close| self.tokens.get(*close));
                self.lines.at(begins(index)).start..close.map_or(self.text.len(), |(at, _)| at + 1)
            }));
        }
        all
    }
}
