//! An estate as principals, resources and their policies: the one way from resources to [`Account`].
//!
//! Must not know the source that the estate came from. What was not read is unknown with its reason.

mod identities;
mod names;
mod organization;
mod resources;

use std::collections::BTreeMap;

use redan_model::{Estate, Origin, ResourceId};

use crate::account::{Account, NamedPolicy};
use crate::engine::document::Document;
use names::Names;

impl Account {
    /// Everything of the estate that bears on permissions in AWS. `number` is the account's, where the estate does not show it.
    pub fn from_estate(estate: &Estate, number: Option<&str>) -> Self {
        let names = Names::new(estate, number);
        let mut survey =
            Survey { estate, names, account: Self::default(), managed: BTreeMap::new(), vendor: BTreeMap::new() };
        survey.managed_policies();
        survey.identities();
        survey.resources();
        survey.endpoints();
        survey.organization();
        survey.account.numbers = survey.names.all_numbers();
        survey.account
    }
}

/// Work in progress.
struct Survey<'e> {
    estate: &'e Estate,
    names: Names<'e>,
    account: Account,
    /// Positions of the managed policies of the estate.
    managed: BTreeMap<ResourceId, usize>,
    /// Positions of the vendor's managed policies, by ARN.
    vendor: BTreeMap<String, usize>,
}

impl Survey<'_> {
    /// Reads a document into the account's policies.
    fn add(&mut self, name: String, mut document: Document) -> usize {
        self.names.fill(document.holder, &mut document.tree);
        let read = document.read();
        let count = read.policy.statements.len();
        let places =
            (0..count).map(|index| read.leaf(index).map(|(_, _, origin)| self.place(origin)).unwrap_or_default());
        let places: Vec<String> = places.collect();
        let places = if places.iter().all(String::is_empty) { Vec::new() } else { places };
        self.account.policies.push(NamedPolicy { name, policy: read.policy, places });
        self.account.policies.len() - 1
    }

    /// `file:line`, where a file shows it.
    fn place(&self, origin: Origin) -> String {
        match self.estate.sources().place(origin) {
            Some(place) => format!("{}:{}", place.path, place.start.line),
            None => String::new(),
        }
    }

    /// What people call a resource: its address in code, its ARN otherwise.
    fn label(&self, id: ResourceId) -> Option<String> {
        let resource = self.estate.get(id)?;
        (!resource.live).then(|| resource.address.as_str().to_owned())
    }

    fn arn(&self, id: ResourceId) -> String {
        self.names.arn(id).map(|named| named.arn).unwrap_or_default()
    }
}
