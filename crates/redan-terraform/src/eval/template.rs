//! Templates: literals, interpolations and directives become text, with holes where something is unknown.

use super::for_expr::iterate;
use super::{Evaluator, MAX_TEXT, unknown_from};
use crate::syntax::ast::{Expr, Part};
use crate::value::{Error, Piece, Result, Type, Value, convert};

/// A text under construction.
#[derive(Default)]
struct Builder {
    pieces: Vec<Piece>,
    bytes: usize,
    sensitive: bool,
}

impl Builder {
    fn push(&mut self, piece: Piece) -> Result<()> {
        self.bytes += match &piece {
            Piece::Literal(text) => text.len(),
            Piece::Hole(_) => 16,
        };
        if self.bytes > MAX_TEXT {
            return Err(Error::limit("text is longer than the limit allows"));
        }
        self.pieces.push(piece);
        Ok(())
    }
}

impl Evaluator<'_> {
    pub(super) fn template(&mut self, parts: &[Part]) -> Result {
        if let [Part::Interpolation(only)] = parts {
            return self.eval(only);
        }
        let mut out = Builder::default();
        self.parts(parts, &mut out)?;
        self.environment.budget.spend(out.bytes / 64)?;
        Ok(Value::pieces(out.pieces).marked(out.sensitive))
    }

    fn parts(&mut self, parts: &[Part], out: &mut Builder) -> Result<()> {
        for part in parts {
            self.environment.budget.spend(1)?;
            match part {
                Part::Literal(text, _) => out.push(Piece::Literal(text.clone()))?,
                Part::Interpolation(expr) => {
                    let value = self.eval(expr)?;
                    let origin = self.origin(expr.span);
                    self.interpolate(&value, out).map_err(|e| e.at(origin))?;
                }
                Part::If { condition, then, otherwise } => self.directive_if(condition, then, otherwise, out)?,
                Part::For { key_name, value_name, collection, body } => {
                    let collection = self.eval(collection)?;
                    self.doubt_outside(&collection);
                    out.sensitive |= collection.sensitive;
                    let Some(elements) = iterate(&collection)? else {
                        out.push(Piece::Hole(unknown_from(Type::String, [&collection])))?;
                        continue;
                    };
                    let before = out.pieces.len();
                    for pair in elements.pairs {
                        self.bound(key_name.as_ref(), value_name, pair, |this| this.parts(body, out))?;
                    }
                    if let Some(rest) = elements.rest {
                        out.pieces.truncate(before);
                        out.push(Piece::Hole(Value::unknown(Type::String, rest.why)))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn interpolate(&mut self, value: &Value, out: &mut Builder) -> Result<()> {
        if value.is_null() {
            return Err(Error::new("a template cannot include a null value"));
        }
        self.doubt_on(value);
        out.sensitive |= value.sensitive;
        let text = convert(value, &Type::String)
            .map_err(|e| Error { message: "a template cannot include a collection".to_owned(), ..e })?;
        match text.as_str() {
            Some(known) => out.push(Piece::Literal(known.into())),
            None => match &text.kind {
                crate::value::Kind::Composite(composite) => {
                    composite.pieces.iter().try_for_each(|piece| out.push(piece.clone()))
                }
                _ => out.push(Piece::Hole(text)),
            },
        }
    }

    fn directive_if(&mut self, condition: &Expr, then: &[Part], otherwise: &[Part], out: &mut Builder) -> Result<()> {
        let condition = self.eval(condition)?;
        if condition.is_null() {
            return Err(Error::new("a condition cannot be null"));
        }
        out.sensitive |= condition.sensitive;
        let truth = convert(&condition, &Type::Bool)?;
        self.doubt_on(&truth);
        match truth.as_bool() {
            Some(true) => self.parts(then, out),
            Some(false) => self.parts(otherwise, out),
            None => {
                let (mut a, mut b) = (Builder::default(), Builder::default());
                self.parts(then, &mut a)?;
                self.parts(otherwise, &mut b)?;
                let (a, b) = (Value::pieces(a.pieces), Value::pieces(b.pieces));
                match (a.as_str(), b.as_str()) {
                    (Some(x), Some(y)) if x == y => out.push(Piece::Literal(x.into())),
                    _ => out.push(Piece::Hole(unknown_from(Type::String, [&truth, &a, &b]))),
                }
            }
        }
    }
}
