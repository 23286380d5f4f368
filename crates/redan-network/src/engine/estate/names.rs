//! Ids of resources as the network names them: the address, which may be given to only one resource.

use redan_model::{Estate, Resource, ResourceId, Str, Value};
use rustc_hash::FxHashMap;

use crate::address::Block;
use crate::aws::Id;
use crate::engine::read::{Attribute, attribute, list, scalar, target};

/// From resources to ids of the network and back.
pub(crate) struct Names<'e> {
    pub(crate) estate: &'e Estate,
    ids: Vec<Id>,
    resources: FxHashMap<Id, ResourceId>,
}

/// A reference: to this id, to nothing, or not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    To(Id),
    Nothing,
    Unknown,
}

impl Named {
    pub(crate) fn id(self) -> Option<Id> {
        match self {
            Self::To(id) => Some(id),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

impl<'e> Names<'e> {
    pub(crate) fn new(estate: &'e Estate) -> Self {
        let mut resources = FxHashMap::default();
        let mut ids = Vec::with_capacity(estate.resources().len());
        for id in estate.ids() {
            let address = estate.get(id).map(|resource| resource.address.to_string()).unwrap_or_default();
            let holder = resources.get(&address).and_then(|first| estate.get(*first));
            let name = match (holder, estate.get(id)) {
                (Some(first), Some(own)) if seen_twice(first, own) => {
                    ids.push(address);
                    continue;
                }
                (Some(_), _) => format!("{address}#{}", id.index()),
                (None, _) => address,
            };
            resources.insert(name.clone(), id);
            ids.push(name);
        }
        Self { estate, ids, resources }
    }

    pub(crate) fn id(&self, resource: ResourceId) -> Id {
        self.ids.get(resource.index()).cloned().unwrap_or_default()
    }

    /// The ids of all resources in their order, and the map back.
    pub(crate) fn into_maps(self) -> (Vec<Id>, FxHashMap<Id, ResourceId>) {
        (self.ids, self.resources)
    }

    pub(crate) fn resource(&self, id: &str) -> Option<ResourceId> {
        self.resources.get(id).copied()
    }

    /// All resources of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = (ResourceId, &'e Resource)> + use<'e> {
        let estate = self.estate;
        estate.of_kind(Str::new(kind)).iter().filter_map(move |&id| estate.get(id).map(|resource| (id, resource)))
    }

    /// What a value refers to.
    pub(crate) fn named(&self, value: &Value) -> Named {
        if value.is_null() {
            return Named::Nothing;
        }
        if let Some(id) = target(value) {
            return Named::To(self.id(id));
        }
        match scalar(value) {
            Some(text) => self.by_text(&text),
            None => Named::Unknown,
        }
    }

    fn by_text(&self, text: &str) -> Named {
        match self.estate.identified(Str::new(text)) {
            [only] => Named::To(self.id(*only)),
            _ => Named::To(text.to_owned()),
        }
    }

    /// What an attribute refers to.
    pub(crate) fn reference(&self, resource: ResourceId, path: &[&str]) -> Named {
        match attribute(self.estate, resource, path) {
            Attribute::Unknown(_) => Named::Unknown,
            found => self.named(found.value()),
        }
    }

    /// What a list of references names, and whether all of it is known.
    pub(crate) fn references(&self, resource: ResourceId, path: &[&str]) -> (Vec<Id>, bool) {
        let (items, rest) = list(self.estate, resource, path);
        let count = items.len();
        let ids: Vec<Id> = items.iter().filter_map(|item| self.named(&item.value).id()).collect();
        let known = rest.is_none() && ids.len() == count;
        (ids, known)
    }

    /// Whether an attribute is true: yes, no (also when absent), or unknown.
    pub(crate) fn flag(&self, resource: ResourceId, path: &[&str]) -> Option<bool> {
        let found = attribute(self.estate, resource, path);
        if found.unknown().is_some() {
            return None;
        }
        match found.value() {
            Value::Null => Some(false),
            value => value.as_bool().or_else(|| scalar(value)?.parse().ok()),
        }
    }

    /// The text of an attribute; none if it is absent or unknown.
    pub(crate) fn text(&self, resource: ResourceId, path: &[&str]) -> Option<String> {
        scalar(attribute(self.estate, resource, path).value())
    }

    /// Whether the attribute is there, known or not.
    pub(crate) fn stated(&self, resource: ResourceId, path: &[&str]) -> bool {
        let found = attribute(self.estate, resource, path);
        found.unknown().is_some() || !found.value().is_null()
    }

    /// The blocks that attributes name, and whether all of them are known.
    pub(crate) fn blocks(&self, resource: ResourceId, paths: &[&[&str]]) -> (Vec<Block>, bool) {
        let mut blocks = Vec::new();
        let mut known = true;
        for path in paths.iter().filter(|path| self.stated(resource, path)) {
            match self.text(resource, path).and_then(|text| Block::parse(&text)) {
                Some(block) => blocks.push(block),
                None => known = false,
            }
        }
        (blocks, known)
    }
}

/// Whether two resources are one thing, seen from two accounts: a transit gateway, a peering, a shared subnet.
fn seen_twice(first: &Resource, own: &Resource) -> bool {
    let shared = || first.identities.iter().any(|identity| own.identities.contains(identity));
    first.live && own.live && first.kind == own.kind && first.root != own.root && shared()
}
