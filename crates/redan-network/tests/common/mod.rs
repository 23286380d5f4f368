//! Small estates from JSON: `{"$ref": "address"}` is a reference, `{"$unknown": "var.x"}` an unknown.

use std::sync::Arc;

use redan_model::{
    Estate, EstateBuilder, Map, Node, Origin, Reason, ReasonClass, Ref, Resource, ResourceId, Schema, Schemas, Sources,
    Str, Target, Unknown, Value, json,
};

struct NoSchemas;

impl Schemas for NoSchemas {
    fn schema(&self, _: Str) -> Option<&Schema> {
        None
    }

    fn default(&self, _: &Estate, _: ResourceId, _: Str, _: u32) -> Value {
        Value::Null
    }
}

/// An estate of resources given as (address, kind, body).
pub(crate) fn estate(resources: &[(&str, &str, &str)]) -> Estate {
    estate_with_parents(resources, &[])
}

/// The same, with (child, parent) pairs.
pub(crate) fn estate_with_parents(resources: &[(&str, &str, &str)], parents: &[(&str, &str)]) -> Estate {
    let sources = Arc::new(Sources::new());
    let address = |text: Str| resources.iter().position(|(known, ..)| *known == text.as_str());
    let build = |(name, kind, body): &(&str, &str, &str)| {
        let source = sources.add_file(name, Arc::from(*body));
        let body = link(json::parse(body, source, 0).unwrap(), &address);
        let mut resource = Resource::new(Str::new(kind), Str::new(name), body, Origin::whole(source));
        let parent = parents.iter().find(|(child, _)| child == name).and_then(|(_, parent)| address(Str::new(parent)));
        resource.parent = parent.map(ResourceId::from_index);
        resource
    };
    let resources = resources.iter().map(build).collect();
    EstateBuilder { resources, complete: Vec::new(), problems: Vec::new() }
        .build(Arc::clone(&sources), Arc::new(NoSchemas))
}

fn link(node: Node, address: &dyn Fn(Str) -> Option<usize>) -> Node {
    let origin = node.origin;
    let value = match node.value {
        Value::List(list) => Value::list(list.items.iter().map(|item| link(item.clone(), address)).collect()),
        Value::Map(map) => {
            if let Some(text) = map.get(Str::new("$unknown")).and_then(|node| node.value.as_text()) {
                Value::Unknown(Unknown::of(Reason { class: ReasonClass::Input, what: text, origin }))
            } else if let Some(text) = map.get(Str::new("$ref")).and_then(|node| node.value.as_text()) {
                let target = address(text).map_or_else(
                    || Target::Missing(Unknown::new(ReasonClass::NotInEstate, &text, origin)),
                    |index| Target::Resource(ResourceId::from_index(index)),
                );
                Value::Ref(Arc::new(Ref { target, attribute: Str::default(), text: Some(Value::Text(text)) }))
            } else {
                let pairs = map.pairs().into_iter().map(|(key, node)| (key, link(node, address))).collect();
                Value::Map(Arc::new(Map::new(pairs, map.rest.clone())))
            }
        }
        other => other,
    };
    Node::new(value, origin)
}

/// The id of an address.
pub(crate) fn id(estate: &Estate, address: &str) -> ResourceId {
    let position = estate.resources().iter().position(|resource| resource.address.as_str() == address);
    ResourceId::from_index(position.unwrap())
}
