//! What gateways do with a packet: internet gateways, NAT, peering, virtual private gateways, endpoints, appliances.

use std::net::IpAddr;

use super::filter::{self, Direction};
use super::network::{EndpointKind, Id, Interface, Listing, Mapping, NatGateway, OwnerKind, Subnet, Target};
use super::route::{self, Choice};
use super::walk::{Drop, End, Exit, Gate, Step, Walk};
use crate::address::Block;
use crate::place::Place;
use crate::public::is_public;
use crate::rule::Bounds;

/// The IPv6 destinations that a NAT gateway takes: 64:ff9b::/96.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html>
pub(crate) const NAT64: Block = Block::V6(0x64_FF9B << 96, (0x64_FF9B << 96) | 0xFFFF_FFFF);

impl<'n> Walk<'_, 'n> {
    /// What a route to an object that was not read means: gone, if the list was read to its end.
    pub(crate) fn absent<T>(&self, list: &Listing<T>, vpc: &str, what: &str) -> End {
        if list.complete_in(self.index.scope(vpc)) {
            End::Dropped(Drop::BadRoute)
        } else {
            End::Unknown(format!("{what} was not collected"))
        }
    }

    /// Out through an internet gateway, which translates private IPv4 addresses one to one.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
    pub(crate) fn through_internet_gateway(&mut self, subnet: &'n Subnet, id: &'n Id) -> End {
        let attached = self.index.internet_gateway(id).map(|gateway| gateway.vpcs.contains(&subnet.vpc));
        match attached {
            None => return self.absent(&self.index.network.internet_gateways, &subnet.vpc, id),
            Some(false) => return End::Dropped(Drop::BadRoute),
            Some(true) => {}
        }
        self.enter(&subnet.vpc);
        self.enter(id);
        // <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
        if self.destination.is_public() == Some(false) {
            return End::Dropped(Drop::PrivateDestination);
        }
        match self.mapping {
            Mapping::None => return End::Dropped(Drop::NotTranslated),
            Mapping::Unknown => {
                return End::Unknown(format!("whether {} has a public address is not known", self.source));
            }
            Mapping::To(public) => self.source = Place::At(public),
            Mapping::Some => self.source = Place::Anywhere,
        }
        self.source_interface = None;
        self.across_backbone()
    }

    /// Out through an egress-only gateway, which is for IPv6.
    pub(crate) fn through_egress_only(&mut self, subnet: &'n Subnet, id: &'n Id) -> End {
        self.enter(&subnet.vpc);
        self.enter(id);
        self.source_interface = None;
        self.across_backbone()
    }

    fn across_backbone(&mut self) -> End {
        self.pass(Step::Backbone);
        let Some(address) = self.destination.address() else {
            return End::Unknown(format!("{} is not known to be public", self.destination));
        };
        if let Some((interface, private)) = self.index.behind(address) {
            return self.in_through_internet_gateway(interface, private);
        }
        if self.index.network.service_blocks.iter().any(|block| block.contains(address)) {
            self.pass(Step::Services);
            return End::Exits(Exit::Services);
        }
        self.pass(Step::Internet);
        if is_public(address) { End::Exits(Exit::Internet) } else { End::Dropped(Drop::NotRouted) }
    }

    /// From the internet to a public address.
    pub(crate) fn start_on_internet(&mut self) -> End {
        self.pass(Step::Internet);
        let Some(address) = self.destination.address() else {
            return End::Unknown(format!("{} is not an address of the internet", self.destination));
        };
        if !is_public(address) {
            return End::Dropped(Drop::NotRouted);
        }
        self.pass(Step::Backbone);
        match self.index.behind(address) {
            Some((interface, private)) => self.in_through_internet_gateway(interface, private),
            None if self.index.network.interfaces.complete() => End::Dropped(Drop::NotRouted),
            None => End::Unknown(format!("the interface behind {address} was not collected")),
        }
    }

    /// In through the internet gateway of the VPC of an interface.
    pub(crate) fn in_through_internet_gateway(&mut self, interface: &'n Interface, private: Option<IpAddr>) -> End {
        let Some(subnet) = self.index.subnet_of(interface) else {
            return End::Unknown(format!("the subnet of {} is not known", interface.id));
        };
        let Some(gateway) = self.index.internet_gateway_of(&subnet.vpc) else {
            let complete = self.index.network.internet_gateways.complete_in(self.index.scope(&subnet.vpc));
            let unknown = || End::Unknown(format!("the internet gateways of {} were not collected", subnet.vpc));
            return if complete { End::Dropped(Drop::NotRouted) } else { unknown() };
        };
        self.enter(&gateway.id);
        self.target = Some(interface);
        self.destination = private.map_or_else(|| Place::Within(subnet.blocks.clone()), Place::At);
        self.enter(&subnet.vpc);
        self.in_by_edge_table(&gateway.id, &subnet.vpc)
    }

    /// Into a VPC by the route table of the gateway, if it has one.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html>
    pub(crate) fn in_by_edge_table(&mut self, gateway: &str, vpc: &str) -> End {
        let Some(table) = self.index.table_of_gateway(gateway) else { return self.deliver(vpc) };
        match route::lookup(self.index, table, &self.destination, self.target.is_some()) {
            Choice::Take(Target::Local) => self.deliver(vpc),
            Choice::Take(Target::Endpoint(id)) => self.inspected_by(id),
            Choice::Take(Target::Interface(id)) => match self.index.interface(id) {
                Some(appliance) => self.appliance(appliance),
                None => End::Unknown(format!("interface {id} was not collected")),
            },
            Choice::NoRoute => End::Dropped(Drop::NoRoute),
            Choice::Blackhole => End::Dropped(Drop::BadRoute),
            Choice::Take(_) | Choice::Unknown => End::Unknown(format!("the route in {} is not known", table.id)),
        }
    }

    /// Through a NAT gateway, which replaces the source address.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
    pub(crate) fn through_nat(&mut self, subnet: &'n Subnet, id: &'n Id) -> End {
        let Some(nat) = self.index.nat_gateway(id) else {
            return self.absent(&self.index.network.nat_gateways, &subnet.vpc, id);
        };
        if !nat.available {
            return End::Dropped(Drop::BadRoute);
        }
        let Some(home) = self.index.subnet(&nat.subnet) else {
            return End::Unknown(format!("the subnet of {id} was not collected"));
        };
        self.enter(&subnet.vpc);
        self.enter(id);
        match self.destination.inside(&NAT64) {
            Some(true) => return End::Unknown(format!("the IPv4 side of {id} is not modelled")),
            Some(false) if self.destination.address().is_some_and(|address| address.is_ipv6()) => {
                return End::Dropped(Drop::NotForwarding);
            }
            _ => {}
        }
        if home.id != subnet.id {
            self.check_acl(home, Direction::In);
        }
        let passes = Bounds::exactly_these(filter::translatable());
        self.record(Direction::In, Gate::Protocols(id), passes);
        self.source = place_of_nat(nat, home);
        self.source_interface = None;
        self.translated = Some(nat);
        self.mapping = if nat.public { self.mapping_of_nat(id) } else { Mapping::None };
        self.send_from(home)
    }

    fn mapping_of_nat(&self, id: &str) -> Mapping {
        let own = self.index.owned(id).find(|interface| interface.owner_kind == OwnerKind::NatGateway);
        match own.and_then(|interface| interface.addresses.first()) {
            Some(held) if held.public != Mapping::None => held.public,
            _ => Mapping::Some,
        }
    }

    /// Across a peering connection, which leads into the other VPC and no further.
    /// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html>
    pub(crate) fn through_peering(&mut self, subnet: &'n Subnet, id: &'n Id) -> End {
        let Some(peering) = self.index.peering(id) else {
            return self.absent(&self.index.network.peerings, &subnet.vpc, id);
        };
        match peering.active {
            Some(true) => {}
            Some(false) => return End::Dropped(Drop::BadRoute),
            None => return End::Unknown(format!("whether {id} is active is not known")),
        }
        let (near, far) = (&peering.requester, &peering.accepter);
        let (near, far) = if near.vpc == subnet.vpc { (near, far) } else { (far, near) };
        if near.vpc != subnet.vpc {
            return End::Dropped(Drop::BadRoute);
        }
        let same_region = match (&near.region, &far.region) {
            (Some(near), Some(far)) => Some(near == far),
            _ => None,
        };
        self.references = and(self.references, same_region);
        self.enter(&subnet.vpc);
        self.enter(&far.vpc);
        if self.index.vpc(&far.vpc).is_none() {
            return End::Unknown(format!("{} was not collected", far.vpc));
        }
        self.deliver(&far.vpc)
    }

    /// Out through a virtual private gateway.
    pub(crate) fn through_vpn_gateway(&mut self, subnet: &'n Subnet, id: &'n Id) -> End {
        match self.index.vpn_gateway(id) {
            None => return self.absent(&self.index.network.vpn_gateways, &subnet.vpc, id),
            Some(gateway) if !gateway.vpcs.contains(&subnet.vpc) => return End::Dropped(Drop::BadRoute),
            Some(_) => {}
        }
        self.enter(&subnet.vpc);
        self.enter(id);
        self.beyond(id)
    }

    /// Beyond a gateway to what its VPN connections route.
    /// <https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html>
    pub(crate) fn beyond(&mut self, gateway: &str) -> End {
        let connections = &self.index.network.vpn_connections;
        if !connections.complete() {
            return End::Unknown(format!("the VPN connections of {gateway} were not collected"));
        }
        for connection in connections.items.iter().filter(|connection| connection.gateway == gateway) {
            match &connection.static_routes {
                None => return End::Exits(Exit::External),
                Some(blocks) => match self.destination.inside_any(blocks) {
                    Some(true) => return End::Exits(Exit::External),
                    Some(false) => {}
                    None => return End::Unknown(format!("whether {gateway} routes {} is not known", self.destination)),
                },
            }
        }
        End::Dropped(Drop::NoRoute)
    }

    /// From beyond a virtual private gateway into its VPC.
    pub(crate) fn start_beyond(&mut self, id: &str) -> End {
        let Some(gateway) = self.index.vpn_gateway(id) else {
            return End::Unknown(format!("{id} was not collected"));
        };
        self.enter(&gateway.id);
        for vpc in gateway.vpcs.iter().filter_map(|vpc| self.index.vpc(vpc)) {
            match self.in_vpc(vpc) {
                Some(true) => {
                    self.enter(&vpc.id);
                    return self.in_by_edge_table(id, &vpc.id);
                }
                Some(false) => {}
                None => return End::Unknown(format!("whether {} is in {} is not known", self.destination, vpc.id)),
            }
        }
        self.beyond(id)
    }

    /// Through a VPC endpoint that is the target of a route.
    pub(crate) fn through_endpoint(&mut self, subnet: &'n Subnet, id: &'n Id) -> End {
        let Some(endpoint) = self.index.endpoint(id) else {
            return self.absent(&self.index.network.endpoints, &subnet.vpc, id);
        };
        self.enter(&subnet.vpc);
        match endpoint.kind {
            EndpointKind::Gateway => {
                self.enter(id);
                let passes = Bounds::exactly_these(filter::served_by_gateway_endpoints());
                self.record(Direction::Out, Gate::Protocols(id), passes);
                End::Exits(Exit::Endpoint)
            }
            EndpointKind::Interface => End::Dropped(Drop::BadRoute),
            EndpointKind::Inspection => self.inspected_by(id),
        }
    }

    /// Through a firewall or gateway load balancer, whose decision is not known, and on from its subnet.
    fn inspected_by(&mut self, id: &'n Id) -> End {
        self.enter(id);
        self.record(Direction::In, Gate::Inspection(id), Bounds::anything());
        self.references = Some(false);
        let subnets = self.index.endpoint(id).map_or(&[][..], |endpoint| endpoint.subnets.as_slice());
        match subnets.first().and_then(|subnet| self.index.subnet(subnet)) {
            Some(home) => self.onward(home),
            None => End::Unknown(format!("the subnet of {id} was not collected")),
        }
    }

    /// Through an interface that forwards what is not its own.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html#EIP_Disable_SrcDestCheck>
    pub(crate) fn through_appliance(&mut self, subnet: &'n Subnet, interface: &'n Interface) -> End {
        self.enter(&subnet.vpc);
        self.appliance(interface)
    }

    fn appliance(&mut self, interface: &'n Interface) -> End {
        self.enter(&interface.owner);
        if interface.forwards == Some(false) {
            return End::Dropped(Drop::NotForwarding);
        }
        self.references = Some(false);
        self.check_groups(interface, Direction::In);
        self.record(Direction::In, Gate::Inspection(&interface.id), Bounds::anything());
        match self.index.subnet_of(interface) {
            Some(home) => self.onward(home),
            None => End::Unknown(format!("the subnet of {} is not known", interface.id)),
        }
    }

    /// On from a middlebox, unless the packet has been there before.
    fn onward(&mut self, home: &'n Subnet) -> End {
        let here = self.hops.last().cloned();
        let visits = self.hops.iter().filter(|hop| Some(*hop) == here.as_ref()).count();
        if visits > 1 { End::Dropped(Drop::Loop) } else { self.send_from(home) }
    }
}

/// The address that a NAT gateway puts in the place of the sender's.
pub(crate) fn place_of_nat(nat: &NatGateway, home: &Subnet) -> Place {
    nat.address.map_or_else(|| Place::Within(home.blocks.clone()), Place::At)
}

/// Kleene's conjunction.
pub(crate) fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
