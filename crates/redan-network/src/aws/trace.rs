//! One packet through the network: every device that it passes, and what becomes of it.

use std::net::IpAddr;

use super::filter::Direction;
use super::index::Index;
use super::network::{Id, Interface, Mapping};
use super::walk::{Drop, End, Exit, Hop, Setting, Step, Walk};
use crate::place::Place;
use crate::ranges;
use crate::rule::Known;
use crate::service::{Protocol, service};

/// Where a packet starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// On the internet.
    Internet,
    /// At an interface, or at the owner of one.
    Interface(Id),
    /// In a subnet, from no interface that is known.
    Subnet(Id),
    /// Beyond a virtual private gateway.
    VpnGateway(Id),
}

/// A packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Where it starts.
    pub start: Start,
    /// Its source; the interface's first address if left out.
    pub source: Option<IpAddr>,
    /// Its destination.
    pub destination: IpAddr,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its destination port, or ICMP type and code.
    pub port: u16,
}

/// What becomes of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrives at this interface.
    Accepted(Id),
    /// It leaves what is modelled.
    Exits(Exit),
    /// A filter drops it.
    Denied(Direction, Setting),
    /// It is dropped whatever it carries.
    Dropped(Drop),
    /// It depends on what is not known.
    Unknown,
}

/// The way of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The devices that it passes; the last is where it ends.
    pub hops: Vec<Hop>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What was not known on the way. With a drop the packet is lost whatever these are.
    pub unknown: Vec<String>,
}

pub(crate) fn trace_in(index: &Index<'_>, packet: &Packet) -> Trace {
    let interface = match &packet.start {
        Start::Interface(id) => start_interface(index, id),
        Start::Internet | Start::Subnet(_) | Start::VpnGateway(_) => None,
    };
    let source = packet.source.map_or_else(|| source_of(interface, packet.destination), Place::At);
    let mut walk = Walk::new(index, source, Place::At(packet.destination));
    let end = match (&packet.start, interface) {
        (Start::Internet, _) => walk.start_on_internet(),
        (Start::VpnGateway(id), _) => walk.start_beyond(id),
        (Start::Subnet(id), _) => start_in_subnet(index, &mut walk, id),
        (Start::Interface(_), Some(interface)) => walk.start_at_interface(interface),
        (Start::Interface(id), None) => End::Unknown(format!("{id} was not collected")),
    };
    judge(walk, end, service(packet.protocol, packet.port))
}

pub(crate) fn start_interface<'n>(index: &Index<'n>, id: &str) -> Option<&'n Interface> {
    index.interface(id).or_else(|| index.owned(id).next())
}

/// The first address of an interface of the destination's IP version.
pub(crate) fn source_of(interface: Option<&Interface>, destination: IpAddr) -> Place {
    let Some(interface) = interface else { return Place::Anywhere };
    let first = if destination.is_ipv6() {
        interface.v6.first().copied()
    } else {
        interface.addresses.first().and_then(|held| held.address.get().copied())
    };
    first.map_or(Place::Anywhere, Place::At)
}

fn start_in_subnet<'n>(index: &Index<'n>, walk: &mut Walk<'_, 'n>, id: &str) -> End {
    let Some(subnet) = index.subnet(id) else { return End::Unknown(format!("{id} was not collected")) };
    let holder = walk.source.address().and_then(|address| index.holder(&subnet.vpc, address));
    walk.source_interface = holder;
    walk.mapping = match (holder, walk.source.address()) {
        (_, Some(address)) if address.is_ipv6() => Mapping::To(address),
        (Some(interface), Some(address)) => {
            let held = interface.addresses.iter().find(|held| held.address == Known::Is(address));
            held.map_or(Mapping::None, |held| held.public)
        }
        _ => Mapping::None,
    };
    walk.leave(subnet)
}

/// Decides a walk for one service: the first filter that surely drops it ends the way.
fn judge(walk: Walk<'_, '_>, end: End, service: u32) -> Trace {
    let Walk { mut hops, checks, .. } = walk;
    let shown = |hops: Vec<Step<'_>>| hops.into_iter().map(Hop::from).collect();
    let mut unknown = Vec::new();
    for check in checks {
        if !ranges::contains(&check.passes.possible, service) {
            hops.truncate(check.hop + 1);
            let outcome = Outcome::Denied(check.direction, Setting::from(check.gate));
            return Trace { hops: shown(hops), outcome, unknown };
        }
        if !ranges::contains(&check.passes.sure, service) {
            unknown.push(doubt(&Setting::from(check.gate)));
        }
    }
    let outcome = match end {
        End::Dropped(reason) => Outcome::Dropped(reason),
        End::Unknown(reason) => {
            unknown.push(reason);
            Outcome::Unknown
        }
        _ if !unknown.is_empty() => Outcome::Unknown,
        End::Delivered(id) => Outcome::Accepted(id),
        End::Exits(exit) => Outcome::Exits(exit),
    };
    Trace { hops: shown(hops), outcome, unknown }
}

/// What is not known of a setting that may let a packet pass.
pub(crate) fn doubt(setting: &Setting) -> String {
    match setting {
        Setting::Groups { interface, .. } => format!("the security groups of {interface} are not fully known"),
        Setting::Acl { subnet, acl: None } => format!("the network ACL of {subnet} was not collected"),
        Setting::Acl { subnet, acl: Some(acl) } => format!("the rules of {acl} at {subnet} are not fully known"),
        Setting::Protocols(id) => format!("which protocols {id} takes is not known"),
        Setting::Inspection(id) => format!("what {id} lets pass is not known"),
    }
}
