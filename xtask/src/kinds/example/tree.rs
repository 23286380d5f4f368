//! A canonical body as CloudFormation, ARM and Bicep.

use redan_model::{Node, Str, Value};
use std::fmt::Write as _;

/// A resource of a template, in YAML.
pub(super) fn cloudformation(kind: Str, body: &Node) -> String {
    let mut text = format!("Type: {kind}\n");
    if body.value.as_map().is_some_and(|map| !map.entries().is_empty()) {
        text.push_str("Properties:\n");
        yaml(body, 1, &mut text);
    }
    text
}

fn yaml(node: &Node, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for entry in node.value.as_map().into_iter().flat_map(|map| map.entries()) {
        match &entry.node.value {
            Value::Map(map) if !map.entries().is_empty() => {
                let _ = writeln!(text, "{indent}{}:", entry.key);
                yaml(&entry.node, depth + 1, text);
            }
            Value::List(list) if list.items.iter().any(|item| item.value.as_map().is_some()) => {
                let _ = writeln!(text, "{indent}{}:", entry.key);
                for item in &list.items {
                    let mut inner = String::new();
                    yaml(item, depth + 2, &mut inner);
                    let first = format!("{indent}    ");
                    let _ = write!(text, "{indent}  - {}", inner.strip_prefix(&first).unwrap_or(&inner));
                }
            }
            value => {
                let _ = writeln!(text, "{indent}{}: {}", entry.key, json(value));
            }
        }
    }
}

/// A resource of a template, in JSON.
pub(super) fn arm(kind: Str, version: &str, body: &Node) -> String {
    let mut text = format!("{{\n  \"type\": \"{kind}\",\n  \"apiVersion\": \"{version}\"");
    for (name, node) in members(body) {
        let _ = write!(text, ",\n  {:?}: {}", name.as_str(), indented(&node.value, 1));
    }
    text.push_str("\n}\n");
    text
}

/// The members of the body; the name is always there.
fn members(body: &Node) -> Vec<(Str, Node)> {
    let mut members: Vec<(Str, Node)> = body.value.as_map().map(redan_model::Map::pairs).unwrap_or_default();
    let name = Str::new("name");
    if !members.iter().any(|(known, _)| *known == name) {
        members.insert(0, (name, Node::text("example", body.origin)));
    }
    members
}

fn indented(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Map(map) if !map.entries().is_empty() => {
            let entries: Vec<String> = map
                .entries()
                .iter()
                .map(|entry| format!("{indent}  {:?}: {}", entry.key.as_str(), indented(&entry.node.value, depth + 1)))
                .collect();
            format!("{{\n{}\n{indent}}}", entries.join(",\n"))
        }
        Value::List(list) if list.items.iter().any(|item| item.value.as_map().is_some()) => {
            let items: Vec<String> =
                list.items.iter().map(|item| format!("{indent}  {}", indented(&item.value, depth + 1))).collect();
            format!("[\n{}\n{indent}]", items.join(",\n"))
        }
        value => json(value),
    }
}

/// A resource declaration.
pub(super) fn bicep(kind: Str, version: &str, body: &Node) -> String {
    let mut text = format!("resource example '{kind}@{version}' = {{\n");
    for (name, node) in members(body) {
        let _ = writeln!(text, "  {}: {}", key(&name), bicep_value(&node.value, 1));
    }
    text.push_str("}\n");
    text
}

fn key(name: &str) -> String {
    let plain =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\${").replace('\n', "\\n"))
}

fn bicep_value(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Text(text) => quoted(text),
        Value::Map(map) if map.entries().is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let mut text = String::from("{\n");
            for entry in map.entries() {
                let _ = writeln!(text, "{indent}  {}: {}", key(&entry.key), bicep_value(&entry.node.value, depth + 1));
            }
            format!("{text}{indent}}}")
        }
        Value::List(list) if list.items.is_empty() => "[]".to_owned(),
        Value::List(list) => {
            let mut text = String::from("[\n");
            for item in &list.items {
                let _ = writeln!(text, "{indent}  {}", bicep_value(&item.value, depth + 1));
            }
            format!("{text}{indent}]")
        }
        other => match redan_model::Shown(other).to_string() {
            text if text.starts_with('"') => quoted(text.trim_matches('"')),
            text => text,
        },
    }
}

fn json(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{:?}", text.as_str()),
        Value::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| json(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries: Vec<String> = map
                .entries()
                .iter()
                .map(|entry| format!("{:?}: {}", entry.key.as_str(), json(&entry.node.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => redan_model::Shown(other).to_string(),
    }
}
