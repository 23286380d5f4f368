//! `for` expressions over collections that may be known in part.

use std::collections::BTreeMap;

use super::traverse::rest_of;
use super::{Evaluator, unknown_from};
use crate::syntax::ast::{Expr, For, Ident, Text};
use crate::value::{Error, Kind, Rest, Result, Type, Value, Why, convert};

/// What a loop runs over.
pub(super) struct Loop {
    pub(super) pairs: Vec<(Value, Value)>,
    pub(super) rest: Option<Rest>,
}

/// Elements with their keys; `None` if nothing is known.
pub(super) fn iterate(collection: &Value) -> Result<Option<Loop>> {
    match &collection.kind {
        Kind::Unknown(unknown) if unknown.ty.is_primitive() => Err(Error::new("for over a value that has no elements")),
        Kind::Unknown(_) => Ok(None),
        Kind::List(seq) | Kind::Tuple(seq) => {
            let position = |i: usize| match &seq.rest {
                Some(rest) if i >= rest.prefix => Value::unknown(Type::Number, rest.why.clone()),
                _ => Value::from(i),
            };
            let pairs = seq.items.iter().enumerate().map(|(i, v)| (position(i), v.clone())).collect();
            Ok(Some(Loop { pairs, rest: seq.rest.clone() }))
        }
        Kind::Set(seq) => {
            let pairs = seq.items.iter().map(|v| (v.clone(), v.clone())).collect();
            Ok(Some(Loop { pairs, rest: rest_of(collection, seq) }))
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let pairs = entries.items.iter().map(|(k, v)| (Value::text(k.clone()), v.clone())).collect();
            let rest = entries.rest.as_ref().map(|why| Rest { prefix: 0, why: why.clone() });
            Ok(Some(Loop { pairs, rest }))
        }
        Kind::Null(_) => Err(Error::new("for over a null value")),
        _ => Err(Error::new("for over a value that has no elements")),
    }
}

/// Whether an element takes part.
enum Taken {
    Yes,
    No,
    Perhaps(Why),
}

impl Evaluator<'_> {
    pub(super) fn for_expr(&mut self, expr: &For) -> Result {
        let collection = self.eval(&expr.collection)?;
        self.doubt_outside(&collection);
        let Some(elements) = iterate(&collection)? else {
            return Ok(unknown_from(Type::Dynamic, [&collection]).marked(collection.sensitive));
        };
        let result = match &expr.key {
            None => self.for_tuple(expr, elements)?,
            Some(key) if expr.grouping => self.for_groups(expr, key, elements)?,
            Some(key) => self.for_object(expr, key, elements)?,
        };
        self.checked(result.marked(collection.sensitive))
    }

    /// Runs something with the loop's names bound.
    pub(super) fn bound<T>(
        &mut self,
        key_name: Option<&Ident>,
        value_name: &Ident,
        pair: (Value, Value),
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let before = self.locals.len();
        if let Some(name) = key_name {
            self.locals.push((name.text.clone(), pair.0));
        }
        self.locals.push((value_name.text.clone(), pair.1));
        let result = run(self);
        self.locals.truncate(before);
        result
    }

    fn taken(&mut self, condition: Option<&Expr>, sensitive: &mut bool) -> Result<Taken> {
        let Some(condition) = condition else { return Ok(Taken::Yes) };
        let value = self.eval(condition)?;
        self.doubt_on(&value);
        *sensitive |= value.sensitive;
        if value.is_null() {
            return Err(Error::new("the condition of a for expression is null"));
        }
        let truth = convert(&value, &Type::Bool)?;
        Ok(match (truth.as_bool(), truth.why()) {
            (Some(true), _) => Taken::Yes,
            (None, Some(why)) => Taken::Perhaps(why),
            _ => Taken::No,
        })
    }

    fn for_tuple(&mut self, expr: &For, elements: Loop) -> Result {
        let mut items = Vec::with_capacity(elements.pairs.len());
        let mut prefix = None;
        let certain = elements.rest.as_ref().map_or(usize::MAX, |r| r.prefix);
        let mut why = elements.rest.map(|r| r.why);
        let mut sensitive = false;
        for (position, pair) in elements.pairs.into_iter().enumerate() {
            if position >= certain {
                prefix.get_or_insert(items.len());
            }
            let value = self.bound(expr.key_name.as_ref(), &expr.value_name, pair, |this| {
                Ok(match this.taken(expr.condition.as_ref(), &mut sensitive)? {
                    Taken::Yes => Ok(Some(this.eval_lenient(&expr.value)?)),
                    Taken::No => Ok(None),
                    Taken::Perhaps(why) => Err(why),
                })
            })?;
            match value {
                Ok(value) => items.extend(value),
                Err(doubtful) => {
                    prefix.get_or_insert(items.len());
                    why = Some(why.map_or_else(|| doubtful.clone(), |w| w.and(&doubtful)));
                }
            }
        }
        let rest = why.map(|why| Rest { prefix: prefix.unwrap_or(items.len()), why });
        Ok(Value::open_tuple(items, rest).marked(sensitive))
    }

    fn for_object(&mut self, expr: &For, key: &Expr, elements: Loop) -> Result {
        let mut entries: BTreeMap<Text, Value> = BTreeMap::new();
        let mut rest = elements.rest.map(|r| r.why);
        let mut sensitive = false;
        for pair in elements.pairs {
            let entry = self.bound(expr.key_name.as_ref(), &expr.value_name, pair, |this| {
                this.for_entry(expr, key, &mut sensitive)
            })?;
            match entry {
                Ok(Some((key, value))) => {
                    if entries.insert(key, value).is_some() {
                        return Err(Error::new("two elements of a for expression have the same key"));
                    }
                }
                Ok(None) => {}
                Err(why) => rest = Some(rest.map_or_else(|| why.clone(), |r| r.and(&why))),
            }
        }
        Ok(Value::open_object(entries.into_iter().collect(), rest).marked(sensitive))
    }

    fn for_groups(&mut self, expr: &For, key: &Expr, elements: Loop) -> Result {
        let mut groups: BTreeMap<Text, Vec<Value>> = BTreeMap::new();
        let mut rest = elements.rest.map(|r| r.why);
        let mut sensitive = false;
        for pair in elements.pairs {
            let entry = self.bound(expr.key_name.as_ref(), &expr.value_name, pair, |this| {
                this.for_entry(expr, key, &mut sensitive)
            })?;
            match entry {
                Ok(Some((key, value))) => groups.entry(key).or_default().push(value),
                Ok(None) => {}
                Err(why) => rest = Some(rest.map_or_else(|| why.clone(), |r| r.and(&why))),
            }
        }
        let open = rest.clone().map(|why| Rest { prefix: 0, why });
        let entries = groups.into_iter().map(|(k, items)| (k, Value::open_tuple(items, open.clone()))).collect();
        Ok(Value::open_object(entries, rest).marked(sensitive))
    }

    /// One entry; `Ok(None)` if the condition leaves it out, the reasons if it may or may not be there.
    fn for_entry(
        &mut self,
        expr: &For,
        key: &Expr,
        sensitive: &mut bool,
    ) -> Result<std::result::Result<Option<(Text, Value)>, Why>> {
        match self.taken(expr.condition.as_ref(), sensitive)? {
            Taken::No => return Ok(Ok(None)),
            Taken::Perhaps(why) => return Ok(Err(why)),
            Taken::Yes => {}
        }
        let key = self.eval(key)?;
        *sensitive |= key.sensitive;
        let name = self.object_key(&key)?;
        let value = self.eval_lenient(&expr.value)?;
        Ok(name.map(|name| Some((name, value))))
    }
}
