//! The values of a planned resource, with what is not known yet laid over them.

use std::sync::Arc;

use redan_model::{List, Map, Node, Origin as Place, ReasonClass, Ref, Rest, SourceId, Str, Target, Unknown, Value};

use super::configuration::Configuration;
use crate::syntax::json::{Json, JsonKind, JsonText};

pub(super) struct Reader<'r, 'j> {
    pub(super) source: SourceId,
    pub(super) configuration: &'r Configuration<'j>,
    pub(super) address: &'r str,
}

/// A value's surroundings: what of it is unknown, what its expression is, how it is called.
#[derive(Clone, Copy)]
struct Beside<'j> {
    unknown: Option<&'j Json>,
    expression: Option<&'j Json>,
    name: &'j str,
}

impl<'j> Reader<'_, 'j> {
    /// The arguments that are set or will be known after the apply.
    pub(super) fn body(&self, resource: &'j Json, unknown: Option<&'j Json>, expressions: Option<&'j Json>) -> Node {
        let place = self.place(resource);
        let beside = Beside { unknown, expression: expressions, name: "" };
        match resource.get("values") {
            Some(values) => Node::new(self.object(values, beside, place), place),
            None => Node::map(Vec::new(), place),
        }
    }

    fn place(&self, json: &Json) -> Place {
        Place::new(self.source, json.span.start, json.span.end)
    }

    fn object(&self, values: &'j Json, beside: Beside<'j>, around: Place) -> Value {
        let mut entries: Vec<(Str, Node)> = Vec::new();
        for (key, value) in values.members() {
            let inner = inner(beside, key);
            let stated = inner.expression.is_some();
            if chosen_by_provider(beside, inner) {
                continue;
            }
            if (value.is_null() && !is_true(inner.unknown))
                || (is_empty(value) && !stated && inner.unknown.is_none_or(is_empty))
            {
                continue;
            }
            entries.push((Str::new(&key.text), self.node(value, inner, around)));
        }
        for (key, unknown) in beside.unknown.map(Json::members).unwrap_or_default() {
            let inner = inner(beside, key);
            if values.get(&key.text).is_none() && holds_true(unknown) && !chosen_by_provider(beside, inner) {
                entries.push((Str::new(&key.text), Node::new(self.unknown(inner), around)));
            }
        }
        Value::Map(Arc::new(Map::new(entries, Rest::Absent)))
    }

    fn node(&self, value: &'j Json, beside: Beside<'j>, around: Place) -> Node {
        let place = self.place(value);
        if is_true(beside.unknown) {
            return Node::new(self.unknown(beside), around);
        }
        let lowered = match &value.kind {
            JsonKind::Object(_) => self.object(value, beside, place),
            JsonKind::Array(elements) => {
                let items = elements.iter().enumerate().map(|(at, element)| {
                    let unknown = beside.unknown.and_then(|unknown| unknown.elements().get(at));
                    // A list of blocks has a list of expressions, a list argument one expression.
                    let expression = match beside.expression {
                        Some(Json { kind: JsonKind::Array(all), .. }) => all.get(at),
                        other => other,
                    };
                    self.node(element, Beside { unknown, expression, name: beside.name }, place)
                });
                Value::List(Arc::new(List { items: items.collect(), rest: None }))
            }
            JsonKind::Text(text) => self.text(text, beside),
            _ => scalar(value),
        };
        Node::new(lowered, place)
    }

    /// Text; a reference too if it equals the attribute that its expression refers to.
    fn text(&self, text: &JsonText, beside: Beside<'j>) -> Value {
        let known = Value::text(&text.text);
        let target = beside.expression.and_then(|expression| self.configuration.target(self.address, expression));
        match target {
            Some(target) if target.value == Some(&*text.text) => Value::Ref(Arc::new(Ref {
                target: Target::Address(target.address),
                attribute: target.attribute,
                text: Some(known),
            })),
            _ => known,
        }
    }

    fn unknown(&self, beside: Beside<'j>) -> Value {
        let place = beside.unknown.map_or(Place::NOWHERE, |unknown| self.place(unknown));
        let target = beside.expression.and_then(|expression| self.configuration.target(self.address, expression));
        match target {
            Some(target) => {
                let what = format!("{}.{}", target.address, target.attribute);
                Value::Ref(Arc::new(Ref {
                    target: Target::Address(target.address),
                    attribute: target.attribute,
                    text: Some(Value::Unknown(Unknown::new(ReasonClass::Computed, &what, place))),
                }))
            }
            None => {
                let what = format!("{}.{}", self.address, beside.name);
                Value::Unknown(Unknown::new(ReasonClass::Computed, &what, place))
            }
        }
    }
}

/// Unknown, and the configuration, which is known here, does not set it: as in configuration, it is left out, so that the
/// documented default holds. (A plan does not list what `dynamic` blocks with unknown elements would set.)
fn chosen_by_provider(beside: Beside<'_>, inner: Beside<'_>) -> bool {
    let configured = matches!(beside.expression, Some(Json { kind: JsonKind::Object(_), .. }));
    configured && inner.expression.is_none() && is_true(inner.unknown)
}

fn inner<'j>(beside: Beside<'j>, key: &'j JsonText) -> Beside<'j> {
    Beside {
        unknown: beside.unknown.and_then(|unknown| unknown.get(&key.text)),
        expression: beside.expression.and_then(|expression| expression.get(&key.text)),
        name: &key.text,
    }
}

fn is_true(json: Option<&Json>) -> bool {
    matches!(json.map(|json| &json.kind), Some(JsonKind::Bool(true)))
}

fn holds_true(json: &Json) -> bool {
    is_true(Some(json))
        || json.elements().iter().any(holds_true)
        || json.members().iter().any(|(_, member)| holds_true(member))
}

fn is_empty(json: &Json) -> bool {
    match &json.kind {
        JsonKind::Array(elements) => elements.is_empty(),
        JsonKind::Object(members) => members.is_empty(),
        _ => false,
    }
}

pub(super) fn scalar(value: &Json) -> Value {
    match &value.kind {
        JsonKind::Bool(value) => Value::Bool(*value),
        JsonKind::Text(text) => Value::text(&text.text),
        JsonKind::Number(number) => match number.parse() {
            Ok(whole) => Value::Int(whole),
            Err(_) => number.parse().map_or(Value::Null, Value::Float),
        },
        JsonKind::Null | JsonKind::Array(_) | JsonKind::Object(_) => Value::Null,
    }
}
