//! The references between resources, indexed: who refers to whom, and who might.
//!
//! Links are made elsewhere; this only finds them.

use crate::{Node, Part, Referrer, Resource, ResourceId, Rest, Schemas, Str, Target, Type, Unknown, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

const MAX_DEPTH: usize = 12;

/// The references of an estate.
#[derive(Default)]
pub(crate) struct Links {
    known: FxHashMap<ResourceId, Vec<Referrer>>,
    /// By kind and root of the referrer.
    loose: FxHashMap<(Str, Str), Vec<Loose>>,
}

/// Something unknown that may hold a reference.
struct Loose {
    attribute: Str,
    targets: Arc<Targets>,
    unknown: Arc<Unknown>,
}

/// The kinds that references at or below an attribute may lead to.
#[derive(Default)]
struct Targets {
    any: bool,
    kinds: Vec<Str>,
}

impl Links {
    /// The references in these resources, whose positions are their ids.
    pub(crate) fn new(resources: &[Resource], schemas: &dyn Schemas) -> Self {
        let mut finder = Finder { links: Self::default(), schemas, targets: FxHashMap::default(), path: Vec::new() };
        for (index, resource) in resources.iter().enumerate() {
            finder.visit(ResourceId::from_index(index), resource, &resource.body);
        }
        finder.links
    }

    /// Who is known to refer to a resource.
    pub(crate) fn to(&self, id: ResourceId) -> &[Referrer] {
        self.known.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Why resources of `kind` in the target's root might refer to it.
    pub(crate) fn doubt(&self, kind: Str, attribute: Option<Str>, to: &Resource) -> Option<Arc<Unknown>> {
        let loose = self.loose.get(&(kind, to.root))?;
        let fits = |loose: &&Loose| {
            (loose.targets.any || loose.targets.kinds.contains(&to.kind))
                && attribute.is_none_or(|attribute| encloses(loose.attribute, attribute))
        };
        Unknown::all(loose.iter().filter(fits).flat_map(|loose| loose.unknown.reasons().iter().copied()))
    }
}

/// Whether an attribute is the other, or holds it.
fn encloses(outer: Str, inner: Str) -> bool {
    let rest = inner.strip_prefix(outer.as_str());
    outer.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

struct Finder<'a> {
    links: Links,
    schemas: &'a dyn Schemas,
    targets: FxHashMap<(Str, Str), Arc<Targets>>,
    path: Vec<Str>,
}

impl Finder<'_> {
    fn attribute(&self) -> Str {
        let steps: Vec<&str> = self.path.iter().map(|step| step.as_str()).collect();
        Str::from(steps.join("."))
    }

    fn visit(&mut self, id: ResourceId, from: &Resource, node: &Node) {
        match &node.value {
            Value::Map(map) => {
                for entry in map.entries() {
                    self.path.push(entry.key);
                    self.visit(id, from, &entry.node);
                    self.path.pop();
                }
                let touched_only = from.partial && self.path.is_empty();
                if let (Rest::Unknown(unknown), false) = (&map.rest, touched_only) {
                    self.loose(from, unknown);
                }
            }
            Value::List(list) => {
                list.items.iter().for_each(|item| self.visit(id, from, item));
                if let Some(unknown) = &list.rest {
                    self.loose(from, unknown);
                }
            }
            Value::Ref(reference) => {
                if let Target::Resource(to) = reference.target {
                    let referrer = Referrer { from: id, attribute: self.attribute() };
                    let known = self.links.known.entry(to).or_default();
                    if !known.iter().rev().take_while(|other| other.from == id).any(|other| *other == referrer) {
                        known.push(referrer);
                    }
                }
            }
            Value::Template(template) => {
                for part in &template.parts {
                    if let Part::Hole(node) = part {
                        self.visit(id, from, node);
                    }
                }
            }
            Value::Unknown(unknown) => self.loose(from, unknown),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => {}
        }
    }

    fn loose(&mut self, from: &Resource, unknown: &Arc<Unknown>) {
        let attribute = self.attribute();
        let schemas = self.schemas;
        let targets = self.targets.entry((from.kind, attribute)).or_insert_with(|| {
            let mut targets = Targets::default();
            if let Some(ty) = type_at(schemas, from.kind, &self.path) {
                collect(&ty, &mut targets, 0);
            }
            Arc::new(targets)
        });
        if targets.any || !targets.kinds.is_empty() {
            let loose = Loose { attribute, targets: Arc::clone(targets), unknown: Arc::clone(unknown) };
            self.links.loose.entry((from.kind, from.root)).or_default().push(loose);
        }
    }
}

fn type_at(schemas: &dyn Schemas, kind: Str, path: &[Str]) -> Option<Type> {
    let mut ty = Type::Struct(Arc::clone(&schemas.schema(kind)?.body));
    for step in path {
        while let Type::List(list) = &ty {
            ty = list.element.clone();
        }
        ty = match &ty {
            Type::Struct(fields) => fields.field(*step)?.ty.clone(),
            Type::Map(element) => (**element).clone(),
            _ => return None,
        };
    }
    Some(ty)
}

fn collect(ty: &Type, into: &mut Targets, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match ty {
        Type::Ref(kinds) => {
            into.any |= kinds.is_empty();
            into.kinds.extend(kinds.iter().filter(|kind| !into.kinds.contains(kind)).copied().collect::<Vec<_>>());
        }
        Type::List(list) => collect(&list.element, into, depth + 1),
        Type::Map(element) => collect(element, into, depth + 1),
        Type::Struct(fields) => fields.fields.iter().for_each(|(_, field)| collect(&field.ty, into, depth + 1)),
        Type::Any
        | Type::Bool
        | Type::Integer
        | Type::Number
        | Type::String
        | Type::Time
        | Type::Duration
        | Type::Document => {}
    }
}
