//! A second, simple reading of AWS's rules: one packet at a time, first match and longest prefix by plain loops. It
//! shares nothing with the engine but the description of the network.

use std::net::IpAddr;

use redan_network::aws::{
    Acl, Attached, GroupRule, Interface, Mapping, Network, OwnerKind, RouteTable, RouteTo, Subnet, Target,
};
use redan_network::{Action, Block, Known, Protocol, Protocols, Remote, Rule};

#[derive(Clone, Copy)]
pub(crate) struct Probe {
    pub(crate) protocol: Protocol,
    pub(crate) port: u16,
}

fn rule_matches(rule: &Rule, probe: Probe) -> bool {
    let protocol = match rule.protocols {
        Known::Is(Protocols::All) => return true,
        Known::Is(Protocols::One(protocol)) => protocol,
        Known::Unknown => unreachable!(),
    };
    let in_range = |ports: &Known<redan_network::Ports>| {
        ports.get().is_some_and(|ports| ports.low <= probe.port && probe.port <= ports.high)
    };
    let ported = protocol == Protocol::TCP || protocol == Protocol::UDP || protocol == Protocol::ICMP;
    protocol == probe.protocol && (!ported || rule.ports.is_empty() || rule.ports.iter().any(in_range))
}

fn holds(remotes: &[Remote], address: IpAddr) -> bool {
    remotes.iter().any(|remote| match remote {
        Remote::Block(block) => block.contains(address),
        Remote::Any => true,
        _ => false,
    })
}

fn listed(network: &Network, id: &str) -> Vec<Block> {
    network.prefix_lists.items.iter().filter(|list| list.id == id).flat_map(|list| list.blocks.clone()).collect()
}

fn group_rule_matches(
    network: &Network,
    rule: &GroupRule,
    probe: Probe,
    address: IpAddr,
    other: Option<&Interface>,
) -> bool {
    let by_block = holds(&rule.rule.remotes, address);
    let by_list = rule.prefix_lists.iter().any(|id| listed(network, id).iter().any(|block| block.contains(address)));
    let by_group = other.is_some_and(|other| rule.groups.iter().any(|id| other.groups.contains(id)));
    rule_matches(&rule.rule, probe) && (by_block || by_list || by_group)
}

fn groups_pass(
    network: &Network,
    interface: &Interface,
    inbound: bool,
    probe: Probe,
    address: IpAddr,
    other: Option<&Interface>,
) -> bool {
    interface.groups.is_empty()
        || network.groups.items.iter().filter(|group| interface.groups.contains(&group.id)).any(|group| {
            let rules = if inbound { &group.inbound } else { &group.outbound };
            rules.iter().any(|rule| group_rule_matches(network, rule, probe, address, other))
        })
}

fn acl_passes(network: &Network, subnet: &Subnet, inbound: bool, probe: Probe, address: IpAddr) -> bool {
    let own = network.acls.items.iter().find(|acl| acl.subnets.contains(&subnet.id));
    let Some(acl) = own.or_else(|| network.acls.items.iter().find(|acl| acl.default && acl.vpc == subnet.vpc)) else {
        return true;
    };
    decide(acl, inbound, probe, address)
}

fn decide(acl: &Acl, inbound: bool, probe: Probe, address: IpAddr) -> bool {
    let mut rules: Vec<&Rule> = if inbound { acl.inbound.iter() } else { acl.outbound.iter() }.collect();
    rules.sort_by_key(|rule| *rule.priority.get().unwrap());
    let first = rules.into_iter().find(|rule| rule_matches(rule, probe) && holds(&rule.remotes, address));
    first.is_some_and(|rule| rule.action == Known::Is(Action::Allow))
}

fn table<'n>(network: &'n Network, subnet: &Subnet) -> &'n RouteTable {
    let own = network.tables.items.iter().find(|table| table.subnets.contains(&subnet.id));
    own.unwrap_or_else(|| network.tables.items.iter().find(|table| table.main && table.vpc == subnet.vpc).unwrap())
}

/// None: no route, or a blackhole.
fn next_hop(network: &Network, table: &RouteTable, to: IpAddr) -> Option<Target> {
    let vpc = network.vpcs.items.iter().find(|vpc| vpc.id == table.vpc).unwrap();
    let mut best: Option<(u32, u8, Option<Target>)> = None;
    let mut offer = |block: &Block, rank: u8, target: Option<Target>| {
        let strength = (block.prefix_length(), rank);
        if block.contains(to) && best.as_ref().is_none_or(|found| strength > (found.0, found.1)) {
            best = Some((strength.0, strength.1, target));
        }
    };
    for block in &vpc.blocks {
        offer(block, 3, Some(Target::Local));
    }
    for route in &table.routes {
        let target = (!route.blackhole).then(|| route.target.clone());
        match &route.to {
            RouteTo::Block(block) => offer(block, if route.propagated { 0 } else { 2 }, target),
            RouteTo::PrefixList(id) => listed(network, id).iter().for_each(|block| offer(block, 1, target.clone())),
            RouteTo::Unknown => unreachable!(),
        }
    }
    best.and_then(|(_, _, target)| target)
}

fn subnet_at<'n>(network: &'n Network, vpc: &str, address: IpAddr) -> Option<&'n Subnet> {
    network.subnets.items.iter().find(|subnet| subnet.vpc == vpc && subnet.blocks.iter().any(|b| b.contains(address)))
}

fn subnet<'n>(network: &'n Network, id: &str) -> &'n Subnet {
    network.subnets.items.iter().find(|subnet| subnet.id == id).unwrap()
}

fn home<'n>(network: &'n Network, interface: &Interface) -> &'n Subnet {
    subnet(network, interface.subnet.as_ref().unwrap())
}

fn igw(network: &Network, vpc: &str) -> bool {
    network.internet_gateways.items.iter().any(|gateway| gateway.vpcs.iter().any(|id| id == vpc))
}

/// Whether the internet reaches an interface under its public address, and gets an answer.
pub(crate) fn from_internet(network: &Network, interface: &Interface, source: IpAddr, probe: Probe) -> bool {
    let mapped = match source {
        IpAddr::V4(_) => interface.addresses.iter().any(|held| held.public != Mapping::None),
        IpAddr::V6(_) => !interface.v6.is_empty(),
    };
    let subnet = home(network, interface);
    let routed = igw(network, &subnet.vpc)
        && matches!(next_hop(network, table(network, subnet), source), Some(Target::InternetGateway(id))
            if network.internet_gateways.items.iter().any(|gateway| gateway.id == id && gateway.vpcs.contains(&subnet.vpc)));
    mapped
        && interface.owner_kind != OwnerKind::NatGateway
        && routed
        && acl_passes(network, subnet, true, probe, source)
        && groups_pass(network, interface, true, probe, source, None)
        && client_ports(network, probe)
            .into_iter()
            .any(|port| acl_passes(network, subnet, false, Probe { port, ..probe }, source))
}

/// Ports at which some rule's answer can change, among those that clients use.
fn client_ports(network: &Network, probe: Probe) -> Vec<u16> {
    if probe.protocol != Protocol::TCP && probe.protocol != Protocol::UDP {
        return vec![0];
    }
    let rules = network.acls.items.iter().flat_map(|acl| acl.inbound.iter().chain(&acl.outbound));
    let bounds = rules.flat_map(|rule| rule.ports.iter().filter_map(|ports| ports.get().copied()));
    let mut ports: Vec<u16> = bounds.flat_map(|ports| [ports.low, ports.high, ports.high.saturating_add(1)]).collect();
    ports.extend([1024, 65535]);
    ports.retain(|port| *port >= 1024);
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// A packet between interfaces, on its way there or back.
#[derive(Clone)]
struct Flight<'n> {
    source: IpAddr,
    sender: Option<&'n Interface>,
    references: bool,
    destination: IpAddr,
    probe: Probe,
    answer: bool,
    /// The NAT gateway's address that the source was replaced with.
    translated: Option<(IpAddr, &'n Subnet)>,
    steps: u32,
}

fn private(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(v4) if v4.is_private())
}

fn deliver<'n>(network: &'n Network, flight: Flight<'n>, vpc: &str, at: &Subnet) -> Option<Flight<'n>> {
    let holder = network.interfaces.items.iter().find(|interface| {
        let held = interface.addresses.iter().any(|a| a.address == Known::Is(flight.destination));
        home(network, interface).vpc == vpc && (held || interface.v6.contains(&flight.destination))
    })?;
    let welcome = flight.answer
        || (holder.owner_kind != OwnerKind::NatGateway
            && groups_pass(
                network,
                holder,
                true,
                flight.probe,
                flight.source,
                flight.sender.filter(|_| flight.references),
            ));
    (welcome && home(network, holder).id == at.id).then_some(flight)
}

/// From a device in a subnet.
fn send<'n>(network: &'n Network, mut flight: Flight<'n>, from: &'n Subnet) -> Option<Flight<'n>> {
    flight.steps += 1;
    if flight.steps > 20 {
        return None;
    }
    if from.blocks.iter().any(|block| block.contains(flight.destination)) {
        return deliver(network, flight, &from.vpc, from);
    }
    let target = next_hop(network, table(network, from), flight.destination)?;
    if !acl_passes(network, from, false, flight.probe, flight.destination) {
        return None;
    }
    match target {
        Target::Local => arrive(network, flight, &from.vpc),
        Target::InternetGateway(id) => {
            let works = network.internet_gateways.items.iter().any(|g| g.id == id && g.vpcs.contains(&from.vpc));
            if !works || private(flight.destination) {
                return None;
            }
            flight.sender = None;
            let holder = network.interfaces.items.iter().find(|i| i.v6.contains(&flight.destination))?;
            let vpc = &home(network, holder).vpc;
            if igw(network, vpc) { arrive(network, flight, vpc) } else { None }
        }
        Target::NatGateway(id) => nat(network, flight, from, &id),
        Target::Peering(id) => {
            let peering = network.peerings.items.iter().find(|peering| peering.id == id)?;
            let far = match (&peering.requester, &peering.accepter) {
                (near, far) | (far, near) if near.vpc == from.vpc && peering.active == Some(true) => {
                    flight.references &= near.region == far.region;
                    far
                }
                _ => return None,
            };
            arrive(network, flight, &far.vpc)
        }
        Target::TransitGateway(_) => transit(network, flight, from),
        _ => None,
    }
}

fn nat<'n>(network: &'n Network, mut flight: Flight<'n>, from: &Subnet, id: &str) -> Option<Flight<'n>> {
    if flight.destination.is_ipv6() {
        return None;
    }
    let nat = network.nat_gateways.items.iter().find(|nat| nat.id == id)?;
    let at = subnet(network, &nat.subnet);
    if at.id != from.id && !acl_passes(network, at, true, flight.probe, flight.source) {
        return None;
    }
    if ![Protocol::TCP, Protocol::UDP, Protocol::ICMP].contains(&flight.probe.protocol) {
        return None;
    }
    flight.source = nat.address.unwrap();
    flight.sender = None;
    flight.translated = Some((flight.source, at));
    send(network, flight, at)
}

fn arrive<'n>(network: &'n Network, flight: Flight<'n>, vpc: &str) -> Option<Flight<'n>> {
    let at = subnet_at(network, vpc, flight.destination)?;
    if !acl_passes(network, at, true, flight.probe, flight.source) {
        return None;
    }
    deliver(network, flight, vpc, at)
}

fn transit<'n>(network: &'n Network, mut flight: Flight<'n>, from: &'n Subnet) -> Option<Flight<'n>> {
    let of_vpc = |id: &str| {
        network
            .transit_attachments
            .items
            .iter()
            .find(|attachment| matches!(&attachment.attached, Attached::Vpc { vpc, .. } if vpc == id))
    };
    let doors = |attached: &Attached| match attached {
        Attached::Vpc { subnets: Some(subnets), .. } => subnets.iter().map(|id| subnet(network, id)).collect(),
        _ => Vec::new(),
    };
    let entry = of_vpc(&from.vpc)?;
    let door = doors(&entry.attached).into_iter().find(|door| door.zone == from.zone)?;
    flight.references &= entry.group_references;
    let door = if doors(&entry.attached).iter().any(|door| door.id == from.id) { from } else { door };
    if !acl_passes(network, door, true, flight.probe, flight.source) {
        return None;
    }
    let table = network.transit_tables.items.iter().find(|table| Some(&table.id) == entry.table.as_ref())?;
    let mut best: Option<(u32, bool, Option<String>)> = None;
    for route in &table.routes {
        let RouteTo::Block(block) = &route.to else { unreachable!() };
        let strength = (block.prefix_length(), true);
        if block.contains(flight.destination) && best.as_ref().is_none_or(|found| strength > (found.0, found.1)) {
            best = Some((strength.0, true, route.attachment.clone().filter(|_| !route.blackhole)));
        }
    }
    for id in &table.propagations {
        let attachment = network.transit_attachments.items.iter().find(|attachment| attachment.id == *id)?;
        let Attached::Vpc { vpc, .. } = &attachment.attached else { continue };
        for block in &network.vpcs.items.iter().find(|known| known.id == *vpc).unwrap().blocks {
            let strength = (block.prefix_length(), false);
            if block.contains(flight.destination) && best.as_ref().is_none_or(|found| strength > (found.0, found.1)) {
                best = Some((strength.0, false, Some(id.clone())));
            }
        }
    }
    let exit = best?.2?;
    let exit = network.transit_attachments.items.iter().find(|attachment| attachment.id == exit)?;
    flight.references &= exit.group_references;
    let Attached::Vpc { vpc, .. } = &exit.attached else { return None };
    let blocks = &network.vpcs.items.iter().find(|known| known.id == *vpc).unwrap().blocks;
    let exits = doors(&exit.attached);
    if !blocks.iter().any(|block| block.contains(flight.destination)) {
        return leave_by_door(network, flight, exits.first()?);
    }
    let at = subnet_at(network, vpc, flight.destination)?;
    if exits.iter().any(|door| door.id == at.id) {
        return deliver(network, flight, vpc, at);
    }
    let door = exits.iter().find(|door| door.zone == at.zone).or_else(|| exits.first())?;
    if !acl_passes(network, door, false, flight.probe, flight.destination) {
        return None;
    }
    arrive(network, flight, vpc)
}

/// On from the attachment's subnet, for what is not in its VPC.
fn leave_by_door<'n>(network: &'n Network, flight: Flight<'n>, door: &'n Subnet) -> Option<Flight<'n>> {
    send(network, flight, door)
}

/// Whether one interface reaches another, and gets an answer.
pub(crate) fn between(network: &Network, from: &Interface, to: &Interface, v6: bool, probe: Probe) -> bool {
    let address = |interface: &Interface| {
        if v6 { interface.v6[0] } else { *interface.addresses[0].address.get().unwrap() }
    };
    let (here, there) = (address(from), address(to));
    let out = groups_pass(network, from, false, probe, there, Some(to));
    let flight = Flight {
        source: here,
        sender: Some(from),
        references: true,
        destination: there,
        probe,
        answer: false,
        translated: None,
        steps: 0,
    };
    let Some(landed) = send(network, flight, home(network, from)).filter(|_| out) else { return false };
    let back = |source: IpAddr, destination: IpAddr, at: &Subnet| {
        client_ports(network, probe).into_iter().any(|port| {
            let flight = Flight {
                source,
                sender: None,
                references: true,
                destination,
                probe: Probe { port, ..probe },
                answer: true,
                translated: None,
                steps: 0,
            };
            let at = network.subnets.items.iter().find(|subnet| subnet.id == at.id).unwrap();
            send(network, flight, at).is_some()
        })
    };
    match landed.translated {
        None => back(there, here, home(network, to)),
        Some((address, at)) => back(there, address, home(network, to)) && back(there, here, at),
    }
}
