//! ARM type definitions (the `types.json` of Azure/bicep-types-az) → extract.
//!
//! Format: <https://github.com/Azure/bicep-types/tree/main/src/Bicep.Types/Concrete>

use super::model::{Field, Shape, Type};
use serde_json::Value;
use std::collections::BTreeMap;

const LONGEST_ENUMERATION: usize = 40;
const REQUIRED: u64 = 1;
const READ_ONLY: u64 = 2;
const WRITE_ONLY: u64 = 4;

/// The resource types that one `types.json` declares, with the index of their bodies.
pub(crate) fn declared(types: &[Value]) -> Vec<(String, String, usize)> {
    let resources = types.iter().filter(|one| one.get("$type").and_then(Value::as_str) == Some("ResourceType"));
    resources
        .filter_map(|one| {
            let (name, version) = one.get("name")?.as_str()?.split_once('@')?;
            Some((name.to_owned(), version.to_owned(), index(one.get("body")?)?))
        })
        .collect()
}

/// Extracts one resource type; one that differs by its name (`sites/config`) also gives a type for each name:
/// `Microsoft.Web/sites/config(web)`.
pub(crate) fn extract(types: &[Value], name: &str, version: &str, body: usize) -> Vec<Type> {
    let mut found = vec![one(types, name, version, body, None)];
    let variants = types.get(body).and_then(|object| object.get("elements")).and_then(Value::as_object);
    for variant in variants.into_iter().flatten().map(|(variant, _)| variant) {
        found.push(one(types, &format!("{name}({variant})"), version, body, Some(variant)));
    }
    found
}

fn one(types: &[Value], name: &str, version: &str, body: usize, variant: Option<&str>) -> Type {
    let mut reader = Reader { types, names: BTreeMap::new(), structures: BTreeMap::new() };
    let fields = types.get(body).map(|object| reader.fields(object, variant)).unwrap_or_default();
    reader.structures.insert(String::new(), fields);
    let mut one = Type { name: name.to_owned(), version: version.to_owned(), structures: reader.structures };
    one.prune();
    one
}

fn index(reference: &Value) -> Option<usize> {
    reference.get("$ref")?.as_str()?.strip_prefix("#/")?.parse().ok()
}

struct Reader<'a> {
    types: &'a [Value],
    names: BTreeMap<usize, String>,
    structures: BTreeMap<String, Vec<Field>>,
}

impl<'a> Reader<'a> {
    fn fields(&mut self, object: &'a Value, only: Option<&str>) -> Vec<Field> {
        let mut fields = BTreeMap::new();
        for word in ["properties", "baseProperties"] {
            self.gather(object.get(word), false, &mut fields);
        }
        for (name, variant) in object.get("elements").and_then(Value::as_object).into_iter().flatten() {
            if only.is_some_and(|only| only != name) {
                continue;
            }
            let Some(target) = index(variant).and_then(|at| self.types.get(at)) else { continue };
            self.gather(target.get("properties"), true, &mut fields);
        }
        let mut fields: Vec<Field> = fields.into_values().collect();
        if let Some(discriminator) = object.get("discriminator").and_then(Value::as_str) {
            let members = object.get("elements").and_then(Value::as_object).into_iter().flatten();
            let shape = Shape::Enumeration(members.map(|(name, _)| name.clone()).collect());
            fields.retain(|field| field.name != discriminator);
            fields.push(Field { required: true, ..Field::new(discriminator, shape) });
        }
        fields
    }

    fn gather(&mut self, properties: Option<&'a Value>, variant: bool, fields: &mut BTreeMap<String, Field>) {
        for (name, property) in properties.and_then(Value::as_object).into_iter().flatten() {
            let flags = property.get("flags").and_then(Value::as_u64).unwrap_or_default();
            let shape = property.get("type").map_or(Shape::Any, |reference| self.shape(reference, 0));
            let field = Field {
                required: flags & REQUIRED != 0 && !variant,
                read_only: flags & READ_ONLY != 0,
                write_only: flags & WRITE_ONLY != 0,
                ..Field::new(name, shape)
            };
            match fields.get_mut(name) {
                Some(known) if known.shape != field.shape => known.shape = Shape::Any,
                Some(_) => {}
                None => {
                    fields.insert(name.clone(), field);
                }
            }
        }
    }

    fn shape(&mut self, reference: &Value, depth: usize) -> Shape {
        let Some((at, target)) = index(reference).and_then(|at| Some((at, self.types.get(at)?))) else {
            return Shape::Any;
        };
        if depth > 12 {
            return Shape::Any;
        }
        match target.get("$type").and_then(Value::as_str) {
            Some("StringType") => Shape::Text,
            Some("IntegerType") => Shape::Integer,
            Some("BooleanType") => Shape::Boolean,
            Some("StringLiteralType") => literal(target).map_or(Shape::Text, |text| Shape::Enumeration(vec![text])),
            Some("ArrayType") => {
                let item = target.get("itemType").map_or(Shape::Any, |item| self.shape(item, depth + 1));
                Shape::List(Box::new(item))
            }
            Some("UnionType") => self.union(target, depth),
            Some("ObjectType" | "DiscriminatedObjectType") => self.object(at, target, depth),
            _ => Shape::Any,
        }
    }

    fn union(&mut self, target: &'a Value, depth: usize) -> Shape {
        let mut members = Vec::new();
        let mut open = false;
        for element in target.get("elements").and_then(Value::as_array).into_iter().flatten() {
            match self.shape(element, depth + 1) {
                Shape::Enumeration(more) => members.extend(more),
                Shape::Text => open = true,
                _ => return Shape::Any,
            }
        }
        members.retain(|member| !member.contains(['|', '"', '\n']));
        match members.len() {
            0 if open => Shape::Text,
            1..=LONGEST_ENUMERATION => Shape::Enumeration(members),
            _ => Shape::Text,
        }
    }

    fn object(&mut self, at: usize, target: &'a Value, depth: usize) -> Shape {
        let empty = |word: &str| target.get(word).and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
        if empty("properties") && empty("baseProperties") && empty("elements") {
            return match target.get("additionalProperties") {
                Some(values) => Shape::Map(Box::new(self.shape(values, depth + 1))),
                None => Shape::Any,
            };
        }
        if let Some(known) = self.names.get(&at) {
            return Shape::Structure(known.clone());
        }
        let wanted = target.get("name").and_then(Value::as_str).unwrap_or("Object").replace([' ', '\n'], "_");
        let name = if self.structures.contains_key(&wanted) { format!("{wanted}_{at}") } else { wanted };
        self.names.insert(at, name.clone());
        self.structures.insert(name.clone(), Vec::new());
        let fields = self.fields(target, None);
        self.structures.insert(name.clone(), fields);
        Shape::Structure(name)
    }
}

fn literal(target: &Value) -> Option<String> {
    target.get("value").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn properties_flags_and_unions() {
        let types = json!([
            {"$type": "StringType"},
            {"$type": "ResourceType", "name": "Microsoft.X/ys@2020-01-01", "body": {"$ref": "#/2"}},
            {"$type": "ObjectType", "name": "Microsoft.X/ys", "properties": {
                "id": {"type": {"$ref": "#/0"}, "flags": 10},
                "properties": {"type": {"$ref": "#/3"}, "flags": 1}}},
            {"$type": "ObjectType", "name": "Inner", "properties": {
                "mode": {"type": {"$ref": "#/4"}, "flags": 0},
                "self": {"type": {"$ref": "#/3"}, "flags": 0}}},
            {"$type": "UnionType", "elements": [{"$ref": "#/5"}, {"$ref": "#/6"}, {"$ref": "#/0"}]},
            {"$type": "StringLiteralType", "value": "On"},
            {"$type": "StringLiteralType", "value": "Off"}
        ]);
        let types = types.as_array().unwrap();
        let (name, version, body) = declared(types).remove(0);
        let text = super::super::text::write(&extract(types, &name, &version, body));
        assert_eq!(
            text,
            "Microsoft.X/ys 2020-01-01\n  id= string\n  properties! @Inner\n@Inner\n  mode \"On|Off\"\n  self @Inner\n"
        );
    }
}
