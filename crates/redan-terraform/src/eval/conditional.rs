//! The conditional operator. Both sides are brought to one type; an unknown condition leaves what both sides share.

use super::{Evaluator, unknown_from};
use crate::syntax::ast::Conditional;
use crate::value::{Error, Kind, Result, Type, Value, Why, convert, equal, unify};

impl Evaluator<'_> {
    pub(super) fn conditional(&mut self, conditional: &Conditional) -> Result {
        let condition = self.eval(&conditional.condition)?;
        if condition.is_null() {
            return Err(Error::new("a condition cannot be null"));
        }
        let truth = convert(&condition, &Type::Bool)
            .map_err(|e| Error { message: "a condition must be true or false".to_owned(), ..e })?;
        self.doubt_on(&truth);
        let problems = self.problems.len();
        let doubt = self.doubt.clone();
        let then = self.eval(&conditional.then);
        let then_problems = self.problems.split_off(problems);
        let then_doubt = std::mem::replace(&mut self.doubt, doubt.clone());
        let otherwise = self.eval(&conditional.otherwise);
        let otherwise_problems = self.problems.split_off(problems);
        let otherwise_doubt = std::mem::replace(&mut self.doubt, doubt.clone());
        for side in [&then, &otherwise].into_iter().flatten() {
            if side.has_unknown() && side.ty().has_dynamic() {
                self.doubt_on(side);
            }
        }
        let ty = match common_type(then.as_ref().ok(), otherwise.as_ref().ok()) {
            Some(ty) => ty,
            None => {
                let open = [then_doubt.clone(), otherwise_doubt.clone(), self.doubt.take()];
                self.doubt = Why::all(open.into_iter().flatten());
                if self.doubt.is_none() {
                    return Err(Error::new("both results of a conditional must have the same type"));
                }
                Type::Dynamic
            }
        };
        let doubt_of_type = self.doubt.clone();
        let sensitive =
            condition.sensitive || [&then, &otherwise].iter().any(|s| s.as_ref().is_ok_and(|v| v.sensitive));
        let result = match truth.as_bool() {
            Some(chosen) => {
                self.problems.extend(if chosen { then_problems } else { otherwise_problems });
                self.doubt =
                    Why::all([if chosen { then_doubt } else { otherwise_doubt }, doubt_of_type].into_iter().flatten());
                convert(&(if chosen { then } else { otherwise })?, &ty)?
            }
            None => either(&truth, then.ok(), otherwise.ok(), ty),
        };
        Ok(result.marked(sensitive))
    }
}

fn is_plain_null(value: Option<&Value>) -> bool {
    matches!(value.map(|v| &v.kind), Some(Kind::Null(Type::Dynamic)))
}

/// The type both sides are brought to, if there is one; a side that fails imposes none.
fn common_type(then: Option<&Value>, otherwise: Option<&Value>) -> Option<Type> {
    let (Some(a), Some(b)) = (then, otherwise) else { return Some(Type::Dynamic) };
    if is_plain_null(then) {
        return Some(b.ty());
    }
    if is_plain_null(otherwise) {
        return Some(a.ty());
    }
    let (a, b) = (a.ty(), b.ty());
    if a == Type::Dynamic || b == Type::Dynamic { Some(Type::Dynamic) } else { unify([&a, &b]) }
}

/// The result of an unknown condition.
fn either(condition: &Value, then: Option<Value>, otherwise: Option<Value>, ty: Type) -> Value {
    let sides =
        (then.as_ref().and_then(|v| convert(v, &ty).ok()), otherwise.as_ref().and_then(|v| convert(v, &ty).ok()));
    if let (Some(a), Some(b)) = &sides
        && !(a.has_unknown() || b.has_unknown())
        && equal(a, b) == Some(true)
        && a.ty() == b.ty()
    {
        return a.clone();
    }
    let parts = [Some(condition), then.as_ref(), otherwise.as_ref()];
    unknown_from(ty, parts.into_iter().flatten())
}
