//! Values brought to their declared type where nothing is lost; enumerations to the vendor's spelling.

use crate::forward::{document, truth};
use redan_model::{Field, ListType, Map, Node, Sources, Str, StructType, Type, Value};
use std::sync::Arc;

/// A structure, brought to its fields' types.
pub(super) fn structure(fields: &StructType, node: Node, sources: &Sources) -> Node {
    let Value::Map(map) = &node.value else { return node };
    let entries = map
        .pairs()
        .into_iter()
        .map(|(key, inner)| {
            let (key, field) = match fields.field(key) {
                Some(field) => (key, Some(field)),
                None => match fields.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key)) {
                    Some((name, field)) => (*name, Some(field)),
                    None => (key, None),
                },
            };
            (key, field.map_or_else(|| inner.clone(), |field| value(field, inner.clone(), sources)))
        })
        .collect();
    Node::new(Value::Map(Arc::new(Map::new(entries, map.rest.clone()))), node.origin)
}

/// A value, brought to a field's type.
pub(super) fn value(field: &Field, node: Node, sources: &Sources) -> Node {
    let origin = node.origin;
    let with = |value| Node::new(value, origin);
    match (&field.ty, &node.value) {
        (_, Value::Null | Value::Unknown(_)) => node,
        // Providers send no empty text where a name belongs: it is as if nothing were written.
        (Type::Ref(_), Value::Text(text)) if text.is_empty() => with(Value::Null),
        (Type::String | Type::Bool | Type::Integer | Type::Number | Type::Time, Value::List(_)) => {
            let what = "a list where a single value is wanted";
            with(Value::Unknown(redan_model::Unknown::new(redan_model::ReasonClass::Problem, what, origin)))
        }
        (Type::Bool | Type::Integer | Type::Number, Value::Template(_)) => {
            let what = "text where another value is wanted";
            let unknown = redan_model::Unknown::all(node.value.unknowns())
                .unwrap_or_else(|| redan_model::Unknown::new(redan_model::ReasonClass::Computed, what, origin));
            with(Value::Unknown(unknown))
        }
        (Type::Bool, other) => match truth(other) {
            Some(value) => with(Value::Bool(value)),
            None => node,
        },
        (Type::Integer, Value::Text(text)) => match text.trim().parse() {
            Ok(whole) => with(Value::Int(whole)),
            Err(_) => node,
        },
        (Type::Number, Value::Text(text)) => match text.trim().parse() {
            Ok(number) => with(Value::Float(number)),
            Err(_) => node,
        },
        (Type::String | Type::Time, Value::Text(text)) => {
            let member = field.members.iter().find(|member| member.eq_ignore_ascii_case(text));
            with(Value::Text(member.copied().unwrap_or(*text)))
        }
        (Type::String, Value::Bool(_) | Value::Int(_) | Value::Float(_)) => crate::forward::text(node),
        (Type::String, Value::Map(_)) => {
            with(Value::text(&redan_model::json::write(&node, usize::MAX).unwrap_or_default()))
        }
        (Type::Document, _) => policy(spanned(node, sources)),
        (Type::Struct(fields), Value::Map(_)) => structure(fields, node, sources),
        (Type::Struct(_), Value::List(list)) if list.rest.is_none() && list.items.len() == 1 => {
            match list.items.first() {
                Some(only) => value(field, only.clone(), sources),
                None => node,
            }
        }
        (Type::List(list), _) => elements(list, node, sources),
        (Type::Map(inner), Value::Map(map)) => {
            let field = Field { ty: (**inner).clone(), ..Field::default() };
            let entries = map.pairs().into_iter().map(|(key, node)| (key, value(&field, node, sources))).collect();
            with(Value::Map(Arc::new(Map::new(entries, map.rest.clone()))))
        }
        _ => node,
    }
}

fn elements(ty: &ListType, node: Node, sources: &Sources) -> Node {
    let Value::List(list) = &node.value else { return node };
    let field = Field { ty: ty.element.clone(), ..Field::default() };
    let items = list.items.iter().map(|item| value(&field, item.clone(), sources)).collect();
    Node::new(Value::List(Arc::new(redan_model::List { items, rest: list.rest.clone() })), node.origin)
}

/// JSON text that stands verbatim in a file, with spans inside the text; any other by [`document`].
fn spanned(node: Node, sources: &Sources) -> Node {
    let Value::Text(text) = &node.value else { return document(node) };
    let at = sources.written_at(node.origin);
    if let redan_model::Source::File { text: file, .. } = sources.get(at.source) {
        let start = usize::try_from(at.start).unwrap_or(usize::MAX);
        let end = usize::try_from(at.end).unwrap_or(usize::MAX);
        let found = file.get(start..end).and_then(|slice| slice.find(text.as_str()));
        if let Some(base) = found.and_then(|offset| u32::try_from(start + offset).ok())
            && let Ok(tree) = redan_model::json::parse(text, at.source, base)
        {
            return tree;
        }
    }
    document(node)
}

/// A policy document with lists where the grammar allows a single value: Statement, Action, Resource, Principal.
fn policy(node: Node) -> Node {
    let Value::Map(map) = &node.value else { return node };
    let statement = Str::new("Statement");
    let entries = map
        .pairs()
        .into_iter()
        .map(|(key, inner)| {
            if key != statement {
                return (key, inner);
            }
            let listed = listed(inner);
            let Value::List(list) = &listed.value else { return (key, listed) };
            let items = list.items.iter().cloned().map(normal_statement).collect();
            let list = redan_model::List { items, rest: list.rest.clone() };
            (key, Node::new(Value::List(Arc::new(list)), listed.origin))
        })
        .collect();
    Node::new(Value::Map(Arc::new(Map::new(entries, map.rest.clone()))), node.origin)
}

fn normal_statement(node: Node) -> Node {
    let Value::Map(map) = &node.value else { return node };
    let entries = map
        .pairs()
        .into_iter()
        .map(|(key, inner)| match key.as_str() {
            "Action" | "NotAction" | "Resource" | "NotResource" => (key, listed(inner)),
            "Principal" | "NotPrincipal" => match &inner.value {
                Value::Map(principals) => {
                    let entries = principals.pairs().into_iter().map(|(key, node)| (key, listed(node))).collect();
                    let map = Map::new(entries, principals.rest.clone());
                    (key, Node::new(Value::Map(Arc::new(map)), inner.origin))
                }
                _ => (key, inner),
            },
            _ => (key, inner),
        })
        .collect();
    Node::new(Value::Map(Arc::new(Map::new(entries, map.rest.clone()))), node.origin)
}

fn listed(node: Node) -> Node {
    match &node.value {
        Value::List(_) | Value::Null | Value::Unknown(_) => node,
        _ => Node::list(vec![node.clone()], node.origin),
    }
}
