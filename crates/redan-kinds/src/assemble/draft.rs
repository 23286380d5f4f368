//! Resources under construction.

use super::arm;
use crate::forward::{Forward, Made};
use crate::raw::{Mode as RawMode, RawResource};
use crate::registry::Kinds;
use crate::table::{Mode, TerraformTable};
use crate::tree::Tree;
use redan_model::{
    Existence, Node, Origin, Places, Reason, ReasonClass, Resource, ResourceId, Rest, Sources, Stated, Str, Unknown,
    Value,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A resource under construction.
pub(super) struct Draft {
    /// What it will be; the body is still in `tree`.
    pub(super) resource: Resource,
    /// The body.
    pub(super) tree: Tree,
    /// The argument that names its parent.
    pub(super) parent: Option<Node>,
    /// The provider configuration: key of its places.
    pub(super) provider: Str,
    /// Constants that hold where nothing states the path, with the origin of provider defaults.
    pub(super) absent: Vec<(Vec<Str>, Value, Origin)>,
}

/// All drafts, by id, and how to find them.
pub(super) struct Drafts<'a> {
    pub(super) kinds: &'a Arc<Kinds>,
    pub(super) sources: &'a Arc<Sources>,
    pub(super) all: Vec<Draft>,
    /// From root and address in the source to the draft that the block states.
    pub(super) by_address: FxHashMap<(Str, Str), usize>,
    /// Partial resources by root, kind and the text that names them.
    pub(super) partial: FxHashMap<(Str, Str, Str), usize>,
    /// Resources that parts of blocks make, with the draft that owns them.
    pub(super) made: Vec<(usize, Made)>,
    /// Types that no kind maps: address → type.
    pub(super) unmapped: FxHashMap<(Str, Str), Str>,
}

impl<'a> Drafts<'a> {
    pub(super) fn new(kinds: &'a Arc<Kinds>, sources: &'a Arc<Sources>) -> Self {
        Self {
            kinds,
            sources,
            all: Vec::new(),
            by_address: FxHashMap::default(),
            partial: FxHashMap::default(),
            made: Vec::new(),
            unmapped: FxHashMap::default(),
        }
    }

    pub(super) fn add_canonical(&mut self, resource: Resource) {
        let tree = Tree::Leaf(resource.body.clone());
        self.by_address.entry((resource.root, resource.address)).or_insert(self.all.len());
        self.all.push(Draft { resource, tree, parent: None, provider: Str::default(), absent: Vec::new() });
    }

    /// A draft for every block that makes a resource.
    pub(super) fn create(&mut self, raw: &[RawResource]) {
        let kinds = Arc::clone(self.kinds);
        for block in raw {
            if arm::is_arm(block) {
                self.create_arm(block);
                continue;
            }
            if let Some((kind, body)) = super::mechanical::canonical(&kinds, block) {
                let parent = super::mechanical::parent(block);
                let at = self.add(block, kind, Tree::Leaf(body));
                if let Some(draft) = self.all.get_mut(at) {
                    draft.parent = parent;
                }
                self.overlay(at, block);
                continue;
            }
            let tables = kinds.terraform(block.kind);
            if tables.is_empty() {
                self.unmapped.insert((block.root, block.address), block.kind);
            }
            for (kind, table) in tables {
                if table.mode == Mode::Creates {
                    self.create_one(block, kind.schema.kind, table);
                }
            }
        }
    }

    fn create_arm(&mut self, block: &RawResource) {
        let kinds = Arc::clone(self.kinds);
        match arm::canonical(&kinds, block) {
            Some(_) if self.is_folded(block) => {}
            Some((kind, body)) => {
                let at = self.add(block, kind, Tree::Leaf(body.clone()));
                let scope = self.arm_scope(block, kind);
                let older = self.older_defaults(block, kind);
                if let Some(draft) = self.all.get_mut(at) {
                    draft.resource.parent = scope;
                    draft.parent.clone_from(&block.parent);
                    draft.absent = older;
                }
                self.lift_arm(block, kind, at, &body);
            }
            None => {
                self.unmapped.insert((block.root, block.address), block.kind);
            }
        }
    }

    /// Lays what a kind says of its own type in CloudFormation over the body that it takes as it stands.
    fn overlay(&mut self, at: usize, block: &RawResource) {
        let kinds = Arc::clone(self.kinds);
        for (kind, table) in kinds.terraform(block.kind) {
            if kind.schema.kind != block.kind {
                continue;
            }
            let provider_default = Origin::whole(self.sources.default_of(kind.schema.docs));
            let mut made = Vec::new();
            let mut forward =
                Forward { address: block.address, block: block.address, provider_default, made: &mut made };
            let Some(draft) = self.all.get_mut(at) else { return };
            let mut over = Tree::empty(block.origin);
            forward.block(&table.body, &block.body, &[], &mut over);
            draft.tree.lay_over(over, block.origin);
            let forward = Forward { address: block.address, block: block.address, provider_default, made: &mut made };
            forward.absent(&table.body, &[], &mut draft.tree, block.origin);
            self.made.extend(made.into_iter().map(|made| (at, made)));
        }
    }

    fn create_one(&mut self, block: &RawResource, kind: Str, table: &TerraformTable) {
        let mut tree = Tree::empty(block.origin);
        let provider_default = self.provider_default(block.kind);
        let mut made = Vec::new();
        let mut forward = Forward { address: block.address, block: block.address, provider_default, made: &mut made };
        forward.block(&table.body, &block.body, &[], &mut tree);
        if let Some(name) = table.fixed_name {
            tree.put(&[Str::new("name")], Tree::Leaf(Node::text(&name, block.origin)), block.origin);
        }
        let at = self.add(block, kind, tree);
        self.made.extend(made.into_iter().map(|made| (at, made)));
        let scope = table.scope.map(|place| ResourceId::from_index(self.place(block, place)));
        let in_group = self.is_in_group(kind);
        if let Some(draft) = self.all.get_mut(at) {
            draft.resource.parent = scope;
            let parent = table.parent.or_else(|| in_group.then(|| Str::new("resource_group_name")));
            draft.parent = parent.and_then(|argument| crate::forward::argument_of(&block.body, argument));
            if block.mode == RawMode::Managed {
                let absent = table.body.absent.iter();
                draft.absent = absent.map(|(to, value)| (to.to_vec(), value.clone(), provider_default)).collect();
            }
        }
    }

    /// Whether resources of the kind live in a resource group and in nothing below it.
    pub(super) fn is_in_group(&self, kind: Str) -> bool {
        let top = |kind: &crate::table::Kind| kind.schema.parent.is_none() && kind.schema.place.is_none();
        kind.contains('/') && !self.kinds.is_extension(kind) && self.kinds.kind(kind).is_some_and(top)
    }

    fn add(&mut self, block: &RawResource, kind: Str, tree: Tree) -> usize {
        let mut resource = Resource::new(kind, block.address, Node::null(), block.origin);
        resource.existence = block.existence.clone();
        resource.calls = Arc::clone(&block.calls);
        resource.root = block.root;
        resource.open.clone_from(&block.escapes);
        resource.partial = block.mode == RawMode::Data;
        resource.stated.push(Stated {
            address: block.address,
            kind: block.kind,
            origin: block.origin,
            creates: block.mode == RawMode::Managed,
        });
        let mut draft = Draft { resource, tree, parent: None, provider: block.provider.key, absent: Vec::new() };
        if block.mode == RawMode::Data {
            let class = if arm::is_arm(block) { ReasonClass::NotStated } else { ReasonClass::DataSource };
            let reason = Reason { class, what: block.address, origin: block.origin };
            open(&mut draft, &Unknown::of(reason));
        }
        let at = self.all.len();
        self.by_address.entry((block.root, block.address)).or_insert(at);
        self.all.push(draft);
        at
    }

    /// A partial resource: the source only touches it. Text names it, or else the block that touches it.
    pub(super) fn touch(&mut self, block: &RawResource, kind: Str, name: Option<Str>) -> usize {
        let key = (block.root, kind, name.unwrap_or(block.address));
        if let Some(at) = self.partial.get(&key) {
            return *at;
        }
        let mut resource = Resource::new(kind, block.address, Node::null(), block.origin);
        resource.identities = name.into_iter().collect();
        resource.partial = true;
        resource.calls = Arc::clone(&block.calls);
        resource.root = block.root;
        let tree = Tree::empty(block.origin);
        let mut draft = Draft { resource, tree, parent: None, provider: block.provider.key, absent: Vec::new() };
        let what = name.unwrap_or_else(|| Str::from(format!("the rest of what {} touches", block.address)));
        let reason = Reason { class: ReasonClass::NotStated, what, origin: block.origin };
        open(&mut draft, &Unknown::of(reason));
        let at = self.all.len();
        self.partial.insert(key, at);
        self.all.push(draft);
        at
    }

    /// Children that parts of blocks make, and resources beside them that refer back.
    pub(super) fn make_children(&mut self) {
        let mut named: FxHashMap<(usize, Str, Option<Str>), usize> = FxHashMap::default();
        for (owner, made) in std::mem::take(&mut self.made) {
            let Some(parent) = self.all.get(owner) else { continue };
            let mut resource = Resource::new(made.spec.kind, parent.resource.address, Node::null(), made.origin);
            resource.existence = parent.resource.existence.clone();
            resource.calls = Arc::clone(&parent.resource.calls);
            resource.root = parent.resource.root;
            resource.open.clone_from(&parent.resource.open);
            let address = parent.resource.address;
            let kind = parent.resource.stated.first().map_or(Str::default(), |stated| stated.kind);
            resource.identities.clear();
            resource.stated.push(Stated { address, kind, origin: made.origin, creates: true });
            let provider = parent.provider;
            let mut tree = made.tree;
            if let Some(name) = made.spec.name {
                tree.put(&[Str::new("name")], Tree::Leaf(Node::text(&name, made.origin)), made.origin);
            }
            let contained = made.spec.owner.is_none();
            if contained {
                resource.parent = Some(ResourceId::from_index(owner));
            }
            let name = tree.node(&[Str::new("name")]).and_then(|node| node.value.as_text());
            let same = contained.then(|| *named.entry((owner, made.spec.kind, name)).or_insert(self.all.len()));
            match same.and_then(|at| self.all.get_mut(at)) {
                Some(draft) => draft.tree.put(&[], tree, made.origin),
                None => self.all.push(Draft { resource, tree, parent: None, provider, absent: Vec::new() }),
            }
        }
    }

    /// The origin of what a provider sets where an argument is left out.
    pub(super) fn provider_default(&self, kind: Str) -> Origin {
        let (provider, name) = kind.split_once('_').unwrap_or(("", &kind));
        let docs = format!("https://registry.terraform.io/providers/hashicorp/{provider}/latest/docs/resources/{name}");
        Origin::whole(self.sources.default_of(Str::from(docs)))
    }
}

/// Leaves a draft open: what nothing states of it is unknown, and so are the sets around it.
pub(super) fn open(draft: &mut Draft, unknown: &Arc<Unknown>) {
    let origin = draft.resource.origin;
    draft.resource.open = Some(Arc::clone(unknown));
    if draft.resource.kind.contains('/') {
        let rest = Rest::Unknown(Arc::clone(unknown));
        draft.tree.put(&[Str::new("properties")], Tree::Struct { fields: Vec::new(), origin, rest }, origin);
    }
    draft.tree.put(&[], Tree::Struct { fields: Vec::new(), origin, rest: Rest::Unknown(Arc::clone(unknown)) }, origin);
}

/// Whether a resource exists for certain.
pub(super) fn doubt(existence: &Existence) -> Option<&Arc<Unknown>> {
    match existence {
        Existence::Certain => None,
        Existence::Uncertain(unknown) => Some(unknown),
    }
}

/// Places shared by all resources of a provider configuration.
pub(super) type PlacesByProvider = FxHashMap<(Str, Str), Arc<Places>>;
