//! An estate as principals, resources and their policies: the one way from resources to [`Account`].
//!
//! Must not know the source that the estate came from. What was not read is unknown with its reason.

mod identities;
mod names;
mod organization;
mod resources;

use std::collections::BTreeMap;

use redan_model::{Estate, Origin, ResourceId, Str};

use crate::account::{Account, NamedPolicy};
use crate::engine::document::Document;
use crate::policy::Policy;
use names::Names;

/// The place of a statement: the resource, the attribute's path in it, and its origin.
pub(crate) type Leaf = (ResourceId, Str, Origin);

/// An account with the way back to the estate that it was read from.
pub(crate) struct Surveyed {
    pub(crate) account: Account,
    /// Places of the statements of each policy; none for policies that the estate does not hold.
    pub(crate) leaves: Vec<Vec<Leaf>>,
    /// Positions of identities in the account.
    pub(crate) identities: BTreeMap<ResourceId, usize>,
    /// ARNs of resources that carry policies.
    pub(crate) held: BTreeMap<ResourceId, String>,
    numbers: BTreeMap<ResourceId, String>,
}

impl Account {
    /// Everything of the estate that bears on permissions in AWS. `number` is the account's, where the estate does not show it.
    pub fn from_estate(estate: &Estate, number: Option<&str>) -> Self {
        Surveyed::of(estate, number).account
    }
}

impl Surveyed {
    pub(crate) fn of(estate: &Estate, number: Option<&str>) -> Self {
        let mut survey = Survey {
            estate,
            names: Names::new(estate, number),
            account: Account::default(),
            leaves: Vec::new(),
            managed: BTreeMap::new(),
            vendor: BTreeMap::new(),
            seats: BTreeMap::new(),
            held: BTreeMap::new(),
        };
        survey.managed_policies();
        survey.identities();
        survey.resources();
        survey.endpoints();
        survey.organization();
        survey.account.numbers = survey.names.all_numbers();
        let places = estate.of_kind(Str::new("AWS::Account")).iter();
        let listed = estate.of_kind(Str::new("AWS::Organizations::Account")).iter();
        let numbers = places.map(|id| (*id, survey.names.number_of_place(*id)));
        let numbers = numbers.chain(listed.map(|id| (*id, survey.own_name(*id)))).collect();
        let Survey { account, leaves, seats, held, .. } = survey;
        Self { account, leaves, identities: seats, held, numbers }
    }

    /// The number of an account that is a resource of the estate, or its address where code does not show it.
    pub(crate) fn number(&self, id: ResourceId) -> String {
        self.numbers.get(&id).cloned().unwrap_or_default()
    }
}

/// Work in progress.
struct Survey<'e> {
    estate: &'e Estate,
    names: Names<'e>,
    account: Account,
    leaves: Vec<Vec<Leaf>>,
    /// Positions of identities.
    seats: BTreeMap<ResourceId, usize>,
    held: BTreeMap<ResourceId, String>,
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
        let leaves: Vec<Leaf> = (0..count).filter_map(|index| read.leaf(index)).collect();
        let places: Vec<String> = leaves.iter().map(|(_, _, origin)| self.place(*origin)).collect();
        let places = if places.iter().all(String::is_empty) { Vec::new() } else { places };
        self.push(NamedPolicy { name, policy: read.policy, places }, leaves)
    }

    /// Keeps a policy that the estate itself does not hold.
    fn known(&mut self, name: &str, policy: Policy) -> usize {
        self.push(NamedPolicy { name: name.to_owned(), policy, places: Vec::new() }, Vec::new())
    }

    fn push(&mut self, named: NamedPolicy, leaves: Vec<Leaf>) -> usize {
        self.account.policies.push(named);
        self.leaves.push(leaves);
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
