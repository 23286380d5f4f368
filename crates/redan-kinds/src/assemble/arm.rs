//! Resources of ARM and Bicep, which are in the shape of their kind already. What is declared as a child and has its place
//! in the parent is folded into it; what is declared inside the parent and is a kind of its own is lifted out.

use super::draft::{Draft, Drafts, doubt};
use crate::raw::RawResource;
use crate::registry::Kinds;
use crate::table::{ArmFold, ArmTarget};
use crate::tree::Tree;
use redan_model::{
    Field, List, ListType, Map, Node, Origin, Part, Resource, ResourceId, Stated, Str, StructType, Type, Value,
};
use std::sync::Arc;

const NAME: &str = "name";
const PROPERTIES: &str = "properties";
const API_VERSION: &str = "apiVersion";

/// Whether a raw resource is of ARM: its type is one of Resource Manager's.
pub(super) fn is_arm(block: &RawResource) -> bool {
    block.kind.contains('/')
}

/// The kind and body of a resource whose type is a kind.
pub(super) fn canonical(kinds: &Kinds, block: &RawResource) -> Option<(Str, Node)> {
    let kind = kinds.ignoring_case(&block.kind)?;
    let mut tree = Tree::Leaf(spelled(&kind.schema.body, &without_version(&block.body)));
    for (from, key, to) in &kind.arm.moves {
        let steps: Vec<&str> = from.iter().map(|step| step.as_str()).collect();
        if let Some(node) = block.body.at(&steps).and_then(|map| any_case(map, key)) {
            tree.put(to, Tree::Leaf(node.clone()), node.origin);
        }
    }
    // What the vendor always makes is found by its name, however that is written: `Default`, `DefaultAuditingSettings`.
    if let Some(name) = block.body.get(Str::new(NAME))
        && let Some(text) = name.value.as_text()
        && let Some(own) =
            kind.always.iter().find(|own| text.to_lowercase().starts_with(&own.to_lowercase()) && **own != text)
    {
        let mut body = tree.finish();
        if let Value::Map(map) = &body.value {
            let mut entries = map.pairs();
            entries.push((Str::new(NAME), Node::text(own, name.origin)));
            body.value = Value::Map(Arc::new(Map::new(entries, map.rest.clone())));
        }
        return Some((kind.schema.kind, body));
    }
    Some((kind.schema.kind, tree.finish()))
}

/// The API version says how a resource is written, and is no attribute of it.
fn without_version(body: &Node) -> Node {
    let Value::Map(map) = &body.value else { return body.clone() };
    let kept = map.pairs().into_iter().filter(|(key, _)| key.as_str() != API_VERSION);
    Node::new(Value::Map(Arc::new(Map::new(kept.collect(), map.rest.clone()))), body.origin)
}

/// The same value with names of attributes in the vendor's spelling: Resource Manager matches them in any case.
fn spelled(fields: &StructType, node: &Node) -> Node {
    let Value::Map(map) = &node.value else { return node.clone() };
    let entries = map.entries().iter().map(|entry| {
        let known = fields.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(&entry.key));
        match known {
            Some((name, field)) => (*name, spelled_as(&field.ty, &entry.node)),
            None => (entry.key, entry.node.clone()),
        }
    });
    Node::new(Value::Map(Arc::new(Map::new(entries.collect(), map.rest.clone()))), node.origin)
}

fn spelled_as(ty: &Type, node: &Node) -> Node {
    match (ty, &node.value) {
        (Type::Struct(fields), Value::Map(_)) => spelled(fields, node),
        (Type::List(list), Value::List(items)) => {
            let all = items.items.iter().map(|item| spelled_as(&list.element, item)).collect();
            Node::new(Value::List(Arc::new(List { items: all, rest: items.rest.clone() })), node.origin)
        }
        _ => node.clone(),
    }
}

/// The list of a kind that holds what is also declared as a child: `properties.securityRules`.
fn list_of(fields: &StructType, child: &str) -> Option<(Str, Arc<ListType>)> {
    let Field { ty: Type::Struct(properties), .. } = fields.field(Str::new(PROPERTIES))? else { return None };
    properties.fields.iter().find_map(|(name, field)| match &field.ty {
        Type::List(list) if name.eq_ignore_ascii_case(child) => Some((*name, Arc::clone(list))),
        _ => None,
    })
}

impl Drafts<'_> {
    /// Folds children that are no kind of their own into their parents.
    pub(super) fn fold_arm(&mut self, raw: &[RawResource]) {
        let kinds = Arc::clone(self.kinds);
        for block in raw.iter().filter(|block| is_arm(block)) {
            let Some((parent, child)) = block.kind.rsplit_once('/') else { continue };
            let Some(parent) = kinds.ignoring_case(parent) else { continue };
            let name = block.body.get(Str::new(NAME)).and_then(|name| name.value.as_text());
            let setting = name.and_then(|name| {
                let fits =
                    |fold: &&ArmFold| fold.child.eq_ignore_ascii_case(child) && fold.name.eq_ignore_ascii_case(&name);
                parent.arm.folds.iter().find(fits)
            });
            let list = list_of(&parent.schema.body, child);
            let tree = match (setting, list) {
                (Some(setting), _) => setting_tree(setting, &parent.schema.body, block),
                (None, Some((name, list))) if kinds.ignoring_case(&block.kind).is_none() => {
                    let mut tree = Tree::empty(block.origin);
                    let element = Tree::Leaf(spelled_as(&list.element, &without_version(&block.body)));
                    tree.push(&[Str::new(PROPERTIES), name], element, block.origin);
                    tree
                }
                _ => continue,
            };
            self.lay_arm(block, parent.schema.kind, tree);
        }
    }

    fn lay_arm(&mut self, block: &RawResource, kind: Str, mut tree: Tree) {
        let named = block.parent.as_ref().map(|parent| (self.named(block.root, parent, kind), parent));
        let target = match named {
            Some((super::fold::Named::Draft(at), _)) => at,
            Some((_, parent)) => self.touch(block, kind, last_segment(parent)),
            None => self.touch(block, kind, None),
        };
        if let Some(unknown) = doubt(&block.existence) {
            tree = tree.doubted(unknown);
        }
        let Some(draft) = self.all.get_mut(target) else { return };
        draft.tree.put(&[], tree, block.origin);
        draft.resource.stated.push(Stated {
            address: block.address,
            kind: block.kind,
            origin: block.origin,
            creates: false,
        });
        self.by_address.entry((block.root, block.address)).or_insert(target);
    }

    /// Whether the parent's table says where this child goes.
    pub(super) fn is_folded(&self, block: &RawResource) -> bool {
        let Some((parent, child)) = block.kind.rsplit_once('/') else { return false };
        let name = block.body.get(Str::new(NAME)).and_then(|name| name.value.as_text()).unwrap_or_default();
        self.kinds.ignoring_case(parent).is_some_and(|parent| {
            let fits = |fold: &ArmFold| fold.child.eq_ignore_ascii_case(child) && fold.name.eq_ignore_ascii_case(&name);
            parent.arm.folds.iter().any(fits)
        })
    }

    /// Lifts children that are declared inside a resource: the subnets of a virtual network.
    pub(super) fn lift_arm(&mut self, block: &RawResource, kind: Str, owner: usize, body: &Node) {
        let kinds = Arc::clone(self.kinds);
        let Some(schema) = kinds.kind(kind).map(|kind| &kind.schema) else { return };
        let Some(Value::Map(properties)) = body.get(Str::new(PROPERTIES)).map(|node| &node.value) else { return };
        for (segment, child) in &schema.children {
            let Some(fields) = kinds.kind(*child).map(|kind| Arc::clone(&kind.schema.body)) else { continue };
            let listed = properties.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(segment));
            let Some(Value::List(list)) = listed.map(|entry| &entry.node.value) else { continue };
            for item in list.items.iter().filter(|item| item.get(Str::new(NAME)).is_some()) {
                self.lift_one(block, owner, (*segment, *child), &spelled(&fields, item));
            }
        }
    }

    fn lift_one(&mut self, block: &RawResource, owner: usize, (segment, kind): (Str, Str), item: &Node) {
        let name = item.get(Str::new(NAME)).and_then(|name| name.value.as_text());
        let name = name.unwrap_or_else(|| Str::new("?"));
        let address = Str::from(format!("{}/{segment}/{name}", block.address));
        let mut resource = Resource::new(kind, address, Node::null(), item.origin);
        resource.existence = block.existence.clone();
        resource.calls = Arc::clone(&block.calls);
        resource.root = block.root;
        resource.open.clone_from(&block.escapes);
        resource.parent = Some(ResourceId::from_index(owner));
        resource.stated.push(Stated { address, kind: block.kind, origin: item.origin, creates: true });
        self.by_address.entry((block.root, address)).or_insert(self.all.len());
        let tree = Tree::Leaf(item.clone());
        self.all.push(Draft { resource, tree, parent: None, provider: block.provider.key, absent: Vec::new() });
    }

    /// What holds in the API version of a resource where nothing is written, if it is older than the kind's defaults.
    pub(super) fn older_defaults(&self, block: &RawResource, kind: Str) -> Vec<(Vec<Str>, Value, Origin)> {
        let version = block.body.get(Str::new(API_VERSION)).and_then(|version| version.value.as_text());
        let (Some(version), Some(kind)) = (version, self.kinds.kind(kind)) else { return Vec::new() };
        let origin = Origin::whole(self.sources.default_of(kind.schema.docs));
        let older =
            kind.arm.before.iter().filter(|(date, ..)| version.get(..10).is_some_and(|own| own < date.as_str()));
        older.map(|(_, to, value)| (to.to_vec(), value.clone(), origin)).collect()
    }

    /// The place that an extension extends, if its scope is a subscription.
    pub(super) fn arm_scope(&mut self, block: &RawResource, kind: Str) -> Option<ResourceId> {
        if !self.kinds.is_extension(kind) {
            return None;
        }
        let scope = match &block.parent.as_ref()?.value {
            Value::Text(text) => text.to_string(),
            Value::Template(template) => {
                let literal = |part: &Part| match part {
                    Part::Literal(text) => text.to_string(),
                    Part::Hole(_) => "{}".to_owned(),
                };
                template.parts.iter().map(literal).collect()
            }
            _ => return None,
        };
        let is_subscription = scope.starts_with("/subscriptions/") && scope.matches('/').count() == 2;
        is_subscription.then(|| ResourceId::from_index(self.place(block, Str::new("subscription"))))
    }
}

/// The last segment of the id of a parent: its name.
fn last_segment(parent: &Node) -> Option<Str> {
    match &parent.value {
        Value::Text(text) => text.rsplit('/').next().map(Str::new),
        Value::Template(template) => match template.parts.last()? {
            Part::Literal(text) => text.rsplit_once('/').map(|(_, name)| Str::new(name)),
            Part::Hole(_) => None,
        },
        _ => None,
    }
}

/// The settings of a child, where the parent has them.
fn setting_tree(fold: &ArmFold, fields: &StructType, block: &RawResource) -> Tree {
    let mut tree = Tree::empty(block.origin);
    let Some(properties) = block.body.get(Str::new(PROPERTIES)) else { return tree };
    let mut put = |to: &[Str], value: Node| {
        let value = type_at(fields, to).map_or_else(|| value.clone(), |ty| spelled_as(ty, &value));
        tree.put(to, Tree::Leaf(value), block.origin);
    };
    match &fold.to {
        ArmTarget::Whole(to) => put(to, properties.clone()),
        ArmTarget::Pairs(to, key, value) => put(to, pairs(properties, *key, *value)),
        ArmTarget::Single(all) => {
            for (from, to) in all {
                let found = from.iter().try_fold(properties, |node, step| any_case(node, step));
                if let Some(node) = found {
                    put(to, node.clone());
                }
            }
        }
    }
    tree
}

/// A map of settings as a list of pairs.
fn pairs(node: &Node, key: Str, value: Str) -> Node {
    let Value::Map(map) = &node.value else { return node.clone() };
    let pair = |entry: &redan_model::Entry| {
        let name = Node::text(&entry.key, entry.node.origin);
        Node::map(vec![(key, name), (value, entry.node.clone())], entry.node.origin)
    };
    let rest = match &map.rest {
        redan_model::Rest::Unknown(unknown) => Some(Arc::clone(unknown)),
        _ => None,
    };
    let items = map.entries().iter().map(pair).collect();
    Node::new(Value::List(Arc::new(List { items, rest })), node.origin)
}

fn any_case<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let entries = node.value.as_map()?.entries();
    entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key)).map(|entry| &entry.node)
}

fn type_at<'t>(fields: &'t StructType, path: &[Str]) -> Option<&'t Type> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(&fields.field(*first)?.ty, |ty, step| match ty {
        Type::Struct(fields) => fields.field(*step).map(|field| &field.ty),
        _ => None,
    })
}
