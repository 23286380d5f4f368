//! Values that may be secrets, by the names they go by: they are not shown.

use redan_model::{List, Map, Node, Str, Value};
use std::sync::Arc;

/// What is shown in place of a secret.
pub(crate) const HIDDEN: &str = "(hidden)";

const MAX_DEPTH: usize = 16;

/// Ends of names whose value is a secret, in small letters and without separators.
const ENDS: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secretkey",
    "secretstring",
    "secretvalue",
    "accesskey",
    "accountkey",
    "apikey",
    "privatekey",
    "token",
    "connectionstring",
];

/// Whether a path leads to the answer about credentials: what stands at its place must not be shown, what it says may.
pub(crate) fn tells_of_credentials(path: &str) -> bool {
    path.starts_with("secrets[") || path == "secrets"
}

/// Whether a path ends in a name that speaks of a secret.
pub(crate) fn speaks_of_secret(path: &str) -> bool {
    let end = path.trim_end_matches(['"', ']']);
    let start = end.rfind(['.', '"', '[']).map_or(0, |at| at + 1);
    end.get(start..).is_some_and(names_secret)
}

fn names_secret(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

/// A value in which texts under such names, and values beside such names (`{Name: DB_PASSWORD, Value: …}`), are hidden.
pub(crate) fn without_secrets(value: &Value) -> Value {
    hide(value, 0)
}

fn hide(value: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::text("…");
    }
    match value {
        Value::List(list) => {
            let items = list.items.iter().map(|node| Node::new(hide(&node.value, depth + 1), node.origin)).collect();
            Value::List(Arc::new(List { items, rest: list.rest.clone() }))
        }
        Value::Map(map) => {
            let of = |name: &str| map.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(name));
            let named = of("name").or_else(|| of("key")).and_then(|entry| entry.node.value.as_text());
            let beside = named.is_some_and(|name| names_secret(&name));
            let entry = |key: Str, node: &Node| {
                let secret = names_secret(&key) || (beside && key.eq_ignore_ascii_case("value"));
                let inner =
                    if secret && is_text(&node.value) { Value::text(HIDDEN) } else { hide(&node.value, depth + 1) };
                (key, Node::new(inner, node.origin))
            };
            let entries = map.entries().iter().map(|one| entry(one.key, &one.node)).collect();
            Value::Map(Arc::new(Map::new(entries, map.rest.clone())))
        }
        other => other.clone(),
    }
}

const fn is_text(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::Template(_))
}

#[cfg(test)]
mod tests {
    use super::{speaks_of_secret, without_secrets};
    use redan_model::{Origin, Shown, SourceId, Sources, json};

    #[test]
    fn paths_by_their_last_name() {
        for path in ["MasterUserPassword", "Environment.Variables[\"DB_PASSWORD\"]", "a.client_secret", "Auth-Token"] {
            assert!(speaks_of_secret(path), "{path}");
        }
        for path in ["MetadataOptions.HttpTokens", "PasswordPolicy.MinimumLength", "SecretId", "Tags[\"owner\"]"] {
            assert!(!speaks_of_secret(path), "{path}");
        }
    }

    #[test]
    fn structures_keep_all_but_the_secrets() {
        let text = r#"{"Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}, {"Name": "DB_HOST", "Value": "db"}],
            "token": "hunter2", "nested": {"apiKey": "hunter2", "size": 3}}"#;
        let source: SourceId = Sources::new().add_file("a", text.into());
        let node = json::parse(text, source, 0).unwrap();
        assert_ne!(node.origin, Origin::NOWHERE);
        let shown = Shown(&without_secrets(&node.value)).to_string();
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("\"db\"") && shown.contains("size: 3"), "{shown}");
    }
}
