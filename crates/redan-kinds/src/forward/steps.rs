//! The steps of a lens: what happens to a value on its way. What is not known passes through.

use crate::table::Step;
use redan_model::{Entry, Map, Node, Origin, Part, Rest, Str, Value, json};
use std::sync::Arc;

/// Runs all steps; `None` if nothing is left to state.
pub(crate) fn run(steps: &[Step], node: Node) -> Option<Node> {
    if node.value.is_null() {
        return None;
    }
    steps.iter().try_fold(node, |node, step| one(step, node))
}

fn one(step: &Step, node: Node) -> Option<Node> {
    let origin = node.origin;
    let with = |value| Some(Node::new(value, origin));
    match (step, &node.value) {
        (Step::Present, _) => with(Value::Bool(true)),
        (Step::Wrap, _) => with(Value::list(vec![node])),
        (_, Value::Unknown(_)) => Some(node),
        (Step::First, Value::List(list)) => match (list.items.first(), &list.rest) {
            (Some(first), _) => Some(first.clone()),
            (None, Some(rest)) => with(Value::Unknown(Arc::clone(rest))),
            (None, None) => None,
        },
        (Step::Each(field), Value::List(list)) => {
            let wrap = |item: &Node| Node::map(vec![(*field, item.clone())], item.origin);
            let items = list.items.iter().map(wrap).collect();
            with(Value::List(Arc::new(redan_model::List { items, rest: list.rest.clone() })))
        }
        (Step::Pick(field), Value::List(list)) => {
            let items = list.items.iter().filter_map(|item| one(step, item.clone()).filter(|_| has(item, *field)));
            with(Value::List(Arc::new(redan_model::List { items: items.collect(), rest: list.rest.clone() })))
        }
        (Step::Pick(field), _) => Some(node.get(*field).cloned().unwrap_or(node)),
        (Step::Where(field, wanted), Value::List(list)) => {
            let fits = |item: &&Node| item.get(*field).is_some_and(|node| same(wanted, &node.value));
            let items = list.items.iter().filter(fits).cloned().collect();
            with(Value::List(Arc::new(redan_model::List { items, rest: list.rest.clone() })))
        }
        (Step::Values(_) | Step::Negate | Step::Around(..) | Step::Text, Value::List(list)) => {
            let items = list.items.iter().filter_map(|item| one(step, item.clone())).collect();
            with(Value::List(Arc::new(redan_model::List { items, rest: list.rest.clone() })))
        }
        (Step::Values(values), value) => {
            let found = values.iter().find(|(from, _)| same(from, value)).map(|(_, to)| to.clone());
            match found {
                Some(Value::Null) => None,
                Some(to) => with(to),
                None => Some(node),
            }
        }
        (Step::Negate, value) => match truth(value) {
            Some(value) => with(Value::Bool(!value)),
            None => Some(node),
        },
        (Step::Document, _) => Some(document(node)),
        (Step::Tree, _) => Some(tree(node)),
        (Step::Base64, Value::Text(text)) => match decode(text) {
            Some(decoded) => with(Value::text(&decoded)),
            None => Some(node),
        },
        (Step::Split(separator), Value::Text(text)) => {
            let pieces = text.split(separator.as_str()).map(|piece| Node::text(piece.trim(), origin)).collect();
            with(Value::list(pieces))
        }
        (Step::Join(separator), Value::List(list)) if list.rest.is_none() => {
            let parts = list.items.iter().enumerate().flat_map(|(at, item)| {
                let between = (at > 0).then_some(Part::Literal(*separator));
                between.into_iter().chain([Part::Hole(as_text(item.clone()))])
            });
            with(Value::template(parts))
        }
        (Step::Join(_), Value::List(list)) => match &list.rest {
            Some(unknown) => with(Value::Unknown(Arc::clone(unknown))),
            None => Some(node),
        },
        (Step::Around(before, after), _) => {
            let parts = [Part::Literal(*before), Part::Hole(as_text(node)), Part::Literal(*after)];
            with(Value::template(parts))
        }
        (Step::Text, _) => Some(as_text(node)),
        (Step::Behind(separator), Value::Text(text)) => {
            with(Value::text(text.rsplit(separator.as_str()).next().unwrap_or_default()))
        }
        (Step::Percent, Value::Text(text)) => with(Value::text(&percent(text))),
        (
            Step::First
            | Step::Join(_)
            | Step::Each(_)
            | Step::Base64
            | Step::Split(_)
            | Step::Where(..)
            | Step::Behind(_)
            | Step::Percent,
            _,
        ) => Some(node),
    }
}

fn same(constant: &Value, value: &Value) -> bool {
    constant == value
        || match (constant, value) {
            (Value::Text(a), Value::Text(b)) => a.eq_ignore_ascii_case(b),
            (Value::Bool(a), Value::Text(b)) => *b == if *a { "true" } else { "false" },
            (Value::Text(a), Value::Bool(b)) => *a == if *b { "true" } else { "false" },
            (Value::Int(a), Value::Text(b)) | (Value::Text(b), Value::Int(a)) => b.parse() == Ok(*a),
            _ => false,
        }
}

/// The boolean that a value stands for, if it stands for one.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A scalar as text; what is not known stays.
pub(crate) fn as_text(node: Node) -> Node {
    let text = match &node.value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        _ => return node,
    };
    Node::text(&text, node.origin)
}

fn decode(text: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    String::from_utf8(bytes).ok()
}

fn has(item: &Node, field: Str) -> bool {
    item.get(field).is_some() || matches!(item.value, Value::Unknown(_))
}

/// URL-encoded text, decoded; what is no code stays.
fn percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, code.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Holes are carried through the JSON reader as characters of a private plane.
const FIRST_MARK: u32 = 0x10_0000;

/// JSON text, perhaps with holes, as the tree that it encodes. What is no JSON stays as it is.
pub(crate) fn document(node: Node) -> Node {
    let origin = node.origin;
    let everywhere = move |_: u32, _: u32| origin;
    match &node.value {
        Value::Text(text) => match json::parse_with(text, &everywhere) {
            Ok(tree) => tree,
            Err(_) => node,
        },
        Value::Template(template) => {
            let mut holes = Vec::new();
            let mut text = String::new();
            for part in &template.parts {
                match part {
                    Part::Literal(literal) => text.push_str(literal),
                    Part::Hole(hole) => {
                        let mark = u32::try_from(holes.len()).ok().and_then(|at| char::from_u32(FIRST_MARK + at));
                        let Some(mark) = mark else { return node };
                        text.push(mark);
                        holes.push(hole.clone());
                    }
                }
            }
            match json::parse_with(&text, &everywhere) {
                Ok(tree) => restore(&tree, &holes),
                Err(_) => node,
            }
        }
        _ => node,
    }
}

/// JSON or YAML text as the tree that it encodes. What is neither stays as it is.
fn tree(node: Node) -> Node {
    let node = document(node);
    let Value::Text(text) = &node.value else { return node };
    match redan_model::yaml::parse(text) {
        Ok(Some(yaml)) if yaml.mapping().is_ok() => placed(yaml.constant(), node.origin),
        _ => node,
    }
}

/// A constant whose every part stands at one place.
fn placed(value: Value, origin: Origin) -> Node {
    let value = match value {
        Value::List(list) => Value::list(list.items.iter().map(|item| placed(item.value.clone(), origin)).collect()),
        Value::Map(map) => {
            let entries = map.entries().iter().map(|Entry { key, node }| (*key, placed(node.value.clone(), origin)));
            Value::Map(Arc::new(Map::new(entries.collect(), Rest::Absent)))
        }
        other => other,
    };
    Node::new(value, origin)
}

fn restore(node: &Node, holes: &[Node]) -> Node {
    let value = match &node.value {
        Value::Text(text) if text.chars().any(is_mark) => restore_text(text, holes),
        Value::List(list) => Value::list(list.items.iter().map(|item| restore(item, holes)).collect()),
        Value::Map(map) => {
            let entries = map.entries().iter().map(|Entry { key, node }| (*key, restore(node, holes))).collect();
            Value::Map(Arc::new(Map::new(entries, Rest::Absent)))
        }
        other => other.clone(),
    };
    Node::new(value, node.origin)
}

fn restore_text(text: &str, holes: &[Node]) -> Value {
    let mut parts = Vec::new();
    let mut literal = String::new();
    for character in text.chars() {
        let hole = is_mark(character)
            .then(|| usize::try_from(u32::from(character) - FIRST_MARK).ok().and_then(|at| holes.get(at)))
            .flatten();
        match hole {
            Some(hole) => {
                parts.push(Part::Literal(Str::new(&std::mem::take(&mut literal))));
                parts.push(Part::Hole(hole.clone()));
            }
            None => literal.push(character),
        }
    }
    parts.push(Part::Literal(Str::new(&literal)));
    if let [Part::Literal(before), Part::Hole(hole), Part::Literal(after)] = parts.as_slice()
        && before.is_empty()
        && after.is_empty()
    {
        return hole.value.clone();
    }
    Value::template(parts)
}

fn is_mark(character: char) -> bool {
    u32::from(character) >= FIRST_MARK
}
