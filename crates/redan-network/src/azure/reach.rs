//! What the internet reaches of an interface, and whether one interface reaches another.

use std::net::IpAddr;

use super::end::End;
use super::filter::{Ends, source_ports, through_rules};
use super::index::Index;
use super::network::{Balanced, Network, NextHop, Nic, Sku};
use super::route::next_hop;
use crate::aws::Service;
use crate::place::Place;
use crate::ranges;
use crate::rule::{Bounds, Known};
use crate::service::{self, Protocol};
use crate::services::Services;

/// What lies between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The services that get through for certain.
    pub sure: Vec<Service>,
    /// The services that get through for certain or possibly.
    pub possible: Vec<Service>,
    /// What stands in the way of everything.
    pub obstacles: Vec<String>,
}

impl Passage {
    /// Whether a service gets through: yes, no or unknown.
    pub fn carries(&self, protocol: Protocol, port: u16) -> Option<bool> {
        let holds = |part: &Service| {
            (part.protocol..=part.last_protocol).contains(&protocol)
                && (part.ports.low..=part.ports.high).contains(&port)
        };
        match (self.sure.iter().any(holds), self.possible.iter().any(holds)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        }
    }
}

/// Questions about one network of Azure.
pub struct Paths<'n> {
    pub(crate) index: Index<'n>,
}

impl<'n> Paths<'n> {
    /// The paths of a network.
    pub fn new(network: &'n Network) -> Self {
        Self { index: Index::new(network) }
    }

    /// What an address of the internet reaches of an interface, by its own public address or through a load balancer.
    pub fn from_internet(&self, nic: &str, source: IpAddr) -> Option<Passage> {
        let nic = self.index.nic(nic)?;
        let source = End { place: Place::At(source), nic: None };
        let mut obstacles = Vec::new();
        let open = self.arrives(nic, &source, &mut obstacles);
        Some(passage(open, obstacles))
    }

    /// The services on which packets of the internet arrive and are answered.
    pub(crate) fn arrives(&self, nic: &'n Nic, source: &End<'n>, obstacles: &mut Vec<String>) -> Bounds<Services> {
        let mut open = self.directly(nic, source, obstacles);
        let v6 = source.place.address().is_some_and(|address| address.is_ipv6());
        let mine = |balanced: &&Balanced| balanced.nic == nic.id && balanced.v6 == v6;
        for balanced in self.index.network.balanced.iter().filter(mine) {
            open = open.join(&self.through_balancer(nic, source, balanced));
        }
        open.meet(&self.answered(nic, source, obstacles))
    }

    fn directly(&self, nic: &'n Nic, source: &End<'n>, obstacles: &mut Vec<String>) -> Bounds<Services> {
        let public = source.place.address().map_or(nic.public, |address| nic.public_like(address));
        match public {
            Known::Is(None) => {
                obstacles.push(format!("{} has no public address", nic.id));
                Bounds::nothing()
            }
            Known::Is(Some(sku)) => self.arriving(nic, source, sku, obstacles),
            Known::Unknown => {
                let open = self.arriving(nic, source, Sku::Standard, obstacles);
                Bounds { sure: Vec::new(), possible: open.possible }
            }
        }
    }

    /// A load balancer's rule keeps the client's address; the interface's rules decide.
    fn through_balancer(&self, nic: &'n Nic, source: &End<'n>, balanced: &Balanced) -> Bounds<Services> {
        let ports: Vec<_> = vec![balanced.port];
        let listened = crate::rule::services(balanced.protocols, &ports);
        self.arriving(nic, source, balanced.sku, &mut Vec::new()).meet(&listened)
    }

    /// Rules see the private address of the interface: the public one was replaced before.
    /// <https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works>
    fn arriving(&self, nic: &'n Nic, source: &End<'n>, sku: Sku, obstacles: &mut Vec<String>) -> Bounds<Services> {
        // <https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#sku>
        let ungrouped = if sku == Sku::Basic { Bounds::everything() } else { Bounds::nothing() };
        let destination = End::at(&self.index, nic);
        let subnet = self.index.subnet_of(nic);
        let mut passed = Bounds::nothing();
        for source_port in source_ports(&self.index, &[nic]) {
            let ends = Ends { source, destination: &destination, inbound: true, subnet, source_port };
            passed = passed.join(&through_rules(&self.index, nic, ends, ungrouped.clone()));
        }
        if passed.possible.is_empty() {
            obstacles.push(format!("the security rules of {} admit nothing from there", nic.id));
        }
        passed
    }

    /// Answers must leave by the way that the packets came: to the internet.
    fn answered(&self, nic: &'n Nic, source: &End<'n>, obstacles: &mut Vec<String>) -> Bounds<Services> {
        let Some(subnet) = self.index.subnet_of(nic) else { return Bounds::anything() };
        match next_hop(&self.index, subnet, &source.place, Some(false)) {
            NextHop::Internet => Bounds::everything(),
            NextHop::Appliance(_) | NextHop::Unknown => Bounds::anything(),
            NextHop::None | NextHop::Gateway | NextHop::VirtualNetwork => {
                obstacles.push(format!("{} does not route answers to the internet", subnet.id));
                Bounds::nothing()
            }
        }
    }

    /// Whether one interface reaches another under its private address.
    pub fn between(&self, from: &str, to: &str) -> Option<Passage> {
        let (from, to) = (self.index.nic(from)?, self.index.nic(to)?);
        let (source, destination) = (End::at(&self.index, from), End::at(&self.index, to));
        let mut obstacles = Vec::new();
        let (mut out, mut through) = (Bounds::nothing(), Bounds::nothing());
        for source_port in source_ports(&self.index, &[from, to]) {
            let leaving = self.leaving(from, &source, &destination, source_port);
            let (inbound, subnet) = (true, self.index.subnet_of(to));
            let ends = Ends { source: &source, destination: &destination, inbound, subnet, source_port };
            through = through.join(&through_rules(&self.index, to, ends, Bounds::everything()).meet(&leaving));
            out = out.join(&leaving);
        }
        if out.possible.is_empty() {
            obstacles.push(format!("the security rules of {} let nothing out to there", from.id));
        } else if through.possible.is_empty() {
            obstacles.push(format!("the security rules of {} admit nothing from there", to.id));
        }
        let routed = self.routed(from, to, &mut obstacles).meet(&self.routed(to, from, &mut obstacles));
        Some(passage(through.meet(&routed), obstacles))
    }

    /// What an interface may send to an address of the internet.
    pub fn to_internet(&self, nic: &str, destination: IpAddr) -> Option<Passage> {
        let nic = self.index.nic(nic)?;
        let (source, destination) = (End::at(&self.index, nic), End { place: Place::At(destination), nic: None });
        let mut obstacles = Vec::new();
        let mut open = Bounds::nothing();
        for source_port in source_ports(&self.index, &[nic]) {
            open = open.join(&self.leaving(nic, &source, &destination, source_port));
        }
        let routed = match self.index.subnet_of(nic) {
            Some(subnet) => match next_hop(&self.index, subnet, &destination.place, Some(false)) {
                NextHop::Internet => Bounds::everything(),
                NextHop::None | NextHop::VirtualNetwork => {
                    obstacles.push(format!("{} routes there to nowhere", subnet.id));
                    Bounds::nothing()
                }
                NextHop::Appliance(_) | NextHop::Gateway | NextHop::Unknown => Bounds::anything(),
            },
            None => Bounds::anything(),
        };
        Some(passage(open.meet(&routed), obstacles))
    }

    fn leaving(&self, nic: &'n Nic, source: &End<'n>, destination: &End<'n>, source_port: u16) -> Bounds<Services> {
        let ends = Ends { source, destination, inbound: false, subnet: self.index.subnet_of(nic), source_port };
        through_rules(&self.index, nic, ends, Bounds::everything())
    }

    /// Whether the way from one interface to another is there.
    fn routed(&self, from: &'n Nic, to: &'n Nic, obstacles: &mut Vec<String>) -> Bounds<Services> {
        let (Some(near), Some(far)) = (self.index.subnet_of(from), self.index.subnet_of(to)) else {
            return Bounds::anything();
        };
        let connected = near.vnet == far.vnet || self.index.peered(&near.vnet, &far.vnet);
        let destination = End::at(&self.index, to);
        match next_hop(&self.index, near, &destination.place, Some(connected)) {
            NextHop::VirtualNetwork if connected => Bounds::everything(),
            NextHop::Unknown => Bounds::anything(),
            NextHop::Appliance(Some(address)) => match self.index.holder(&near.vnet, address) {
                Some(appliance) if !appliance.forwards => {
                    obstacles.push(format!("{} does not forward packets", appliance.id));
                    Bounds::nothing()
                }
                _ => Bounds::anything(),
            },
            NextHop::Appliance(None) | NextHop::Gateway => Bounds::anything(),
            NextHop::VirtualNetwork | NextHop::Internet | NextHop::None => {
                obstacles.push(format!("{} has no route to {}", near.id, destination.place));
                Bounds::nothing()
            }
        }
    }
}

fn passage(open: Bounds<Services>, obstacles: Vec<String>) -> Passage {
    let shown = |services: &Services| {
        let parts = services.iter().flat_map(|&(low, high)| crate::exposure::split(low, high));
        parts.map(|(protocol, last_protocol, ports)| Service { protocol, last_protocol, ports }).collect()
    };
    let every = ranges::canonical(vec![(0, service::LAST)]);
    let sure = ranges::intersection(&open.sure, &every);
    Passage { sure: shown(&sure), possible: shown(&open.possible), obstacles }
}
