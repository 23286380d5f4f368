//! References: from addresses and texts to resources of the estate.

use super::draft::{Draft, Drafts};
use super::{coerce, identity};
use redan_model::{
    Entry, Field, List, Map, Node, Part, Reason, ReasonClass, Ref, Resource, ResourceId, Str, StructType, Target, Type,
    Unknown, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

const NAME: &str = "name";
const GROUP: &str = "Microsoft.Resources/resourceGroups";

struct Linker<'a> {
    by_address: &'a FxHashMap<(Str, Str), usize>,
    unmapped: &'a FxHashMap<(Str, Str), Str>,
    by_text: FxHashMap<(Str, Str), Vec<usize>>,
    kinds_of: Vec<Str>,
}

impl Drafts<'_> {
    /// Children that the vendor always makes are there with their defaults.
    pub(super) fn add_always(&mut self) {
        let mut present = self.contained();
        for owner in 0..self.all.len() {
            let Some(parent) = self.all.get(owner) else { continue };
            if parent.resource.partial || parent.resource.live {
                continue;
            }
            let kinds = Arc::clone(self.kinds);
            for kind in kinds.always_in(parent.resource.kind) {
                for name in &kind.always {
                    if present.insert((owner, kind.schema.kind)) {
                        self.add_child(owner, kind.schema.kind, *name);
                    }
                }
            }
        }
    }

    /// Which draft contains children of which kind.
    fn contained(&self) -> FxHashSet<(usize, Str)> {
        let parent = |draft: &Draft| draft.resource.parent.map(ResourceId::index).or_else(|| self.parent_index(draft));
        self.all.iter().filter_map(|draft| Some((parent(draft)?, draft.resource.kind))).collect()
    }

    fn add_child(&mut self, owner: usize, kind: Str, name: Str) {
        let id = ResourceId::from_index(owner);
        let Some(parent) = self.all.get(owner) else { return };
        let mut resource = Resource::new(kind, parent.resource.address, Node::null(), parent.resource.origin);
        resource.identities.clear();
        resource.existence = parent.resource.existence.clone();
        resource.calls = Arc::clone(&parent.resource.calls);
        resource.root = parent.resource.root;
        resource.open.clone_from(&parent.resource.open);
        resource.parent = Some(id);
        let provider = parent.provider;
        let origin = parent.resource.origin;
        let mut tree = crate::tree::Tree::empty(origin);
        tree.put(&[Str::new(NAME)], crate::tree::Tree::Leaf(Node::text(&name, origin)), origin);
        self.all.push(Draft { resource, tree, parent: None, provider, absent: Vec::new() });
    }

    fn parent_index(&self, draft: &Draft) -> Option<usize> {
        let node = draft.parent.as_ref()?;
        let kind = self.kinds.kind(draft.resource.kind)?.schema.parent?;
        match self.named(draft.resource.root, node, kind) {
            super::fold::Named::Draft(at) => Some(at),
            _ => None,
        }
    }

    /// The finished resources: typed, identified, linked.
    pub(super) fn finish(mut self) -> Vec<Resource> {
        self.resolve_parents();
        let kinds = Arc::clone(self.kinds);
        for draft in &mut self.all {
            for (path, value, origin) in std::mem::take(&mut draft.absent) {
                if draft.tree.node(&path).is_none() {
                    let node = Node::new(value, origin);
                    draft.tree.put(&path, crate::tree::Tree::Leaf(node), draft.resource.origin);
                }
            }
            let tree = std::mem::replace(&mut draft.tree, crate::tree::Tree::Leaf(Node::null()));
            let body = tree.finish();
            let Some(kind) = kinds.kind(draft.resource.kind) else {
                draft.resource.body = body;
                continue;
            };
            let body = coerce::structure(&kind.schema.body, body, self.sources);
            for text in identity::identities(&kind.naming, &body) {
                if !draft.resource.identities.contains(&text) {
                    draft.resource.identities.push(text);
                }
            }
            let named = kind.naming.names.first().map(Vec::as_slice);
            let path: Vec<&str> =
                named.map_or_else(|| vec![NAME], |path| path.iter().map(|step| step.as_str()).collect());
            let named = body.at(&path).or_else(|| body.at(&[NAME])).and_then(|node| node.value.as_text());
            draft.resource.name = named.or(draft.resource.name);
            draft.resource.body = body;
        }
        self.link()
    }

    fn resolve_parents(&mut self) {
        for at in 0..self.all.len() {
            let Some(draft) = self.all.get(at) else { continue };
            if draft.resource.parent.is_some() {
                continue;
            }
            let Some(node) = draft.parent.clone() else { continue };
            let own = self.kinds.kind(draft.resource.kind).and_then(|kind| kind.schema.parent);
            let group = self.is_in_group(draft.resource.kind).then(|| Str::new(GROUP));
            let parent = match own.or(group) {
                Some(kind) => match self.named(draft.resource.root, &node, kind) {
                    super::fold::Named::Draft(parent) => Some(parent),
                    super::fold::Named::Text(name) if group.is_some() => Some(self.group(at, kind, name)),
                    _ => None,
                },
                None => match &node.value {
                    Value::Ref(reference) => match reference.target {
                        Target::Address(address) => self.by_address.get(&(draft.resource.root, address)).copied(),
                        _ => None,
                    },
                    _ => None,
                },
            };
            if let (Some(parent), Some(draft)) = (parent, self.all.get_mut(at)) {
                draft.resource.parent = Some(ResourceId::from_index(parent));
            }
        }
    }

    /// A resource group that the code only names.
    fn group(&mut self, member: usize, kind: Str, name: Str) -> usize {
        let Some(draft) = self.all.get(member) else { return member };
        let origin = draft.resource.origin;
        let mut resource = Resource::new(kind, name, Node::null(), origin);
        resource.root = draft.resource.root;
        resource.calls = Arc::clone(&draft.resource.calls);
        resource.partial = true;
        let provider = draft.provider;
        let mut tree = crate::tree::Tree::empty(origin);
        tree.put(&[Str::new(NAME)], crate::tree::Tree::Leaf(Node::text(&name, origin)), origin);
        let at = self.all.len();
        self.partial.insert((resource.root, kind, name), at);
        let mut draft = Draft { resource, tree, parent: None, provider, absent: Vec::new() };
        let what = Reason { class: ReasonClass::NotStated, what: name, origin };
        super::draft::open(&mut draft, &Unknown::of(what));
        self.all.push(draft);
        at
    }

    fn link(self) -> Vec<Resource> {
        let mut by_text: FxHashMap<(Str, Str), Vec<usize>> = FxHashMap::default();
        for (at, draft) in self.all.iter().enumerate() {
            for text in &draft.resource.identities {
                by_text.entry((draft.resource.root, *text)).or_default().push(at);
            }
        }
        let linker = Linker {
            by_address: &self.by_address,
            unmapped: &self.unmapped,
            by_text,
            kinds_of: self.all.iter().map(|draft| draft.resource.kind).collect(),
        };
        let kinds = Arc::clone(self.kinds);
        let mut resources = Vec::with_capacity(self.all.len());
        for draft in self.all {
            let mut resource = draft.resource;
            let fields = kinds.kind(resource.kind).map(|kind| Arc::clone(&kind.schema.body));
            let ty = fields.map_or(Type::Any, Type::Struct);
            resource.body = linker.node(resource.root, &ty, &resource.body);
            resources.push(resource);
        }
        resources
    }
}

impl Linker<'_> {
    fn node(&self, root: Str, ty: &Type, node: &Node) -> Node {
        let value = match (&node.value, ty) {
            (Value::Map(map), _) => {
                let entries = map.entries().iter().map(|Entry { key, node }| {
                    let inner = match ty {
                        Type::Struct(fields) => field_type(fields, *key),
                        Type::Map(inner) => (**inner).clone(),
                        _ => Type::Any,
                    };
                    (*key, self.node(root, &inner, node))
                });
                Value::Map(Arc::new(Map::new(entries.collect(), map.rest.clone())))
            }
            (Value::List(list), _) => {
                let inner = match ty {
                    Type::List(list) => list.element.clone(),
                    _ => Type::Any,
                };
                let items = list.items.iter().map(|item| self.node(root, &inner, item)).collect();
                Value::List(Arc::new(List { items, rest: list.rest.clone() }))
            }
            (Value::Template(template), _) => {
                let parts = template.parts.iter().map(|part| match part {
                    Part::Literal(text) => Part::Literal(*text),
                    Part::Hole(node) => Part::Hole(self.node(root, &Type::Any, node)),
                });
                match (ty, self.only_hole(root, template)) {
                    (Type::Ref(_), Some(target)) => target,
                    _ => Value::template(parts),
                }
            }
            (Value::Ref(reference), _) => self.reference(root, reference, node),
            (Value::Text(text), Type::Ref(kinds)) => self.text(root, *text, kinds, node),
            (other, _) => other.clone(),
        };
        Node::new(value, node.origin)
    }

    /// A template around one reference, where a reference is wanted: an ARN written around a name.
    fn only_hole(&self, root: Str, template: &redan_model::Template) -> Option<Value> {
        let mut holes = template.parts.iter().filter_map(|part| match part {
            Part::Hole(node) => Some(node),
            Part::Literal(_) => None,
        });
        let (Some(hole), None) = (holes.next(), holes.next()) else { return None };
        match self.node(root, &Type::Any, hole).value {
            Value::Ref(reference) => Some(Value::Ref(reference)),
            _ => None,
        }
    }

    fn reference(&self, root: Str, reference: &Ref, node: &Node) -> Value {
        let Target::Address(address) = reference.target else { return Value::Ref(Arc::new(reference.clone())) };
        let target = match self.by_address.get(&(root, address)) {
            Some(at) => Target::Resource(ResourceId::from_index(*at)),
            None => {
                let what = match self.unmapped.get(&(root, address)) {
                    Some(ty) => format!("{address}: no kind maps {ty}"),
                    None => address.to_string(),
                };
                let reason = Reason { class: ReasonClass::NotInEstate, what: Str::from(what), origin: node.origin };
                Target::Missing(Unknown::of(reason))
            }
        };
        Value::Ref(Arc::new(Ref { target, attribute: reference.attribute, text: reference.text.clone() }))
    }

    fn text(&self, root: Str, text: Str, kinds: &[Str], node: &Node) -> Value {
        let found = self.by_text.get(&(root, text)).map_or(&[][..], Vec::as_slice);
        let fits = |at: &&usize| kinds.is_empty() || self.kinds_of.get(**at).is_some_and(|kind| kinds.contains(kind));
        let mut found = found.iter().filter(fits);
        let target = match (found.next(), found.next()) {
            (Some(at), None) => Target::Resource(ResourceId::from_index(*at)),
            _ => {
                let reason = Reason { class: ReasonClass::NotInEstate, what: text, origin: node.origin };
                Target::Missing(Unknown::of(reason))
            }
        };
        Value::Ref(Arc::new(Ref { target, attribute: Str::default(), text: Some(Value::Text(text)) }))
    }
}

fn field_type(fields: &StructType, key: Str) -> Type {
    fields.field(key).map_or(Type::Any, |Field { ty, .. }| ty.clone())
}
