//! Azure answers: bodies as Azure Resource Manager gives them are canonical already.

use crate::assemble::Input;
use crate::registry::Kinds;
use redan_model::{Node, Origin, Places, Resource, ResourceId, Str, Value};
use std::sync::Arc;

/// Canonical resources of GET bodies: one body, a list of them, or an answer with `value`.
#[must_use]
pub fn read_azure(bodies: &Node, kinds: &Kinds) -> Input {
    let mut reader = Reader { kinds, input: Input::default() };
    reader.places();
    reader.bodies(bodies);
    reader.parents();
    reader.input
}

struct Reader<'a> {
    kinds: &'a Kinds,
    input: Input,
}

const ROOT: &str = "azure";

impl Reader<'_> {
    fn places(&mut self) {
        let places = Places {
            subscription: Some(ResourceId::from_index(0)),
            tenant: Some(ResourceId::from_index(1)),
            ..Places::default()
        };
        for (kind, name) in
            [("Microsoft.Resources/subscriptions", "subscription"), ("Microsoft.Graph/organization", "tenant")]
        {
            let mut resource =
                Resource::new(Str::new(kind), Str::new(name), Node::map(Vec::new(), Origin::NOWHERE), Origin::NOWHERE);
            resource.live = true;
            resource.root = Str::new(ROOT);
            resource.places = Arc::new(places);
            self.input.canonical.push(resource);
        }
    }

    fn bodies(&mut self, node: &Node) {
        match &node.value {
            Value::List(list) => list.items.iter().for_each(|body| self.bodies(body)),
            Value::Map(_) => match node.get(Str::new("value")) {
                Some(inner @ Node { value: Value::List(_), .. }) => self.bodies(inner),
                _ => self.body(node),
            },
            _ => {}
        }
    }

    fn body(&mut self, node: &Node) {
        let text = |key: &str| node.get(Str::new(key)).and_then(|node| node.value.as_text());
        let Some(kind) = text("type").and_then(|ty| self.kinds.ignoring_case(&ty)) else { return };
        let name = text("name");
        let last = name.map(|name| Str::new(name.rsplit('/').next().unwrap_or_default()));
        let address = text("id").or(name).unwrap_or(kind.schema.kind);
        let mut body = node.clone();
        if let (Value::Map(map), Some(last)) = (&node.value, last) {
            let mut entries = map.pairs();
            let origin = node.get(Str::new("name")).map_or(node.origin, |name| name.origin);
            entries.push((Str::new("name"), Node::new(Value::Text(last), origin)));
            body = Node::map(entries, node.origin);
        }
        let mut resource = Resource::new(kind.schema.kind, address, body, node.origin);
        resource.identities.extend(name);
        resource.identities.extend(last);
        resource.identities.sort();
        resource.identities.dedup();
        resource.name = last;
        resource.live = true;
        resource.root = Str::new(ROOT);
        resource.places = self.input.canonical.first().map(|place| Arc::clone(&place.places)).unwrap_or_default();
        self.input.canonical.push(resource);
    }

    /// A child's parent is the resource of the parent's kind whose id, or name, its own begins with.
    fn parents(&mut self) {
        let all: Vec<(Str, Vec<Str>)> =
            self.input.canonical.iter().map(|resource| (resource.kind, resource.identities.clone())).collect();
        for resource in &mut self.input.canonical {
            let Some(parent) = self.kinds.kind(resource.kind).and_then(|kind| kind.schema.parent) else { continue };
            let belongs = |identity: &Str| {
                resource.identities.iter().any(|own| {
                    own.len() > identity.len()
                        && own.get(..identity.len()).is_some_and(|head| head.eq_ignore_ascii_case(identity))
                        && own.get(identity.len()..).is_some_and(|tail| tail.starts_with('/'))
                })
            };
            let found = all.iter().position(|(kind, identities)| *kind == parent && identities.iter().any(&belongs));
            resource.parent = found.map(ResourceId::from_index);
        }
    }
}
