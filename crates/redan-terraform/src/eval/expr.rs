//! The dispatch over kinds of expressions.

use super::{Evaluator, MAX_DEPTH};
use crate::syntax::ast::{Expr, ExprKind};
use crate::value::{Class, Error, Number, Result, Type, Value, Why};

impl Evaluator<'_> {
    /// Evaluates, and says where the value comes from unless it already knows.
    pub(super) fn eval(&mut self, expr: &Expr) -> Result {
        self.environment.budget.spend(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(Error::limit("expressions nest deeper than the limit allows").at(self.origin(expr.span)));
        }
        self.depth += 1;
        let result = self.eval_kind(expr);
        self.depth -= 1;
        match result {
            Ok(value) => Ok(value.or_origin(self.origin(expr.span))),
            Err(error) => Err(error.at(self.origin(expr.span))),
        }
    }

    fn eval_kind(&mut self, expr: &Expr) -> Result {
        match &expr.kind {
            ExprKind::Invalid => {
                let why = Why::new(Class::Parse, "expression that could not be parsed", self.origin(expr.span));
                Ok(Value::unknown(Type::Dynamic, why))
            }
            ExprKind::Null => Ok(Value::null(Type::Dynamic)),
            ExprKind::Bool(value) => Ok((*value).into()),
            ExprKind::Number(text) => {
                Number::parse(text).map(Value::from).ok_or_else(|| Error::limit("number outside the supported range"))
            }
            ExprKind::Text(text) => Ok(Value::text(text.clone())),
            ExprKind::Template(parts) => self.template(parts),
            ExprKind::Tuple(items) => self.tuple(items),
            ExprKind::Object(items) => self.object(items),
            ExprKind::For(for_expr) => self.for_expr(for_expr),
            ExprKind::Conditional(conditional) => self.conditional(conditional),
            ExprKind::Unary(op, operand) => self.unary(*op, operand),
            ExprKind::Binary(binary) => self.binary(binary),
            ExprKind::Call(call) => self.call(call, expr.span),
            ExprKind::Variable(name) => self.variable(name, &[], expr.span).map(|(value, _)| value),
            ExprKind::Traversal(traversal) => self.traversal(traversal),
            ExprKind::Paren(inner) => self.eval(inner),
        }
    }
}
