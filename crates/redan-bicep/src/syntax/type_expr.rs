//! Type expressions.
//! Grammar: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/user-defined-data-types>

use super::ast::{ExprKind, Ident, Span};
use super::parser::{Parsed, Parser, SyntaxError};
use super::token::Kind;
use super::types::{Member, ObjectType, TypeExpr, TypeKind};

impl Parser<'_> {
    pub(super) fn type_expression(&mut self) -> Parsed<TypeExpr> {
        self.nested(|parser| {
            let start = parser.span();
            if parser.at_word("resource") && matches!(parser.peek_at(1), Kind::Text | Kind::Assign | Kind::NewLine) {
                return parser.resource_type();
            }
            let leading = parser.take_past_lines(Kind::Pipe);
            let first = parser.type_term()?;
            if !leading && parser.peek_past_lines() != Kind::Pipe {
                return Ok(first);
            }
            let mut below = first.height;
            let mut members = vec![first];
            while parser.take_past_lines(Kind::Pipe) {
                let member = parser.type_term()?;
                below = below.max(member.height);
                members.push(member);
            }
            parser.make_type(TypeKind::Union(members), start, below)
        })
    }

    fn make_type(&self, kind: TypeKind, start: Span, below: u16) -> Parsed<TypeExpr> {
        let span = self.span_from(start);
        Ok(TypeExpr { kind, span, height: self.above(below, span)? })
    }

    fn resource_type(&mut self) -> Parsed<TypeExpr> {
        let start = self.next().span;
        let of = if self.peek() == Kind::Text {
            let token = self.next();
            Some(self.value(token))
        } else {
            None
        };
        self.make_type(TypeKind::Resource(of), start, 0)
    }

    /// A member of a union: `-1`, `string[]?`, `other!`.
    fn type_term(&mut self) -> Parsed<TypeExpr> {
        let start = self.span();
        let mut current = match self.peek() {
            Kind::Minus => self.negative()?,
            Kind::Exclamation => self.negated()?,
            _ => self.type_member()?,
        };
        loop {
            let below = current.height;
            let inner = Box::new(current);
            let kind = match self.peek() {
                Kind::Question => TypeKind::Nullable(inner),
                Kind::Exclamation => TypeKind::NotNull(inner),
                // `??` is one word: a nullable type made nullable again.
                Kind::Coalesce => TypeKind::Nullable(inner),
                _ => return Ok(*inner),
            };
            self.next();
            current = self.make_type(kind, start, below)?;
        }
    }

    fn negative(&mut self) -> Parsed<TypeExpr> {
        let start = self.next().span;
        let inner = self.type_member()?;
        match inner.kind {
            TypeKind::Integer(number) => {
                self.make_type(TypeKind::Integer(number.checked_neg().unwrap_or(i64::MIN)), start, 0)
            }
            _ => Err(SyntaxError { span: inner.span, message: "expected a number after `-`".into() }),
        }
    }

    fn negated(&mut self) -> Parsed<TypeExpr> {
        let start = self.next().span;
        let inner = self.type_member()?;
        match inner.kind {
            TypeKind::Bool(value) => self.make_type(TypeKind::Bool(!value), start, 0),
            _ => Err(SyntaxError { span: inner.span, message: "expected `true` or `false` after `!`".into() }),
        }
    }

    fn type_member(&mut self) -> Parsed<TypeExpr> {
        let start = self.span();
        let mut current = self.type_primary()?;
        loop {
            let below = current.height;
            match self.peek() {
                Kind::LeftSquare => {
                    self.next();
                    let inner = Box::new(current);
                    let kind = if self.take(Kind::Asterisk) {
                        TypeKind::Items(inner)
                    } else if self.peek() == Kind::RightSquare {
                        TypeKind::Array(inner)
                    } else {
                        TypeKind::Index(inner, Box::new(self.expression()?))
                    };
                    self.expect(Kind::RightSquare, "`]`")?;
                    current = self.make_type(kind, start, below)?;
                }
                Kind::Dot => {
                    self.next();
                    if self.take(Kind::Asterisk) {
                        current = self.make_type(TypeKind::Additional(Box::new(current)), start, below)?;
                        continue;
                    }
                    let name = self.name("the name of a type or property")?;
                    if self.peek() == Kind::Less {
                        current = self.applied(&name, start)?;
                    } else {
                        current = self.make_type(TypeKind::Property(Box::new(current), name), start, below)?;
                    }
                }
                _ => return Ok(current),
            }
        }
    }

    /// `name<arguments>`
    fn applied(&mut self, name: &Ident, start: Span) -> Parsed<TypeExpr> {
        self.expect(Kind::Less, "`<`")?;
        let mut arguments = Vec::new();
        let mut below = 0;
        self.skip_lines();
        while !self.take(Kind::Greater) {
            let argument = self.type_expression()?;
            below = below.max(argument.height);
            arguments.push(argument);
            self.skip_lines();
            if !self.take(Kind::Comma) {
                self.expect(Kind::Greater, "`,` or `>`")?;
                break;
            }
            self.skip_lines();
        }
        self.make_type(TypeKind::Apply(name.text.clone(), arguments), start, below)
    }

    fn type_primary(&mut self) -> Parsed<TypeExpr> {
        let start = self.span();
        match self.peek() {
            Kind::Integer => {
                let token = self.next();
                let number = self.source(token.span).parse().unwrap_or(i64::MAX);
                self.make_type(TypeKind::Integer(number), start, 0)
            }
            Kind::True | Kind::False | Kind::Null => {
                let kind = match self.next().kind {
                    Kind::True => TypeKind::Bool(true),
                    Kind::False => TypeKind::Bool(false),
                    _ => TypeKind::Null,
                };
                self.make_type(kind, start, 0)
            }
            Kind::Text | Kind::TextLeft => match self.text()?.kind {
                ExprKind::Text(text) => self.make_type(TypeKind::Text(text), start, 0),
                _ => {
                    let span = self.span_from(start);
                    self.report(SyntaxError { span, message: "a type cannot hold `${…}`".into() });
                    self.make_type(TypeKind::Invalid, start, 0)
                }
            },
            Kind::LeftBrace => self.object_type(),
            Kind::LeftSquare => self.tuple_type(),
            Kind::LeftParen => {
                self.next();
                self.skip_lines();
                let inner = self.type_expression()?;
                self.skip_lines();
                self.expect(Kind::RightParen, "`)`")?;
                Ok(inner)
            }
            Kind::Name => {
                let name = self.name("the name of a type")?;
                if self.peek() == Kind::Less {
                    return self.applied(&name, start);
                }
                self.make_type(TypeKind::Name(name.text), start, 0)
            }
            _ => Err(self.unexpected("a type")),
        }
    }

    fn member_type(&mut self, decorators: Vec<super::ast::Decorator>) -> Parsed<Member> {
        Ok(Member { decorators, of: self.type_expression()? })
    }

    fn object_type(&mut self) -> Parsed<TypeExpr> {
        let start = self.expect(Kind::LeftBrace, "`{`")?.span;
        let mut object = ObjectType { properties: Vec::new(), additional: None, damaged: false };
        let mut below = 0;
        object.damaged = self.entries(Kind::RightBrace, |parser| {
            let decorators = parser.decorators()?;
            if parser.take(Kind::Asterisk) {
                parser.expect(Kind::Colon, "`:`")?;
                let member = parser.member_type(decorators)?;
                below = below.max(member.of.height);
                object.additional = Some(Box::new(member));
                return Ok(());
            }
            let name = parser.property_name()?;
            parser.expect(Kind::Colon, "`:` after the name of a property")?;
            let member = parser.member_type(decorators)?;
            below = below.max(member.of.height);
            object.properties.push((name, member));
            Ok(())
        })?;
        self.make_type(TypeKind::Object(object), start, below)
    }

    fn property_name(&mut self) -> Parsed<Ident> {
        match self.peek() {
            Kind::Name | Kind::True | Kind::False | Kind::Null => {
                let span = self.next().span;
                Ok(Ident { text: self.source(span).into(), span })
            }
            Kind::Text => {
                let token = self.next();
                Ok(Ident { text: self.value(token), span: token.span })
            }
            _ => Err(self.unexpected("the name of a property")),
        }
    }

    fn tuple_type(&mut self) -> Parsed<TypeExpr> {
        let start = self.expect(Kind::LeftSquare, "`[`")?.span;
        let mut members = Vec::new();
        let mut below = 0;
        self.entries(Kind::RightSquare, |parser| {
            let decorators = parser.decorators()?;
            let member = parser.member_type(decorators)?;
            below = below.max(member.of.height);
            members.push(member);
            Ok(())
        })?;
        self.make_type(TypeKind::Tuple(members), start, below)
    }
}
