//! Evaluated templates as raw resources: ids become references to the resources that they name, children find what
//! contains them. Knows ids and names of Resource Manager, no kind of resource.

use crate::eval::{Evaluated, apart, key, segments};
use redan_kinds::{Mode, ProviderConfig, RawResource};
use redan_model::{List, Map, Node, Origin, Part, Ref, Rest, Str, Target, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The resources of one root.
pub(crate) fn raw_resources(all: Vec<Evaluated>, root: Str) -> Vec<RawResource> {
    let body = Node::map(Vec::new(), Origin::NOWHERE);
    let provider = Arc::new(ProviderConfig { name: Str::new("arm"), key: Str::new("arm"), body, major: None });
    let index = Index::new(&all);
    let one = |resource: Evaluated| {
        let extension = old_extension(&resource);
        RawResource {
            kind: extension.unwrap_or(resource.ty),
            address: resource.address,
            mode: if resource.existing { Mode::Data } else { Mode::Managed },
            body: index.body(&resource),
            origin: resource.origin,
            existence: resource.existence.clone(),
            calls: Arc::clone(&resource.calls),
            root,
            provider: Arc::clone(&provider),
            parent: index.parent(&resource),
            escapes: resource.escapes.clone(),
        }
    };
    all.into_iter().map(one).collect()
}

/// The type of an extension that is written as a child, `Microsoft.Sql/servers/providers/locks`: its namespace is the last
/// but one segment of its name.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/scope-extension-resources>
fn old_extension(resource: &Evaluated) -> Option<Str> {
    let (_, own) = resource.ty.rsplit_once("/providers/")?;
    let names = segments(&resource.name);
    let depth = own.split('/').count() + 1;
    let namespace = names.len().checked_sub(depth).and_then(|at| names.get(at))?.value.as_text()?;
    Some(Str::from(format!("{namespace}/{own}")))
}

/// Children that are declared inside their parent, in a list of the name of their type: their keys and addresses.
fn inline(resource: &Evaluated, key: &str) -> Vec<(String, Str)> {
    let properties = resource.body.get(Str::new("properties")).and_then(|node| node.value.as_map());
    let mut all = Vec::new();
    for entry in properties.map(Map::entries).unwrap_or_default() {
        let items = entry.node.value.as_list().map(|list| &*list.items).unwrap_or_default();
        for name in items.iter().filter_map(|item| item.get(Str::new("name"))?.value.as_text()) {
            let child = format!("{key}/{}/{}", entry.key, name).to_lowercase();
            all.push((child, Str::from(format!("{}/{}/{name}", resource.address, entry.key))));
        }
    }
    all
}

/// The resources of a root by their ids.
struct Index {
    by_key: FxHashMap<String, Vec<(Str, Node)>>,
}

impl Index {
    fn new(all: &[Evaluated]) -> Self {
        let mut by_key: FxHashMap<String, Vec<(Str, Node)>> = FxHashMap::default();
        for resource in all {
            if let Some(key) = key(&resource.id) {
                let known = by_key.entry(key.clone()).or_default();
                if !known.iter().any(|(address, _)| *address == resource.address) {
                    known.push((resource.address, resource.id.clone()));
                }
                for (key, address) in inline(resource, &key) {
                    by_key.entry(key).or_default().push((address, resource.id.clone()));
                }
            }
        }
        Self { by_key }
    }

    /// The address of the resource that an id names; where several have names alike, the one of the same id.
    fn find(&self, id: &Node) -> Option<Str> {
        match self.by_key.get(&key(id)?)?.as_slice() {
            [(address, known)] => (!apart(known, id)).then_some(*address),
            several => {
                let mut same = several.iter().filter(|(_, known)| place_of(known) == place_of(id));
                match (same.next(), same.next()) {
                    (Some((address, _)), None) => Some(*address),
                    _ => None,
                }
            }
        }
    }

    fn refer(&self, id: &Node) -> Option<Value> {
        let address = self.find(id)?;
        let text = Some(id.value.clone());
        Some(Value::Ref(Arc::new(Ref { target: Target::Address(address), attribute: Str::new("id"), text })))
    }

    /// What contains a resource, or what it extends: a reference where it is declared beside it, else its id.
    fn parent(&self, resource: &Evaluated) -> Option<Node> {
        let origin = resource.name.origin;
        let container = match (&resource.scope, &resource.parent) {
            (None, Some(address)) => {
                let target = Target::Address(*address);
                let reference = Ref { target, attribute: Str::new("id"), text: None };
                return Some(Node::new(Value::Ref(Arc::new(reference)), origin));
            }
            _ => container(&resource.id)?,
        };
        let value = self.refer(&container).unwrap_or_else(|| container.value.clone());
        Some(Node::new(value, origin))
    }

    /// The attributes, with the name of the resource among its siblings.
    fn body(&self, resource: &Evaluated) -> Node {
        let mut entries = match &resource.body.value {
            Value::Map(map) => map.entries().iter().map(|entry| (entry.key, self.linked(&entry.node))).collect(),
            _ => Vec::new(),
        };
        let mut last = segments(&resource.name).pop().unwrap_or_else(|| resource.name.clone());
        last.origin = resource.name.origin;
        if !last.value.is_null() {
            entries.push((Str::new("name"), last));
        }
        if let Some(version) = resource.version {
            entries.push((Str::new("apiVersion"), Node::text(&version, resource.origin)));
        }
        let rest = match &resource.body.value {
            Value::Map(map) => map.rest.clone(),
            Value::Unknown(unknown) => Rest::Unknown(Arc::clone(unknown)),
            _ => Rest::Absent,
        };
        Node::new(Value::Map(Arc::new(Map::new(entries, rest))), resource.origin)
    }

    /// A value in which ids are references.
    fn linked(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::List(list) => {
                let items = list.items.iter().map(|item| self.linked(item)).collect();
                Value::List(Arc::new(List { items, rest: list.rest.clone() }))
            }
            // A property that is null is one that is not given.
            Value::Map(map) => {
                let given = map.entries().iter().filter(|entry| !entry.node.value.is_null());
                let entries = given.map(|entry| (entry.key, self.linked(&entry.node)));
                Value::Map(Arc::new(Map::new(entries.collect(), map.rest.clone())))
            }
            Value::Text(text) if text.contains("/providers/") => self.refer(node).unwrap_or_else(|| node.value.clone()),
            Value::Template(template) => {
                let is_id = |part: &Part| matches!(part, Part::Literal(text) if text.contains("/providers/"));
                let found = template.parts.iter().any(is_id).then(|| self.refer(node)).flatten();
                found.unwrap_or_else(|| node.value.clone())
            }
            other => other.clone(),
        };
        Node::new(value, node.origin)
    }
}

/// The subscription and the group of an id.
fn place_of(id: &Node) -> Vec<String> {
    let text = |node: &Node| match &node.value {
        Value::Text(text) => text.to_lowercase(),
        other => redan_model::Shown(other).to_string(),
    };
    segments(id).iter().take(5).map(text).collect()
}

/// The id of what contains a resource: of a child without its last type and name, of an extension what stands before its
/// `/providers/`.
fn container(id: &Node) -> Option<Node> {
    let all = segments(id);
    let is_providers = |node: &Node| node.value.as_text().is_some_and(|text| text.eq_ignore_ascii_case("providers"));
    let last = all.iter().rposition(is_providers)?;
    // providers, namespace, type, name: what has more is a child.
    let kept = if all.len() > last + 4 { all.len() - 2 } else { last };
    let parts = all.iter().take(kept).enumerate().flat_map(|(at, node)| {
        let slash = (at > 0).then(|| Part::Literal(Str::new("/")));
        slash.into_iter().chain([crate::functions::formatted(node)])
    });
    Some(Node::new(Value::template(parts), id.origin))
}
