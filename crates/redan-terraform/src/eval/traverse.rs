//! References and the steps applied to values: attributes, indices, splats.

use super::{Evaluator, unknown_from};
use crate::syntax::ast::{ExprKind, Span, Step, Traversal};
use crate::value::{
    Class, Entries, Error, Kind, Origin, PathStep, Reference, Rest, Result, Seq, Type, Unknown, Value, convert,
};

impl Evaluator<'_> {
    /// The value of a name and how many of the steps it covers.
    pub(super) fn variable(&mut self, name: &str, steps: &[Step], span: Span) -> Result<(Value, usize)> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(bound, _)| &**bound == name) {
            return Ok((value.clone(), 0));
        }
        self.environment.scope.resolve(name, steps, span)
    }

    pub(super) fn traversal(&mut self, traversal: &Traversal) -> Result {
        let (value, used) = match &traversal.root.kind {
            ExprKind::Variable(name) => self.variable(name, &traversal.steps, traversal.root.span)?,
            _ => (self.eval(&traversal.root)?, 0),
        };
        self.steps(value, traversal.steps.get(used..).unwrap_or_default())
    }

    fn steps(&mut self, mut value: Value, steps: &[Step]) -> Result {
        for step in steps {
            self.environment.budget.spend(1)?;
            value = self.step(value, step).map_err(|e| e.at(self.origin(step.span())))?;
        }
        Ok(value)
    }

    fn step(&mut self, value: Value, step: &Step) -> Result {
        match step {
            Step::Attr(name) => {
                if value.as_reference().is_none() && !has_entry(&value, &name.text) {
                    self.doubt_outside(&value);
                }
                attribute(&value, &name.text)
            }
            Step::Index(expr) => {
                let key = self.eval(expr)?;
                self.doubt_on(&key);
                if !has_element(&value, &key) {
                    self.doubt_outside(&value);
                }
                index(&value, &key)
            }
            Step::LegacyIndex(number, _) => {
                let number = usize::try_from(*number).map_err(|_| Error::new("index outside the list"))?;
                let key = Value::from(number);
                if !has_element(&value, &key) {
                    self.doubt_outside(&value);
                }
                index(&value, &key)
            }
            Step::AttrSplat(steps, _) | Step::FullSplat(steps, _) => self.splat(&value, steps),
        }
    }

    /// Doubt about something that may or may not be in a value of which not all is known.
    pub(super) fn doubt_outside(&mut self, value: &Value) {
        if value.is_unknown() || is_open(value) {
            self.doubt_on(value);
        }
    }

    fn splat(&mut self, value: &Value, steps: &[Step]) -> Result {
        let sensitive = value.sensitive;
        self.doubt_outside(value);
        let result = match &value.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                return Err(Error::new("splat of a null list"));
            }
            Kind::Null(_) => Value::tuple(Vec::new()),
            Kind::Unknown(_) => unknown_from(Type::Dynamic, [value]),
            Kind::List(seq) | Kind::Set(seq) => {
                let items = self.each(&seq.items, steps)?;
                let element = match items.first() {
                    Some(first) => first.ty(),
                    None => element_type(&seq.element, steps),
                };
                Value::open_list(items, rest_of(value, seq), element)
            }
            Kind::Tuple(seq) => Value::open_tuple(self.each(&seq.items, steps)?, seq.rest.clone()),
            _ => Value::tuple(vec![self.steps(value.clone(), steps)?]),
        };
        self.checked(result.marked(sensitive))
    }

    fn each(&mut self, items: &[Value], steps: &[Step]) -> Result<Vec<Value>> {
        items.iter().map(|item| self.steps(item.clone(), steps)).collect()
    }
}

/// What follows the known elements when a collection becomes a list.
pub(super) fn rest_of(value: &Value, seq: &Seq) -> Option<Rest> {
    let shuffled = matches!(value.kind, Kind::Set(_)) && seq.facts.unknown() && seq.items.len() > 1;
    match &seq.rest {
        Some(rest) => Some(rest.clone()),
        None if shuffled => value.why().map(|why| Rest { prefix: 0, why }),
        None => None,
    }
}

/// The type of an element after these steps, as far as a type can tell.
fn element_type(ty: &Type, steps: &[Step]) -> Type {
    let mut ty = ty.clone();
    for step in steps {
        ty = match (&ty, step) {
            (Type::Object(fields), Step::Attr(name)) => {
                fields.iter().find(|f| f.name == name.text).map_or(Type::Dynamic, |f| f.ty.clone())
            }
            (Type::Map(element) | Type::List(element), Step::Attr(_) | Step::Index(_)) => (**element).clone(),
            _ => Type::Dynamic,
        };
    }
    ty
}

/// Whether a map certainly has that key.
fn has_entry(value: &Value, name: &str) -> bool {
    value.as_entries().is_some_and(|entries| entries.get(name).is_some())
}

/// Whether a collection certainly has that element.
fn has_element(value: &Value, key: &Value) -> bool {
    match (value.as_seq(), key.as_str(), key.as_number()) {
        (Some(seq), _, Some(number)) => number.to_usize().is_some_and(|at| seq.at(at).is_some()),
        (None, Some(name), _) => has_entry(value, name),
        _ => false,
    }
}

fn is_open(value: &Value) -> bool {
    match &value.kind {
        Kind::List(seq) | Kind::Set(seq) | Kind::Tuple(seq) => seq.rest.is_some(),
        Kind::Map(entries) | Kind::Object(entries) => entries.rest.is_some(),
        _ => false,
    }
}

/// `value.name`
pub(crate) fn attribute(value: &Value, name: &str) -> Result {
    let found = match &value.kind {
        Kind::Unknown(unknown) => match typed_attribute(unknown, name)? {
            Some(ty) => Value::unknown(ty, unknown.why.clone()),
            None => unknown.step(PathStep::Attr(name.into()), value.origin).into(),
        },
        Kind::Null(_) => return Err(Error::new(format!("attribute \"{name}\" of a null value"))),
        Kind::Map(entries) | Kind::Object(entries) => match (entries.get(name), &entries.rest) {
            (Some(found), _) => found.clone(),
            (None, Some(_)) => computed(entries, name, value.origin),
            (None, None) => return Err(Error::new(format!("value has no attribute \"{name}\""))),
        },
        _ => return Err(Error::new(format!("attribute \"{name}\" of a value that has no attributes"))),
    };
    Ok(found.marked(value.sensitive))
}

/// What a known type says of an attribute; `None` if only a reference can tell.
fn typed_attribute(unknown: &Unknown, name: &str) -> Result<Option<Type>> {
    match &unknown.ty {
        Type::Dynamic => Ok(None),
        Type::Map(element) => Ok(Some((**element).clone())),
        Type::Object(fields) => match fields.iter().find(|f| &*f.name == name) {
            Some(field) => Ok(Some(field.ty.clone())),
            None => Err(Error::new(format!("value has no attribute \"{name}\""))),
        },
        _ => Err(Error::new(format!("attribute \"{name}\" of a value that has no attributes"))),
    }
}

/// An attribute that may exist but is not stated.
fn computed(entries: &Entries, name: &str, origin: Origin) -> Value {
    match (&entries.reference, &entries.rest) {
        (Some(reference), why) => {
            let class = why.as_ref().and_then(|w| w.reasons().first()).map_or(Class::Computed, |r| r.class);
            let step: Reference = reference.step(PathStep::Attr(name.into()));
            Unknown::reference(class, step, origin).into()
        }
        (None, Some(why)) => Value::unknown(entries.element.clone(), why.clone()),
        (None, None) => Value::null(Type::Dynamic),
    }
}

/// `value[key]`
pub(crate) fn index(value: &Value, key: &Value) -> Result {
    if value.is_null() {
        return Err(Error::new("index of a null value"));
    }
    if key.is_null() {
        return Err(Error::new("an index cannot be null"));
    }
    let marked = value.sensitive || key.sensitive;
    let found = match &value.kind {
        Kind::Unknown(unknown) => unknown_element(unknown, key, value)?,
        Kind::List(seq) | Kind::Tuple(seq) => element(seq, key, value)?,
        Kind::Map(entries) | Kind::Object(entries) => entry(entries, key, value)?,
        _ => return Err(Error::new("index of a value that has no elements")),
    };
    Ok(found.marked(marked))
}

fn unknown_element(unknown: &Unknown, key: &Value, value: &Value) -> Result {
    let step = match (&key.kind, key.as_str()) {
        (Kind::Number(number), _) => number.to_i64().map(PathStep::Index),
        (_, Some(text)) => Some(PathStep::Key(text.into())),
        _ => None,
    };
    match (&unknown.ty, step) {
        (Type::List(element) | Type::Map(element), _) => Ok(unknown_from((**element).clone(), [value, key])),
        (Type::Set(_) | Type::Bool | Type::Number | Type::String, _) => {
            Err(Error::new("index of a value that has no elements"))
        }
        (Type::Dynamic, Some(step)) => Ok(unknown.step(step, value.origin).into()),
        _ => Ok(unknown_from(Type::Dynamic, [value, key])),
    }
}

fn element(seq: &Seq, key: &Value, value: &Value) -> Result {
    let number = convert(key, &Type::Number).map_err(|_| Error::new("a list index must be a number"))?;
    let Some(number) = number.as_number() else {
        return Ok(unknown_from(seq.element.clone(), [value, key]));
    };
    let outside = || Error::new("index outside the list");
    let position = number.to_usize().ok_or_else(outside)?;
    match (seq.at(position), &seq.rest) {
        (Some(found), _) => Ok(found.clone()),
        (None, Some(rest)) => Ok(Value::unknown(seq.element.clone(), rest.why.clone())),
        (None, None) => Err(outside()),
    }
}

fn entry(entries: &Entries, key: &Value, value: &Value) -> Result {
    let text = convert(key, &Type::String).map_err(|_| Error::new("a map key must be text"))?;
    let Some(name) = text.as_str() else {
        return Ok(unknown_from(entries.element.clone(), [value, key]));
    };
    match (entries.get(name), &entries.rest) {
        (Some(found), _) => Ok(found.clone()),
        (None, Some(_)) => Ok(computed(entries, name, value.origin)),
        (None, None) => Err(Error::new("map has no element with that key")),
    }
}
