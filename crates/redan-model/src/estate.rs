//! The estate: all resources that were read, the references between them, and what is known to be complete.
//!
//! It knows no source: code, cloud and snapshot look the same from here.

use crate::{
    IdentityIndex, Node, Problem, Reason, ReasonClass, Resource, ResourceId, Schemas, Sources, Str, Target, Unknown,
    Value,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

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
    resources: Vec<Resource>,
    by_kind: FxHashMap<Str, Vec<ResourceId>>,
    children: FxHashMap<ResourceId, Vec<ResourceId>>,
    referrers: FxHashMap<ResourceId, Vec<Referrer>>,
    loose: FxHashMap<Str, Vec<(Referrer, Arc<Unknown>)>>,
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
        let mut estate = Estate {
            identities: IdentityIndex::new(&self.resources),
            resources: self.resources,
            by_kind: FxHashMap::default(),
            children: FxHashMap::default(),
            referrers: FxHashMap::default(),
            loose: FxHashMap::default(),
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
        let mut links = Links { referrers: FxHashMap::default(), loose: FxHashMap::default(), path: Vec::new() };
        for (index, resource) in estate.resources.iter().enumerate() {
            links.visit(ResourceId::from_index(index), resource.kind, &resource.body);
        }
        estate.referrers = links.referrers;
        estate.loose = links.loose;
        estate
    }
}

struct Links {
    referrers: FxHashMap<ResourceId, Vec<Referrer>>,
    loose: FxHashMap<Str, Vec<(Referrer, Arc<Unknown>)>>,
    path: Vec<Str>,
}

impl Links {
    fn attribute(&self) -> Str {
        let steps: Vec<&str> = self.path.iter().map(|step| step.as_str()).collect();
        Str::from(steps.join("."))
    }

    fn visit(&mut self, from: ResourceId, kind: Str, node: &Node) {
        match &node.value {
            Value::Map(map) => {
                for entry in map.entries() {
                    self.path.push(entry.key);
                    self.visit(from, kind, &entry.node);
                    self.path.pop();
                }
            }
            Value::List(list) => list.items.iter().for_each(|item| self.visit(from, kind, item)),
            Value::Ref(reference) => {
                if let Target::Resource(to) = reference.target {
                    let referrer = Referrer { from, attribute: self.attribute() };
                    let known = self.referrers.entry(to).or_default();
                    if !known.contains(&referrer) {
                        known.push(referrer);
                    }
                }
            }
            Value::Template(template) => {
                for part in &template.parts {
                    if let crate::Part::Hole(node) = part {
                        self.visit(from, kind, node);
                    }
                }
            }
            Value::Unknown(unknown) => {
                let referrer = Referrer { from, attribute: self.attribute() };
                self.loose.entry(kind).or_default().push((referrer, Arc::clone(unknown)));
            }
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => {}
        }
    }
}

impl Estate {
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
        let all = self.referrers.get(&to).map_or(&[][..], Vec::as_slice);
        let fits = |referrer: &Referrer| {
            kind.is_none_or(|kind| self.is_kind(referrer.from, kind))
                && attribute.is_none_or(|attribute| referrer.attribute == attribute)
        };
        let mut members: Vec<Referrer> = all.iter().copied().filter(fits).collect();
        if attribute.is_none() {
            members.dedup_by_key(|referrer| referrer.from);
        }
        let mut rest = self.open(to);
        if let Some(kind) = kind {
            rest = merge(rest, self.loose_of(kind, attribute, to));
        }
        Completeness { members, rest }
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

    fn loose_of(&self, kind: Str, attribute: Option<Str>, to: ResourceId) -> Option<Arc<Unknown>> {
        let target = self.get(to)?;
        let loose = self.loose.get(&kind)?;
        let mut reasons = Vec::new();
        for (referrer, unknown) in loose {
            let same_root = self.get(referrer.from).is_some_and(|from| from.root == target.root);
            let attribute_fits = match attribute {
                Some(attribute) => referrer.attribute == attribute,
                None => self.may_refer(kind, referrer.attribute, target.kind),
            };
            if same_root && attribute_fits {
                reasons.extend_from_slice(unknown.reasons());
            }
        }
        Unknown::all(reasons)
    }

    fn may_refer(&self, kind: Str, path: Str, target: Str) -> bool {
        let Some(schema) = self.schemas.schema(kind) else { return false };
        let mut ty = crate::Type::Struct(Arc::clone(&schema.body));
        for step in path.split('.') {
            while let crate::Type::List(list) = &ty {
                ty = list.element.clone();
            }
            let crate::Type::Struct(fields) = &ty else { return false };
            let Some(field) = fields.field(Str::new(step)) else { return false };
            ty = field.ty.clone();
        }
        while let crate::Type::List(list) = &ty {
            ty = list.element.clone();
        }
        matches!(&ty, crate::Type::Ref(kinds) if kinds.is_empty() || kinds.contains(&target))
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
