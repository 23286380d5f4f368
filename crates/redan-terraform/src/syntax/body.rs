//! Bodies: attributes and blocks, read so that an error costs the smallest thing that holds it.

use rustc_hash::FxHashSet;

use super::ast::{Attribute, Block, Body, Expr, ExprKind, Ident, Text};
use super::parser::{Parsed, Parser, SyntaxError, span};

/// Words that open a block of their own at the start of a line: where a closing brace was forgotten, they end the block.
const TOP_LEVEL: [&str; 12] = [
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "moved",
    "import",
    "check",
    "ephemeral",
];

/// A whole file (or `.tfvars`, which is a body without blocks).
pub(crate) fn parse_file(text: &str) -> (Body, Vec<SyntaxError>) {
    let mut parser = Parser::new(text);
    let mut body = Body { span: span(0, text.len()), ..Body::default() };
    loop {
        parser.items(&mut body, false);
        if parser.at_end() {
            break;
        }
        parser.error(
            span(parser.pos, parser.pos + 1),
            "`}` closes nothing: remove it, or look for a brace too many above",
        );
        parser.pos += 1;
    }
    (body, parser.errors)
}

impl Parser<'_> {
    /// Items up to the end of the file or a closing brace, which is not passed.
    fn items(&mut self, body: &mut Body, inner: bool) {
        let mut names: FxHashSet<Text> = FxHashSet::default();
        loop {
            self.skip_lines();
            if self.at_end() || self.peek() == b'}' || (inner && self.damaged && self.at_top_level_block()) {
                return;
            }
            let start = self.pos;
            if let Err(error) = self.item(body, &mut names) {
                self.report(error);
                self.recover(start);
                body.damaged = true;
            }
        }
    }

    fn item(&mut self, body: &mut Body, names: &mut FxHashSet<Text>) -> Parsed<()> {
        if !self.at_name() {
            return Err(self.unexpected("an argument or block"));
        }
        let name = self.name();
        self.skip_space();
        match self.peek() {
            b'=' if self.peek_at(1) != b'=' => {
                self.pos += 1;
                let attribute = self.attribute(name);
                if names.insert(attribute.name.text.clone()) {
                    body.attributes.push(attribute);
                } else {
                    let message =
                        format!("argument `{}` is set twice in this block; the first counts", attribute.name.text);
                    self.error(attribute.name.span, message);
                }
                Ok(())
            }
            b'{' | b'"' => self.block(name, body),
            _ if self.at_name() => self.block(name, body),
            _ => Err(self.unexpected("`=` or `{` after the name")),
        }
    }

    /// The value, after `=`. One that does not parse is reported and stands as invalid.
    fn attribute(&mut self, name: Ident) -> Attribute {
        self.skip_space();
        let start = self.pos;
        let value = match self.expr().and_then(|value| self.end_of_argument().map(|()| value)) {
            Ok(value) => value,
            Err(error) => {
                self.report(error);
                self.recover(start);
                Expr { kind: ExprKind::Invalid, span: span(start, self.pos.max(start)) }
            }
        };
        let whole = name.span.to(value.span);
        Attribute { name, value, span: whole }
    }

    fn end_of_argument(&mut self) -> Parsed<()> {
        self.skip_space();
        match self.peek() {
            b'\n' | b'}' => Ok(()),
            b',' => {
                let message = "arguments of a block stand on lines of their own, without commas: remove the comma";
                self.error(span(self.pos, self.pos + 1), message);
                self.pos += 1;
                Ok(())
            }
            _ if self.at_end() => Ok(()),
            _ => Err(self.unexpected("a line break after the argument")),
        }
    }

    fn block(&mut self, kind: Ident, body: &mut Body) -> Parsed<()> {
        let mut labels: Vec<Ident> = Vec::new();
        while self.peek() != b'{' {
            labels.push(self.label()?);
            self.skip_space();
        }
        let header = labels.last().map_or(kind.span, |last| kind.span.to(last.span));
        let open = self.pos;
        let was_damaged = self.damaged;
        let errors = self.errors.len();
        let block = self.block_body(kind.clone(), labels.clone(), header);
        let unclosed = self.at_end() && !was_damaged && self.damaged;
        let block = if unclosed {
            self.wasted += self.pos - open;
            self.pos = open;
            self.errors.truncate(errors);
            self.error(header, format!("block `{}` is never closed: add `}}`", kind.text));
            self.block_body(kind, labels, header)?
        } else {
            block?
        };
        body.blocks.push(block);
        Ok(())
    }

    fn label(&mut self) -> Parsed<Ident> {
        if self.peek() == b'"' {
            let start = self.pos;
            let expr = self.quoted()?;
            return match expr.kind {
                ExprKind::Text(text) => Ok(Ident { text, span: expr.span }),
                _ => self.fail(self.span_from(start), "a block label is plain text, without `${`"),
            };
        }
        if self.at_name() {
            return Ok(self.name());
        }
        Err(self.unexpected("`{` or a quoted label"))
    }

    fn block_body(&mut self, kind: Ident, labels: Vec<Ident>, header: super::ast::Span) -> Parsed<Block> {
        self.deeper(|parser| {
            let open = parser.pos;
            parser.pos += 1;
            let mut inner = Body::default();
            parser.items(&mut inner, true);
            if parser.peek() == b'}' {
                parser.pos += 1;
            } else {
                parser.damaged = true;
                inner.damaged = true;
            }
            inner.span = parser.span_from(open);
            Ok(Block { span: span(header.start as usize, parser.pos), kind, labels, body: inner, header })
        })
    }

    fn at_top_level_block(&self) -> bool {
        let at_line_start = self.pos == 0 || self.text.as_bytes().get(self.pos - 1) == Some(&b'\n');
        at_line_start && TOP_LEVEL.iter().any(|word| self.at_word(word))
    }

    /// Passes what began at `start` and could not be read: to the end of its last line, or the brace that closes its block.
    fn recover(&mut self, start: usize) {
        self.wasted += self.pos.saturating_sub(start);
        self.pos = start;
        if self.wasted > 16 * self.len() + (1 << 16) {
            self.error(span(start, start), "too damaged to be read further");
            self.pos = self.len();
        } else if self.damaged {
            self.skip_line();
        } else if let Some(end) = super::skip::end_of_item(self.text, start) {
            self.pos = end;
        } else {
            self.damaged = true;
            self.wasted += self.len() - start;
            self.skip_line();
        }
        if self.pos == start && !self.at_end() && self.peek() != b'}' {
            self.skip_line();
        }
    }
}
