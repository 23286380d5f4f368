//! The functions. Total: what cannot be computed is null (of null) or unknown, with the reason.

use super::compare::moment;
use super::reading::{Between, Held, Reading};
use super::text::{Test, shown};
use super::{Evaluator, Truth};
use crate::code::{Code, Function};
use crate::version::{dotted, tls};
use redan_model::{Node, Origin, Part, ReasonClass, Str, Target, Unknown, Value};
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    /// Functions that are conditions; `None` for all others.
    pub(super) fn test(&mut self, function: Function, args: &'a [Code]) -> Option<Truth> {
        let first = args.first()?;
        match function {
            Function::StartsWith | Function::EndsWith | Function::Contains => {
                if let (Some(value), Some(Value::Text(text))) = (self.peek(first), self.peek(args.get(1)?)) {
                    return Some(self.value_test(value, text_test(function, text)));
                }
                let held = self.value(first).held;
                let wanted = self.value(args.get(1)?).held;
                let truth = match wanted.value() {
                    Value::Text(text) => self.text_test(&held, text_test(function, text)),
                    Value::Null => Truth::False,
                    _ if held.is_null() => Truth::False,
                    _ => Truth::Unknown,
                };
                Some(truth)
            }
            Function::Declared => {
                let reading = self.value(first);
                Some(self.declared(&reading))
            }
            Function::Gone => {
                let reading = self.value(first);
                Some(match reading.held.value() {
                    Value::Ref(reference) => match reference.target {
                        Target::Gone => Truth::True,
                        Target::Resource(_) => Truth::False,
                        Target::Missing(_) | Target::Address(_) => Truth::Unknown,
                    },
                    Value::Null => Truth::False,
                    _ => Truth::Unknown,
                })
            }
            _ => None,
        }
    }

    fn declared(&self, reading: &Reading<'a>) -> Truth {
        match &reading.held {
            Held::Set(set) if set.members.is_empty() && set.rest.is_some() => Truth::Unknown,
            Held::Set(set) => (!set.members.is_empty()).into(),
            held if held.is_resource() => Truth::True,
            _ if !reading.stated => match reading.held.value() {
                Value::Unknown(unknown) => {
                    let guessed = unknown.reasons().iter().all(|reason| reason.class == ReasonClass::Undocumented);
                    if guessed { Truth::False } else { Truth::Unknown }
                }
                _ => Truth::False,
            },
            held => match held.value() {
                Value::Null => Truth::False,
                Value::Unknown(_) => Truth::Unknown,
                _ => Truth::True,
            },
        }
    }

    /// Functions that give a value.
    pub(super) fn call(&mut self, function: Function, args: &'a [Code], whole: &'a Code) -> Reading<'a> {
        let Some(first) = args.first() else { return self.computed(Value::Null) };
        match function {
            Function::StartsWith | Function::EndsWith | Function::Contains | Function::Declared | Function::Gone => {
                let truth = self.test(function, args).unwrap_or(Truth::Unknown);
                self.truth_value(truth, whole)
            }
            Function::Size => {
                let reading = self.value(first);
                self.plain_like(self.size(reading))
            }
            Function::Lower => {
                let reading = self.value(first);
                let lowered = lower(reading.held.value());
                Reading { held: Held::Owned(lowered), ..reading }
            }
            Function::Split => {
                let reading = self.value(first);
                let separator = match args.get(1) {
                    Some(code) => self.value(code).held.value().as_text(),
                    None => None,
                };
                let value = split(reading.held.value(), separator);
                Reading { held: Held::Owned(value), ..reading }
            }
            Function::Age | Function::Until => {
                let reading = self.value(first);
                let sign = if function == Function::Age { 1 } else { -1 };
                let value = match (reading.held.value(), moment(reading.held.value())) {
                    (_, Some(then)) => Value::Int(sign * (self.context.now.saturating_sub(then))),
                    (Value::Null, None) => Value::Null,
                    (value, None) => unclear(value, "a time"),
                };
                Reading { held: Held::Owned(value), ..reading }
            }
            Function::Days | Function::Hours | Function::Minutes => {
                let seconds = match function {
                    Function::Days => 86_400,
                    Function::Hours => 3_600,
                    _ => 60,
                };
                let reading = self.value(first);
                let value = match reading.held.value() {
                    Value::Int(count) => Value::Int(count.saturating_mul(seconds)),
                    Value::Null => Value::Null,
                    value => unclear(value, "a whole number"),
                };
                Reading { held: Held::Owned(value), ..reading }
            }
            Function::Version | Function::Tls => {
                let reading = self.value(first);
                let held = match reading.held.value() {
                    Value::Null => Held::Owned(Value::Null),
                    value => {
                        let text = value.as_text();
                        let read = if function == Function::Tls { tls } else { dotted };
                        let wanted = if function == Function::Tls { "a TLS version" } else { "a version" };
                        match text.and_then(|text| read(&text)) {
                            Some(version) => Held::Version(Box::new(version)),
                            None => Held::Owned(unclear(value, wanted)),
                        }
                    }
                };
                Reading { held, ..reading }
            }
        }
    }

    fn plain_like(&self, (held, reading): (Held<'a>, Reading<'a>)) -> Reading<'a> {
        Reading { held, ..reading }
    }

    fn size(&self, reading: Reading<'a>) -> (Held<'a>, Reading<'a>) {
        let length = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let held = match reading.held.value() {
            Value::Text(text) => Held::Owned(Value::Int(length(text))),
            Value::Template(template) => {
                let least = template.parts.iter().map(|part| match part {
                    Part::Literal(text) => length(text),
                    Part::Hole(_) => 0,
                });
                let unknown = Unknown::all(reading.held.value().unknowns());
                let unknown =
                    unknown.unwrap_or_else(|| Unknown::new(ReasonClass::Computed, "length of a text", Origin::NOWHERE));
                between(least.sum(), None, unknown)
            }
            Value::Ref(reference) => match &reference.text {
                Some(Value::Text(text)) => Held::Owned(Value::Int(length(text))),
                _ => between(0, None, Unknown::new(ReasonClass::Computed, "length of a text", Origin::NOWHERE)),
            },
            _ => {
                let members = self.members(reading.clone());
                match (members.count(), members.doubt()) {
                    ((least, Some(most)), _) if least == most => Held::Owned(Value::Int(least)),
                    ((least, most), Some(doubt)) => between(least, most, doubt),
                    ((least, _), None) => Held::Owned(Value::Int(least)),
                }
            }
        };
        (held, reading)
    }
}

const fn text_test(function: Function, text: &str) -> Test<'_> {
    match function {
        Function::StartsWith => Test::StartsWith(text),
        Function::EndsWith => Test::EndsWith(text),
        _ => Test::Contains(text),
    }
}

fn between<'a>(least: i64, most: Option<i64>, why: Arc<Unknown>) -> Held<'a> {
    Held::Between(Box::new(Between { least, most, why }))
}

/// Unknown, because a value is not what a function needs.
fn unclear(value: &Value, wanted: &str) -> Value {
    match Unknown::all(value.unknowns()) {
        Some(unknown) => Value::Unknown(unknown),
        None => {
            let what = format!("{} is not {wanted}", shown(value));
            Value::Unknown(Unknown::new(ReasonClass::Unsupported, &what, Origin::NOWHERE))
        }
    }
}

fn lower(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(Str::from(text.to_lowercase())),
        Value::Template(template) => Value::template(template.parts.iter().map(|part| match part {
            Part::Literal(text) => Part::Literal(Str::from(text.to_lowercase())),
            Part::Hole(node) => Part::Hole(Node::new(unclear(&node.value, "a known text"), node.origin)),
        })),
        Value::Ref(reference) => match &reference.text {
            Some(text) => lower(text),
            None => unclear(value, "a known text"),
        },
        Value::Null => Value::Null,
        Value::Unknown(unknown) => Value::Unknown(Arc::clone(unknown)),
        other => unclear(other, "a text"),
    }
}

fn split(value: &Value, separator: Option<Str>) -> Value {
    match (value, value.as_text(), separator) {
        (Value::Null, _, _) => Value::list(Vec::new()),
        (_, Some(text), Some(separator)) if !separator.is_empty() => {
            let part = |part: &str| Node::new(Value::text(part), Origin::NOWHERE);
            Value::list(text.split(separator.as_str()).map(part).collect())
        }
        _ => unclear(value, "a known text"),
    }
}
