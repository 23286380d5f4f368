//! The words of the language.

use super::ast::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Integer,
    True,
    False,
    Null,
    /// Text without interpolation; `Token::text` is its value.
    Text,
    /// Text up to the first hole, between holes, after the last one.
    TextLeft,
    TextMiddle,
    TextRight,
    /// One or more line breaks.
    NewLine,
    End,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    LeftSquare,
    RightSquare,
    At,
    Comma,
    Dot,
    Ellipsis,
    Question,
    Coalesce,
    Colon,
    DoubleColon,
    Plus,
    Minus,
    Percent,
    Asterisk,
    Slash,
    Hat,
    Exclamation,
    Assign,
    Equal,
    NotEqual,
    EqualIgnoringCase,
    NotEqualIgnoringCase,
    Arrow,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    Pipe,
    /// No word of the language.
    Unknown,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// Of texts: the place of the value among the lexer's values.
    pub(super) value: u32,
}
