//! Tuple and object constructors. Outside `try` and `can` an element that fails is unknown and the others stay.

use super::Evaluator;
use crate::syntax::ast::{Expr, ObjectItem, ObjectKey, Text};
use crate::value::{Error, Result, Type, Value, Why, convert};

impl Evaluator<'_> {
    /// Evaluates; a failure is a value unless something waits for it.
    pub(super) fn eval_lenient(&mut self, expr: &Expr) -> Result {
        match self.eval(expr) {
            Err(error) if self.strict == 0 => Ok(self.failed(error).with_origin(self.origin(expr.span))),
            result => result,
        }
    }

    pub(super) fn tuple(&mut self, items: &[Expr]) -> Result {
        let items = items.iter().map(|item| self.eval_lenient(item)).collect::<Result<Vec<_>>>()?;
        self.checked(Value::tuple(items))
    }

    pub(super) fn object(&mut self, items: &[ObjectItem]) -> Result {
        let mut entries: Vec<(Text, Value)> = Vec::with_capacity(items.len());
        let mut rest: Option<Why> = None;
        let mut sensitive = false;
        for item in items {
            let key = match &item.key {
                ObjectKey::Name(name) => Value::text(name.text.clone()),
                ObjectKey::Expr(expr) => self.eval(expr)?,
            };
            let value = self.eval_lenient(&item.value)?;
            sensitive |= key.sensitive;
            match self.object_key(&key)? {
                Ok(key) => entries.push((key, value)),
                Err(why) => {
                    for (_, earlier) in &mut entries {
                        *earlier = may_be_replaced(earlier, &value, &why);
                    }
                    rest = Some(rest.map_or_else(|| why.clone(), |r| r.and(&why)));
                }
            }
        }
        self.checked(Value::open_object(entries, rest).marked(sensitive))
    }

    /// The text of a key, or why it is not known.
    pub(super) fn object_key(&mut self, key: &Value) -> Result<std::result::Result<Text, Why>> {
        self.doubt_on(key);
        if key.is_null() {
            return Err(Error::new("an object key cannot be null"));
        }
        let text = convert(key, &Type::String)?;
        match (text.as_str(), text.why()) {
            (Some(text), _) => Ok(Ok(text.into())),
            (None, Some(why)) => Ok(Err(why)),
            (None, None) => Err(Error::new("an object key must be text")),
        }
    }
}

/// A key that is not known may be an earlier one, whose value it then replaces.
fn may_be_replaced(earlier: &Value, value: &Value, why: &Why) -> Value {
    if crate::value::equal(earlier, value) == Some(true) {
        return earlier.clone();
    }
    Value::unknown(Type::Dynamic, why.clone()).with_origin(earlier.origin)
}
