//! Types that need no table: those of CloudFormation are kinds themselves, `awscc_*` is the registry's schema in snake
//! case, `azapi_resource` is ARM.

use crate::raw::RawResource;
use crate::registry::{Kinds, snake};
use redan_model::{Field, Map, Node, Rest, Str, StructType, Type, Value};
use std::sync::Arc;

/// The kind and canonical body of a block of such a type.
pub(super) fn canonical(kinds: &Kinds, block: &RawResource) -> Option<(Str, Node)> {
    if block.kind.contains("::") {
        return kinds.kind(block.kind).map(|kind| (kind.schema.kind, block.body.clone()));
    }
    if let Some(name) = block.kind.strip_prefix("awscc_") {
        let kind = kinds.by_snake_name(name)?;
        return Some((kind.schema.kind, structure(&kind.schema.body, &block.body)));
    }
    if !matches!(block.kind.as_str(), "azapi_resource" | "azapi_update_resource") {
        return None;
    }
    let ty = block.body.get(Str::new("type"))?.value.as_text()?;
    let kind = kinds.ignoring_case(ty.split('@').next().unwrap_or_default())?;
    let mut entries = Vec::new();
    if let Some(body) = block.body.get(Str::new("body")) {
        let body = crate::forward::document(body.clone());
        match &body.value {
            Value::Map(map) => entries.extend(map.pairs()),
            Value::Unknown(unknown) => {
                let map = Map::new(entries, Rest::Unknown(Arc::clone(unknown)));
                return Some((kind.schema.kind, Node::new(Value::Map(Arc::new(map)), block.origin)));
            }
            _ => {}
        }
    }
    for argument in ["name", "location", "tags", "identity"] {
        if let Some(node) = block.body.get(Str::new(argument)) {
            let node = match &node.value {
                Value::List(list) => list.items.first().cloned().unwrap_or_else(|| node.clone()),
                _ => node.clone(),
            };
            entries.push((Str::new(argument), node));
        }
    }
    Some((kind.schema.kind, Node::map(entries, block.origin)))
}

/// The argument that names the containing resource.
pub(super) fn parent(block: &RawResource) -> Option<Node> {
    block.body.get(Str::new("parent_id")).or_else(|| block.body.get(Str::new("resource_id"))).cloned()
}

fn structure(fields: &StructType, node: &Node) -> Node {
    let Value::Map(map) = &node.value else { return node.clone() };
    let mut entries = Vec::new();
    for (name, field) in &fields.fields {
        if let Some(inner) = map.get(Str::from(snake(name))) {
            entries.push((*name, typed(field, inner)));
        }
    }
    Node::new(Value::Map(Arc::new(Map::new(entries, map.rest.clone()))), node.origin)
}

fn typed(field: &Field, node: &Node) -> Node {
    match (&field.ty, &node.value) {
        (Type::Struct(fields), Value::Map(_)) => structure(fields, node),
        (Type::List(list), Value::List(items)) => {
            let element = Field { ty: list.element.clone(), ..Field::default() };
            let items_typed = items.items.iter().map(|item| typed(&element, item)).collect();
            let list = redan_model::List { items: items_typed, rest: items.rest.clone() };
            Node::new(Value::List(Arc::new(list)), node.origin)
        }
        _ => node.clone(),
    }
}
