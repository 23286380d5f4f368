//! Expressions: operators by precedence, terms and the traversal steps that follow them.

use super::ast::{
    Binary, BinaryOp, Call, Conditional, Expr, ExprKind, For, Ident, ObjectItem, ObjectKey, Step, Traversal, UnaryOp,
};
use super::parser::{MAX_HEIGHT, Parsed, Parser, span};

impl Parser<'_> {
    /// A whole expression.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        let outer = std::mem::take(&mut self.height);
        let result = self.deeper(Self::conditional);
        self.height = outer.max(self.height + 1);
        result
    }

    /// An expression between brackets, where line breaks mean nothing.
    fn inner_expr(&mut self) -> Parsed<Expr> {
        self.skip_space();
        self.expr()
    }

    fn conditional(&mut self) -> Parsed<Expr> {
        let condition = self.binary(0)?;
        self.skip_space();
        if self.peek() != b'?' {
            return Ok(condition);
        }
        self.pos += 1;
        self.skip_lines();
        let then = self.expr()?;
        self.skip_lines();
        self.expect(b':', "`:` and the value for the other case")?;
        self.skip_lines();
        let otherwise = self.expr()?;
        let whole = condition.span.to(otherwise.span);
        Ok(Expr { kind: ExprKind::Conditional(Box::new(Conditional { condition, then, otherwise })), span: whole })
    }

    fn binary(&mut self, weakest: u8) -> Parsed<Expr> {
        let mut left = self.unary()?;
        loop {
            self.skip_space();
            let Some((op, strength, length)) = self.operator() else { return Ok(left) };
            if strength < weakest {
                return Ok(left);
            }
            self.height += 1;
            if self.height > MAX_HEIGHT {
                return self.fail(left.span, "too many operators in one expression to be read");
            }
            self.pos += length;
            self.skip_lines();
            let right = self.binary(strength + 1)?;
            let whole = left.span.to(right.span);
            left = Expr { kind: ExprKind::Binary(Box::new(Binary { op, left, right })), span: whole };
        }
    }

    /// The binary operator at the cursor, how strongly it binds, its length.
    fn operator(&self) -> Option<(BinaryOp, u8, usize)> {
        Some(match (self.peek(), self.peek_at(1)) {
            (b'|', b'|') => (BinaryOp::Or, 0, 2),
            (b'&', b'&') => (BinaryOp::And, 1, 2),
            (b'=', b'=') => (BinaryOp::Equal, 2, 2),
            (b'!', b'=') => (BinaryOp::NotEqual, 2, 2),
            (b'<', b'=') => (BinaryOp::LessEqual, 3, 2),
            (b'>', b'=') => (BinaryOp::GreaterEqual, 3, 2),
            (b'<', _) => (BinaryOp::Less, 3, 1),
            (b'>', _) => (BinaryOp::Greater, 3, 1),
            (b'+', _) => (BinaryOp::Add, 4, 1),
            (b'-', _) => (BinaryOp::Subtract, 4, 1),
            (b'*', _) => (BinaryOp::Multiply, 5, 1),
            (b'/', _) => (BinaryOp::Divide, 5, 1),
            (b'%', _) => (BinaryOp::Modulo, 5, 1),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        let op = match self.peek() {
            b'-' => UnaryOp::Negate,
            b'!' if self.peek_at(1) != b'=' => UnaryOp::Not,
            _ => return self.term_with_steps(),
        };
        self.pos += 1;
        self.skip_space();
        let operand = self.deeper(Self::unary)?;
        self.height += 1;
        let whole = span(start, operand.span.end as usize);
        Ok(Expr { kind: ExprKind::Unary(op, Box::new(operand)), span: whole })
    }

    fn term_with_steps(&mut self) -> Parsed<Expr> {
        let root = self.term()?;
        let steps = self.steps()?;
        if steps.is_empty() {
            return Ok(root);
        }
        let whole = root.span.to(self.span_from(0));
        Ok(Expr { kind: ExprKind::Traversal(Box::new(Traversal { root, steps })), span: whole })
    }

    fn term(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        let kind = match self.peek() {
            b'"' => return self.quoted(),
            b'<' if self.peek_at(1) == b'<' => return self.heredoc(),
            b'0'..=b'9' => self.number(),
            b'(' => {
                self.pos += 1;
                let inner = self.within(false, Self::inner_expr)?;
                self.close(b')', "`)`")?;
                ExprKind::Paren(Box::new(inner))
            }
            b'[' => self.within(false, Self::tuple)?,
            b'{' => self.within(true, Self::object)?,
            _ if self.at_name() => return self.word(),
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    fn close(&mut self, byte: u8, what: &'static str) -> Parsed<()> {
        self.skip_lines();
        self.expect(byte, what)
    }

    fn number(&mut self) -> ExprKind {
        let start = self.pos;
        self.digits();
        if self.peek() == b'.' && self.peek_at(1).is_ascii_digit() {
            self.pos += 1;
            self.digits();
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek_at(1), b'+' | b'-'));
            if self.peek_at(1 + sign).is_ascii_digit() {
                self.pos += 1 + sign;
                self.digits();
            }
        }
        ExprKind::Number(self.slice(start, self.pos).into())
    }

    fn digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.pos += 1;
        }
    }

    /// `true`, `null`, a variable or a function call.
    fn word(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        let mut name = self.name();
        while self.looking_at(b"::") {
            self.pos += 2;
            if !self.at_name() {
                return Err(self.unexpected("a function name after `::`"));
            }
            self.name();
            name = Ident { text: self.slice(start, self.pos).into(), span: self.span_from(start) };
        }
        let end = self.pos;
        self.skip_space();
        if self.peek() == b'(' {
            return self.within(false, |parser| parser.call(name));
        }
        self.pos = end;
        let kind = match &*name.text {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            _ => ExprKind::Variable(name.text),
        };
        Ok(Expr { kind, span: name.span })
    }

    fn call(&mut self, name: Ident) -> Parsed<Expr> {
        self.pos += 1;
        let mut arguments = Vec::new();
        let mut expand_last = false;
        loop {
            self.skip_space();
            if self.peek() == b')' {
                break;
            }
            arguments.push(self.expr()?);
            self.skip_space();
            if self.looking_at(b"...") {
                self.pos += 3;
                expand_last = true;
                self.skip_space();
            }
            match self.peek() {
                b',' if !expand_last => self.pos += 1,
                b')' => break,
                _ => return Err(self.unexpected("`,` or `)` after the argument")),
            }
        }
        self.pos += 1;
        let whole = span(name.span.start as usize, self.pos);
        Ok(Expr { kind: ExprKind::Call(Box::new(Call { name, arguments, expand_last })), span: whole })
    }

    fn tuple(&mut self) -> Parsed<ExprKind> {
        self.pos += 1;
        self.skip_space();
        if self.at_word("for") {
            return self.for_expr(b']');
        }
        let mut elements = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == b']' {
                break;
            }
            elements.push(self.expr()?);
            self.skip_space();
            match self.peek() {
                b',' => self.pos += 1,
                b']' => break,
                _ => return Err(self.unexpected("`,` or `]` after the element")),
            }
        }
        self.pos += 1;
        Ok(ExprKind::Tuple(elements))
    }

    fn object(&mut self) -> Parsed<ExprKind> {
        self.pos += 1;
        self.skip_lines();
        if self.at_word("for") {
            return self.within(false, |parser| parser.for_expr(b'}'));
        }
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.peek() == b'}' {
                break;
            }
            items.push(self.object_item()?);
            self.skip_space();
            match self.peek() {
                b',' | b'\n' => self.pos += 1,
                b'}' => break,
                _ => return Err(self.unexpected("`,`, a line break or `}` after the value")),
            }
        }
        self.pos += 1;
        Ok(ExprKind::Object(items))
    }

    fn object_item(&mut self) -> Parsed<ObjectItem> {
        let start = self.pos;
        let key = match self.bare_key() {
            Some(name) => ObjectKey::Name(name),
            None => {
                self.pos = start;
                ObjectKey::Expr(self.expr()?)
            }
        };
        self.skip_space();
        match self.peek() {
            b'=' if !matches!(self.peek_at(1), b'=' | b'>') => {}
            b':' => {}
            _ => return Err(self.unexpected("`=` and a value after the key")),
        }
        self.pos += 1;
        self.skip_lines();
        Ok(ObjectItem { key, value: self.expr()? })
    }

    fn bare_key(&mut self) -> Option<Ident> {
        if !self.at_name() {
            return None;
        }
        let name = self.name();
        self.skip_space();
        let separated = match self.peek() {
            b':' => self.peek_at(1) != b':',
            b'=' => !matches!(self.peek_at(1), b'=' | b'>'),
            _ => false,
        };
        separated.then_some(name)
    }

    /// After `[` or `{`, at the word `for`.
    fn for_expr(&mut self, close: u8) -> Parsed<ExprKind> {
        let (key_name, value_name, collection) = self.for_intro()?;
        self.close(b':', "`:` after the collection")?;
        let first = self.inner_expr()?;
        self.skip_space();
        let (mut key, mut value, mut grouping) = (None, first, false);
        if close == b'}' {
            if !self.looking_at(b"=>") {
                return Err(self.unexpected("`=>` and a value: an object needs both"));
            }
            self.pos += 2;
            key = Some(std::mem::replace(&mut value, self.inner_expr()?));
            self.skip_space();
            if self.looking_at(b"...") {
                self.pos += 3;
                grouping = true;
                self.skip_space();
            }
        }
        let mut condition = None;
        if self.at_word("if") {
            self.pos += 2;
            condition = Some(self.inner_expr()?);
        }
        self.close(close, if close == b'}' { "`}` after the for expression" } else { "`]` after the for expression" })?;
        Ok(ExprKind::For(Box::new(For { key_name, value_name, collection, key, value, grouping, condition })))
    }

    /// `for k, v in collection`, in expressions and in templates.
    pub(super) fn for_intro(&mut self) -> Parsed<(Option<Ident>, Ident, Expr)> {
        self.pos += 3;
        let mut names = vec![self.for_name()?];
        self.skip_space();
        if self.peek() == b',' {
            self.pos += 1;
            names.push(self.for_name()?);
            self.skip_space();
        }
        if !self.at_word("in") {
            return Err(self.unexpected("`in` and a collection"));
        }
        self.pos += 2;
        let collection = self.inner_expr()?;
        match (names.pop(), names.pop()) {
            (Some(value), key) => Ok((key, value, collection)),
            (None, _) => Err(self.unexpected("a name")),
        }
    }

    fn for_name(&mut self) -> Parsed<Ident> {
        self.skip_space();
        if self.at_name() { Ok(self.name()) } else { Err(self.unexpected("a name for the element")) }
    }
}

/// Traversal steps.
impl Parser<'_> {
    fn steps(&mut self) -> Parsed<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let before = self.pos;
            self.skip_space();
            let step = match self.peek() {
                b'.' if self.peek_at(1) != b'.' => self.dot_step()?,
                b'[' => self.bracket_step()?,
                _ => {
                    self.pos = before;
                    return Ok(steps);
                }
            };
            steps.push(step);
        }
    }

    fn dot_step(&mut self) -> Parsed<Step> {
        let start = self.pos;
        let star = self.rest().iter().skip(1).find(|byte| !matches!(byte, b' ' | b'\t'));
        if star != Some(&b'*') {
            return self.attribute_step();
        }
        self.pos += 1;
        self.skip_space();
        self.pos += 1;
        let splat = self.span_from(start);
        let mut each = Vec::new();
        while self.peek() == b'.' && !matches!(self.peek_at(1), b'.' | b'*') {
            each.push(self.attribute_step()?);
        }
        Ok(Step::AttrSplat(each, splat))
    }

    /// `.name` or `.0`
    fn attribute_step(&mut self) -> Parsed<Step> {
        let start = self.pos;
        self.pos += 1;
        self.skip_space();
        match self.peek() {
            b'0'..=b'9' => {
                let digits = self.pos;
                self.digits();
                let index = self.slice(digits, self.pos).parse().unwrap_or(u64::MAX);
                Ok(Step::LegacyIndex(index, self.span_from(start)))
            }
            _ if self.at_name() => Ok(Step::Attr(self.name())),
            _ => Err(self.unexpected("an attribute name after `.`")),
        }
    }

    fn bracket_step(&mut self) -> Parsed<Step> {
        let start = self.pos;
        self.pos += 1;
        self.within(false, |parser| {
            parser.skip_space();
            if parser.peek() == b'*' {
                parser.pos += 1;
                parser.close(b']', "`]` after `*`")?;
                let splat = parser.span_from(start);
                return Ok(Step::FullSplat(Vec::new(), splat));
            }
            let index = parser.expr()?;
            parser.close(b']', "`]` after the index")?;
            Ok(Step::Index(index))
        })
        .and_then(|step| match step {
            Step::FullSplat(_, splat) => {
                let each = self.deeper(Self::steps)?;
                self.height += 1;
                Ok(Step::FullSplat(each, splat))
            }
            other => Ok(other),
        })
    }
}

/// An expression alone, as in JSON keys or on a command line.
pub(crate) fn parse_expression(text: &str) -> Result<Expr, super::parser::SyntaxError> {
    let mut parser = Parser::new(text);
    parser.line_breaks_count = false;
    parser.skip_space();
    let expr = parser.expr()?;
    parser.skip_space();
    if parser.at_end() { Ok(expr) } else { Err(parser.unexpected("the end of the expression")) }
}
