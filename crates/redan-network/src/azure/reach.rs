//! What the internet reaches of an interface, and whether one interface reaches another.

use std::net::IpAddr;

use super::end::End;
use super::filter::{Ends, source_ports, through_rules};
use super::index::Index;
use super::network::{Balanced, Id, Network, NextHop, Nic, Sku, Subnet};
use super::passage::{Obstacle, Passage, passage};
use super::route::next_hop;
use crate::place::Place;
use crate::ranges;
use crate::rule::{Bounds, Known};
use crate::service::{self, Protocol};
use crate::services::Services;

/// An address that no network is likely to name.
const STRANGER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(11, 0, 0, 1));

/// Questions about one network of Azure.
pub struct Paths<'n> {
    pub(crate) index: Index<'n>,
    asked: Option<u32>,
}

impl<'n> Paths<'n> {
    /// The paths of a network.
    pub fn new(network: &'n Network) -> Self {
        Self { index: Index::new(network), asked: None }
    }

    /// The same, with answers about one service alone; obstacles are then those of its packets.
    #[must_use]
    pub fn only(mut self, service: Option<(Protocol, u16)>) -> Self {
        self.asked = service.map(|(protocol, port)| service::service(protocol, port));
        self
    }

    /// Whether nothing of what is asked about gets through.
    fn blocked(&self, open: &Bounds<Services>) -> bool {
        match self.asked {
            Some(service) => !ranges::contains(&open.possible, service),
            None => open.possible.is_empty(),
        }
    }

    /// Where a subnet sends what is for the internet at large.
    pub(crate) fn way_out(&self, subnet: &Subnet) -> NextHop {
        next_hop(&self.index, subnet, &Place::At(STRANGER), Some(false))
    }

    /// What an address of the internet reaches of an interface, by its own public address or through a load balancer.
    pub fn from_internet(&self, nic: &str, source: IpAddr) -> Option<Passage> {
        let nic = self.index.nic(nic)?;
        let source = End { place: Place::At(source), nic: None };
        let mut obstacles = Vec::new();
        let open = self.arrives(nic, &source, &mut obstacles);
        if self.blocked(&open) && obstacles.is_empty() {
            obstacles.push(Obstacle::rules(nic, self.index.subnet_of(nic), true));
        }
        let inside = self.inside(nic);
        let hops = std::iter::once("internet".to_owned()).chain(inside.into_iter().rev()).collect();
        Some(passage(hops, open, self.asked, obstacles))
    }

    /// An interface, its subnet and its virtual network: the devices from the inside out.
    fn inside(&self, nic: &Nic) -> Vec<Id> {
        let subnet = self.index.subnet_of(nic);
        let around = subnet.into_iter().flat_map(|subnet| [subnet.id.clone(), subnet.vnet.clone()]);
        std::iter::once(nic.id.clone()).chain(around).collect()
    }

    /// The services on which packets of the internet arrive and are answered.
    pub(crate) fn arrives(&self, nic: &'n Nic, source: &End<'n>, obstacles: &mut Vec<Obstacle>) -> Bounds<Services> {
        let mut open = self.directly(nic, source, obstacles);
        let v6 = source.place.address().is_some_and(|address| address.is_ipv6());
        let mine = |balanced: &&Balanced| balanced.nic == nic.id && balanced.v6 == v6;
        for balanced in self.index.network.balanced.iter().filter(mine) {
            open = open.join(&self.through_balancer(nic, source, balanced));
        }
        open.meet(&self.answered(nic, source, obstacles))
    }

    fn directly(&self, nic: &'n Nic, source: &End<'n>, obstacles: &mut Vec<Obstacle>) -> Bounds<Services> {
        let public = source.place.address().map_or(nic.public, |address| nic.public_like(address));
        match public {
            Known::Is(None) => {
                obstacles.push(Obstacle::no_public_address(nic));
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
    fn arriving(&self, nic: &'n Nic, source: &End<'n>, sku: Sku, obstacles: &mut Vec<Obstacle>) -> Bounds<Services> {
        // <https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#sku>
        let ungrouped = if sku == Sku::Basic { Bounds::everything() } else { Bounds::nothing() };
        let destination = End::at(&self.index, nic);
        let subnet = self.index.subnet_of(nic);
        let mut passed = Bounds::nothing();
        for source_port in source_ports(&self.index, &[nic]) {
            let ends = Ends { source, destination: &destination, inbound: true, subnet, source_port };
            passed = passed.join(&through_rules(&self.index, nic, ends, ungrouped.clone()));
        }
        if self.blocked(&passed) {
            obstacles.push(Obstacle::rules(nic, subnet, true));
        }
        passed
    }

    /// Answers must leave by the way that the packets came: to the internet.
    fn answered(&self, nic: &'n Nic, source: &End<'n>, obstacles: &mut Vec<Obstacle>) -> Bounds<Services> {
        let Some(subnet) = self.index.subnet_of(nic) else { return Bounds::anything() };
        match next_hop(&self.index, subnet, &source.place, Some(false)) {
            NextHop::Internet => Bounds::everything(),
            NextHop::Appliance(_) | NextHop::Unknown => Bounds::anything(),
            NextHop::None | NextHop::Gateway | NextHop::VirtualNetwork => {
                obstacles.push(Obstacle::route(subnet, &source.place));
                Bounds::nothing()
            }
        }
    }

    /// Whether one interface reaches another under its private address.
    pub fn between(&self, from: &str, to: &str) -> Option<Passage> {
        let (from, to) = (self.index.nic(from)?, self.index.nic(to)?);
        let (source, destination) = (End::at(&self.index, from), End::at(&self.index, to));
        let mut obstacles = Vec::new();
        let (mut out, mut through, mut admitted) = (Bounds::nothing(), Bounds::nothing(), Bounds::nothing());
        for source_port in source_ports(&self.index, &[from, to]) {
            let leaving = self.leaving(from, &source, &destination, source_port);
            let (inbound, subnet) = (true, self.index.subnet_of(to));
            let ends = Ends { source: &source, destination: &destination, inbound, subnet, source_port };
            let arriving = through_rules(&self.index, to, ends, Bounds::everything());
            through = through.join(&arriving.meet(&leaving));
            admitted = admitted.join(&arriving);
            out = out.join(&leaving);
        }
        if self.blocked(&out) {
            obstacles.push(Obstacle::rules(from, self.index.subnet_of(from), false));
        }
        if self.blocked(&admitted) || (self.blocked(&through) && !self.blocked(&out)) {
            obstacles.push(Obstacle::rules(to, self.index.subnet_of(to), true));
        }
        let routed = self.routed(from, to, &mut obstacles).meet(&self.routed(to, from, &mut obstacles));
        Some(passage(self.hops_between(from, to), through.meet(&routed), self.asked, obstacles))
    }

    /// The devices between two interfaces: inside one subnet, none.
    fn hops_between(&self, from: &'n Nic, to: &'n Nic) -> Vec<Id> {
        let (mut way, far) = (self.inside(from), self.inside(to));
        let shared = way.iter().position(|device| far.contains(device));
        way.truncate(shared.unwrap_or(way.len()));
        let rest = far.into_iter().rev().skip_while(|device| way.contains(device));
        let mut rest: Vec<Id> = rest.collect();
        if shared.is_some_and(|position| position == 1) {
            rest = rest.split_off(rest.len().saturating_sub(1));
        }
        way.extend(rest);
        way
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
                    obstacles.push(Obstacle::route(subnet, &destination.place));
                    Bounds::nothing()
                }
                NextHop::Appliance(_) | NextHop::Gateway | NextHop::Unknown => Bounds::anything(),
            },
            None => Bounds::anything(),
        };
        if self.blocked(&open) {
            obstacles.push(Obstacle::rules(nic, self.index.subnet_of(nic), false));
        }
        let mut hops = self.inside(nic);
        hops.push("internet".to_owned());
        Some(passage(hops, open.meet(&routed), self.asked, obstacles))
    }

    fn leaving(&self, nic: &'n Nic, source: &End<'n>, destination: &End<'n>, source_port: u16) -> Bounds<Services> {
        let ends = Ends { source, destination, inbound: false, subnet: self.index.subnet_of(nic), source_port };
        through_rules(&self.index, nic, ends, Bounds::everything())
    }

    /// Whether the way from one interface to another is there.
    fn routed(&self, from: &'n Nic, to: &'n Nic, obstacles: &mut Vec<Obstacle>) -> Bounds<Services> {
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
                    obstacles.push(Obstacle::not_forwarding(appliance));
                    Bounds::nothing()
                }
                _ => Bounds::anything(),
            },
            NextHop::Appliance(None) | NextHop::Gateway => Bounds::anything(),
            NextHop::VirtualNetwork | NextHop::Internet | NextHop::None => {
                obstacles.push(Obstacle::route(near, &destination.place));
                Bounds::nothing()
            }
        }
    }
}
