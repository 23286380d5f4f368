//! Ways between an interface and the internet, there and back.

use std::net::IpAddr;

use super::filter::Direction;
use super::index::Index;
use super::network::{Interface, Mapping, NatGateway, Subnet};
use super::reach::{Leg, Paths, Reach, Version, conclude, place_of, reach_in};
use super::trace::{source_of, start_interface};
use super::walk::{Drop, End, Step, Walk};
use crate::place::Place;
use crate::rule::Remote;
use crate::service::Protocol;

impl<'n> Paths<'n> {
    /// Whether an address of the internet reaches an interface, or an owner of one.
    pub fn from_internet(&self, to: &str, source: IpAddr, service: Option<(Protocol, u16)>) -> Option<Reach> {
        let to = start_interface(&self.index, to)?;
        Some(from_internet(&self.index, to, source, service))
    }

    /// Whether one interface reaches another.
    pub(crate) fn between(
        &self,
        from: &Interface,
        to: &Interface,
        version: Version,
        service: Option<(Protocol, u16)>,
    ) -> Reach {
        reach_in(&self.index, from, to, version, service)
    }

    /// An address of the internet that no block of the network names, to stand for the internet at large.
    #[must_use]
    pub fn stranger(&self, version: Version) -> IpAddr {
        stranger(&self.index, version)
    }

    /// Whether an interface, or the owner of one, reaches an address of the internet.
    pub fn to_internet(&self, from: &str, destination: IpAddr, service: Option<(Protocol, u16)>) -> Option<Reach> {
        let from = start_interface(&self.index, from)?;
        Some(to_internet(&self.index, from, destination, service))
    }
}

fn version_of(address: IpAddr) -> Version {
    if address.is_ipv6() { Version::V6 } else { Version::V4 }
}

fn from_internet(index: &Index<'_>, to: &Interface, source: IpAddr, service: Option<(Protocol, u16)>) -> Reach {
    let Some(to) = index.interface(&to.id) else { return Reach::default() };
    let (mapping, private) = public_address(to, version_of(source));
    let mut there = Walk::new(index, Place::At(source), Place::Anywhere);
    there.pass(Step::Internet);
    there.pass(Step::Backbone);
    let end = match mapping {
        Mapping::None => End::Dropped(Drop::NoPublicAddress),
        Mapping::Unknown => End::Unknown(format!("whether {} has a public address is not known", to.id)),
        Mapping::To(_) | Mapping::Some => there.in_through_internet_gateway(to, private),
    };
    let end = match (&end, mapping) {
        (End::Delivered(_) | End::Unknown(_), Mapping::To(_) | Mapping::Some) => blocked_in(index, to).unwrap_or(end),
        _ => end,
    };
    let mut back = Vec::new();
    if end == End::Delivered(to.id.clone()) {
        let here = place_of(index, to, version_of(source));
        let mut walk = Walk::new(index, here, Place::At(source));
        walk.answer = true;
        let end = walk.start_at_interface(to);
        back.push(Leg::to_internet(walk, end));
    }
    conclude(Leg::to_interface(there, end), back, service)
}

fn to_internet(index: &Index<'_>, from: &Interface, destination: IpAddr, service: Option<(Protocol, u16)>) -> Reach {
    let Some(from) = index.interface(&from.id) else { return Reach::default() };
    let here = match source_of(Some(from), destination) {
        Place::At(address) => Place::At(address),
        _ => place_of(index, from, version_of(destination)),
    };
    let mut there = Walk::new(index, here.clone(), Place::At(destination));
    let end = there.start_at_interface(from);
    let translated = there.translated;
    let there = Leg::to_internet(there, end);
    let mut back = Vec::new();
    if there.arrived {
        match translated {
            Some(nat) => back.extend(back_through_nat(index, nat, from, destination, here)),
            None => {
                let (_, private) = public_address(from, version_of(destination));
                let mut walk = Walk::new(index, Place::At(destination), Place::Anywhere);
                walk.answer = true;
                walk.pass(Step::Internet);
                let end = walk.in_through_internet_gateway(from, private);
                back.push(Leg::to_interface(walk, end));
            }
        }
    }
    conclude(there, back, service)
}

/// From the internet to a NAT gateway, and from there to the interface that the packet came from.
fn back_through_nat<'a, 'n>(
    index: &'a Index<'n>,
    nat: &'n NatGateway,
    from: &'n Interface,
    source: IpAddr,
    here: Place,
) -> Vec<Leg<'a, 'n>> {
    let mut walk = Walk::new(index, Place::At(source), here);
    walk.answer = true;
    walk.target = Some(from);
    walk.pass(Step::Internet);
    let end = match index.subnet(&nat.subnet) {
        Some(home) => {
            walk.enter(&home.id);
            walk.check_acl(home, Direction::In);
            walk.enter(&nat.id);
            walk.send_from(home)
        }
        None => End::Unknown(format!("the subnet of {} was not collected", nat.id)),
    };
    vec![Leg::to_interface(walk, end)]
}

/// How an interface is known on the internet, and the private address behind that.
fn public_address(interface: &Interface, version: Version) -> (Mapping, Option<IpAddr>) {
    match version {
        Version::V4 => {
            let rank = |mapping: Mapping| match mapping {
                Mapping::To(_) => 3,
                Mapping::Some => 2,
                Mapping::Unknown => 1,
                Mapping::None => 0,
            };
            let best = interface.addresses.iter().max_by_key(|held| rank(held.public));
            best.map_or((Mapping::None, None), |held| (held.public, held.address.get().copied()))
        }
        Version::V6 => match (interface.v6.first(), interface.has_v6) {
            (Some(address), _) => (Mapping::To(*address), Some(*address)),
            (None, Some(true)) => (Mapping::Some, None),
            (None, Some(false)) => (Mapping::None, None),
            (None, None) => (Mapping::Unknown, None),
        },
    }
}

/// Whether VPC Block Public Access keeps new connections from a subnet.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html>
pub(crate) fn ingress_allowed(index: &Index<'_>, subnet: &Subnet) -> Option<bool> {
    let scope = index.scope(&subnet.vpc);
    let mut allowed = Some(true);
    for block in index.network.block_public_access.iter().filter(|block| block.scope == scope) {
        let excluded = block.excluded.iter().any(|id| *id == subnet.id || *id == subnet.vpc);
        allowed = super::and(allowed, if excluded { Some(true) } else { block.blocks_ingress.map(|blocked| !blocked) });
    }
    allowed
}

fn blocked_in(index: &Index<'_>, interface: &Interface) -> Option<End> {
    match ingress_allowed(index, index.subnet_of(interface)?) {
        Some(true) => None,
        Some(false) => Some(End::Dropped(Drop::PublicAccessBlocked)),
        None => Some(End::Unknown("whether VPC Block Public Access is on is not known".to_owned())),
    }
}

fn stranger(index: &Index<'_>, version: Version) -> IpAddr {
    let network = index.network;
    let named = |address: IpAddr| {
        let routes = network.tables.items.iter().flat_map(|table| &table.routes);
        let routed = routes.filter_map(|route| match route.to {
            super::network::RouteTo::Block(block) => Some(block),
            _ => None,
        });
        let lists = network.prefix_lists.items.iter().flat_map(|list| list.blocks.iter().copied());
        let of_vpcs = network.vpcs.items.iter().flat_map(|vpc| vpc.blocks.iter().copied());
        let of_groups = network.groups.items.iter().flat_map(|group| group.inbound.iter().chain(&group.outbound));
        let of_acls = network.acls.items.iter().flat_map(|acl| acl.inbound.iter().chain(&acl.outbound));
        let rules = of_groups.map(|rule| &rule.rule).chain(of_acls);
        let remotes = rules.flat_map(|rule| &rule.remotes).filter_map(|remote| match remote {
            Remote::Block(block) => Some(*block),
            _ => None,
        });
        routed
            .chain(lists)
            .chain(of_vpcs)
            .chain(remotes)
            .any(|block| block.prefix_length() > 8 && block.contains(address))
            || index.behind(address).is_some()
            || network.service_blocks.iter().any(|block| block.contains(address))
    };
    let at = |number: u32| match version {
        Version::V4 => IpAddr::from(std::net::Ipv4Addr::from_bits(0x0B00_0001 + (number << 20))),
        Version::V6 => IpAddr::from(std::net::Ipv6Addr::from_bits((0x2A00 << 112) + (u128::from(number) << 96) + 1)),
    };
    (0..512).map(at).find(|address| crate::public::is_public(*address) && !named(*address)).unwrap_or_else(|| at(0))
}
