//! An estate as a tenant: the one way from resources to [`Tenant`].
//!
//! Must not know the source that the estate came from. What was not read is unknown with its reason.

mod assignments;
mod directory;
mod names;
mod places;
mod principals;

use std::collections::BTreeMap;

use redan_model::{Estate, Node, Origin, Resource, ResourceId, Rest, Str, Value};

use super::Tenant;
use names::Names;

impl Tenant {
    /// Everything of the estate that bears on permissions in Azure.
    pub fn from_estate(estate: &Estate) -> Self {
        Surveyed::of(estate).tenant
    }
}

/// A tenant, and which of the estate's resources are what in it.
pub(crate) struct Surveyed {
    pub(crate) tenant: Tenant,
    /// Positions of places.
    pub(crate) places: BTreeMap<ResourceId, usize>,
    /// Positions of principals by the resource that they are, or that they are the own identity of.
    pub(crate) principals: BTreeMap<ResourceId, usize>,
    /// The resources that are the assignments.
    pub(crate) assignments: Vec<ResourceId>,
}

impl Surveyed {
    pub(crate) fn of(estate: &Estate) -> Self {
        let mut survey = Survey {
            estate,
            names: Names::new(estate),
            tenant: Tenant::default(),
            places: BTreeMap::new(),
            principals: BTreeMap::new(),
            by_id: BTreeMap::new(),
            roles: BTreeMap::new(),
            assignments: Vec::new(),
        };
        survey.places();
        survey.hierarchy();
        survey.identities();
        survey.directory();
        survey.roles();
        survey.assignments();
        survey.denies();
        survey.vaults();
        survey.tenant.index();
        Self {
            tenant: survey.tenant,
            places: survey.places,
            principals: survey.principals,
            assignments: survey.assignments,
        }
    }
}

/// Work in progress.
struct Survey<'e> {
    estate: &'e Estate,
    names: Names<'e>,
    tenant: Tenant,
    /// Positions of places.
    places: BTreeMap<ResourceId, usize>,
    /// Positions of principals by the resource that they are, or run.
    principals: BTreeMap<ResourceId, usize>,
    /// Positions of principals by id in lower case.
    by_id: BTreeMap<String, usize>,
    /// Positions of roles by id in lower case.
    roles: BTreeMap<String, usize>,
    /// The resources that are the assignments.
    assignments: Vec<ResourceId>,
}

impl<'e> Survey<'e> {
    fn of_kind(&self, kind: &str) -> Vec<ResourceId> {
        self.estate.of_kind(Str::new(kind)).to_vec()
    }

    fn resource(&self, id: ResourceId) -> Option<&'e Resource> {
        self.estate.get(id)
    }

    /// `file:line`, where a file shows it.
    fn at(&self, origin: Origin) -> Option<String> {
        self.estate.sources().place(origin).map(|place| format!("{}:{}", place.path, place.start.line))
    }

    /// What people call a resource of code.
    fn label(&self, id: ResourceId) -> Option<String> {
        let resource = self.resource(id)?;
        (!resource.live).then(|| resource.address.as_str().to_owned())
    }
}

/// A text attribute.
pub(super) fn text(body: &Node, path: &[&str]) -> Option<String> {
    body.at(path).and_then(|node| node.value.as_text()).map(|text| text.to_string())
}

/// The elements of a list, and why there may be more.
pub(super) fn items<'n>(body: &'n Node, path: &[&str]) -> (Vec<&'n Node>, Option<String>) {
    match body.at(path).map(|node| &node.value) {
        Some(Value::List(list)) => (list.items.iter().collect(), list.rest.as_ref().map(|rest| why(rest))),
        Some(Value::Unknown(unknown)) => (Vec::new(), Some(why(unknown))),
        Some(Value::Null) => (Vec::new(), None),
        Some(_) => (Vec::new(), Some("it is not written as a list".to_owned())),
        None => (Vec::new(), open(body)),
    }
}

/// Why a structure may say more than was read.
pub(super) fn open(body: &Node) -> Option<String> {
    match &body.value {
        Value::Map(map) => match &map.rest {
            Rest::Unknown(unknown) => Some(why(unknown)),
            _ => None,
        },
        Value::Unknown(unknown) => Some(why(unknown)),
        _ => None,
    }
}

pub(super) fn why(unknown: &redan_model::Unknown) -> String {
    let all: Vec<&str> = unknown.reasons().iter().map(|reason| reason.what.as_str()).collect();
    format!("{} is not known", all.join(" and "))
}
