//! Answers without the credentials in them: what a snapshot may hold.
//!
//! Each is replaced by its kind and, where nobody can guess it, a salted hash that tells it from others.

use redan_model::{Entry, Node, Str, Value};

/// A tree in which no credential stands.
pub(super) fn without(node: &Node) -> Node {
    named("", node)
}

fn named(name: &str, node: &Node) -> Node {
    let value = match &node.value {
        Value::Text(text) => Value::text(&redan_secrets::hide(name, text)),
        Value::List(list) => {
            return Node::list(list.items.iter().map(|item| named(name, item)).collect(), node.origin);
        }
        Value::Map(map) => {
            let label = label(map.entries());
            let pair = |entry: &Entry| {
                let name = label.filter(|_| entry.key.as_str().eq_ignore_ascii_case("value"));
                (entry.key, named(name.as_ref().map_or(entry.key.as_str(), |name| name.as_str()), &entry.node))
            };
            return Node::map(map.entries().iter().map(pair).collect(), node.origin);
        }
        other => other.clone(),
    };
    Node::new(value, node.origin)
}

/// What `Value` goes by in a pair: `{Name: DB_PASSWORD, Value: …}`.
fn label(entries: &[Entry]) -> Option<Str> {
    let is_name =
        |entry: &&Entry| ["name", "key", "parametername", "parameterkey"].contains(&entry.key.to_lowercase().as_str());
    entries.iter().find(is_name)?.node.value.as_text()
}
