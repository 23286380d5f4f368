//! Questions about a whole estate, for commands: what is exposed, who reaches whom, which subnet is what.

use redan_model::{Estate, ResourceId};

use super::estate::{Facts, Networks};
use crate::aws::{Paths, Reach, Version};
use crate::azure;
use crate::exposure::Exposure;
use crate::service::Protocol;

/// The network of an estate, of both clouds.
pub struct EstateView {
    networks: Networks,
    facts: Facts,
}

/// Whether one resource reaches another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Between two resources of AWS.
    Aws(Reach),
    /// Between two resources of Azure.
    Azure(azure::Passage),
}

impl EstateView {
    /// Reads the network out of an estate.
    #[must_use]
    pub fn new(estate: &Estate) -> Self {
        let networks = Networks::of(estate);
        let facts = Facts::new(&networks);
        Self { networks, facts }
    }

    /// Every workload, load balancer and machine, and what the internet reaches of it, in the order of the estate.
    #[must_use]
    pub fn exposed(&self) -> Vec<(ResourceId, &Exposure)> {
        let mut all: Vec<_> = self.facts.exposures.iter().map(|(id, entry)| (*id, entry.exposure.as_ref())).collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }

    /// Every subnet of AWS and its tier (`public`, `private`, `isolated`); none where its routes are not known.
    #[must_use]
    pub fn tiers(&self) -> Vec<(ResourceId, Option<&'static str>)> {
        let mut all: Vec<_> = self.facts.tiers.iter().map(|(id, tier)| (*id, tier.map(|tier| tier.name()))).collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }

    /// Whether one workload reaches another, over IPv4; none if one of them has no place in the network, or they are in
    /// different clouds. With a service, obstacles are those of its packets.
    #[must_use]
    pub fn reach(&self, from: ResourceId, to: ResourceId, service: Option<(Protocol, u16)>) -> Option<Connection> {
        let (first, second) = (self.networks.interface(from), self.networks.interface(to));
        if let (Some(first), Some(second)) = (first, second) {
            let reach = Paths::new(&self.networks.aws).reach(first, second, Version::V4, service);
            return reach.map(Connection::Aws);
        }
        let (first, second) = (self.networks.nic(from)?, self.networks.nic(to)?);
        azure::Paths::new(&self.networks.azure).between(first, second).map(Connection::Azure)
    }

    /// The workloads that reach one on a service: for certain (true) or perhaps (false).
    #[must_use]
    pub fn who_reaches(&self, to: ResourceId, service: (Protocol, u16)) -> Vec<(ResourceId, bool)> {
        self.pairs(|other| (other, to), service, to)
    }

    /// The workloads that one reaches on a service: for certain (true) or perhaps (false).
    #[must_use]
    pub fn reached_from(&self, from: ResourceId, service: (Protocol, u16)) -> Vec<(ResourceId, bool)> {
        self.pairs(|other| (from, other), service, from)
    }

    fn pairs(
        &self,
        pair: impl Fn(ResourceId) -> (ResourceId, ResourceId),
        service: (Protocol, u16),
        own: ResourceId,
    ) -> Vec<(ResourceId, bool)> {
        let mut found = Vec::new();
        for other in self.networks.placed().into_iter().filter(|other| *other != own) {
            let (from, to) = pair(other);
            let carried = match self.reach(from, to, Some(service)) {
                Some(Connection::Aws(reach)) => reach.reached(),
                Some(Connection::Azure(passage)) => passage.carries(service.0, service.1),
                None => Some(false),
            };
            if carried != Some(false) {
                found.push((other, carried == Some(true)));
            }
        }
        found
    }
}
