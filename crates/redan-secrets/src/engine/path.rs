//! Paths in a tree as pages write them: `Environment.Variables["DB_PASSWORD"]`. Entries of lists go by their name, where they
//! have one: a path must not change because something stands before it.

use redan_model::{Map, Str, Value};

/// A path and one step more.
pub(super) fn step(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    match (plain, path.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => format!("{path}[\"{}\"]", name.replace(['"', '\n'], " ")),
    }
}

/// A path and one entry of a list.
pub(super) fn entry(path: &str, index: usize, value: &Value) -> String {
    match value.as_map().and_then(name_of) {
        Some(name) => format!("{path}[\"{}\"]", name.replace(['"', '\n'], " ")),
        None => format!("{path}[{index}]"),
    }
}

/// The name in `{Name: DB_PASSWORD, Value: …}`.
pub(super) fn name_of(map: &Map) -> Option<Str> {
    let named = ["name", "key", "parameterkey", "optionname"];
    let entry = map.entries().iter().find(|entry| named.iter().any(|name| entry.key.eq_ignore_ascii_case(name)))?;
    entry.node.value.as_text()
}
