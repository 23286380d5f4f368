//! Networks, their subnets, and what lives where: for drawings.

use std::collections::BTreeMap;

use redan_model::ResourceId;

use super::{Device, EstateView};

/// A VPC or a virtual network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The network.
    pub network: Device,
    /// Its subnets, in the order of their names.
    pub subnets: Vec<Housing>,
}

/// A subnet and what lives in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Housing {
    /// The subnet.
    pub subnet: Device,
    /// `public`, `private` or `isolated` by its routes, where that is known.
    pub tier: Option<&'static str>,
    /// What lives in it, in the order of the estate.
    pub residents: Vec<ResourceId>,
}

impl EstateView {
    /// All networks of both clouds, in the order of their names.
    #[must_use]
    pub fn segments(&self) -> Vec<Segment> {
        let mut networks: BTreeMap<String, Vec<Housing>> = BTreeMap::new();
        let tiers: BTreeMap<ResourceId, Option<&'static str>> =
            self.tiers().into_iter().map(|tiered| (tiered.subnet, tiered.tier)).collect();
        let aws = self.networks.aws.subnets.items.iter().map(|subnet| (&subnet.vpc, &subnet.id));
        let azure = self.networks.azure.subnets.iter().map(|subnet| (&subnet.vnet, &subnet.id));
        let mut residents = self.residents();
        for (network, subnet) in aws.chain(azure) {
            let device = self.device(subnet);
            let own = device.resource.and_then(|id| residents.remove(&id)).unwrap_or_default();
            let tier = device.resource.and_then(|id| tiers.get(&id).copied().flatten());
            let housing = Housing { subnet: device, tier, residents: own };
            networks.entry(network.clone()).or_default().push(housing);
        }
        let segment = |(name, mut subnets): (String, Vec<Housing>)| {
            subnets.sort_by(|a, b| a.subnet.name.cmp(&b.subnet.name));
            Segment { network: self.device(&name), subnets }
        };
        networks.into_iter().map(segment).collect()
    }
}
