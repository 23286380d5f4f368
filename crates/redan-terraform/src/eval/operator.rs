//! Unary and binary operators. `&&` and `||` are Kleene's: both operands are evaluated, as Terraform 1.11 does, and a
//! known operand that decides wins over an unknown one.

use std::cmp::Ordering;

use super::{Evaluator, unknown_from};
use crate::syntax::ast::{Binary, BinaryOp, Expr, ExprKind, UnaryOp};
use crate::value::{Error, Kind, Number, Result, Type, Value, Why, convert, equal};

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Result {
        let operand = self.eval(operand)?;
        self.doubt_on(&operand);
        let ty = match op {
            UnaryOp::Negate => Type::Number,
            UnaryOp::Not => Type::Bool,
        };
        let value = operand_as(&operand, &ty)?;
        let result = match (op, value.as_number(), value.as_bool()) {
            (UnaryOp::Negate, Some(number), _) => number.negated().into(),
            (UnaryOp::Not, _, Some(truth)) => Value::from(!truth),
            _ => unknown_from(ty, [&value]),
        };
        Ok(result.marked(operand.sensitive))
    }

    /// Chains lean to the left and may be long: they take a loop, not the stack.
    pub(super) fn binary(&mut self, binary: &Binary) -> Result {
        let mut chain = vec![binary];
        let mut first = &binary.left;
        while let ExprKind::Binary(inner) = &first.kind {
            chain.push(inner);
            first = &inner.left;
        }
        let mut value = self.eval(first)?;
        for link in chain.into_iter().rev() {
            self.environment.budget.spend(1)?;
            let origin = self.origin(first.span.to(link.right.span));
            value = self.operation(link, value).map_err(|e| e.at(origin))?.or_origin(origin);
        }
        Ok(value)
    }

    fn operation(&mut self, binary: &Binary, left: Value) -> Result {
        let right = self.eval(&binary.right)?;
        self.doubt_on(&left);
        self.doubt_on(&right);
        let marked = match binary.op {
            BinaryOp::Equal | BinaryOp::NotEqual => left.has_sensitive() || right.has_sensitive(),
            _ => left.sensitive || right.sensitive,
        };
        let structural = [&left, &right].iter().all(|v| v.as_seq().is_some() || v.as_entries().is_some());
        let result = match (binary.op, &self.doubt) {
            (BinaryOp::Equal | BinaryOp::NotEqual, Some(why)) if structural => unsettled(&left, &right, why, binary.op),
            (BinaryOp::Equal, _) => equality(&left, &right, true),
            (BinaryOp::NotEqual, _) => equality(&left, &right, false),
            (BinaryOp::And | BinaryOp::Or, _) => logic(binary.op, &left, &right)?,
            (op, _) => arithmetic(op, &left, &right)?,
        };
        Ok(result.marked(marked))
    }
}

fn operand_as(value: &Value, ty: &Type) -> Result {
    let value = convert(value, ty).map_err(|e| Error { message: format!("unsuitable operand: {}", e.message), ..e })?;
    if value.is_null() {
        return Err(Error::new("an operand is null"));
    }
    Ok(value)
}

fn equality(left: &Value, right: &Value, wanted: bool) -> Value {
    match equal(left, right) {
        Some(same) => Value::from(same == wanted),
        None => unknown_from(Type::Bool, [left, right]),
    }
}

/// Types count in comparisons, and a type may hang on what is not known: then only contents that differ decide.
fn unsettled(left: &Value, right: &Value, why: &Why, op: BinaryOp) -> Value {
    let differ = match (left.as_seq(), right.as_seq(), left.as_entries(), right.as_entries()) {
        (Some(a), Some(b), ..) => {
            a.rest.is_none() && b.rest.is_none() && a.items.len() != b.items.len() && !is_set(left, right)
        }
        (_, _, Some(a), Some(b)) => {
            a.rest.is_none() && b.rest.is_none() && a.items.iter().map(|(k, _)| k).ne(b.items.iter().map(|(k, _)| k))
        }
        _ => false,
    };
    if differ {
        return Value::from(op == BinaryOp::NotEqual);
    }
    let all = [left, right].into_iter().filter_map(Value::why).fold(why.clone(), |all, next| all.and(&next));
    Value::unknown(Type::Bool, all)
}

fn is_set(left: &Value, right: &Value) -> bool {
    matches!(left.kind, Kind::Set(_)) || matches!(right.kind, Kind::Set(_))
}

fn logic(op: BinaryOp, left: &Value, right: &Value) -> Result {
    let (left, right) = (operand_as(left, &Type::Bool)?, operand_as(right, &Type::Bool)?);
    let decisive = op == BinaryOp::Or;
    Ok(match (left.as_bool(), right.as_bool()) {
        (Some(truth), _) | (_, Some(truth)) if truth == decisive => truth.into(),
        (Some(_), Some(_)) => Value::from(!decisive),
        _ => unknown_from(Type::Bool, [&left, &right]),
    })
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Result {
    let (left, right) = (operand_as(left, &Type::Number)?, operand_as(right, &Type::Number)?);
    let ty = match op {
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => Type::Bool,
        _ => Type::Number,
    };
    let (Some(a), Some(b)) = (left.as_number(), right.as_number()) else {
        return Ok(unknown_from(ty, [&left, &right]));
    };
    let compared = |wanted: &[Ordering]| Ok(Value::from(wanted.contains(&a.compare(b))));
    match op {
        BinaryOp::Less => compared(&[Ordering::Less]),
        BinaryOp::LessEqual => compared(&[Ordering::Less, Ordering::Equal]),
        BinaryOp::Greater => compared(&[Ordering::Greater]),
        BinaryOp::GreaterEqual => compared(&[Ordering::Greater, Ordering::Equal]),
        BinaryOp::Add => number(a.add(b)),
        BinaryOp::Subtract => number(a.subtract(b)),
        BinaryOp::Multiply => number(a.multiply(b)),
        BinaryOp::Divide if *b == Number::from(0_i64) => {
            Err(Error::limit("division by zero gives infinity, which is not supported"))
        }
        BinaryOp::Divide => number(a.divide(b)),
        _ => number(a.modulo(b)),
    }
}

fn number(result: Option<Number>) -> Result {
    result.map(Value::from).ok_or_else(|| Error::limit("number outside the supported range"))
}
