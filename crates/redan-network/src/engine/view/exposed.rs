//! Everything that the internet reaches, with the way in.

use redan_model::ResourceId;

use super::{Device, EstateView};
use crate::engine::estate::Balanced;
use crate::exposure::{Exposure, Opening};
use crate::service::{Ports, Protocol};

/// How the internet comes in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// Through an internet gateway, where it is known.
    InternetGateway(Option<Device>),
    /// Through a load balancer or other front that forwards, and its port.
    Front(Device, Option<u16>),
    /// By a public address of its own.
    PublicAddress,
    /// By the public endpoint that the vendor gives the service.
    Endpoint,
}

/// What the internet reaches of a resource in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    /// The resource.
    pub resource: ResourceId,
    /// The way in.
    pub entry: Entry,
    /// The services, and who reaches them.
    pub exposure: Exposure,
}

impl EstateView {
    /// What the internet reaches, or may reach, in the order of the estate.
    #[must_use]
    pub fn surfaces(&self) -> Vec<Surface> {
        let mut found = Vec::new();
        for (resource, exposure) in self.exposed().into_iter().filter(|(id, _)| !self.networks.is_held(*id)) {
            let entry = self.direct_entry(resource);
            found.push(Surface { resource, entry, exposure: exposure.clone() });
        }
        for (resource, exposure) in &self.services {
            found.push(Surface { resource: *resource, entry: Entry::Endpoint, exposure: exposure.clone() });
        }
        for (target, ways) in &self.facts.balanced {
            found.extend(ways.iter().filter_map(|way| self.through(*target, way)));
        }
        found.retain(|surface| surface.exposure.reached() != Some(false));
        found.sort_by(|a, b| (a.resource, &a.entry).cmp(&(b.resource, &b.entry)));
        found
    }

    fn direct_entry(&self, resource: ResourceId) -> Entry {
        let Some(entry) = self.facts.exposures.get(&resource) else { return Entry::PublicAddress };
        if self.networks.is_machine(resource) {
            return Entry::PublicAddress;
        }
        let subnets = entry.subnets.iter();
        let gateway = subnets.filter_map(|subnet| self.networks.gateway_at(*subnet)).next();
        Entry::InternetGateway(gateway.map(|id| self.device(id)))
    }

    fn through(&self, target: ResourceId, way: &Balanced) -> Option<Surface> {
        let front = self.facts.exposures.get(&way.balancer)?;
        let listens = |opening: &&Opening| way.listens.is_none_or(|port| opening.holds(Protocol::TCP, port));
        let behind = |openings: &[Opening]| -> Vec<Opening> {
            let ports = way.port.map_or(Ports::ALL, Ports::one);
            let opening = |opening: &Opening| Opening {
                protocol: Protocol::TCP,
                last_protocol: Protocol::TCP,
                ports,
                sources: opening.sources.clone(),
            };
            openings.iter().filter(listens).map(opening).collect()
        };
        let (mut sure, mut possible) = (behind(&front.exposure.sure), behind(&front.exposure.possible));
        if way.open != Some(true) {
            possible.splice(0..0, std::mem::take(&mut sure));
        }
        let name = self.networks.name(way.balancer)?;
        let entry = Entry::Front(self.device(name), way.listens);
        Some(Surface { resource: target, entry, exposure: Exposure { sure, possible } })
    }
}
