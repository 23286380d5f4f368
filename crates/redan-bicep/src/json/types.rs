//! Types of parameters and definitions.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions>

use super::tree::{Reader, entries, get, items, text};
use crate::ir::{Property, TypeExpr};
use redan_model::{Node, Value};

const MAX_DEPTH: usize = 40;

/// The type that a parameter, a definition or a property states.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> TypeExpr {
    at_depth(reader, node, 0)
}

fn at_depth(reader: &mut Reader<'_>, node: &Node, depth: usize) -> TypeExpr {
    if depth > MAX_DEPTH {
        return TypeExpr::Any;
    }
    let nullable = matches!(get(node, "nullable").map(|node| &node.value), Some(Value::Bool(true)));
    let ty = plain(reader, node, depth);
    if nullable { TypeExpr::Nullable(Box::new(ty)) } else { ty }
}

fn plain(reader: &mut Reader<'_>, node: &Node, depth: usize) -> TypeExpr {
    if let Some(reference) = text(node, "$ref") {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return TypeExpr::Named(redan_model::Str::new(name));
    }
    match text(node, "type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "string" | "securestring" => TypeExpr::String,
        "int" => TypeExpr::Int,
        "bool" => TypeExpr::Bool,
        "null" => TypeExpr::Null,
        "object" | "secureobject" => object(reader, node, depth),
        "array" => match get(node, "prefixItems") {
            Some(prefix) => {
                TypeExpr::Tuple(items(Some(prefix)).iter().map(|item| at_depth(reader, item, depth + 1)).collect())
            }
            None => match get(node, "items").filter(|items| items.value.as_map().is_some()) {
                Some(item) => TypeExpr::List(Box::new(at_depth(reader, item, depth + 1))),
                None => TypeExpr::Array,
            },
        },
        _ => TypeExpr::Any,
    }
}

fn object(reader: &mut Reader<'_>, node: &Node, depth: usize) -> TypeExpr {
    let Some(properties) = get(node, "properties") else { return TypeExpr::Object };
    let property =
        |entry: &redan_model::Entry| Property { name: entry.key, ty: at_depth(reader, &entry.node, depth + 1) };
    let properties = entries(properties).into_iter().map(property).collect();
    let others = get(node, "additionalProperties").filter(|node| node.value.as_map().is_some());
    let others = others.map(|node| Box::new(at_depth(reader, node, depth + 1)));
    TypeExpr::Struct { properties, others }
}
