//! Expressions.
//! Operators: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators>

use super::ast::{BinaryOp, Expr, ExprKind, Ident, Part, Span, UnaryOp};
use super::parser::{Parsed, Parser, SyntaxError};
use super::token::Kind;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(|parser| {
            let start = parser.span();
            let condition = parser.binary(0)?;
            if !parser.take_past_lines(Kind::Question) {
                return Ok(condition);
            }
            parser.skip_lines();
            let then = parser.expression()?;
            if !parser.take_past_lines(Kind::Colon) {
                return Err(parser.unexpected("`:` of `condition ? then : otherwise`"));
            }
            parser.skip_lines();
            let otherwise = parser.expression()?;
            let below = condition.height.max(then.height).max(otherwise.height);
            parser.make(ExprKind::Ternary(Box::new((condition, then, otherwise))), start, below)
        })
    }

    /// A chain of operators that bind tighter than `above`.
    fn binary(&mut self, above: u8) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.unary()?;
        while let Some((op, binds)) = operator(self.peek()).filter(|(_, binds)| *binds > above) {
            self.next();
            let right = self.binary(binds)?;
            let below = left.height.max(right.height);
            left = self.make(ExprKind::Binary(op, Box::new((left, right))), start, below)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let op = match self.peek() {
            Kind::Minus => UnaryOp::Negate,
            Kind::Exclamation => UnaryOp::Not,
            // A plus sign before a term changes nothing.
            Kind::Plus => {
                self.next();
                return self.member();
            }
            _ => return self.member(),
        };
        self.next();
        // The compiler allows one operator; two are read as they are meant.
        let operand = self.nested(Self::unary)?;
        let below = operand.height;
        self.make(ExprKind::Unary(op, Box::new(operand)), start, below)
    }

    fn member(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut current = self.primary()?;
        loop {
            let below = current.height;
            let target = Box::new(current);
            let (kind, inside) = match self.peek() {
                Kind::LeftSquare => {
                    self.next();
                    let safe = self.take(Kind::Question);
                    let from_end = self.take(Kind::Hat);
                    let index = self.expression()?;
                    self.expect(Kind::RightSquare, "`]`")?;
                    let inside = index.height;
                    (ExprKind::Index { target, index: Box::new(index), safe, from_end }, inside)
                }
                Kind::Dot => {
                    self.next();
                    let safe = self.take(Kind::Question);
                    let name = self.name("the name of a property or function")?;
                    if self.peek() == Kind::LeftParen {
                        let (arguments, inside) = self.arguments()?;
                        (ExprKind::Method(target, name, arguments), inside)
                    } else {
                        (ExprKind::Property { target, name, safe }, 0)
                    }
                }
                Kind::DoubleColon => {
                    self.next();
                    (ExprKind::Child(target, self.name("the name of a child resource")?), 0)
                }
                Kind::Exclamation => {
                    self.next();
                    (ExprKind::NotNull(target), 0)
                }
                _ => return Ok(*target),
            };
            current = self.make(kind, start, below.max(inside))?;
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.span();
        match self.peek() {
            Kind::Integer => {
                let token = self.next();
                match self.source(token.span).parse() {
                    Ok(number) => self.make(ExprKind::Integer(number), start, 0),
                    Err(_) => Err(SyntaxError { span: start, message: "a number beyond 64 bits".into() }),
                }
            }
            Kind::True => self.literal(ExprKind::Bool(true)),
            Kind::False => self.literal(ExprKind::Bool(false)),
            Kind::Null => self.literal(ExprKind::Null),
            Kind::Text | Kind::TextLeft => self.text(),
            Kind::LeftBrace => self.object(false),
            Kind::LeftSquare if self.word_after_bracket("for") => self.for_expression(false),
            Kind::LeftSquare => self.array(),
            Kind::LeftParen => self.parenthesized(),
            Kind::Name => {
                let name = self.name("a name")?;
                match self.peek() {
                    Kind::LeftParen => {
                        let (arguments, below) = self.arguments()?;
                        self.make(ExprKind::Call(name, arguments), start, below)
                    }
                    Kind::Arrow => self.lambda(vec![name], start),
                    _ => self.make(ExprKind::Name(name.text), start, 0),
                }
            }
            _ => Err(self.unexpected("an expression")),
        }
    }

    fn literal(&mut self, kind: ExprKind) -> Parsed<Expr> {
        let start = self.next().span;
        self.make(kind, start, 0)
    }

    fn word_after_bracket(&self, word: &str) -> bool {
        let at = 1 + usize::from(self.peek_at(1) == Kind::NewLine);
        self.word_ahead(at) == word
    }

    /// `'…'` or `'…${expression}…'`, on one line or several.
    pub(super) fn text(&mut self) -> Parsed<Expr> {
        let first = self.next();
        let start = first.span;
        let value = self.value(first);
        match first.kind {
            Kind::Text => return self.make(ExprKind::Text(value), start, 0),
            Kind::TextLeft => {}
            _ => return Err(SyntaxError { span: start, message: "expected a text in single quotes".into() }),
        }
        let mut parts = vec![Part::Literal(value)];
        let mut below = 0;
        loop {
            let hole = self.span();
            let inner = match self.expression() {
                Ok(inner) if matches!(self.peek(), Kind::TextMiddle | Kind::TextRight) => inner,
                Ok(_) => self.skip_hole(self.unexpected("`}`"), hole)?,
                Err(error) => self.skip_hole(error, hole)?,
            };
            below = below.max(inner.height);
            parts.push(Part::Interpolation(inner));
            let piece = self.next();
            let value = self.value(piece);
            if !value.is_empty() {
                parts.push(Part::Literal(value));
            }
            if piece.kind == Kind::TextRight {
                return self.make(ExprKind::Template(parts), start, below);
            }
        }
    }

    /// Reports an error and passes to the piece of text after this hole.
    fn skip_hole(&mut self, error: SyntaxError, start: Span) -> Parsed<Expr> {
        let mut open = 0_u32;
        loop {
            match self.peek() {
                Kind::NewLine | Kind::End => return Err(error),
                Kind::TextLeft => open += 1,
                Kind::TextRight if open > 0 => open -= 1,
                Kind::TextMiddle | Kind::TextRight if open == 0 => break,
                _ => {}
            }
            self.next();
        }
        self.report(error);
        self.make(ExprKind::Invalid, start, 0)
    }

    /// `(a, b)` with any line breaks, and the height of the highest argument.
    pub(super) fn arguments(&mut self) -> Parsed<(Vec<Expr>, u16)> {
        self.expect(Kind::LeftParen, "`(`")?;
        let mut arguments = Vec::new();
        let mut below = 0;
        self.skip_lines();
        while !self.take(Kind::RightParen) {
            let argument = self.expression()?;
            below = below.max(argument.height);
            arguments.push(argument);
            self.skip_lines();
            if !self.take(Kind::Comma) {
                self.expect(Kind::RightParen, "`,` or `)`")?;
                break;
            }
            self.skip_lines();
        }
        Ok((arguments, below))
    }

    /// `(expression)`, or the parameters of a lambda.
    fn parenthesized(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let (mut inner, below) = self.arguments()?;
        if self.peek() == Kind::Arrow {
            let parameters = inner.into_iter().map(|parameter| match parameter.kind {
                ExprKind::Name(text) => Ok(Ident { text, span: parameter.span }),
                _ => Err(SyntaxError { span: parameter.span, message: "expected the name of a parameter".into() }),
            });
            let parameters = parameters.collect::<Parsed<Vec<Ident>>>()?;
            return self.lambda(parameters, start);
        }
        match (inner.pop(), inner.is_empty()) {
            (Some(only), true) => self.make(ExprKind::Paren(Box::new(only)), start, below),
            _ => {
                let span = self.span_from(start);
                Err(SyntaxError { span, message: "parentheses hold exactly one expression".into() })
            }
        }
    }

    fn lambda(&mut self, parameters: Vec<Ident>, start: Span) -> Parsed<Expr> {
        self.expect(Kind::Arrow, "`=>`")?;
        self.skip_lines();
        let body = self.expression()?;
        let below = body.height;
        self.make(ExprKind::Lambda(parameters, Box::new(body)), start, below)
    }
}

const fn operator(kind: Kind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        Kind::Coalesce => (BinaryOp::Coalesce, 1),
        Kind::Or => (BinaryOp::Or, 2),
        Kind::And => (BinaryOp::And, 3),
        Kind::Equal => (BinaryOp::Equal, 4),
        Kind::NotEqual => (BinaryOp::NotEqual, 4),
        Kind::EqualIgnoringCase => (BinaryOp::EqualIgnoringCase, 4),
        Kind::NotEqualIgnoringCase => (BinaryOp::NotEqualIgnoringCase, 4),
        Kind::Less => (BinaryOp::Less, 5),
        Kind::LessEqual => (BinaryOp::LessEqual, 5),
        Kind::Greater => (BinaryOp::Greater, 5),
        Kind::GreaterEqual => (BinaryOp::GreaterEqual, 5),
        Kind::Plus => (BinaryOp::Add, 6),
        Kind::Minus => (BinaryOp::Subtract, 6),
        Kind::Asterisk => (BinaryOp::Multiply, 7),
        Kind::Slash => (BinaryOp::Divide, 7),
        Kind::Percent => (BinaryOp::Modulo, 7),
        _ => return None,
    })
}
