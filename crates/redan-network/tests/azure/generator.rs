//! Small networks of Azure in which every feature meets every other. Made up, and the same for the same numbers.

use std::net::{IpAddr, Ipv4Addr};

use redan_network::azure::{
    AdminAction, AdminRule, Network, NextHop, Nic, Prefix, Route, RouteTable, SecurityGroup, SecurityRule, Sku, Subnet,
    Vnet, VnetPeering,
};
use redan_network::{Action, Block, Known, Ports, Protocols};

use crate::generator::Numbers;

const VNETS: u64 = 3;
const SUBNETS: u64 = 3;

fn address(vnet: u64, subnet: u64, host: u64) -> IpAddr {
    let bits = 0x0A00_0000 + (vnet << 16) + (subnet << 8) + host;
    IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).unwrap()))
}

pub(crate) fn block(numbers: &mut Numbers) -> Block {
    let fixed = [
        "0.0.0.0/0",
        "0.0.0.0/1",
        "8.8.0.0/16",
        "8.8.8.8",
        "10.0.0.0/8",
        "20.0.0.0/12",
        "::/0",
        "2000::/3",
        "2603::/16",
    ];
    if numbers.chance(50) {
        return Block::parse(numbers.pick(&fixed)).unwrap();
    }
    let length = [16, 24, 32][usize::try_from(numbers.below(3)).unwrap()];
    Block::cidr(address(numbers.below(VNETS), numbers.below(SUBNETS), 4 + numbers.below(4)), length).unwrap()
}

fn prefixes(numbers: &mut Numbers) -> Vec<Prefix> {
    (0..=numbers.below(2))
        .map(|_| match numbers.below(10) {
            0 | 1 => Prefix::Any,
            2 => Prefix::Tag("VirtualNetwork".to_owned()),
            3 => Prefix::Tag("Internet".to_owned()),
            4 => Prefix::Tag("AzureLoadBalancer".to_owned()),
            5 => Prefix::Tag("Storage".to_owned()),
            6 => Prefix::ApplicationGroup(format!("asg-{}", numbers.below(3))),
            _ => Prefix::Block(block(numbers)),
        })
        .collect()
}

fn rule(numbers: &mut Numbers, priority: u64) -> SecurityRule {
    let protocol = ["Tcp", "Udp", "Icmp", "*", "*", "Tcp"][usize::try_from(numbers.below(6)).unwrap()];
    let port = [22, 80, 443, 1024, 3389][usize::try_from(numbers.below(5)).unwrap()];
    let ported = matches!(protocol, "Tcp" | "Udp");
    let ports = match numbers.below(3) {
        0 if ported => vec![Known::Is(Ports::one(port))],
        1 if ported => vec![Known::Is(Ports::new(0, port)), Known::Is(Ports::one(8080))],
        _ => vec![Known::Is(Ports::ALL)],
    };
    let source_ports = if numbers.chance(15) { vec![Ports::new(1024, 40000)] } else { vec![] };
    SecurityRule {
        inbound: Known::Is(numbers.chance(60)),
        action: Known::Is(if numbers.chance(65) { Action::Allow } else { Action::Deny }),
        priority: Known::Is(u32::try_from(priority).unwrap()),
        protocols: Known::Is(Protocols::parse(protocol).unwrap()),
        ports,
        source_ports,
        sources: prefixes(numbers),
        destinations: prefixes(numbers),
    }
}

fn maybe(numbers: &mut Numbers, percent: u64, id: String) -> Known<Option<String>> {
    Known::Is(numbers.chance(percent).then_some(id))
}

pub(crate) fn network(numbers: &mut Numbers) -> Network {
    let mut network = Network { admin_rules_known: true, ..Network::default() };
    network.tags.insert("Storage".to_owned(), vec![Block::parse("20.0.0.0/14").unwrap()]);
    for number in 0..6 {
        let rules = (0..numbers.below(6)).map(|i| rule(numbers, 100 + i * 10)).collect();
        network.groups.push(SecurityGroup { id: format!("nsg-{number}"), rules, complete: true });
        let routes = (0..numbers.below(3)).map(|_| Route { to: Prefix::Block(block(numbers)), next: next(numbers) });
        let mut routes: Vec<Route> = routes.collect();
        routes.dedup_by(|a, b| a.to == b.to);
        network.tables.push(RouteTable { id: format!("table-{number}"), routes, complete: true });
    }
    for vnet in 0..VNETS {
        let peerings = (0..VNETS).filter(|other| *other != vnet && numbers.chance(60));
        let peerings = peerings
            .collect::<Vec<_>>()
            .into_iter()
            .map(|other| VnetPeering { remote: format!("vnet-{other}"), allows_access: numbers.chance(90) });
        network.vnets.push(Vnet {
            id: format!("vnet-{vnet}"),
            blocks: vec![Block::cidr(address(vnet, 0, 0), 16).unwrap()],
            blocks_known: true,
            peerings: peerings.collect(),
            has_gateway: false,
        });
        for subnet in 0..SUBNETS {
            let (group, table) = (format!("nsg-{}", numbers.below(6)), format!("table-{}", numbers.below(6)));
            network.subnets.push(Subnet {
                id: format!("subnet-{vnet}-{subnet}"),
                vnet: format!("vnet-{vnet}"),
                blocks: vec![Block::cidr(address(vnet, subnet, 0), 24).unwrap()],
                blocks_known: true,
                group: maybe(numbers, 60, group),
                table: maybe(numbers, 40, table),
            });
            for host in 4..6 {
                network.nics.push(nic(numbers, vnet, subnet, host));
            }
        }
    }
    for priority in 0..numbers.below(3) {
        let action = [AdminAction::Allow, AdminAction::AlwaysAllow, AdminAction::Deny];
        let mut rule = rule(numbers, priority);
        rule.source_ports.clear();
        network.admin_rules.push(AdminRule {
            vnets: vec![format!("vnet-{}", numbers.below(VNETS))],
            action: action[usize::try_from(numbers.below(3)).unwrap()],
            rule,
        });
    }
    network
}

fn nic(numbers: &mut Numbers, vnet: u64, subnet: u64, host: u64) -> Nic {
    let id = format!("nic-{vnet}-{subnet}-{host}");
    let mut sku = |percent| {
        let sku = if numbers.chance(70) { Sku::Standard } else { Sku::Basic };
        Known::Is(numbers.chance(percent).then_some(sku))
    };
    let (public, public_v6) = (sku(60), sku(30));
    let group = format!("nsg-{}", numbers.below(6));
    Nic {
        owner: id.clone(),
        id,
        subnet: Some(format!("subnet-{vnet}-{subnet}")),
        addresses: vec![address(vnet, subnet, host)],
        public,
        public_v6,
        group: maybe(numbers, 60, group),
        application_groups: if numbers.chance(40) { vec![format!("asg-{}", numbers.below(3))] } else { vec![] },
        forwards: false,
    }
}

fn next(numbers: &mut Numbers) -> NextHop {
    match numbers.below(4) {
        0 => NextHop::Internet,
        1 => NextHop::VirtualNetwork,
        2 => NextHop::Gateway,
        _ => NextHop::None,
    }
}
