//! Arguments as HCL, by the provider's schema: which are blocks, and which must be there.

use crate::schemas::{Shape, Type};
use redan_model::{Node, Value};
use std::fmt::Write as _;

/// A resource block.
pub(super) fn resource(schema: &Type, name: &str, arguments: &Node) -> String {
    let mut text = format!("resource \"{}\" \"{name}\" {{\n", schema.name);
    body(schema, "", arguments, 1, &mut text);
    text.push_str("}\n");
    text
}

fn body(schema: &Type, structure: &str, arguments: &Node, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let none = Node::null();
    for field in schema.structure(structure) {
        let given = arguments.get(redan_model::Str::new(&field.name));
        if given.is_none() && !field.required {
            continue;
        }
        if field.block {
            let inner = field.shape.structure().unwrap_or_default();
            let blocks = given.and_then(|node| node.value.as_list()).map(|list| list.items.iter().collect::<Vec<_>>());
            for block in blocks.unwrap_or_else(|| vec![&none]) {
                let _ = writeln!(text, "{indent}{} {{", field.name);
                body(schema, inner, block, depth + 1, text);
                let _ = writeln!(text, "{indent}}}");
            }
            continue;
        }
        let value = match given {
            Some(node) => shaped(&node.value, &field.shape, depth),
            None => filler(schema, &field.shape),
        };
        let _ = writeln!(text, "{indent}{} = {value}", field.name);
    }
}

fn shaped(value: &Value, shape: &Shape, depth: usize) -> String {
    match value {
        Value::Map(_) if matches!(shape, Shape::Text) => format!("jsonencode({})", expression(value, depth)),
        Value::List(list) if matches!(shape, Shape::Structure(_)) => {
            list.items.first().map_or_else(|| "null".to_owned(), |item| expression(&item.value, depth))
        }
        _ => expression(value, depth),
    }
}

fn expression(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Text(text) => format!("{:?}", text.as_str()),
        Value::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| expression(&item.value, depth)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let mut text = String::from("{\n");
            for entry in map.entries() {
                let _ = writeln!(text, "{indent}  {} = {}", entry.key, expression(&entry.node.value, depth + 1));
            }
            text.push_str(&indent);
            text.push('}');
            text
        }
        other => redan_model::Shown(other).to_string(),
    }
}

/// Something of the shape, for an argument that must be there and that the kind does not map.
fn filler(schema: &Type, shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Number => "1".to_owned(),
        Shape::Boolean => "true".to_owned(),
        Shape::Enumeration(members) => format!("{:?}", members.first().map_or("", String::as_str)),
        Shape::List(inner) => format!("[{}]", filler(schema, inner)),
        Shape::Map(inner) => format!("{{ one = {} }}", filler(schema, inner)),
        Shape::Structure(name) => {
            let required = schema.structure(name).iter().filter(|field| field.required);
            let pairs: Vec<String> =
                required.map(|field| format!("{} = {}", field.name, filler(schema, &field.shape))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Shape::Text | Shape::Any | Shape::Identifier(_) => "\"example\"".to_owned(),
    }
}
