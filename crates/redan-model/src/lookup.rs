//! Finding resources by any of their identities.

use crate::{Resource, ResourceId, Str};
use rustc_hash::FxHashMap;

/// From identity to resources.
#[derive(Debug, Default)]
pub struct IdentityIndex {
    by_text: FxHashMap<Str, Vec<ResourceId>>,
}

impl IdentityIndex {
    /// An index over these resources, whose ids are their positions.
    #[must_use]
    pub fn new(resources: &[Resource]) -> Self {
        let mut by_text: FxHashMap<Str, Vec<ResourceId>> = FxHashMap::default();
        for (index, resource) in resources.iter().enumerate() {
            for identity in &resource.identities {
                let ids = by_text.entry(*identity).or_default();
                let id = ResourceId::from_index(index);
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
        }
        Self { by_text }
    }

    /// Resources that carry this identity, in the order of their ids.
    #[must_use]
    pub fn find(&self, text: Str) -> &[ResourceId] {
        self.by_text.get(&text).map_or(&[], Vec::as_slice)
    }
}
