//! Text into tokens.

use crate::{ExprError, Span};

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A name or a word of the language.
    Name(String),
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A sign.
    Sign(&'static str),
    /// The end of the text.
    End,
}

const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "??", "!", "<", ">", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}", "-",
    "&", "|", "=",
];

/// The tokens of a text, with their places; the last is [`Token::End`].
pub(crate) fn lex(text: &str) -> Result<Vec<(Token, Span)>, ExprError> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while lexer.next()? {}
    let end = lexer.span(lexer.at);
    lexer.tokens.push((Token::End, end));
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<(Token, Span)>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn span(&self, start: usize) -> Span {
        let byte = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span { start: byte(start), end: byte(self.at) }
    }

    fn push(&mut self, token: Token, start: usize) {
        self.tokens.push((token, self.span(start)));
    }

    fn next(&mut self) -> Result<bool, ExprError> {
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(false) };
        if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let name = rest.get(..length).unwrap_or_default().to_owned();
            self.at += length;
            self.push(Token::Name(name), start);
        } else if first.is_ascii_digit() {
            self.number()?;
        } else if first == '"' || first == '\'' {
            self.text(first)?;
        } else {
            self.sign()?;
        }
        Ok(true)
    }

    fn number(&mut self) -> Result<(), ExprError> {
        let start = self.at;
        let rest = self.rest();
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let whole = digits(rest);
        let fraction = rest.get(whole..).and_then(|tail| tail.strip_prefix('.')).map_or(0, digits);
        let length = if fraction > 0 { whole + 1 + fraction } else { whole };
        let literal = rest.get(..length).unwrap_or_default();
        let token = if fraction > 0 {
            literal.parse().ok().filter(|number: &f64| number.is_finite()).map(Token::Float)
        } else {
            literal.parse().ok().map(Token::Int)
        };
        self.at += length;
        let token = token.ok_or_else(|| ExprError::new(self.span(start), "number out of range"))?;
        self.push(token, start);
        Ok(())
    }

    fn text(&mut self, quote: char) -> Result<(), ExprError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Err(ExprError::new(self.span(start), "text without its closing quote"));
            };
            self.at += next.len_utf8();
            match next {
                '\n' => return Err(ExprError::new(self.span(start), "text without its closing quote")),
                '\\' => text.push(self.escape()?),
                c if c == quote => break,
                c => text.push(c),
            }
        }
        self.push(Token::Text(text), start);
        Ok(())
    }

    fn escape(&mut self) -> Result<char, ExprError> {
        let start = self.at;
        let next = self.rest().chars().next();
        self.at += next.map_or(0, char::len_utf8);
        match next {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some(c @ ('\\' | '"' | '\'')) => Ok(c),
            _ => Err(ExprError::new(self.span(start), "unknown escape").help("write \\n, \\t, \\\\, \\\" or \\'")),
        }
    }

    fn sign(&mut self) -> Result<(), ExprError> {
        let start = self.at;
        let rest = self.rest();
        let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
        self.at += sign.map_or_else(|| rest.chars().next().map_or(0, char::len_utf8), str::len);
        match sign {
            Some("&") => Err(ExprError::new(self.span(start), "`&` is no operator").help("write `&&`")),
            Some("|") => Err(ExprError::new(self.span(start), "`|` is no operator").help("write `||`")),
            Some("=") => Err(ExprError::new(self.span(start), "`=` is no operator").help("write `==`")),
            Some(sign) => {
                self.push(Token::Sign(sign), start);
                Ok(())
            }
            None => Err(ExprError::new(self.span(start), "unexpected character")),
        }
    }
}
