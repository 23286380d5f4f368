//! Arrays, objects, loops and conditional bodies.
//! Loops: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/loops>

use super::ast::{Array, ArrayItem, Expr, ExprKind, For, Ident, Object, ObjectItem, ObjectKey};
use super::parser::{Parsed, Parser};
use super::token::Kind;

impl Parser<'_> {
    pub(super) fn array(&mut self) -> Parsed<Expr> {
        let start = self.expect(Kind::LeftSquare, "`[`")?.span;
        let mut array = Array { items: Vec::new(), damaged: false };
        let mut below = 0;
        array.damaged = self.entries(Kind::RightSquare, |parser| {
            let spread = parser.take(Kind::Ellipsis);
            let value = parser.expression()?;
            below = below.max(value.height);
            array.items.push(if spread { ArrayItem::Spread(value) } else { ArrayItem::Value(value) });
            Ok(())
        })?;
        self.make(ExprKind::Array(array), start, below)
    }

    /// `{ … }`; `children` tells whether resources may stand in it.
    pub(super) fn object(&mut self, children: bool) -> Parsed<Expr> {
        let start = self.expect(Kind::LeftBrace, "`{`")?.span;
        let mut object = Object::default();
        let mut below = 0;
        object.damaged = self.entries(Kind::RightBrace, |parser| {
            let (item, height) = parser.object_item(children)?;
            below = below.max(height);
            object.items.push(item);
            Ok(())
        })?;
        self.make(ExprKind::Object(object), start, below)
    }

    fn object_item(&mut self, children: bool) -> Parsed<(ObjectItem, u16)> {
        let child = || self.peek() == Kind::At || (self.at_word("resource") && self.peek_at(1) == Kind::Name);
        if children && child() {
            let (child, height) = self.nested(Self::child_resource)?;
            return Ok((ObjectItem::Resource(Box::new(child)), height));
        }
        if self.take(Kind::Ellipsis) {
            let value = self.expression()?;
            let height = value.height;
            return Ok((ObjectItem::Spread(value), height));
        }
        let (key, height) = self.key()?;
        self.expect(Kind::Colon, "`:` after the name of a property")?;
        let start = self.span();
        let value = match self.expression() {
            Ok(value) => value,
            // Only this property is lost, if the line ends where it should.
            Err(error) => {
                self.skip_entry(error, Kind::RightBrace);
                if !matches!(self.peek(), Kind::NewLine | Kind::Comma | Kind::RightBrace) || self.at_declaration(1) {
                    return Err(self.unexpected("`}`"));
                }
                self.make(ExprKind::Invalid, start, 0)?
            }
        };
        let height = height.max(value.height);
        Ok((ObjectItem::Property { key, value }, height))
    }

    fn key(&mut self) -> Parsed<(ObjectKey, u16)> {
        match self.peek() {
            Kind::Name | Kind::True | Kind::False | Kind::Null => {
                let span = self.next().span;
                Ok((ObjectKey::Name(Ident { text: self.source(span).into(), span }), 0))
            }
            Kind::Text | Kind::TextLeft => {
                let key = self.text()?;
                let height = key.height;
                Ok(match key.kind {
                    ExprKind::Text(text) => (ObjectKey::Name(Ident { text, span: key.span }), 0),
                    _ => (ObjectKey::Computed(key), height),
                })
            }
            _ => Err(self.unexpected("the name of a property")),
        }
    }

    /// Entries between brackets, each on a line of its own or parted by commas; the opening bracket is already read.
    /// Returns whether an entry could not be read.
    pub(super) fn entries(&mut self, close: Kind, mut read: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<bool> {
        let mut damaged = false;
        loop {
            self.skip_lines();
            if self.take(close) {
                return Ok(damaged);
            }
            // A child resource and a decorator may begin a line inside braces too.
            let may_stand_here = self.peek() == Kind::At || (close == Kind::RightBrace && self.at_word("resource"));
            if self.at_declaration(0) && !may_stand_here {
                return Err(self.unexpected("the end of what `{` or `[` opens"));
            }
            let before = self.span();
            let result = read(self).and_then(|()| {
                let ends = matches!(self.peek(), Kind::NewLine | Kind::Comma) || self.peek() == close;
                if ends { Ok(()) } else { Err(self.unexpected("a line break or `,`")) }
            });
            if let Err(error) = result {
                damaged = true;
                self.skip_entry(error, close);
            }
            let parted = self.take(Kind::Comma) || self.peek() == Kind::NewLine || self.peek() == close;
            let lost = self.peek() == Kind::End || (self.peek() == Kind::NewLine && self.at_declaration(1) && damaged);
            if lost || !parted || (damaged && before == self.span()) {
                return Err(self.unexpected("the end of what `{` or `[` opens"));
            }
        }
    }

    /// `[for item in collection: body]`; the body of a resource or module is an object, perhaps conditional.
    pub(super) fn for_expression(&mut self, children: bool) -> Parsed<Expr> {
        self.looped(|parser| {
            if children && parser.at_word("if") {
                return parser.conditional(true);
            }
            if children { parser.object(true) } else { parser.expression() }
        })
    }

    fn looped(&mut self, body: impl FnOnce(&mut Self) -> Parsed<Expr>) -> Parsed<Expr> {
        let start = self.expect(Kind::LeftSquare, "`[`")?.span;
        self.skip_lines();
        self.expect_word("for")?;
        let (item, index) = if self.take(Kind::LeftParen) {
            let item = self.name("the name of the item")?;
            self.expect(Kind::Comma, "`,`")?;
            let index = self.name("the name of the index")?;
            self.expect(Kind::RightParen, "`)`")?;
            (item, Some(index))
        } else {
            (self.name("the name of the item")?, None)
        };
        self.expect_word("in")?;
        let collection = self.expression()?;
        self.expect(Kind::Colon, "`:`")?;
        let body = self.nested(body)?;
        self.skip_lines();
        self.expect(Kind::RightSquare, "`]`")?;
        let below = collection.height.max(body.height);
        self.make(ExprKind::For(Box::new(For { item, index, collection, body })), start, below)
    }

    /// `if (condition) { … }`
    fn conditional(&mut self, children: bool) -> Parsed<Expr> {
        let start = self.span();
        self.expect_word("if")?;
        let condition = self.nested(|parser| {
            if parser.peek() == Kind::LeftParen { parser.expression() } else { Err(parser.unexpected("`(`")) }
        })?;
        let body = self.object(children)?;
        let below = condition.height.max(body.height);
        self.make(ExprKind::If(Box::new((condition, body))), start, below)
    }

    /// What a resource or module is: an object, a conditional object or a loop of either.
    pub(super) fn body(&mut self) -> Parsed<Expr> {
        if self.at_word_past_lines("if") {
            self.skip_lines();
            return self.conditional(true);
        }
        match self.peek() {
            Kind::LeftBrace => self.object(true),
            Kind::LeftSquare => self.for_expression(true),
            _ => Err(self.unexpected("`{`, `if` or `[for`")),
        }
    }
}
