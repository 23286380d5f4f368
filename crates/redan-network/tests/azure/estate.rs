//! A small network of Azure, changed line by line.
//!
//! Network v (10.0.0.0/16) has subnets a and b with the interfaces web (10.0.1.4, public), app (10.0.1.5) and db
//! (10.0.2.4); p (10.1.0.0/16) is peered with it and holds peer; u (10.2.0.0/16) is not and holds far. Groups: sa and sb
//! stand at the subnets, nw, na and nd at web, app and db; they exist when a line names them.

use std::net::IpAddr;

use redan_network::azure::{
    AdminAction, AdminRule, Balanced, Network, NextHop, Nic, Paths, Prefix, Route, RouteTable, SecurityGroup,
    SecurityRule, Sku, Subnet, Vnet, VnetPeering,
};
use redan_network::{Action, Block, Known, Ports, Protocol, Protocols};

pub(crate) fn build(lines: &[&str]) -> Network {
    let mut network = plain();
    for line in lines {
        change(&mut network, line);
    }
    network
}

fn plain() -> Network {
    let vnet = |id: &str, block: &str, peers: &[&str]| Vnet {
        id: id.to_owned(),
        blocks: vec![Block::parse(block).unwrap()],
        blocks_known: true,
        peerings: peers.iter().map(|p| VnetPeering { remote: (*p).to_owned(), allows_access: true }).collect(),
        has_gateway: false,
    };
    let subnet = |id: &str, vnet: &str, block: &str| Subnet {
        id: id.to_owned(),
        vnet: vnet.to_owned(),
        blocks: vec![Block::parse(block).unwrap()],
        blocks_known: true,
        group: Known::Is(None),
        table: Known::Is(None),
    };
    let nic = |id: &str, subnet: &str, address: &str, public: Option<Sku>| Nic {
        id: id.to_owned(),
        owner: id.to_owned(),
        subnet: Some(subnet.to_owned()),
        addresses: vec![address.parse().unwrap()],
        public: Known::Is(public),
        public_v6: Known::Is(None),
        group: Known::Is(None),
        application_groups: Vec::new(),
        forwards: false,
    };
    Network {
        vnets: vec![vnet("v", "10.0.0.0/16", &["p"]), vnet("p", "10.1.0.0/16", &["v"]), vnet("u", "10.2.0.0/16", &[])],
        subnets: vec![
            subnet("a", "v", "10.0.1.0/24"),
            subnet("b", "v", "10.0.2.0/24"),
            subnet("c", "p", "10.1.1.0/24"),
            subnet("d", "u", "10.2.1.0/24"),
            subnet("n", "v", "10.0.9.0/24"),
        ],
        nics: vec![
            nic("web", "a", "10.0.1.4", Some(Sku::Standard)),
            nic("app", "a", "10.0.1.5", None),
            nic("db", "b", "10.0.2.4", None),
            nic("peer", "c", "10.1.1.4", None),
            nic("far", "d", "10.2.1.4", None),
            nic("nva", "n", "10.0.9.4", None),
        ],
        admin_rules_known: true,
        ..Network::default()
    }
}

fn change(network: &mut Network, line: &str) {
    let (subject, rest) = line.split_once(": ").unwrap();
    let words: Vec<&str> = rest.split_whitespace().collect();
    match subject.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["admin", vnet] => {
            let action = match words[2] {
                "deny" => AdminAction::Deny,
                "always" => AdminAction::AlwaysAllow,
                _ => AdminAction::Allow,
            };
            network.admin_rules.push(AdminRule { vnets: vec![(*vnet).to_owned()], action, rule: rule(&words) });
        }
        ["table", subnet] => {
            let next = match words[1] {
                "none" => NextHop::None,
                "internet" => NextHop::Internet,
                "gateway" => NextHop::Gateway,
                "vnet" => NextHop::VirtualNetwork,
                address => NextHop::Appliance(address.parse().ok()),
            };
            let id = format!("table-{subnet}");
            if !network.tables.iter().any(|table| table.id == id) {
                network.tables.push(RouteTable { id: id.clone(), routes: Vec::new(), complete: true });
            }
            let table = network.tables.iter_mut().find(|table| table.id == id).unwrap();
            table.routes.push(Route { to: Prefix::parse(words[0]), next });
            network.subnets.iter_mut().find(|s| s.id == *subnet).unwrap().table = Known::Is(Some(id));
        }
        ["public", nic] => {
            let public = match words[0] {
                "basic" => Known::Is(Some(Sku::Basic)),
                "standard" => Known::Is(Some(Sku::Standard)),
                "none" => Known::Is(None),
                _ => Known::Unknown,
            };
            find(network, nic).public = public;
        }
        ["asg", nic] => find(network, nic).application_groups = words.iter().map(|w| (*w).to_owned()).collect(),
        ["forwards", nic] => find(network, nic).forwards = words[0] == "yes",
        ["gateway", vnet] => network.vnets.iter_mut().find(|v| v.id == *vnet).unwrap().has_gateway = true,
        ["peering", from] => {
            let vnet = network.vnets.iter_mut().find(|v| v.id == *from).unwrap();
            vnet.peerings.retain(|peering| peering.remote != words[0]);
            if words[1] == "yes" {
                vnet.peerings.push(VnetPeering { remote: words[0].to_owned(), allows_access: true });
            }
        }
        ["tag", tag] => {
            network.tags.insert((*tag).to_owned(), vec![Block::parse(words[0]).unwrap()]);
        }
        ["lb", nic] => network.balanced.push(Balanced {
            balancer: "lb".to_owned(),
            nic: (*nic).to_owned(),
            protocols: Known::Is(Protocols::parse(words[0]).unwrap()),
            port: Known::Is(Ports::parse(words[1]).unwrap()),
            sku: if words[2] == "basic" { Sku::Basic } else { Sku::Standard },
            v6: false,
        }),
        [group] => add_rule(network, group, &words),
        other => panic!("{other:?}"),
    }
}

fn find<'n>(network: &'n mut Network, nic: &str) -> &'n mut Nic {
    network.nics.iter_mut().find(|known| known.id == nic).unwrap()
}

fn add_rule(network: &mut Network, group: &str, words: &[&str]) {
    let place = match group {
        "sa" => &mut network.subnets[0].group,
        "sb" => &mut network.subnets[1].group,
        "sn" => &mut network.subnets[4].group,
        "nw" => &mut network.nics[0].group,
        "na" => &mut network.nics[1].group,
        "nd" => &mut network.nics[2].group,
        "np" => &mut network.nics[3].group,
        other => panic!("{other}"),
    };
    if words == ["unknown"] {
        *place = Known::Unknown;
        return;
    }
    *place = Known::Is(Some(group.to_owned()));
    if !network.groups.iter().any(|known| known.id == group) {
        network.groups.push(SecurityGroup { id: group.to_owned(), rules: Vec::new(), complete: true });
    }
    if words != ["empty"] {
        network.groups.iter_mut().find(|known| known.id == group).unwrap().rules.push(rule(words));
    }
}

/// `in 100 allow tcp SOURCE SOURCE-PORTS -> DESTINATION PORTS`; lists are separated by commas.
fn rule(words: &[&str]) -> SecurityRule {
    let [direction, priority, action, protocol, source, source_ports, "->", destination, ports] = words else {
        panic!("{words:?}")
    };
    let prefixes = |text: &str| {
        let each = text.split(',').map(|prefix| match prefix.strip_prefix("asg:") {
            Some(group) => Prefix::ApplicationGroup(group.to_owned()),
            None if prefix == "?" => Prefix::Unknown,
            None => Prefix::parse(prefix),
        });
        each.collect()
    };
    SecurityRule {
        inbound: Known::Is(*direction == "in"),
        action: Known::Is(if *action == "deny" { Action::Deny } else { Action::Allow }),
        priority: priority.parse().map_or(Known::Unknown, Known::Is),
        protocols: Known::Is(Protocols::parse(protocol).unwrap()),
        ports: ports.split(',').map(|text| Ports::parse(text).map_or(Known::Unknown, Known::Is)).collect(),
        source_ports: if *source_ports == "*" { vec![] } else { vec![Ports::parse(source_ports).unwrap()] },
        sources: prefixes(source),
        destinations: prefixes(destination),
    }
}

/// `FROM > TO PROTOCOL/PORT`, where an end is an interface or an address of the internet.
pub(crate) fn answer(network: &Network, question: &str) -> Option<bool> {
    let [from, ">", to, service] = question.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{question}") };
    let (protocol, port) = service.split_once('/').unwrap();
    let Some(Protocols::One(protocol)) = Protocols::parse(protocol) else { panic!("{question}") };
    let protocol: Protocol = protocol;
    let paths = Paths::new(network);
    let passage = match (from.parse::<IpAddr>(), to.parse::<IpAddr>()) {
        (Ok(source), Err(_)) => paths.from_internet(to, source),
        (Err(_), Ok(destination)) => paths.to_internet(from, destination),
        _ => paths.between(from, to),
    };
    passage.unwrap().carries(protocol, port.parse().unwrap())
}
