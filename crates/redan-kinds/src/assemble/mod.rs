//! Raw resources of any source into an estate: mapping, folding of satellites, links, completeness.
//!
//! Knows the tables, and nothing of the languages that the raw resources came from.

mod arm;
mod coerce;
mod draft;
mod fold;
mod identity;
mod link;
mod mechanical;
mod places;

pub(crate) use identity::identities;

use crate::raw::RawResource;
use crate::registry::Kinds;
use draft::Drafts;
use redan_model::{Estate, EstateBuilder, Problem, Resource, Sources};
use std::sync::Arc;

/// What goes into an estate.
#[derive(Default)]
pub struct Input {
    /// Resources of Terraform code, plans and states.
    pub raw: Vec<RawResource>,
    /// Resources that are canonical already: read from API answers. References are still text.
    pub canonical: Vec<Resource>,
    /// Kinds that were read to their end, by position in `canonical` of the place.
    pub complete: Vec<(usize, redan_model::Str)>,
    /// What the sources could not read.
    pub problems: Vec<Problem>,
}

impl Input {
    /// Adds what another source read.
    pub fn append(&mut self, other: Self) {
        let shift = self.canonical.len();
        self.raw.extend(other.raw);
        let moved = |id: redan_model::ResourceId| redan_model::ResourceId::from_index(id.index() + shift);
        self.canonical.extend(other.canonical.into_iter().map(|mut resource| {
            resource.parent = resource.parent.map(moved);
            resource.places = Arc::new(resource.places.moved(moved));
            resource
        }));
        self.complete.extend(other.complete.into_iter().map(|(at, kind)| (at + shift, kind)));
        self.problems.extend(other.problems);
    }
}

/// The estate of everything that was read.
#[must_use]
pub fn assemble(input: Input, kinds: &Arc<Kinds>, sources: &Arc<Sources>) -> Estate {
    let mut drafts = Drafts::new(kinds, sources);
    for resource in input.canonical {
        drafts.add_canonical(resource);
    }
    drafts.create(&input.raw);
    drafts.fold(&input.raw);
    drafts.fold_arm(&input.raw);
    drafts.make_children();
    drafts.add_always();
    drafts.add_places(&input.raw);
    let resources = drafts.finish();
    let complete =
        input.complete.into_iter().map(|(at, kind)| (redan_model::ResourceId::from_index(at), kind)).collect();
    let schemas: Arc<dyn redan_model::Schemas> = Arc::<Kinds>::clone(kinds);
    EstateBuilder { resources, complete, problems: input.problems }.build(Arc::clone(sources), schemas)
}
