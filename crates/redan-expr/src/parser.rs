//! Tokens into a syntax tree. Depth and size are bounded.

use crate::lexer::{Token, lex};
use crate::{Comparison, Expr, ExprError, ExprKind, Span};

const MAX_DEPTH: usize = 48;
const MAX_TOKENS: usize = 8_192;

/// Reads an expression.
///
/// # Errors
/// If the text is no expression; the error says where and what to write.
pub fn parse(text: &str) -> Result<Expr, ExprError> {
    let tokens = lex(text)?;
    if tokens.len() > MAX_TOKENS {
        return Err(ExprError::new(Span::default(), "the expression is too long").help("make it several pages"));
    }
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expr = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).or_else(|| self.tokens.last()).map_or_else(Span::default, |(_, span)| *span)
    }

    fn since(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |(_, span)| *span);
        Span { start: start.start, end: last.end.max(start.end) }
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(known) if *known == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if name == word)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), ExprError> {
        if self.eat(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> ExprError {
        let found = match self.peek() {
            Token::Name(name) => format!("`{name}`"),
            Token::Text(_) => "a text".to_owned(),
            Token::Int(_) | Token::Float(_) => "a number".to_owned(),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::End => "the end of the expression".to_owned(),
        };
        ExprError::new(self.span(), format!("expected {wanted}, found {found}"))
    }

    fn expression(&mut self) -> Result<Expr, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExprError::new(self.span(), "nested too deeply").help("make it several pages"));
        }
        let start = self.span();
        let condition = self.or()?;
        let expr = if self.eat("?") {
            let yes = self.expression()?;
            self.expect(":")?;
            let no = self.expression()?;
            let kind = ExprKind::Conditional(Box::new(condition), Box::new(yes), Box::new(no));
            Expr::new(kind, self.since(start))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Result<Expr, ExprError> {
        self.chain("||", Self::and, ExprKind::Or)
    }

    fn and(&mut self) -> Result<Expr, ExprError> {
        self.chain("&&", Self::comparison, ExprKind::And)
    }

    fn chain(
        &mut self,
        sign: &str,
        operand: fn(&mut Self) -> Result<Expr, ExprError>,
        make: fn(Vec<Expr>) -> ExprKind,
    ) -> Result<Expr, ExprError> {
        let start = self.span();
        let first = operand(self)?;
        if !self.is(sign) {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.eat(sign) {
            operands.push(operand(self)?);
        }
        Ok(Expr::new(make(operands), self.since(start)))
    }

    fn comparison(&mut self) -> Result<Expr, ExprError> {
        let start = self.span();
        let left = self.coalesce()?;
        let Some(make) = self.comparison_sign() else { return Ok(left) };
        self.at += 1;
        let right = self.coalesce()?;
        if self.comparison_sign().is_some() {
            return Err(ExprError::new(self.span(), "comparisons do not chain").help("join two comparisons with `&&`"));
        }
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = match make {
            Some(comparison) => ExprKind::Compare(comparison, left, right),
            None => ExprKind::In(left, right),
        };
        Ok(Expr::new(kind, self.since(start)))
    }

    /// The comparison that follows; `Some(None)` is `in`.
    fn comparison_sign(&self) -> Option<Option<Comparison>> {
        if self.is_word("in") {
            return Some(None);
        }
        let Token::Sign(sign) = self.peek() else { return None };
        Some(Some(match *sign {
            "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        }))
    }

    fn coalesce(&mut self) -> Result<Expr, ExprError> {
        let start = self.span();
        let mut operands = vec![self.unary()?];
        while self.eat("??") {
            operands.push(self.unary()?);
        }
        let mut last = operands.pop().unwrap_or(Expr::new(ExprKind::Null, start));
        let span = self.since(start);
        while let Some(left) = operands.pop() {
            last = Expr::new(ExprKind::Coalesce(Box::new(left), Box::new(last)), span);
        }
        Ok(last)
    }

    fn unary(&mut self) -> Result<Expr, ExprError> {
        let start = self.span();
        let mut negations = 0_usize;
        while self.eat("!") {
            negations += 1;
            if negations > MAX_DEPTH {
                return Err(ExprError::new(start, "nested too deeply"));
            }
        }
        let mut expr = if self.eat("-") { self.negative(start)? } else { self.postfix()? };
        for _ in 0..negations {
            expr = Expr::new(ExprKind::Not(Box::new(expr)), self.since(start));
        }
        Ok(expr)
    }

    fn negative(&mut self, start: Span) -> Result<Expr, ExprError> {
        let kind = match self.peek() {
            Token::Int(number) => ExprKind::Int(-number),
            Token::Float(number) => ExprKind::Float(-number),
            _ => return Err(self.unexpected("a number")),
        };
        self.at += 1;
        Ok(Expr::new(kind, self.since(start)))
    }

    fn postfix(&mut self) -> Result<Expr, ExprError> {
        let start = self.span();
        let mut expr = self.primary()?;
        let mut steps = 0_usize;
        loop {
            steps += 1;
            if steps > MAX_DEPTH {
                return Err(ExprError::new(self.span(), "path too long"));
            }
            let kind = if self.eat(".") {
                let Token::Name(name) = self.peek().clone() else { return Err(self.unexpected("a name")) };
                self.at += 1;
                if self.eat("(") {
                    ExprKind::Call(Some(Box::new(expr)), name, self.list(")")?)
                } else {
                    ExprKind::Field(Box::new(expr), name)
                }
            } else if self.eat("[") {
                let index = self.expression()?;
                self.expect("]")?;
                ExprKind::Index(Box::new(expr), Box::new(index))
            } else {
                return Ok(expr);
            };
            expr = Expr::new(kind, self.since(start));
        }
    }

    fn primary(&mut self) -> Result<Expr, ExprError> {
        let start = self.span();
        let token = self.peek().clone();
        if token != Token::End {
            self.at += 1;
        }
        let kind = match token {
            Token::Int(number) => ExprKind::Int(number),
            Token::Float(number) => ExprKind::Float(number),
            Token::Text(text) => ExprKind::Text(text),
            Token::Sign("(") => {
                let mut inner = self.expression()?;
                self.expect(")")?;
                inner.span = self.since(start);
                return Ok(inner);
            }
            Token::Sign("[") => ExprKind::List(self.list("]")?),
            Token::Sign("{") => ExprKind::Map(self.entries()?),
            Token::Name(name) => match name.as_str() {
                "null" => ExprKind::Null,
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "in" => return Err(ExprError::new(start, "expected a value, found `in`")),
                _ if self.eat("(") => ExprKind::Call(None, name, self.list(")")?),
                _ => ExprKind::Name(name),
            },
            Token::Sign(_) | Token::End => {
                self.at -= usize::from(token != Token::End);
                return Err(self.unexpected("a value"));
            }
        };
        Ok(Expr::new(kind, self.since(start)))
    }

    fn list(&mut self, close: &str) -> Result<Vec<Expr>, ExprError> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.expression()?);
            if !self.eat(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(String, Expr)>, ExprError> {
        let mut entries = Vec::new();
        while !self.eat("}") {
            let (Token::Name(key) | Token::Text(key)) = self.peek().clone() else {
                return Err(self.unexpected("a key"));
            };
            self.at += 1;
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if !self.eat(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(entries)
    }
}
