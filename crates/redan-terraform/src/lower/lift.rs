//! Nodes as values: what a hook computed becomes attributes that expressions can use.

use redan_model::{
    Node, Origin as Place, Part, ReasonClass, Rest as ModelRest, Target, Unknown as ModelUnknown, Value as Lowered,
};

use crate::functions;
use crate::syntax::ast::{Span, Text};
use crate::value::{Class, Number, Origin, PathStep, Piece, Reference, Rest, Type, Unknown, Value, Why};

/// The attributes of a map. A tree stands for the text that encodes it.
pub(crate) fn lift_attributes(node: &Node) -> Vec<(Text, Value)> {
    let Some(map) = node.value.as_map() else { return Vec::new() };
    let lifted = map.entries().iter().map(|entry| {
        let value = lift(&entry.node);
        let value = match entry.node.value {
            Lowered::Map(_) => functions::encode_json(&value).unwrap_or(value),
            _ => value,
        };
        (Text::from(entry.key.as_str()), value)
    });
    lifted.collect()
}

fn origin(place: Place) -> Origin {
    if place == Place::NOWHERE {
        return Origin::NONE;
    }
    Origin::new(place.source.index(), Span::new(place.start, place.end))
}

fn lift(node: &Node) -> Value {
    let here = origin(node.origin);
    let value = match &node.value {
        Lowered::Null => Value::null(Type::Dynamic),
        Lowered::Bool(value) => Value::from(*value),
        Lowered::Int(value) => match Number::parse(&value.to_string()) {
            Some(number) => Value::from(number),
            None => Value::null(Type::Number),
        },
        Lowered::Float(value) => match Number::from_f64(*value) {
            Some(number) => Value::from(number),
            None => Value::null(Type::Number),
        },
        Lowered::Text(text) => Value::from(text.as_str()),
        Lowered::Template(template) => Value::pieces(template.parts.iter().map(piece).collect()),
        Lowered::List(list) => {
            let items: Vec<Value> = list.items.iter().map(lift).collect();
            let rest = list.rest.as_ref().map(|unknown| Rest { prefix: items.len(), why: why(unknown) });
            Value::open_tuple(items, rest)
        }
        Lowered::Map(map) => {
            let items = map.entries().iter().map(|entry| (entry.key.as_str().into(), lift(&entry.node))).collect();
            let rest = match &map.rest {
                ModelRest::Unknown(unknown) => Some(why(unknown)),
                ModelRest::Absent | ModelRest::Assumed(_) => None,
            };
            Value::open_object(items, rest)
        }
        Lowered::Unknown(unknown) => Value::unknown(Type::Dynamic, why(unknown)),
        Lowered::Ref(reference) => refer(reference, here),
    };
    value.with_origin(here)
}

fn piece(part: &Part) -> Piece {
    match part {
        Part::Literal(text) => Piece::Literal(text.as_str().into()),
        Part::Hole(node) => Piece::Hole(lift(node)),
    }
}

fn refer(reference: &redan_model::Ref, here: Origin) -> Value {
    let Target::Address(address) = &reference.target else { return Value::null(Type::Dynamic) };
    let mut target = Reference::new(address.as_str());
    for step in reference.attribute.split('.').filter(|step| !step.is_empty()) {
        target = target.step(PathStep::Attr(step.into()));
    }
    match &reference.text {
        Some(Lowered::Text(text)) => Value::from(text.as_str()).with_reference(target),
        Some(Lowered::Template(template)) => {
            Value::pieces(template.parts.iter().map(piece).collect()).with_reference(target)
        }
        Some(Lowered::Unknown(unknown)) => {
            let reference = Some(std::sync::Arc::new(target));
            Value::from(Unknown { ty: Type::Dynamic, why: why(unknown), reference })
        }
        _ => Unknown::reference(Class::Computed, target, here).into(),
    }
}

fn why(unknown: &ModelUnknown) -> Why {
    let all = unknown.reasons().iter().map(|reason| {
        let class = match reason.class {
            ReasonClass::Input => Class::Input,
            ReasonClass::DataSource => Class::DataSource,
            ReasonClass::Computed => Class::Computed,
            ReasonClass::Module => Class::ModuleMissing,
            ReasonClass::Impure => Class::Impure,
            ReasonClass::NotInEstate => Class::Undeclared,
            ReasonClass::Unsupported => Class::Unsupported,
            _ => Class::Problem,
        };
        Why::new(class, &reason.what, origin(reason.origin))
    });
    Why::all(all).unwrap_or_else(|| Why::new(Class::Problem, "", Origin::NONE))
}
