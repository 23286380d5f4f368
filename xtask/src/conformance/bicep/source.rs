//! Whether a compiled template was made from the file beside it. Repositories keep templates that were compiled before the
//! last change of their source; what the compiler copies letter by letter proves it: versions of types, and text that is
//! the default of a parameter.
//!
//! Must not use our own reading of Bicep: it would excuse its mistakes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Why the template cannot have been compiled from this source.
pub(super) fn foreign(source: &str, compiled: &str) -> Option<String> {
    let template: Value = serde_json::from_str(compiled.trim_start_matches('\u{feff}')).ok()?;
    version(source, &template).or_else(|| default(source, &template))
}

/// The type of modules; the compiler chooses its version.
const MODULE: &str = "microsoft.resources/deployments";

/// A type that the source has in other versions only.
fn version(source: &str, template: &Value) -> Option<String> {
    let mut versions: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for quoted in source.split('\'').filter(|quoted| quoted.contains('/')) {
        if let Some((ty, version)) = quoted.split_once('@').filter(|(ty, _)| ty.contains('.')) {
            versions.entry(ty.to_lowercase()).or_default().insert(version);
        }
    }
    let resources: Vec<&Value> = match template.get("resources") {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(Value::Object(all)) => all.values().collect(),
        _ => Vec::new(),
    };
    resources.into_iter().find_map(|resource| {
        let (ty, version) = (resource.get("type")?.as_str()?, resource.get("apiVersion")?.as_str()?);
        let ty = ty.to_lowercase();
        let known = versions.get(&ty).filter(|_| ty != MODULE)?;
        (!known.contains(version) && !version.starts_with('[')).then(|| format!("{ty} has version {version} there"))
    })
}

/// A parameter whose default is other text.
fn default(source: &str, template: &Value) -> Option<String> {
    source.lines().find_map(|line| {
        let (name, text) = line.strip_prefix("param ")?.split_once(" string = '")?;
        let text = text.trim_end().strip_suffix('\'').filter(|text| !text.contains(['\'', '$', '\\', '[']))?;
        let default = template.get("parameters")?.get(name)?.get("defaultValue")?.as_str()?;
        (default != text).then(|| format!("parameter {name} has the default {default:?} there"))
    })
}

#[cfg(test)]
mod tests {
    use super::foreign;

    #[test]
    fn only_a_copied_text_that_differs_proves_another_source() {
        let source = "param a string = 'x'\nresource r 'My.Rp/things@2024-01-01' = {\n  name: a\n}\n";
        let template = |version: &str, default: &str| {
            format!(
                r#"{{"parameters": {{"a": {{"type": "string", "defaultValue": "{default}"}}}},
                "resources": [{{"type": "My.Rp/things", "apiVersion": "{version}"}}, {{"type": "My.Rp/others", "apiVersion": "1"}}]}}"#
            )
        };
        assert_eq!(foreign(source, &template("2024-01-01", "x")), None);
        assert!(foreign(source, &template("2023-01-01", "x")).is_some());
        assert!(foreign(source, &template("2024-01-01", "y")).is_some());
    }
}
