//! The estate: all resources that were read, the references between them, and what is known to be complete.
//!
//! It knows no source: code, cloud and snapshot look the same from here.

use crate::links::Links;
use crate::{IdentityIndex, Problem, Reason, ReasonClass, Resource, ResourceId, Schemas, Sources, Str, Unknown};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A resource that refers to another, and the attribute by which it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referrer {
    /// Who refers.
    pub from: ResourceId,
    /// By which attribute: its path without indices (`SecurityGroupIngress.SourceSecurityGroupId`).
    pub attribute: Str,
}

/// The members of a set and, if there may be more, why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completeness<T> {
    /// The known members.
    pub members: Vec<T>,
    /// Members that may or may not belong: their target, or their existence, is unknown.
    pub rest: Option<Arc<Unknown>>,
}

/// All resources.
pub struct Estate {
    serial: u64,
    resources: Vec<Resource>,
    by_kind: FxHashMap<Str, Vec<ResourceId>>,
    children: FxHashMap<ResourceId, Vec<ResourceId>>,
    links: Links,
    complete: FxHashSet<(ResourceId, Str)>,
    identities: IdentityIndex,
    sources: Arc<Sources>,
    schemas: Arc<dyn Schemas>,
    problems: Vec<Problem>,
}

/// Builds an estate.
pub struct EstateBuilder {
    /// The resources, in their final order.
    pub resources: Vec<Resource>,
    /// Kinds that were read to their end in a place.
    pub complete: Vec<(ResourceId, Str)>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl EstateBuilder {
    /// The estate: indexes every reference. References must already be linked.
    #[must_use]
    pub fn build(self, sources: Arc<Sources>, schemas: Arc<dyn Schemas>) -> Estate {
        static BUILT: AtomicU64 = AtomicU64::new(0);
        let mut estate = Estate {
            serial: BUILT.fetch_add(1, Ordering::Relaxed),
            identities: IdentityIndex::new(&self.resources),
            resources: self.resources,
            by_kind: FxHashMap::default(),
            children: FxHashMap::default(),
            links: Links::default(),
            complete: self.complete.into_iter().collect(),
            sources,
            schemas,
            problems: self.problems,
        };
        estate.problems.sort();
        estate.problems.dedup();
        for (index, resource) in estate.resources.iter().enumerate() {
            let id = ResourceId::from_index(index);
            estate.by_kind.entry(resource.kind).or_default().push(id);
            if let Some(parent) = resource.parent {
                estate.children.entry(parent).or_default().push(id);
            }
        }
        estate.links = Links::new(&estate.resources, estate.schemas.as_ref());
        estate
    }
}

impl Estate {
    /// A number that no other estate of this process has: what was computed from this one may be kept under it.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// All resources, by id.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = ResourceId> + use<> {
        (0..self.resources.len()).map(ResourceId::from_index)
    }

    /// A resource.
    #[must_use]
    pub fn get(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id.index())
    }

    /// All resources of a kind.
    #[must_use]
    pub fn of_kind(&self, kind: Str) -> &[ResourceId] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The kinds that occur.
    #[must_use]
    pub fn kinds(&self) -> Vec<Str> {
        let mut kinds: Vec<Str> = self.by_kind.keys().copied().collect();
        kinds.sort();
        kinds
    }

    /// The resources of a kind that `parent` contains. May be incomplete.
    #[must_use]
    pub fn children(&self, parent: ResourceId, kind: Str) -> Completeness<ResourceId> {
        let all = self.children.get(&parent).map_or(&[][..], Vec::as_slice);
        let members: Vec<ResourceId> = all.iter().copied().filter(|id| self.is_kind(*id, kind)).collect();
        Completeness { rest: self.open(parent), members }
    }

    /// Who refers to a resource; of which kind and by which attribute may be left out. May be incomplete.
    #[must_use]
    pub fn referrers(&self, to: ResourceId, kind: Option<Str>, attribute: Option<Str>) -> Completeness<Referrer> {
        let all = self.links.to(to);
        let fits = |referrer: &Referrer| {
            kind.is_none_or(|kind| self.is_kind(referrer.from, kind))
                && attribute.is_none_or(|attribute| referrer.attribute == attribute)
        };
        let mut members: Vec<Referrer> = all.iter().copied().filter(fits).collect();
        if attribute.is_none() {
            members.dedup_by_key(|referrer| referrer.from);
        }
        let mut rest = self.open(to);
        if let (Some(kind), Some(target)) = (kind, self.get(to)) {
            rest = merge(rest, self.links.doubt(kind, attribute, target));
            rest = merge(rest, self.uncollected(kind, target));
        }
        Completeness { members, rest }
    }

    /// Why there may be more of a kind than was collected where something runs.
    fn uncollected(&self, kind: Str, target: &Resource) -> Option<Arc<Unknown>> {
        if !target.live || !kind.starts_with("AWS::") {
            return None;
        }
        let places = [target.places.region, target.places.account];
        if places.iter().flatten().any(|place| self.complete.contains(&(*place, kind))) {
            return None;
        }
        let what = Str::from(format!("{kind} where {} runs", target.address));
        Some(Unknown::of(Reason { class: ReasonClass::NotCollected, what, origin: target.origin }))
    }

    /// All resources of a kind that live in a place, or in a resource that contains others. May be incomplete.
    #[must_use]
    pub fn resources_in(&self, place: ResourceId, kind: Str) -> Completeness<ResourceId> {
        let members: Vec<ResourceId> =
            self.of_kind(kind).iter().copied().filter(|id| self.lives_in(*id, place)).collect();
        let rest = if self.complete.contains(&(place, kind)) {
            None
        } else {
            let what = format!("{kind} in {}", self.get(place).map_or("a place", |place| place.address.as_str()));
            let class = if self.get(place).is_some_and(|place| place.live) {
                ReasonClass::NotCollected
            } else {
                ReasonClass::Incomplete
            };
            let origin = self.get(place).map_or(crate::Origin::NOWHERE, |place| place.origin);
            Some(Unknown::of(Reason { class, what: Str::from(what), origin }))
        };
        Completeness { members, rest }
    }

    /// Whether a kind was read to its end in a place.
    #[must_use]
    pub fn is_complete(&self, place: ResourceId, kind: Str) -> bool {
        self.complete.contains(&(place, kind))
    }

    /// The same estate with other resources, whose positions are their ids: what a change would make of it.
    #[must_use]
    pub fn with_resources(&self, resources: Vec<Resource>) -> Self {
        let mut complete: Vec<(ResourceId, Str)> = self.complete.iter().copied().collect();
        complete.sort();
        let builder = EstateBuilder { resources, complete, problems: self.problems.clone() };
        builder.build(Arc::clone(&self.sources), Arc::clone(&self.schemas))
    }

    /// Resources that carry this identity.
    #[must_use]
    pub fn identified(&self, text: Str) -> &[ResourceId] {
        self.identities.find(text)
    }

    /// The sources that origins refer to.
    #[must_use]
    pub fn sources(&self) -> &Arc<Sources> {
        &self.sources
    }

    /// Who knows the kinds.
    #[must_use]
    pub fn schemas(&self) -> &dyn Schemas {
        self.schemas.as_ref()
    }

    /// What could not be read, sorted.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn is_kind(&self, id: ResourceId, kind: Str) -> bool {
        self.get(id).is_some_and(|resource| resource.kind == kind)
    }

    fn open(&self, id: ResourceId) -> Option<Arc<Unknown>> {
        self.get(id).and_then(|resource| resource.open.clone())
    }

    fn lives_in(&self, id: ResourceId, place: ResourceId) -> bool {
        let mut at = Some(id);
        for _ in 0..16 {
            let Some(current) = at else { return false };
            if current == place {
                return true;
            }
            let Some(resource) = self.get(current) else { return false };
            if resource.places.all().any(|p| p == place) {
                return true;
            }
            at = resource.parent;
        }
        false
    }
}

fn merge(left: Option<Arc<Unknown>>, right: Option<Arc<Unknown>>) -> Option<Arc<Unknown>> {
    match (left, right) {
        (Some(left), Some(right)) => Some(Unknown::merge(&left, &right)),
        (one, None) | (None, one) => one,
    }
}
