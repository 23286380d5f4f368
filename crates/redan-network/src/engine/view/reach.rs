//! Who reaches whom: between two resources, and between a resource and the internet.

use std::net::IpAddr;

use redan_model::ResourceId;

use super::{Connection, EstateView, Hindrance};
use crate::address::Block;
use crate::aws::{self, Interface, Version};
use crate::azure;
use crate::engine::estate::Placed;
use crate::exposure::{Exposure, Opening};
use crate::service::{Ports, Protocol};

/// An end of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The internet at large.
    Internet,
    /// An address of the internet.
    Address(IpAddr),
    /// A resource.
    Resource(ResourceId),
}

/// A service asked about.
type Asked = Option<(Protocol, u16)>;

/// The paths of both clouds, whose lookups are built once.
struct Ways<'n> {
    aws: aws::Paths<'n>,
    azure: azure::Paths<'n>,
    version: Version,
    service: Asked,
}

impl EstateView {
    /// Whether one end reaches another. With a service, obstacles are those of its packets. None if one of the two has no
    /// place in the network, both are the internet, or they are in different clouds.
    #[must_use]
    pub fn reach(&self, from: Spot, to: Spot, version: Version, service: Asked) -> Option<Connection> {
        let ways = self.ways(version, service);
        match (from, to) {
            (Spot::Resource(from), Spot::Resource(to)) => self.between(&ways, from, to),
            (Spot::Internet, Spot::Resource(to)) => self.out_of_internet(&ways, to, None),
            (Spot::Address(source), Spot::Resource(to)) => self.out_of_internet(&ways, to, Some(source)),
            (Spot::Resource(from), Spot::Internet) => self.to_internet(&ways, from, ways.aws.stranger(version)),
            (Spot::Resource(from), Spot::Address(to)) => self.to_internet(&ways, from, to),
            _ => None,
        }
    }

    fn ways(&self, version: Version, service: Asked) -> Ways<'_> {
        let azure = azure::Paths::new(&self.networks.azure).only(service);
        Ways { aws: aws::Paths::new(&self.networks.aws), azure, version, service }
    }

    /// What reaches a resource on a service: for certain (true) or perhaps (false). The internet is not among them.
    #[must_use]
    pub fn who_reaches(&self, to: ResourceId, version: Version, service: (Protocol, u16)) -> Vec<(ResourceId, bool)> {
        self.pairs(to, false, version, service)
    }

    /// What a resource reaches on a service: for certain (true) or perhaps (false). The internet is not among them.
    #[must_use]
    pub fn reached_from(
        &self,
        from: ResourceId,
        version: Version,
        service: (Protocol, u16),
    ) -> Vec<(ResourceId, bool)> {
        self.pairs(from, true, version, service)
    }

    /// Whether a resource has a place in the network.
    #[must_use]
    pub fn is_placed(&self, resource: ResourceId) -> bool {
        self.networks.at(resource).is_some()
    }

    /// All others at the other end of one resource, which is the sender or the receiver.
    fn pairs(
        &self,
        own: ResourceId,
        sends: bool,
        version: Version,
        service: (Protocol, u16),
    ) -> Vec<(ResourceId, bool)> {
        let others = self.networks.placed().into_iter().filter(|other| *other != own);
        let answers: Vec<(ResourceId, Option<bool>)> = match self.networks.at(own) {
            Some(Placed::Aws(ends)) => {
                let ways = super::classes::Ways::of(&self.networks.aws, ends, sends, version, service);
                let aws = |other| match self.networks.at(other) {
                    Some(Placed::Aws(ends)) => ways.reached(&ends),
                    _ => Some(false),
                };
                others.map(|other| (other, aws(other))).collect()
            }
            Some(Placed::Azure(_)) => {
                let ways = self.ways(version, Some(service));
                let pair = |other| if sends { (own, other) } else { (other, own) };
                let azure = |other| {
                    let (from, to) = pair(other);
                    self.between(&ways, from, to).map_or(Some(false), |found| found.reached)
                };
                others.map(|other| (other, azure(other))).collect()
            }
            None => Vec::new(),
        };
        let found = answers.into_iter().filter(|(_, reached)| *reached != Some(false));
        found.map(|(other, reached)| (other, reached == Some(true))).collect()
    }

    fn between(&self, ways: &Ways<'_>, from: ResourceId, to: ResourceId) -> Option<Connection> {
        match (self.networks.at(from)?, self.networks.at(to)?) {
            (Placed::Aws(near), Placed::Aws(far)) => {
                let pairs =
                    near.interfaces.iter().flat_map(|one| far.interfaces.iter().map(move |other| (*one, *other)));
                let found = pairs.map(|(one, other)| {
                    let reach = ways.aws.between(one, other, ways.version, ways.service);
                    self.of_aws(&reach, &own_address(one, ways.version))
                });
                let best = choose(found.collect(), near.one_of || far.one_of)?;
                Some(on_listening(best, far.listens))
            }
            (Placed::Azure(near), Placed::Azure(far)) => {
                let pairs = near.iter().flat_map(|one| far.iter().map(move |other| (one, other)));
                let found = pairs.filter_map(|(one, other)| Some(self.of_azure(&ways.azure.between(one, other)?, &[])));
                choose(found.collect(), false)
            }
            _ => None,
        }
    }

    fn out_of_internet(&self, ways: &Ways<'_>, to: ResourceId, source: Option<IpAddr>) -> Option<Connection> {
        let placed = self.networks.at(to)?;
        let from = source.unwrap_or_else(|| ways.aws.stranger(ways.version));
        let block = [Block::single(from)];
        let (found, one_of, listens): (Vec<Connection>, _, _) = match &placed {
            Placed::Aws(far) => {
                let way = |to: &&Interface| ways.aws.from_internet(&to.id, from, ways.service);
                let found = far.interfaces.iter().filter_map(way).map(|reach| self.of_aws(&reach, &block));
                (found.collect(), far.one_of, far.listens)
            }
            Placed::Azure(nics) => {
                let way = |nic: &String| ways.azure.from_internet(nic, from);
                let found = nics.iter().filter_map(way).map(|passage| self.of_azure(&passage, &block));
                (found.collect(), false, None)
            }
        };
        let mut best = on_listening(choose(found, one_of)?, listens);
        if source.is_none() {
            self.settle(&mut best, &self.facts.exposures.get(&to)?.exposure, ways);
        }
        if best.reached == Some(false) && best.obstacles.is_empty() {
            let code = if self.networks.is_balancer(to) { "ELBV2_LISTENERS_MISMATCH" } else { "NO_PATH" };
            let at = best.path.last().cloned();
            best.obstacles.push(Hindrance { code, at, settings: Vec::new(), answer: false });
        }
        Some(best)
    }

    /// The exact answer for all addresses of the internet in the place of that for one.
    fn settle(&self, found: &mut Connection, exposure: &Exposure, ways: &Ways<'_>) {
        let Ways { version, service, .. } = *ways;
        let wanted = |opening: &&Opening| {
            let of_version = opening.sources.iter().any(|block| is_v6(block) == (version == Version::V6));
            of_version && service.is_none_or(|(protocol, port)| opening.holds(protocol, port))
        };
        let narrowed = |opening: &Opening| match service {
            Some((protocol, port)) => {
                Opening { protocol, last_protocol: protocol, ports: Ports::one(port), sources: opening.sources.clone() }
            }
            None => opening.clone(),
        };
        let list = |openings: &[Opening]| openings.iter().filter(wanted).map(narrowed).collect();
        found.carried = Exposure { sure: list(&exposure.sure), possible: list(&exposure.possible) };
        found.reached = found.carried.reached();
        match found.reached {
            Some(true) => {
                found.obstacles.clear();
                found.unknown.clear();
            }
            Some(false) => found.unknown.clear(),
            None => found.obstacles.clear(),
        }
    }

    fn to_internet(&self, ways: &Ways<'_>, from: ResourceId, destination: IpAddr) -> Option<Connection> {
        match self.networks.at(from)? {
            Placed::Aws(near) => {
                let way = |from: &&Interface| ways.aws.to_internet(&from.id, destination, ways.service);
                let found = near.interfaces.iter().filter_map(way).map(|reach| self.of_aws(&reach, &[]));
                choose(found.collect(), near.one_of)
            }
            Placed::Azure(nics) => {
                let found = nics.iter().filter_map(|nic| ways.azure.to_internet(nic, destination));
                choose(found.map(|passage| self.of_azure(&passage, &[])).collect(), false)
            }
        }
    }
}

fn is_v6(block: &Block) -> bool {
    matches!(block, Block::V6(..))
}

fn own_address(interface: &Interface, version: Version) -> Vec<Block> {
    let address = match version {
        Version::V4 => interface.addresses.iter().find_map(|held| held.address.get().copied()),
        Version::V6 => interface.v6.first().copied(),
    };
    address.map(Block::single).into_iter().collect()
}

/// The best of several ways. Where only one of them will exist, they must agree.
fn choose(mut found: Vec<Connection>, one_of: bool) -> Option<Connection> {
    let differ = found.iter().any(|way| way.reached != found.first().and_then(|first| first.reached));
    let best = (0..found.len()).min_by_key(|&position| found.get(position).map_or(u8::MAX, Connection::rank))?;
    let best = found.swap_remove(best);
    Some(if one_of && differ {
        best.doubted("in which of its subnets it will be is not known".to_owned())
    } else {
        best
    })
}

/// What gets through to a service that listens on some ports alone.
fn on_listening(mut found: Connection, listens: Option<&[Ports]>) -> Connection {
    if let Some(ports) = listens {
        found.carried.sure = crate::engine::estate::on_ports(&found.carried.sure, ports);
        found.carried.possible = crate::engine::estate::on_ports(&found.carried.possible, ports);
        if found.reached != Some(false) {
            found.reached = found.carried.reached();
        }
    }
    found
}
