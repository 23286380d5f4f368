//! The way of a packet, hop by hop: from where it starts, through filters and gateways, to where it ends.
//!
//! The way depends on the two addresses alone; what each filter on it lets pass is recorded, not decided. So one walk
//! answers for every protocol and port.

use std::fmt;

use super::filter::{self, Direction, Other};
use super::index::Index;
use super::network::{Acl, Id, Interface, Mapping, NatGateway, OwnerKind, Subnet, Target, Vpc};
use super::route::{self, Choice};
use crate::place::Place;
use crate::rule::{Bounds, Known};
use crate::services::Services;

/// More devices than this is a loop.
const LONGEST_WALK: usize = 64;

/// A device on the way of a packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hop {
    /// The internet.
    Internet,
    /// AWS's own network between its edges and the internet.
    Backbone,
    /// The public endpoints of AWS's services.
    Services,
    /// A device with an id: instance, subnet, VPC, gateway, endpoint.
    Device(Id),
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internet => f.write_str("internet"),
            Self::Backbone => f.write_str("aws-backbone"),
            Self::Services => f.write_str("aws-services-gateway"),
            Self::Device(id) => f.write_str(id),
        }
    }
}

/// A device on the way, while the way is walked: nothing is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'n> {
    Internet,
    Backbone,
    Services,
    Device(&'n str),
}

impl From<Step<'_>> for Hop {
    fn from(step: Step<'_>) -> Self {
        match step {
            Step::Internet => Self::Internet,
            Step::Backbone => Self::Backbone,
            Step::Services => Self::Services,
            Step::Device(id) => Self::Device(id.to_owned()),
        }
    }
}

/// A setting that lets packets pass or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    /// The security groups of an interface.
    Groups {
        /// The interface.
        interface: Id,
        /// Its groups.
        groups: Vec<Id>,
    },
    /// The network ACL of a subnet.
    Acl {
        /// The subnet.
        subnet: Id,
        /// The list, where known.
        acl: Option<Id>,
    },
    /// A gateway that knows only some protocols.
    Protocols(Id),
    /// An appliance or firewall whose decision is not known.
    Inspection(Id),
}

/// A setting, while the way is walked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gate<'n> {
    Groups(&'n Interface),
    Acl(&'n Subnet, Option<&'n Acl>),
    Protocols(&'n str),
    Inspection(&'n str),
}

impl From<Gate<'_>> for Setting {
    fn from(gate: Gate<'_>) -> Self {
        match gate {
            Gate::Groups(interface) => {
                Self::Groups { interface: interface.id.clone(), groups: interface.groups.clone() }
            }
            Gate::Acl(subnet, acl) => Self::Acl { subnet: subnet.id.clone(), acl: acl.map(|acl| acl.id.clone()) },
            Gate::Protocols(id) => Self::Protocols(id.to_owned()),
            Gate::Inspection(id) => Self::Inspection(id.to_owned()),
        }
    }
}

/// A filter on the way.
#[derive(Clone, Debug)]
pub(crate) struct Check<'n> {
    /// The position of the hop that drops.
    pub(crate) hop: usize,
    pub(crate) direction: Direction,
    pub(crate) gate: Gate<'n>,
    pub(crate) passes: Bounds<Services>,
}

/// Why a packet goes no further whatever it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Drop {
    /// No route matches the destination.
    NoRoute,
    /// The route leads to something that is gone or does not work.
    BadRoute,
    /// The subnet's zone is not enabled on the attachment.
    ZoneNotAttached,
    /// The address belongs to no subnet of the VPC.
    NoSubnet,
    /// No interface holds the address.
    NoInterface,
    /// The source has no public address.
    NotTranslated,
    /// The destination has no public address.
    NoPublicAddress,
    /// VPC Block Public Access stands in the way.
    PublicAccessBlocked,
    /// The destination accepts no new connections.
    NotListening,
    /// The interface drops what is not addressed to it.
    NotForwarding,
    /// A private address on the internet, or a public one that nobody here holds.
    NotRouted,
    /// A private destination at an internet gateway.
    PrivateDestination,
    /// The way runs in a circle.
    Loop,
    /// One end has no address of this IP version.
    NoAddress,
}

/// Where packets leave what is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exit {
    /// To the internet.
    Internet,
    /// To a public service of AWS.
    Services,
    /// Through an endpoint to a service.
    Endpoint,
    /// To a network beyond a VPN connection or Direct Connect.
    External,
}

/// How a walk ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Delivered(Id),
    Exits(Exit),
    Dropped(Drop),
    Unknown(String),
}

/// The state of a walk.
pub(crate) struct Walk<'a, 'n> {
    pub(crate) index: &'a Index<'n>,
    pub(crate) hops: Vec<Step<'n>>,
    pub(crate) checks: Vec<Check<'n>>,
    pub(crate) source: Place,
    pub(crate) source_interface: Option<&'n Interface>,
    /// The public address of the source.
    pub(crate) mapping: Mapping,
    pub(crate) references: Option<bool>,
    pub(crate) destination: Place,
    pub(crate) target: Option<&'n Interface>,
    /// The NAT gateway that translated the source last.
    pub(crate) translated: Option<&'n NatGateway>,
    /// The packet answers one that was let through, so that stateful devices let it pass.
    pub(crate) answer: bool,
    /// The groups of the two ends are left to the caller, who asks for many ends at once.
    pub(crate) between_ends: bool,
}

impl<'a, 'n> Walk<'a, 'n> {
    pub(crate) fn new(index: &'a Index<'n>, source: Place, destination: Place) -> Self {
        Self {
            index,
            hops: Vec::new(),
            checks: Vec::new(),
            source,
            source_interface: None,
            mapping: Mapping::None,
            references: Some(true),
            destination,
            target: None,
            translated: None,
            answer: false,
            between_ends: false,
        }
    }

    /// From an interface.
    pub(crate) fn start_at_interface(&mut self, interface: &'n Interface) -> End {
        self.source_interface = Some(interface);
        self.mapping = mapping_of(interface, &self.source);
        self.enter(&interface.owner);
        if !self.between_ends {
            self.check_groups(interface, Direction::Out);
        }
        match self.index.subnet_of(interface) {
            Some(subnet) => self.send_from(subnet),
            None => End::Unknown(format!("the subnet of {} is not known", interface.id)),
        }
    }

    /// From a device inside a subnet: to a neighbour, or out of the subnet.
    pub(crate) fn send_from(&mut self, subnet: &'n Subnet) -> End {
        match self.in_subnet(subnet) {
            Some(true) => self.hand_over(subnet),
            Some(false) => self.leave(subnet),
            None => End::Unknown(format!("whether {} is in {} is not known", self.destination, subnet.id)),
        }
    }

    /// Out of a subnet by its route table.
    pub(crate) fn leave(&mut self, subnet: &'n Subnet) -> End {
        self.enter(&subnet.id);
        let Known::Is(table) = self.index.table_of(subnet) else {
            return End::Unknown(format!("the route table of {} was not collected", subnet.id));
        };
        let local = self.target_vpc().is_some_and(|vpc| vpc == subnet.vpc);
        match route::lookup(self.index, table, &self.destination, local) {
            Choice::NoRoute => End::Dropped(Drop::NoRoute),
            Choice::Blackhole => End::Dropped(Drop::BadRoute),
            Choice::Unknown => {
                End::Unknown(format!("the route from {} to {} is not known", table.id, self.destination))
            }
            Choice::Take(target) => {
                self.check_acl(subnet, Direction::Out);
                self.follow(subnet, target)
            }
        }
    }

    fn follow(&mut self, subnet: &'n Subnet, target: &'n Target) -> End {
        if self.hops.len() > LONGEST_WALK {
            return End::Dropped(Drop::Loop);
        }
        match target {
            Target::Local => {
                self.enter(&subnet.vpc);
                self.deliver(&subnet.vpc)
            }
            Target::InternetGateway(id) => self.through_internet_gateway(subnet, id),
            Target::EgressOnlyGateway(id) => self.through_egress_only(subnet, id),
            Target::NatGateway(id) => self.through_nat(subnet, id),
            Target::Peering(id) => self.through_peering(subnet, id),
            Target::TransitGateway(id) => self.through_transit(subnet, id),
            Target::VpnGateway(id) => self.through_vpn_gateway(subnet, id),
            Target::Endpoint(id) => self.through_endpoint(subnet, id),
            Target::Interface(id) => match self.index.interface(id) {
                Some(interface) => self.through_appliance(subnet, interface),
                None => End::Unknown(format!("interface {id} was not collected")),
            },
            Target::Instance(id) => match self.index.owned(id).next() {
                Some(interface) => self.through_appliance(subnet, interface),
                None => End::Unknown(format!("the interface of {id} was not collected")),
            },
            Target::Other(what) => End::Unknown(format!("what lies beyond {what} is not modelled")),
            Target::Unknown => End::Unknown(format!("a route of {} has an unknown target", subnet.id)),
        }
    }

    /// Inside a VPC to the subnet that holds the destination.
    pub(crate) fn deliver(&mut self, vpc: &str) -> End {
        match self.subnet_in(vpc) {
            Ok(subnet) => {
                self.enter(&subnet.id);
                self.check_acl(subnet, Direction::In);
                self.hand_over(subnet)
            }
            Err(end) => end,
        }
    }

    /// The subnet of a VPC that holds the destination.
    pub(crate) fn subnet_in(&self, vpc: &str) -> Result<&'n Subnet, End> {
        if let Some(target) = self.target
            && let Some(subnet) = self.index.subnet_of(target)
        {
            return if subnet.vpc == vpc { Ok(subnet) } else { Err(End::Dropped(Drop::NoSubnet)) };
        }
        let unknown = || End::Unknown(format!("the subnet of {} in {vpc} is not known", self.destination));
        let mut complete = self.index.network.subnets.complete_in(self.index.scope(vpc));
        for subnet in self.index.subnets_of(vpc) {
            match self.destination.inside_any(&subnet.blocks) {
                Some(true) => return Ok(subnet),
                Some(false) => complete &= subnet.blocks_known,
                None => return Err(unknown()),
            }
        }
        Err(if complete { End::Dropped(Drop::NoSubnet) } else { unknown() })
    }

    /// To the interface in this subnet that holds the destination.
    pub(crate) fn hand_over(&mut self, subnet: &'n Subnet) -> End {
        let found = match (self.target, self.destination.address()) {
            (Some(target), _) => Some(target),
            (None, Some(address)) => self.index.holder(&subnet.vpc, address),
            (None, None) => None,
        };
        match found {
            Some(interface) => self.arrive(interface),
            None if self.index.network.interfaces.complete_in(self.index.scope(&subnet.vpc)) => {
                End::Dropped(Drop::NoInterface)
            }
            None => End::Unknown(format!("the interfaces of {} were not collected", subnet.id)),
        }
    }

    fn arrive(&mut self, interface: &'n Interface) -> End {
        self.enter(&interface.owner);
        if !self.answer && (interface.owner_kind == OwnerKind::NatGateway || !interface.listens) {
            return End::Dropped(Drop::NotListening);
        }
        if !self.between_ends {
            self.check_groups(interface, Direction::In);
        }
        End::Delivered(interface.id.clone())
    }

    /// Adds a device, unless the packet is there already.
    pub(crate) fn enter(&mut self, id: &'n str) {
        self.pass(Step::Device(id));
    }

    pub(crate) fn pass(&mut self, step: Step<'n>) {
        if self.hops.last() != Some(&step) {
            self.hops.push(step);
        }
    }

    pub(crate) fn check_groups(&mut self, interface: &'n Interface, direction: Direction) {
        if self.answer {
            return;
        }
        let (place, other) = match direction {
            Direction::In => (&self.source, self.source_interface),
            Direction::Out => (&self.destination, self.target.or_else(|| self.holder_nearby(interface))),
        };
        let other = Other { place, interface: other, references: self.references };
        let passes = filter::through_groups(self.index, interface, direction, other);
        self.record(direction, Gate::Groups(interface), passes);
    }

    /// The interface of the same VPC that holds the destination.
    fn holder_nearby(&self, interface: &Interface) -> Option<&'n Interface> {
        let vpc = &self.index.subnet_of(interface)?.vpc;
        self.index.holder(vpc, self.destination.address()?)
    }

    pub(crate) fn check_acl(&mut self, subnet: &'n Subnet, direction: Direction) {
        let other = if direction == Direction::In { &self.source } else { &self.destination };
        let passes = filter::through_acl(self.index, subnet, direction, other);
        let acl = self.index.acl_of(subnet).get().copied().flatten();
        self.record(direction, Gate::Acl(subnet, acl), passes);
    }

    pub(crate) fn record(&mut self, direction: Direction, gate: Gate<'n>, passes: Bounds<Services>) {
        let hop = self.hops.len().saturating_sub(1);
        self.checks.push(Check { hop, direction, gate, passes });
    }

    /// Whether the destination is in the subnet.
    fn in_subnet(&self, subnet: &Subnet) -> Option<bool> {
        if let Some(home) = self.target.and_then(|target| target.subnet.as_ref()) {
            return Some(*home == subnet.id);
        }
        match self.destination.inside_any(&subnet.blocks) {
            Some(false) if !subnet.blocks_known => None,
            known => known,
        }
    }

    fn target_vpc(&self) -> Option<&'n str> {
        self.target.and_then(|target| self.index.subnet_of(target)).map(|subnet| subnet.vpc.as_str())
    }

    /// Whether the destination is inside a VPC.
    pub(crate) fn in_vpc(&self, vpc: &Vpc) -> Option<bool> {
        if let Some(home) = self.target_vpc() {
            return Some(home == vpc.id);
        }
        match self.destination.inside_any(&vpc.blocks) {
            Some(false) if !vpc.blocks_known => None,
            known => known,
        }
    }
}

/// The public address of an interface's address.
fn mapping_of(interface: &Interface, source: &Place) -> Mapping {
    match source.address() {
        Some(address) if address.is_ipv6() => Mapping::To(address),
        Some(address) => {
            let held = interface.addresses.iter().find(|held| held.address == Known::Is(address));
            held.map_or(Mapping::None, |held| held.public)
        }
        None => interface.addresses.first().map_or(Mapping::None, |held| held.public),
    }
}
