//! The steps of a lens, undone in reverse.

use crate::table::Step;
use redan_model::{List, Node, Part, Value};
use std::sync::Arc;

/// Undoes all steps; `None` if what stands there cannot come from the argument.
pub(super) fn undo(steps: &[Step], node: Node) -> Option<Node> {
    steps.iter().rev().try_fold(node, |node, step| one(step, node))
}

fn one(step: &Step, node: Node) -> Option<Node> {
    let origin = node.origin;
    let with = |value| Some(Node::new(value, origin));
    match (step, &node.value) {
        (_, Value::Unknown(_)) => Some(node),
        (Step::Wrap, Value::List(list)) if list.items.len() == 1 => list.items.first().cloned(),
        (Step::First, _) => with(Value::list(vec![node])),
        (Step::Each(field), Value::List(list)) => {
            let only = |item: &Node| item.value.as_map().filter(|map| map.entries().len() == 1)?.get(*field).cloned();
            let items: Option<Vec<Node>> = list.items.iter().map(only).collect();
            with(Value::List(Arc::new(List { items: items?.into_boxed_slice(), rest: list.rest.clone() })))
        }
        (Step::Values(_) | Step::Negate | Step::Around(..), Value::List(list)) => {
            let items: Option<Vec<Node>> = list.items.iter().map(|item| one(step, item.clone())).collect();
            with(Value::List(Arc::new(List { items: items?.into_boxed_slice(), rest: list.rest.clone() })))
        }
        (Step::Values(values), value) => match values.iter().find(|(_, to)| to == value) {
            Some((from, _)) => with(from.clone()),
            None => Some(node),
        },
        (Step::Negate, Value::Bool(value)) => with(Value::Bool(!value)),
        (Step::Split(separator), Value::List(list)) => {
            let texts: Option<Vec<&str>> =
                list.items.iter().map(|item| item.value.as_text().map(redan_model::Str::as_str)).collect();
            with(Value::text(&texts?.join(separator.as_str())))
        }
        (Step::Join(separator), Value::Text(text)) => {
            let pieces = text.split(separator.as_str()).map(|piece| Node::text(piece, origin)).collect();
            with(Value::list(pieces))
        }
        (Step::Around(before, after), Value::Text(text)) => {
            with(Value::text(text.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?))
        }
        (Step::Around(before, after), Value::Template(template)) => match &*template.parts {
            [Part::Literal(head), Part::Hole(hole), Part::Literal(tail)] if head == before && tail == after => {
                Some(hole.clone())
            }
            [Part::Literal(head), Part::Hole(hole)] if head == before && after.is_empty() => Some(hole.clone()),
            [Part::Hole(hole), Part::Literal(tail)] if before.is_empty() && tail == after => Some(hole.clone()),
            _ => None,
        },
        (Step::Base64, Value::Text(text)) => {
            use base64::Engine as _;
            with(Value::text(&base64::engine::general_purpose::STANDARD.encode(text.as_bytes())))
        }
        (Step::Present | Step::Wrap | Step::Pick(_) | Step::Where(..) | Step::Behind(_) | Step::Percent, _) => None,
        (
            Step::Document | Step::Tree | Step::Text | Step::Each(_) | Step::Negate | Step::Split(_) | Step::Join(_),
            _,
        )
        | (Step::Around(..) | Step::Base64, _) => Some(node),
    }
}
