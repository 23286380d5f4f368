//! Whether one interface reaches another, on which services, and every setting that stands in the way.

use super::filter::answerable;
use super::index::Index;
use super::network::{Id, Interface, NatGateway, Network};
use super::trace::{Packet, Trace, doubt, start_interface, trace_in};
use super::walk::{Drop, End, Hop, Setting, Step, Walk};
use crate::address::Block;
use crate::exposure::split;
use crate::place::{Place, any};
use crate::ranges;
use crate::rule::{Bounds, Known};
use crate::service::{Ports, Protocol};
use crate::services::Services;

/// A range of services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// The first protocol.
    pub protocol: Protocol,
    /// The last protocol.
    pub last_protocol: Protocol,
    /// The ports, or ICMP types and codes.
    pub ports: Ports,
}

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The explanation code of AWS's Reachability Analyzer, where it has one for this.
    /// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
    pub code: &'static str,
    /// The device that drops.
    pub at: Option<Hop>,
    /// The setting, if a filter drops.
    pub setting: Option<Setting>,
    /// Whether it is the answer that is dropped.
    pub answer: bool,
}

/// Whether one interface reaches another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The devices on the way there.
    pub hops: Vec<Hop>,
    /// The devices on the way back.
    pub answer_hops: Vec<Hop>,
    /// The services that reach it for certain.
    pub sure: Vec<Service>,
    /// The services that reach it for certain or possibly.
    pub possible: Vec<Service>,
    /// Everything that drops all packets (or, of one service, its packets), there and back.
    pub obstacles: Vec<Obstacle>,
    /// What was not known.
    pub unknown: Vec<String>,
}

impl Reach {
    /// Whether anything gets through: yes, no or unknown.
    pub fn reached(&self) -> Option<bool> {
        match (self.sure.is_empty(), self.possible.is_empty()) {
            (false, _) => Some(true),
            (true, true) => Some(false),
            (true, false) => None,
        }
    }
}

/// An IP version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// IPv4, under private addresses.
    V4,
    /// IPv6.
    V6,
}

/// Questions about paths through one network; its lookups are built once.
pub struct Paths<'n> {
    pub(super) index: Index<'n>,
}

impl<'n> Paths<'n> {
    /// The paths of a network.
    pub fn new(network: &'n Network) -> Self {
        Self { index: Index::new(network) }
    }

    /// Follows a packet.
    pub fn trace(&self, packet: &Packet) -> Trace {
        trace_in(&self.index, packet)
    }

    /// Whether `from` reaches `to`; each is an interface or the owner of one. With a service, obstacles are those of its
    /// packets. None if one of the two was not read.
    pub fn reach(&self, from: &str, to: &str, version: Version, service: Option<(Protocol, u16)>) -> Option<Reach> {
        let (from, to) = (start_interface(&self.index, from)?, start_interface(&self.index, to)?);
        Some(reach_in(&self.index, from, to, version, service))
    }

    /// The interfaces that reach `to` on a service: for certain, or perhaps.
    pub fn who_reaches(&self, to: &str, service: (Protocol, u16)) -> Vec<(Id, Known<bool>)> {
        let Some(to) = start_interface(&self.index, to) else { return Vec::new() };
        let mut found = Vec::new();
        for from in self.index.network.interfaces.items.iter().filter(|from| from.id != to.id) {
            match any(
                versions(from, to).map(|version| reach_in(&self.index, from, to, version, Some(service)).reached())
            ) {
                Some(true) => found.push((from.id.clone(), Known::Is(true))),
                None => found.push((from.id.clone(), Known::Unknown)),
                Some(false) => {}
            }
        }
        found
    }

    /// The interfaces that `from` reaches on a service: for certain, or perhaps.
    pub fn reached_from(&self, from: &str, service: (Protocol, u16)) -> Vec<(Id, Known<bool>)> {
        let Some(from) = start_interface(&self.index, from) else { return Vec::new() };
        let mut found = Vec::new();
        for to in self.index.network.interfaces.items.iter().filter(|to| from.id != to.id) {
            match any(
                versions(from, to).map(|version| reach_in(&self.index, from, to, version, Some(service)).reached())
            ) {
                Some(true) => found.push((to.id.clone(), Known::Is(true))),
                None => found.push((to.id.clone(), Known::Unknown)),
                Some(false) => {}
            }
        }
        found
    }
}

/// The IP versions that two interfaces share.
fn versions(from: &Interface, to: &Interface) -> impl Iterator<Item = Version> {
    let both = !to.v6.is_empty() && !from.v6.is_empty();
    std::iter::once(Version::V4).chain(both.then_some(Version::V6))
}

pub(crate) fn reach_in(
    index: &Index<'_>,
    from: &Interface,
    to: &Interface,
    version: Version,
    service: Option<(Protocol, u16)>,
) -> Reach {
    let (Some(from), Some(to)) = (index.interface(&from.id), index.interface(&to.id)) else { return Reach::default() };
    let (there, back) = legs(index, (from, to), version, false);
    conclude(there, back, service)
}

/// The way from one interface to another, and the ways of its answer. With `between_ends`, the security groups of the two
/// are left out.
pub(super) fn legs<'a, 'n>(
    index: &'a Index<'n>,
    (from, to): (&'n Interface, &'n Interface),
    version: Version,
    between_ends: bool,
) -> (Leg<'a, 'n>, Vec<Leg<'a, 'n>>) {
    let here = place_of(index, from, version);
    let there = place_of(index, to, version);
    let mut walk = Walk::new(index, here.clone(), there.clone());
    walk.between_ends = between_ends;
    walk.target = Some(to);
    let doubt = unaddressed(from, to, version);
    let end = match &doubt {
        Some(End::Dropped(reason)) => End::Dropped(*reason),
        _ => walk.start_at_interface(from),
    };
    let source = walk.source.clone();
    let back = match (&end, walk.translated) {
        (End::Delivered(_), Some(nat)) => back_through(index, to, nat, from, there, source, here),
        (End::Delivered(_), None) => {
            let mut walk = Walk::new(index, there, here);
            walk.answer = true;
            walk.target = Some(from);
            let end = walk.start_at_interface(to);
            vec![(walk, end)]
        }
        _ => Vec::new(),
    };
    let back = back.into_iter().map(|(walk, end)| Leg::to_interface(walk, end)).collect();
    let mut there = Leg::to_interface(walk, end);
    if let (true, Some(doubt)) = (there.arrived, doubt) {
        (there.end, there.arrived) = (doubt, false);
    }
    (there, back)
}

/// What ends a way before it begins: one end has no address of this version, or that is not known.
fn unaddressed(from: &Interface, to: &Interface, version: Version) -> Option<End> {
    let ends = [from, to];
    match any(ends.into_iter().map(|end| has_address(end, version).map(|has| !has))) {
        Some(true) => Some(End::Dropped(Drop::NoAddress)),
        Some(false) => None,
        None => Some(End::Unknown(format!("whether {} and {} have IPv6 addresses is not known", from.id, to.id))),
    }
}

/// Whether an interface has an address of a version.
pub(super) fn has_address(interface: &Interface, version: Version) -> Option<bool> {
    match version {
        Version::V4 => Some(true),
        Version::V6 if interface.v6.is_empty() => interface.has_v6,
        Version::V6 => Some(true),
    }
}

/// One way of a packet, and whether it ended where it should.
pub(super) struct Leg<'a, 'n> {
    pub(super) walk: Walk<'a, 'n>,
    pub(super) end: End,
    pub(super) arrived: bool,
    /// It got to an interface, even if that depends on something else.
    pub(super) landed: bool,
}

impl<'a, 'n> Leg<'a, 'n> {
    pub(super) fn to_interface(walk: Walk<'a, 'n>, end: End) -> Self {
        let arrived = matches!(end, End::Delivered(_));
        Self { walk, end, arrived, landed: arrived }
    }

    pub(super) fn to_internet(walk: Walk<'a, 'n>, end: End) -> Self {
        let arrived = matches!(end, End::Exits(super::walk::Exit::Internet | super::walk::Exit::Services));
        Self { walk, end, arrived, landed: false }
    }
}

/// The address of an interface, or the addresses that it may get.
pub(super) fn place_of(index: &Index<'_>, interface: &Interface, version: Version) -> Place {
    let known = match version {
        Version::V4 => interface.addresses.iter().find_map(|held| held.address.get().copied()),
        Version::V6 => interface.v6.first().copied(),
    };
    if let Some(address) = known {
        return Place::At(address);
    }
    let mut blocks = Vec::new();
    if let Some(subnet) = index.subnet_of(interface).filter(|subnet| subnet.blocks_known) {
        let wanted = |block: &&Block| matches!(block, Block::V6(..)) == (version == Version::V6);
        blocks.extend(subnet.blocks.iter().filter(wanted).copied());
    }
    if blocks.is_empty() { Place::Anywhere } else { Place::Within(blocks) }
}

/// The answer to a translated packet: to the NAT gateway, and from there to where the packet came from.
fn back_through<'a, 'n>(
    index: &'a Index<'n>,
    to: &Interface,
    nat: &'n NatGateway,
    from: &Interface,
    there: Place,
    translated: Place,
    here: Place,
) -> Vec<(Walk<'a, 'n>, End)> {
    let mut to_nat = Walk::new(index, there.clone(), translated);
    to_nat.answer = true;
    to_nat.target = index.owned(&nat.id).next();
    let first = match index.interface(&to.id) {
        Some(to) => to_nat.start_at_interface(to),
        None => End::Unknown(format!("{} was not collected", to.id)),
    };
    let mut onward = Walk::new(index, there, here);
    onward.answer = true;
    onward.target = index.interface(&from.id);
    onward.enter(&nat.id);
    let second = match index.subnet(&nat.subnet) {
        Some(home) => onward.send_from(home),
        None => End::Unknown(format!("the subnet of {} was not collected", nat.id)),
    };
    vec![(to_nat, first), (onward, second)]
}

pub(super) fn conclude(there: Leg<'_, '_>, back: Vec<Leg<'_, '_>>, service: Option<(Protocol, u16)>) -> Reach {
    let asked = service.map(|(protocol, port)| crate::service::service(protocol, port));
    let mut result = Conclusion { open: Bounds::everything(), obstacles: Vec::new(), unknown: Vec::new(), asked };
    result.leg(&there, false);
    let mut answer_hops = Vec::new();
    for leg in &back {
        result.leg(leg, true);
        answer_hops.extend(leg.walk.hops.iter().copied().map(Hop::from));
    }
    answer_hops.dedup();
    if let Some(asked) = asked {
        let only = Bounds::exactly_these(vec![(asked, asked)]);
        result.open = result.open.meet(&only);
    }
    let shown = |services: &Services| {
        let parts = services.iter().flat_map(|&(low, high)| split(low, high));
        parts.map(|(protocol, last_protocol, ports)| Service { protocol, last_protocol, ports }).collect()
    };
    Reach {
        hops: there.walk.hops.into_iter().map(Hop::from).collect(),
        answer_hops,
        sure: shown(&result.open.sure),
        possible: shown(&result.open.possible),
        obstacles: result.obstacles,
        unknown: result.unknown,
    }
}

struct Conclusion {
    open: Bounds<Services>,
    obstacles: Vec<Obstacle>,
    unknown: Vec<String>,
    asked: Option<u32>,
}

impl Conclusion {
    /// Adds one way. An answer must get through all filters of its way under one port of the client's choice.
    fn leg(&mut self, leg: &Leg<'_, '_>, answer: bool) {
        let hops = &leg.walk.hops;
        let mut way = Bounds::everything();
        for check in &leg.walk.checks {
            let alone = if answer { answerable(&check.passes) } else { check.passes.clone() };
            let before = self.blocks(&if answer { answerable(&way) } else { way.clone() });
            way = way.meet(&check.passes);
            let together = self.blocks(&if answer { answerable(&way) } else { way.clone() });
            if self.blocks(&alone) || (together && !before) {
                let at = hops.get(check.hop).copied().map(Hop::from);
                let setting = Setting::from(check.gate);
                self.obstacles.push(Obstacle { code: code_of(&setting), at, setting: Some(setting), answer });
            } else if check.passes.sure != check.passes.possible {
                self.unknown.push(doubt(&Setting::from(check.gate)));
            }
        }
        self.open = self.open.meet(&if answer { answerable(&way) } else { way });
        match &leg.end {
            _ if leg.arrived => {}
            End::Delivered(_) | End::Exits(_) => self.stop(hops, "NO_PATH", answer),
            End::Dropped(reason) => self.stop(hops, code_of_drop(*reason), answer),
            End::Unknown(reason) => {
                self.unknown.push(reason.clone());
                self.open.sure.clear();
            }
        }
    }

    fn blocks(&self, passes: &Bounds<Services>) -> bool {
        match self.asked {
            Some(service) => !ranges::contains(&passes.possible, service),
            None => passes.possible.is_empty(),
        }
    }

    fn stop(&mut self, hops: &[Step<'_>], code: &'static str, answer: bool) {
        self.open = Bounds::nothing();
        self.obstacles.push(Obstacle { code, at: hops.last().copied().map(Hop::from), setting: None, answer });
    }
}

fn code_of(setting: &Setting) -> &'static str {
    match setting {
        Setting::Groups { .. } => "ENI_SG_RULES_MISMATCH",
        Setting::Acl { .. } => "SUBNET_ACL_RESTRICTION",
        Setting::Protocols(_) => "PROTOCOL_RESTRICTION",
        Setting::Inspection(_) => "FIREWALL_RULES_RESTRICTION",
    }
}

fn code_of_drop(reason: Drop) -> &'static str {
    match reason {
        Drop::NoRoute => "NO_ROUTE_TO_DESTINATION",
        Drop::BadRoute => "BAD_STATE_ROUTE",
        Drop::ZoneNotAttached => "TGW_ROUTE_AZ_RESTRICTION",
        Drop::NoSubnet => "VPC_LOCAL_ROUTE_CIDR_RESTRICTION",
        Drop::NoInterface => "NO_POSSIBLE_DESTINATION",
        Drop::NotTranslated => "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
        Drop::NoPublicAddress => "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS",
        Drop::PublicAccessBlocked => "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
        Drop::NotListening => "NGW_REQUIRES_SOURCE_IN_VPC",
        Drop::NotForwarding => "ENI_SOURCE_DEST_CHECK_RESTRICTION",
        Drop::NotRouted => "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        Drop::PrivateDestination => "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
        Drop::Loop | Drop::NoAddress => "NO_PATH",
    }
}
