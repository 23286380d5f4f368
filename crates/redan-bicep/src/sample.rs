//! Values for the parameters that a compiled template requires, each of its type: for those who compare two readings.

use crate::usage::{Usage, Used};
use redan_model::{Entry, Node, Origin, Str, Value, json};

const MAX_DEPTH: usize = 12;
/// Text that is long enough for what templates cut out of names.
const TEXT: &str = "sampletext0123456789";
const GUID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// Values, as JSON by name, for the parameters of an ARM template that have no default and may not be null.
#[must_use]
pub fn sample_parameters(template: &str) -> Vec<(String, String)> {
    let Ok(root) = crate::json::read(template, Origin::NOWHERE.source).map(|json| json.node) else { return Vec::new() };
    let sampler = Sampler { root: &root, used: crate::usage::of(&root) };
    let Some(parameters) = get(&root, "parameters").and_then(|node| node.value.as_map()) else { return Vec::new() };
    parameters.entries().iter().filter_map(|entry| Some((entry.key.to_string(), sampler.parameter(entry)?))).collect()
}

struct Sampler<'n> {
    root: &'n Node,
    used: Usage,
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(Str::new(key))
}

fn text(node: &Node, key: &str) -> Option<Str> {
    get(node, key)?.value.as_text()
}

fn is_true(node: &Node, key: &str) -> bool {
    get(node, key).is_some_and(|node| matches!(node.value, Value::Bool(true)))
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    json::quote(text, &mut out);
    out
}

impl Sampler<'_> {
    fn parameter(&self, entry: &Entry) -> Option<String> {
        if get(&entry.node, "defaultValue").is_some() || self.is_nullable(&entry.node, 0) {
            return None;
        }
        let ty = text(&entry.node, "type").unwrap_or_default().to_lowercase();
        let untyped = match ty.as_str() {
            "object" | "secureobject" => ["properties", "additionalProperties", "discriminator"].as_slice(),
            "array" => &["items", "prefixItems"],
            _ => &["type", "$ref"],
        };
        let typed = untyped.iter().any(|key| get(&entry.node, key).is_some_and(|node| node.value.as_map().is_some()))
            || get(&entry.node, "allowedValues").is_some()
            || !matches!(ty.as_str(), "object" | "secureobject" | "array");
        let used = self.used.get(entry.key.as_str());
        match used.filter(|used| !typed || (ty == "string" && matches!(used, Used::Name(_)))) {
            Some(used) => Some(sample_of(&entry.key, used)),
            None => Some(self.value(entry.key.as_str(), &entry.node, 0)),
        }
    }

    fn referred(&self, node: &Node) -> Option<&Node> {
        let path = text(node, "$ref")?;
        let mut found = self.root;
        for step in path.trim_start_matches("#/").split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            found = get(found, &step)?;
        }
        Some(found)
    }

    fn is_nullable(&self, node: &Node, depth: usize) -> bool {
        is_true(node, "nullable")
            || (depth < MAX_DEPTH && self.referred(node).is_some_and(|found| self.is_nullable(found, depth + 1)))
    }

    /// A value of a type, as JSON.
    fn value(&self, name: &str, node: &Node, depth: usize) -> String {
        if depth > MAX_DEPTH {
            return "null".to_owned();
        }
        let list =
            get(node, "type").is_some_and(|ty| ty.value.as_text().is_some_and(|ty| ty.eq_ignore_ascii_case("array")));
        let allowed = get(node, "allowedValues").and_then(|allowed| allowed.value.as_list());
        if let Some(first) = allowed.and_then(|allowed| allowed.items.first()) {
            let first = literal(first);
            let whole = first.starts_with('[');
            return if list && !whole { format!("[{first}]") } else { first };
        }
        if let Some(found) = self.referred(node) {
            return self.value(name, found, depth + 1);
        }
        match text(node, "type").unwrap_or_default().to_lowercase().as_str() {
            "string" | "securestring" => quoted(&Self::sample_text(name, node)),
            "int" => number(node, "minValue").or_else(|| number(node, "maxValue")).unwrap_or(3).to_string(),
            "bool" => "true".to_owned(),
            "array" => self.list(name, node, depth),
            "object" | "secureobject" => self.object(name, node, depth),
            _ => "null".to_owned(),
        }
    }

    fn sample_text(name: &str, node: &Node) -> String {
        let lower = name.to_lowercase();
        let mut value = if lower.ends_with("id") && !lower.ends_with("guid") && lower.contains("resource") {
            format!(
                "/subscriptions/{GUID}/resourceGroups/sample/providers/Microsoft.Sample/samples/{name}/children/{name}/leaves/{name}"
            )
        } else if lower.ends_with("id") {
            GUID.to_owned()
        } else {
            format!("{name}{TEXT}")
        };
        if let Some(most) = number(node, "maxLength").and_then(|most| usize::try_from(most).ok()) {
            value = value.chars().take(most).collect();
        }
        value
    }

    fn list(&self, name: &str, node: &Node, depth: usize) -> String {
        if let Some(prefix) = get(node, "prefixItems").and_then(|prefix| prefix.value.as_list()) {
            let items: Vec<String> = prefix.items.iter().map(|item| self.value(name, item, depth + 1)).collect();
            return format!("[{}]", items.join(","));
        }
        match get(node, "items").filter(|items| items.value.as_map().is_some()) {
            Some(items) => format!("[{}]", self.value(name, items, depth + 1)),
            None => "[]".to_owned(),
        }
    }

    fn object(&self, name: &str, node: &Node, depth: usize) -> String {
        let mut entries = Vec::new();
        let mut from = node;
        if let Some(discriminator) = get(node, "discriminator") {
            let mapping = get(discriminator, "mapping").and_then(|mapping| mapping.value.as_map());
            if let Some(first) = mapping.and_then(|mapping| mapping.entries().first()) {
                from = self.referred(&first.node).unwrap_or(&first.node);
            }
        }
        let properties = get(from, "properties").and_then(|properties| properties.value.as_map());
        for property in properties.map(redan_model::Map::entries).unwrap_or_default() {
            if !self.is_nullable(&property.node, 0) {
                let value = self.value(&property.key, &property.node, depth + 1);
                entries.push(format!("{}:{value}", quoted(&property.key)));
            }
        }
        let stated = |others: &&Node| others.value.as_map().is_some_and(|map| !map.entries().is_empty());
        let others = get(from, "additionalProperties").filter(stated).filter(|_| properties.is_none());
        entries.extend(others.map(|others| format!("\"sample\":{}", self.value(name, others, depth + 1))));
        format!("{{{}}}", entries.join(","))
    }
}

/// A value of the shape in which a template uses it.
fn sample_of(name: &str, used: &Used) -> String {
    match used {
        Used::Value => {
            let lower = name.to_lowercase();
            let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
            if ["is", "has", "enable", "use", "allow"].iter().any(|word| lower.starts_with(word)) || has(&["enabled"]) {
                "true".to_owned()
            } else if has(&["count", "size", "days", "port", "number", "priority", "memory", "processors", "capacity"])
            {
                "3".to_owned()
            } else {
                quoted(&format!("{name}{TEXT}"))
            }
        }
        Used::Object(members) => {
            let member = |(key, used): (&String, &Used)| format!("{}:{}", quoted(key), sample_of(key, used));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Used::Flag => "true".to_owned(),
        Used::Number => "3".to_owned(),
        Used::Name(parts) => quoted(&vec![format!("{name}{TEXT}"); *parts].join("/")),
        Used::List(item, count) => format!("[{}]", vec![sample_of(name, item); *count].join(",")),
    }
}

fn number(node: &Node, key: &str) -> Option<i64> {
    get(node, key)?.value.as_int()
}

/// A literal as JSON.
fn literal(node: &Node) -> String {
    json::write(node, usize::MAX).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::sample_parameters;

    #[test]
    fn each_required_parameter_has_a_value_of_its_type() {
        let template = r##"{
            "definitions": {"a": {"type": "object", "properties": {"x": {"type": "int"}, "y": {"type": "string", "nullable": true}}}},
            "parameters": {
                "given": {"type": "string", "defaultValue": "x"},
                "free": {"$ref": "#/definitions/n"},
                "s": {"type": "securestring", "maxLength": 5},
                "e": {"type": "string", "allowedValues": ["q", "r"]},
                "l": {"type": "array", "items": {"$ref": "#/definitions/a"}},
                "n": {"type": "int", "nullable": true},
                "b": {"type": "bool"}
            }}"##;
        let all = sample_parameters(template);
        let value = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("s"), Some("\"ssamp\""));
        assert_eq!(value("e"), Some("\"q\""));
        assert_eq!(value("l"), Some("[{\"x\":3}]"));
        assert_eq!(value("b"), Some("true"));
        assert_eq!((value("given"), value("n")), (None, None));
    }
}
