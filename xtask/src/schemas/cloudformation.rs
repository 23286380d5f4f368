//! CloudFormation registry schemas (JSON Schema with a few words of its own) → extract.
//!
//! Format: <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>

use super::model::{Field, Shape, Type};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

const LONGEST_ENUMERATION: usize = 40;

/// Extracts one type from its schema.
pub(crate) fn extract(name: &str, schema: &Value) -> Type {
    let mut reader = Reader { definitions: schema.get("definitions"), structures: BTreeMap::new() };
    let mut fields = reader.fields("", schema);
    mark(&mut fields, schema, "readOnlyProperties", |field| field.read_only = true);
    mark(&mut fields, schema, "writeOnlyProperties", |field| field.write_only = true);
    reader.structures.insert(String::new(), fields);
    let mut one = Type { name: name.to_owned(), version: String::new(), structures: reader.structures };
    one.prune();
    one
}

fn mark(fields: &mut [Field], schema: &Value, list: &str, set: impl Fn(&mut Field)) {
    let pointers = schema.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let names: BTreeSet<&str> = pointers.filter_map(|pointer| pointer.strip_prefix("/properties/")).collect();
    fields.iter_mut().filter(|field| names.contains(field.name.as_str())).for_each(set);
}

struct Reader<'a> {
    definitions: Option<&'a Value>,
    structures: BTreeMap<String, Vec<Field>>,
}

impl<'a> Reader<'a> {
    fn fields(&mut self, path: &str, schema: &'a Value) -> Vec<Field> {
        let mut fields: BTreeMap<String, Field> = BTreeMap::new();
        let mut required = BTreeSet::new();
        self.gather(path, schema, &mut fields, 0);
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            required.insert(name.to_owned());
        }
        fields.into_values().map(|f| Field { required: required.contains(&f.name), ..f }).collect()
    }

    fn gather(&mut self, path: &str, schema: &'a Value, fields: &mut BTreeMap<String, Field>, depth: usize) {
        if depth > 8 {
            return;
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let shape = self.shape(&inner, property, 0);
            match fields.get(name) {
                Some(known) if known.shape != Shape::Any => {}
                _ => {
                    fields.insert(name.clone(), Field::new(name, shape));
                }
            }
        }
        for alternatives in ["oneOf", "anyOf", "allOf"] {
            for alternative in schema.get(alternatives).and_then(Value::as_array).into_iter().flatten() {
                let alternative = self.resolve(alternative).map_or(alternative, |(_, target)| target);
                self.gather(path, alternative, fields, depth + 1);
            }
        }
    }

    fn resolve(&self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let reference = schema.get("$ref")?.as_str()?;
        let name = reference.strip_prefix("#/definitions/")?;
        Some((name, self.definitions?.get(name)?))
    }

    fn shape(&mut self, path: &str, schema: &'a Value, depth: usize) -> Shape {
        if depth > 12 {
            return Shape::Any;
        }
        if let Some((name, target)) = self.resolve(schema) {
            return if is_structure(target) {
                if !self.structures.contains_key(name) {
                    self.structures.insert(name.to_owned(), Vec::new());
                    let fields = self.fields(name, target);
                    self.structures.insert(name.to_owned(), fields);
                }
                Shape::Structure(name.to_owned())
            } else {
                self.shape(name, target, depth + 1)
            };
        }
        if is_structure(schema) {
            let fields = self.fields(path, schema);
            self.structures.insert(path.to_owned(), fields);
            return Shape::Structure(path.to_owned());
        }
        self.plain(path, schema, depth)
    }

    fn plain(&mut self, path: &str, schema: &'a Value, depth: usize) -> Shape {
        if let Some(members) = schema.get("enum").and_then(Value::as_array) {
            let texts: Vec<String> = members.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            if texts.len() == members.len() && !texts.is_empty() && texts.len() <= LONGEST_ENUMERATION {
                return Shape::Enumeration(texts);
            }
        }
        match type_of(schema) {
            Some("string") => match schema.get("format").and_then(Value::as_str) {
                Some(format) if format.starts_with("AWS::") => Shape::Identifier(format.to_owned()),
                _ => Shape::Text,
            },
            Some("integer") => Shape::Integer,
            Some("number") => Shape::Number,
            Some("boolean") => Shape::Boolean,
            Some("array") => {
                let item = schema.get("items").map_or(Shape::Any, |items| self.shape(path, items, depth + 1));
                Shape::List(Box::new(item))
            }
            Some("object") => self.map(path, schema, depth),
            Some(_) => Shape::Any,
            None => self.alternatives(path, schema, depth),
        }
    }

    fn map(&mut self, path: &str, schema: &'a Value, depth: usize) -> Shape {
        let patterns = schema.get("patternProperties").and_then(Value::as_object).and_then(first);
        let additional = schema.get("additionalProperties").filter(|value| value.is_object());
        match patterns.or(additional) {
            Some(values) => Shape::Map(Box::new(self.shape(path, values, depth + 1))),
            None => Shape::Any,
        }
    }

    fn alternatives(&mut self, path: &str, schema: &'a Value, depth: usize) -> Shape {
        let mut shapes: Vec<Shape> = Vec::new();
        for word in ["oneOf", "anyOf", "allOf"] {
            for alternative in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
                let shape = self.shape(path, alternative, depth + 1);
                if shape != Shape::Any && !shapes.contains(&shape) {
                    shapes.push(shape);
                }
            }
        }
        match (shapes.pop(), shapes.is_empty()) {
            (Some(only), true) => only,
            _ => Shape::Any,
        }
    }
}

fn is_structure(schema: &Value) -> bool {
    let has = |value: &Value| value.get("properties").and_then(Value::as_object).is_some_and(|p| !p.is_empty());
    let any = |word: &str| schema.get(word).and_then(Value::as_array).is_some_and(|all| all.iter().any(has));
    has(schema) || any("oneOf") || any("anyOf") || any("allOf")
}

fn first(map: &Map<String, Value>) -> Option<&Value> {
    map.values().next()
}

/// A schema may name several types; `null` beside one other, or text beside a number, says nothing new.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => {
            let mut names = several.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            let first = names.next()?;
            Some(if names.next().is_none() { first } else { "any" })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn structures_enumerations_and_marks() {
        let schema = json!({
            "properties": {
                "Id": {"type": "string"},
                "Mode": {"enum": ["on", "off"], "type": "string"},
                "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}},
                "Doc": {"type": ["object", "string"]},
                "Vpc": {"type": "string", "format": "AWS::EC2::VPC.Id"}
            },
            "required": ["Mode"],
            "readOnlyProperties": ["/properties/Id"],
            "definitions": {"Rule": {"type": "object", "properties": {"Port": {"type": "integer"}, "Next": {"$ref": "#/definitions/Rule"}}}}
        });
        let text = super::super::text::write(&[extract("AWS::X::Y", &schema)]);
        assert_eq!(
            text,
            "AWS::X::Y\n  Doc any\n  Id= string\n  Mode! \"on|off\"\n  Rules [@Rule]\n  Vpc <AWS::EC2::VPC.Id>\n@Rule\n  Next @Rule\n  Port integer\n"
        );
    }
}
