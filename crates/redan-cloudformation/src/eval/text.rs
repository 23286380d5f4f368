//! Text functions: Join, Split, Sub, Base64, and dynamic references inside text.

use super::{Evaluator, because, unknown};
use crate::syntax::Tree;
use redan_model::{List, Node, Origin, Part, ReasonClass, Str, Unknown, Value};
use std::sync::Arc;

/// A text in which `{{resolve:…}}` stands for what only the service knows:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>.
pub(super) fn resolved(text: Str, origin: Origin) -> Node {
    if !text.contains("{{resolve:") {
        return Node::new(Value::Text(text), origin);
    }
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{{resolve:") {
        let Some((name, tail)) = after.split_once("}}") else { break };
        parts.push(Part::Literal(Str::new(before)));
        parts.push(Part::Hole(unknown(ReasonClass::DataSource, &format!("resolve:{name}"), origin)));
        rest = tail;
    }
    parts.push(Part::Literal(Str::new(rest)));
    joined(parts, origin)
}

/// Parts as one value: a hole alone is what it holds.
fn joined(parts: Vec<Part>, origin: Origin) -> Node {
    let mut full = parts.iter().filter(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
    if let (Some(Part::Hole(node)), None) = (full.next(), full.next())
        && !matches!(node.value, Value::List(_) | Value::Map(_))
    {
        return Node::new(text(node).value, origin);
    }
    Node::new(Value::template(parts), origin)
}

/// A scalar as text.
fn text(node: &Node) -> Node {
    let text = match &node.value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        _ => return node.clone(),
    };
    Node::text(&text, node.origin)
}

/// The text that a value is, if it is known in whole.
pub(crate) fn whole(node: &Node) -> Option<Str> {
    match &node.value {
        Value::Ref(_) => None,
        _ => text(node).value.as_text(),
    }
}

pub(super) fn base64(node: &Node, origin: Origin) -> Node {
    use base64::Engine as _;
    match whole(node) {
        Some(text) => Node::text(&base64::engine::general_purpose::STANDARD.encode(text.as_str()), origin),
        None => Node::new(
            Value::Unknown(because(&node.value, ReasonClass::Problem, "Fn::Base64 of no text", origin)),
            origin,
        ),
    }
}

impl Evaluator<'_, '_> {
    pub(super) fn join(&mut self, argument: &Tree, origin: Origin) -> Node {
        let Some((delimiter, list)) = self.two(argument) else {
            return unknown(ReasonClass::Problem, "Fn::Join takes a delimiter and a list", origin);
        };
        let delimiter = self.node(delimiter);
        let list = self.node(list);
        let (Some(delimiter), Value::List(list)) = (whole(&delimiter), &list.value) else {
            return Node::new(
                Value::Unknown(because(&list.value, ReasonClass::Problem, "Fn::Join of no list", origin)),
                origin,
            );
        };
        let mut parts = Vec::new();
        for (at, item) in list.items.iter().enumerate() {
            if at > 0 {
                parts.push(Part::Literal(delimiter));
            }
            match &item.value {
                Value::List(_) | Value::Map(_) | Value::Null => {
                    let what = "Fn::Join of what is no text";
                    parts.push(Part::Hole(unknown(ReasonClass::Problem, what, item.origin)));
                }
                _ => parts.push(Part::Hole(text(item))),
            }
        }
        if let Some(rest) = &list.rest {
            parts.push(Part::Hole(Node::new(Value::Unknown(Arc::clone(rest)), origin)));
        }
        joined(parts, origin)
    }

    pub(super) fn split(&mut self, argument: &Tree, origin: Origin) -> Node {
        let Some((delimiter, source)) = self.two(argument) else {
            return unknown(ReasonClass::Problem, "Fn::Split takes a delimiter and a text", origin);
        };
        let delimiter = self.node(delimiter);
        let source = self.node(source);
        let Some(delimiter) = whole(&delimiter).filter(|text| !text.is_empty()) else {
            return unknown(ReasonClass::Problem, "Fn::Split without a delimiter", origin);
        };
        if let Some(text) = whole(&source) {
            return Node::list(text.split(delimiter.as_str()).map(|piece| Node::text(piece, origin)).collect(), origin);
        }
        let unknown = because(&source.value, ReasonClass::Problem, "Fn::Split of no text", origin);
        // What stands before the first hole is cut for certain, but for its last piece.
        let Value::Template(template) = &source.value else { return Node::new(Value::Unknown(unknown), origin) };
        let mut known: Vec<&str> = match template.parts.first() {
            Some(Part::Literal(text)) => text.split(delimiter.as_str()).collect(),
            _ => Vec::new(),
        };
        known.pop();
        let items = known.into_iter().map(|piece| Node::text(piece, origin)).collect();
        Node::new(Value::List(Arc::new(List { items, rest: Some(unknown) })), origin)
    }

    pub(super) fn substitute(&mut self, argument: &Tree, origin: Origin) -> Node {
        let (template, own) = match argument.as_list() {
            Some([template, own]) => (template, Some(own)),
            Some([template]) => (template, None),
            _ => (argument, None),
        };
        let Some(template_text) = template.as_str() else {
            return match crate::syntax::as_text(template) {
                Some(text) => Node::new(Value::Text(text), origin),
                None => unknown(ReasonClass::Problem, "Fn::Sub takes a text", origin),
            };
        };
        let mut parts = Vec::new();
        let mut rest = template_text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            parts.push(Part::Literal(Str::new(before)));
            let Some((name, tail)) = after.split_once('}') else {
                parts.push(Part::Literal(Str::new("${")));
                rest = after;
                continue;
            };
            rest = tail;
            match name.strip_prefix('!') {
                Some(literal) => parts.push(Part::Literal(Str::from(format!("${{{literal}}}")))),
                None => parts.push(Part::Hole(self.hole(name.trim(), own, template.origin))),
            }
        }
        parts.push(Part::Literal(Str::new(rest)));
        let parts = parts.into_iter().flat_map(|part| match part {
            Part::Literal(text) if text.contains("{{resolve:") => match resolved(text, origin).value {
                Value::Template(template) => template.parts.to_vec(),
                value => vec![Part::Hole(Node::new(value, origin))],
            },
            part => vec![part],
        });
        joined(parts.collect(), origin)
    }

    /// What `${name}` stands for.
    fn hole(&mut self, name: &str, own: Option<&Tree>, origin: Origin) -> Node {
        if let Some(value) = own.and_then(|own| own.get(name)) {
            let node = self.node(value);
            return text(&node);
        }
        let node = match name.split_once('.') {
            Some((resource, attribute)) if !self.stack.is_parameter(name) => {
                self.attribute_of(resource, Str::new(attribute), origin)
            }
            _ => self.named(Str::new(name), origin).node(origin),
        };
        match &node.value {
            Value::List(_) | Value::Map(_) | Value::Null => {
                let unknown = Unknown::new(ReasonClass::Problem, &format!("${{{name}}} is no text"), origin);
                Node::new(Value::Unknown(unknown), origin)
            }
            _ => text(&node),
        }
    }
}
