//! A second, simple reading of Azure's rules: one packet at a time, by plain loops. It shares nothing with the engine
//! but the description of the network.

use std::net::IpAddr;

use redan_network::azure::{AdminAction, Network, NextHop, Nic, Prefix, RouteTable, SecurityRule, Sku, Subnet, Vnet};
use redan_network::{Action, Known, Protocol, Protocols};

#[derive(Clone, Copy)]
pub(crate) struct Packet<'n> {
    pub(crate) source: IpAddr,
    pub(crate) sender: Option<&'n Nic>,
    pub(crate) destination: IpAddr,
    pub(crate) receiver: Option<&'n Nic>,
    pub(crate) protocol: Protocol,
    pub(crate) port: u16,
    source_port: u16,
}

fn home<'n>(network: &'n Network, nic: &Nic) -> &'n Subnet {
    network.subnets.iter().find(|subnet| Some(&subnet.id) == nic.subnet.as_ref()).unwrap()
}

fn vnet<'n>(network: &'n Network, id: &str) -> &'n Vnet {
    network.vnets.iter().find(|vnet| vnet.id == id).unwrap()
}

fn table<'n>(network: &'n Network, subnet: &Subnet) -> Option<&'n RouteTable> {
    let id = subnet.table.get()?.as_ref()?;
    network.tables.iter().find(|table| table.id == *id)
}

fn public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => {
            !a.is_private() && !a.is_loopback() && !a.is_link_local() && a.octets()[0] < 224 && a.octets()[0] != 0
        }
        IpAddr::V6(a) => a.segments()[0] & 0xE000 == 0x2000,
    }
}

fn in_virtual_network(network: &Network, at: &Subnet, address: IpAddr) -> bool {
    let own = vnet(network, &at.vnet);
    let peers =
        own.peerings.iter().filter(|peering| peering.allows_access).map(|peering| vnet(network, &peering.remote));
    let spaces = std::iter::once(own).chain(peers);
    let routed = table(network, at).is_some_and(|table| {
        table.routes.iter().any(|route| matches!(&route.to, Prefix::Block(block) if block.contains(address)))
    });
    spaces.into_iter().any(|vnet| vnet.blocks.iter().any(|block| block.contains(address)))
        || routed
        || address == IpAddr::from([168, 63, 129, 16])
}

fn named(network: &Network, at: &Subnet, prefixes: &[Prefix], address: IpAddr, nic: Option<&Nic>) -> bool {
    prefixes.iter().any(|prefix| match prefix {
        Prefix::Any => true,
        Prefix::Block(block) => block.contains(address),
        Prefix::ApplicationGroup(group) => nic.is_some_and(|nic| nic.application_groups.contains(group)),
        Prefix::Tag(tag) if tag == "VirtualNetwork" => in_virtual_network(network, at, address),
        Prefix::Tag(tag) if tag == "Internet" => public(address) && !in_virtual_network(network, at, address),
        Prefix::Tag(tag) if tag == "AzureLoadBalancer" => address == IpAddr::from([168, 63, 129, 16]),
        Prefix::Tag(tag) => {
            network.tags.get(tag).is_some_and(|blocks| blocks.iter().any(|block| block.contains(address)))
        }
        Prefix::Unknown => unreachable!(),
    })
}

fn matches(network: &Network, at: &Subnet, rule: &SecurityRule, inbound: bool, packet: Packet<'_>) -> bool {
    let protocol = match rule.protocols {
        Known::Is(Protocols::All) => true,
        Known::Is(Protocols::One(protocol)) => protocol == packet.protocol,
        Known::Unknown => unreachable!(),
    };
    let within = |range: &redan_network::Ports, port: u16| range.low <= port && port <= range.high;
    let ported = packet.protocol == Protocol::TCP || packet.protocol == Protocol::UDP;
    protocol
        && rule.inbound == Known::Is(inbound)
        && (!ported || rule.ports.iter().any(|range| within(range.get().unwrap(), packet.port)))
        && (rule.source_ports.is_empty() || rule.source_ports.iter().any(|range| within(range, packet.source_port)))
        && named(network, at, &rule.sources, packet.source, packet.sender)
        && named(network, at, &rule.destinations, packet.destination, packet.receiver)
}

fn group_allows(network: &Network, at: &Subnet, group: &str, inbound: bool, packet: Packet<'_>) -> bool {
    let group = network.groups.iter().find(|known| known.id == *group).unwrap();
    let mut rules: Vec<&SecurityRule> = group.rules.iter().collect();
    rules.sort_by_key(|rule| *rule.priority.get().unwrap());
    if let Some(rule) = rules.into_iter().find(|rule| matches(network, at, rule, inbound, packet)) {
        return rule.action == Known::Is(Action::Allow);
    }
    let inside = |address| in_virtual_network(network, at, address);
    let internal = inside(packet.source) && inside(packet.destination);
    let host = packet.source == IpAddr::from([168, 63, 129, 16]);
    internal || if inbound { host } else { public(packet.destination) && !inside(packet.destination) }
}

fn rules_allow(network: &Network, nic: &Nic, inbound: bool, packet: Packet<'_>, ungrouped: bool) -> bool {
    let at = home(network, nic);
    let mut admin: Vec<_> = network.admin_rules.iter().filter(|rule| rule.vnets.contains(&at.vnet)).collect();
    admin.sort_by_key(|rule| *rule.rule.priority.get().unwrap());
    if let Some(rule) = admin.into_iter().find(|rule| matches(network, at, &rule.rule, inbound, packet)) {
        match rule.action {
            AdminAction::AlwaysAllow => return true,
            AdminAction::Deny => return false,
            AdminAction::Allow => {}
        }
    }
    let groups: Vec<&String> = [&at.group, &nic.group].into_iter().filter_map(|group| group.get()?.as_ref()).collect();
    if groups.is_empty() {
        ungrouped
    } else {
        groups.into_iter().all(|group| group_allows(network, at, group, inbound, packet))
    }
}

fn next_hop(network: &Network, at: &Subnet, to: IpAddr) -> NextHop {
    let own = vnet(network, &at.vnet);
    let both = |peer: &&Vnet| {
        let allows = |a: &Vnet, b: &Vnet| a.peerings.iter().any(|p| p.remote == b.id && p.allows_access);
        allows(own, peer) && allows(peer, own)
    };
    let mut best = match public(to) {
        true => (0, false, NextHop::Internet),
        false => (8, false, NextHop::None),
    };
    for space in std::iter::once(own).chain(network.vnets.iter().filter(both)) {
        for block in space.blocks.iter().filter(|block| block.contains(to)) {
            best = (block.prefix_length(), false, NextHop::VirtualNetwork);
        }
    }
    for route in table(network, at).map_or(&[][..], |table| &table.routes) {
        let Prefix::Block(block) = &route.to else { unreachable!() };
        if block.contains(to) && (block.prefix_length(), true) > (best.0, best.1) {
            best = (block.prefix_length(), true, route.next.clone());
        }
    }
    best.2
}

/// Source ports are the sender's choice, but one for the whole way.
const SOURCE_PORTS: [u16; 3] = [0, 1024, 40001];

pub(crate) fn from_internet(network: &Network, nic: &Nic, source: IpAddr, protocol: Protocol, port: u16) -> bool {
    let public = if source.is_ipv6() { nic.public_v6 } else { nic.public };
    let Known::Is(Some(sku)) = public else { return false };
    let answered = next_hop(network, home(network, nic), source) == NextHop::Internet;
    let arrives = SOURCE_PORTS.into_iter().any(|source_port| {
        let destination = nic.addresses[0];
        let packet = Packet { source, sender: None, destination, receiver: Some(nic), protocol, port, source_port };
        rules_allow(network, nic, true, packet, sku == Sku::Basic)
    });
    answered && arrives
}

pub(crate) fn between(network: &Network, from: &Nic, to: &Nic, protocol: Protocol, port: u16) -> bool {
    let routed = |a: &Nic, b: &Nic| {
        let (near, far) = (home(network, a), home(network, b));
        let allows = |a: &str, b: &str| vnet(network, a).peerings.iter().any(|p| p.remote == *b && p.allows_access);
        let connected = near.vnet == far.vnet || (allows(&near.vnet, &far.vnet) && allows(&far.vnet, &near.vnet));
        match next_hop(network, near, b.addresses[0]) {
            NextHop::VirtualNetwork => Some(connected),
            NextHop::Gateway => None,
            _ => Some(false),
        }
    };
    let passes = SOURCE_PORTS.into_iter().any(|source_port| {
        let (source, destination) = (from.addresses[0], to.addresses[0]);
        let packet =
            Packet { source, sender: Some(from), destination, receiver: Some(to), protocol, port, source_port };
        rules_allow(network, from, false, packet, true) && rules_allow(network, to, true, packet, true)
    });
    routed(from, to) == Some(true) && routed(to, from) == Some(true) && passes
}

/// Whether a gateway beyond the network decides.
pub(crate) fn beyond(network: &Network, from: &Nic, to: &Nic) -> bool {
    let hop = |a: &Nic, b: &Nic| next_hop(network, home(network, a), b.addresses[0]);
    hop(from, to) == NextHop::Gateway || hop(to, from) == NextHop::Gateway
}
