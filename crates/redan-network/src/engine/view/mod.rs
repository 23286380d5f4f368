//! Questions about a whole estate, for commands: what is exposed, who reaches whom, which subnet is what.

mod classes;
mod connection;
mod exposed;
mod reach;
mod segments;

pub use connection::{Connection, Device, Hindrance};
pub use exposed::{Entry, Surface};
pub use reach::Spot;
pub use segments::{Housing, Segment};

use redan_model::{Estate, ResourceId};
use rustc_hash::FxHashMap;

use super::estate::{Facts, Networks};
use crate::address::Block;
use crate::aws::{Packet, Paths, Trace};
use crate::exposure::Exposure;

/// The network of an estate, of both clouds.
pub struct EstateView {
    networks: Networks,
    facts: Facts,
    services: Vec<(ResourceId, Exposure)>,
}

impl EstateView {
    /// Reads the network out of an estate.
    #[must_use]
    pub fn new(estate: &Estate) -> Self {
        let networks = Networks::of(estate);
        let facts = Facts::new(&networks);
        let mut services = super::services::surfaces(estate);
        services.extend(super::entries::surfaces(estate));
        Self { networks, facts, services }
    }

    /// The same, knowing the addresses of AWS's own public services.
    #[must_use]
    pub fn with_service_blocks(mut self, blocks: Vec<Block>) -> Self {
        self.networks.aws.service_blocks = blocks;
        self
    }

    /// Follows a packet through the networks of AWS; ids are those of the resources.
    #[must_use]
    pub fn trace(&self, packet: &Packet) -> Trace {
        Paths::new(&self.networks.aws).trace(packet)
    }

    /// Every workload, load balancer and machine, and what the internet reaches of it, in the order of the estate.
    #[must_use]
    pub fn exposed(&self) -> Vec<(ResourceId, &Exposure)> {
        let mut all: Vec<_> = self.facts.exposures.iter().map(|(id, entry)| (*id, entry.exposure.as_ref())).collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }

    /// Every subnet of AWS: what it is by its routes, and what lives in it.
    #[must_use]
    pub fn tiers(&self) -> Vec<Tiered> {
        let mut residents = self.residents();
        let tiered = |(subnet, tier): (&ResourceId, &Option<super::estate::Tier>)| {
            let held = residents.remove(subnet).unwrap_or_default();
            Tiered { subnet: *subnet, tier: tier.map(super::estate::Tier::name), residents: held }
        };
        let mut all: Vec<Tiered> = self.facts.tiers.iter().map(tiered).collect();
        all.sort_by_key(|tiered| tiered.subnet);
        all
    }

    /// What lives in each subnet, in the order of the estate.
    fn residents(&self) -> FxHashMap<ResourceId, Vec<ResourceId>> {
        let mut residents: FxHashMap<ResourceId, Vec<ResourceId>> = FxHashMap::default();
        let own = self.facts.exposures.iter().filter(|(resource, _)| !self.networks.is_held(**resource));
        for (resource, entry) in own {
            entry.subnets.iter().for_each(|subnet| residents.entry(*subnet).or_default().push(*resource));
        }
        for held in residents.values_mut() {
            held.sort();
            held.dedup();
        }
        residents
    }

    /// Whether a resource is a load balancer, which belongs into public subnets.
    #[must_use]
    pub fn is_balancer(&self, resource: ResourceId) -> bool {
        self.networks.is_balancer(resource)
    }
}

/// A subnet by fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiered {
    /// The subnet.
    pub subnet: ResourceId,
    /// `public` if a route leads to the internet gateway, `private` if one leads out another way, `isolated` if none
    /// leads out; none where its routes are not known.
    pub tier: Option<&'static str>,
    /// What lives in it, in the order of the estate.
    pub residents: Vec<ResourceId>,
}
