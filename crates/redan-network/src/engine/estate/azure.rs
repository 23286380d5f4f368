//! Virtual networks of an estate: subnets, interfaces, security groups, route tables, peerings.

use redan_model::{Node, ResourceId, Value};

use super::azure_fronts::Fronts;
use super::names::{Named, Names};
use crate::address::Block;
use crate::azure::{
    Network, NextHop, Nic, Prefix, Route, RouteTable, SecurityGroup, SecurityRule, Sku, Subnet, Vnet, VnetPeering,
};
use crate::engine::azure_rules::{action, named, ports, priority, property, protocols};
use crate::engine::read::{Attribute, attribute, list, member, scalar};
use crate::rule::Known;
use crate::service::Ports;

/// A machine, or an interface by itself, and its interfaces.
pub(super) struct Machine {
    pub(super) resource: ResourceId,
    pub(super) nics: Vec<String>,
    /// Whether all its interfaces are known.
    pub(super) complete: bool,
    /// The TCP ports on which it listens; none where any may be open.
    pub(super) listens: Option<Vec<Ports>>,
}

/// Reads the network, and what sits in it.
pub(super) fn read(names: &Names<'_>) -> (Network, Vec<Machine>, Fronts) {
    let mut network = Network { admin_rules_known: true, ..Network::default() };
    vnets(names, &mut network);
    subnets(names, &mut network);
    tables(names, &mut network);
    groups(names, &mut network);
    let mut machines = nics(names, &mut network);
    super::azure_balanced::read(names, &mut network);
    for (id, _) in names.of_kind("Microsoft.Compute/virtualMachines") {
        let (entries, rest) = list(names.estate, id, &["properties", "networkProfile", "networkInterfaces"]);
        let held: Vec<Named> = entries.iter().map(|entry| names.named(member(entry, &["id"]).value())).collect();
        let nics: Vec<String> = held.iter().cloned().filter_map(Named::id).collect();
        let complete =
            rest.is_none() && nics.len() == entries.len() && nics.iter().all(|nic| names.resource(nic).is_some());
        machines.push(Machine { resource: id, nics, complete, listens: None });
    }
    super::azure_admin::read(names, &mut network);
    super::azure_admin::hubs(names, &mut network);
    let fronts = super::azure_fronts::read(names, &mut network, &mut machines);
    (network, machines, fronts)
}

fn blocks(names: &Names<'_>, id: ResourceId, paths: &[&[&str]]) -> (Vec<Block>, bool) {
    let mut blocks = Vec::new();
    let mut known = true;
    for path in paths {
        let found = attribute(names.estate, id, path);
        known &= found.unknown().is_none();
        let items = match found.value() {
            Value::List(held) => {
                known &= held.rest.is_none();
                held.items.to_vec()
            }
            Value::Null | Value::Unknown(_) => Vec::new(),
            single => vec![Node::new(single.clone(), redan_model::Origin::NOWHERE)],
        };
        for item in items {
            match scalar(&item.value).and_then(|text| Block::parse(&text)) {
                Some(block) => blocks.push(block),
                None => known = false,
            }
        }
    }
    (blocks, known)
}

fn vnets(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("Microsoft.Network/virtualNetworks") {
        let (blocks, known) = blocks(names, id, &[&["properties", "addressSpace", "addressPrefixes"]]);
        network.vnets.push(Vnet {
            id: names.id(id),
            blocks_known: known && !blocks.is_empty() && !resource.partial,
            blocks,
            peerings: Vec::new(),
            has_gateway: false,
        });
    }
    for (id, resource) in names.of_kind("Microsoft.Network/virtualNetworks/virtualNetworkPeerings") {
        let Some(owner) = resource.parent.map(|parent| names.id(parent)) else { continue };
        let remote = names.reference(id, &["properties", "remoteVirtualNetwork", "id"]).id().unwrap_or_default();
        let access = attribute(names.estate, id, &["properties", "allowVirtualNetworkAccess"]);
        let allows_access = access.value().as_bool().unwrap_or(true);
        if let Some(vnet) = network.vnets.iter_mut().find(|vnet| vnet.id == owner) {
            vnet.peerings.push(VnetPeering { remote, allows_access });
        }
    }
}

/// A reference that may be left out: not known, none, or this one.
fn optional(names: &Names<'_>, id: ResourceId, path: &[&str]) -> Known<Option<String>> {
    match names.reference(id, path) {
        Named::To(target) => Known::Is(Some(target)),
        Named::Nothing => Known::Is(None),
        Named::Unknown => Known::Unknown,
    }
}

fn subnets(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("Microsoft.Network/virtualNetworks/subnets") {
        let paths: [&[&str]; 2] = [&["properties", "addressPrefix"], &["properties", "addressPrefixes"]];
        let (blocks, known) = blocks(names, id, &paths);
        network.subnets.push(Subnet {
            id: names.id(id),
            vnet: resource.parent.map(|parent| names.id(parent)).unwrap_or_default(),
            blocks_known: known && !blocks.is_empty() && !resource.partial,
            blocks,
            group: optional(names, id, &["properties", "networkSecurityGroup", "id"]),
            table: optional(names, id, &["properties", "routeTable", "id"]),
        });
    }
}

fn tables(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("Microsoft.Network/routeTables") {
        let (entries, rest) = list(names.estate, id, &["properties", "routes"]);
        network.tables.push(RouteTable {
            id: names.id(id),
            routes: entries.iter().map(route).collect(),
            complete: rest.is_none() && !resource.partial,
        });
    }
}

fn route(entry: &Node) -> Route {
    let text = |name: &str| scalar(property(entry, name).value());
    let next = match text("nextHopType").map(|kind| kind.to_ascii_lowercase()).as_deref() {
        Some("internet") => NextHop::Internet,
        Some("none") => NextHop::None,
        Some("vnetlocal") => NextHop::VirtualNetwork,
        Some("virtualnetworkgateway") => NextHop::Gateway,
        Some("virtualappliance") => NextHop::Appliance(text("nextHopIpAddress").and_then(|text| text.parse().ok())),
        _ => NextHop::Unknown,
    };
    Route { to: text("addressPrefix").map_or(Prefix::Unknown, |text| Prefix::parse(&text)), next }
}

fn groups(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("Microsoft.Network/networkSecurityGroups") {
        let (entries, rest) = list(names.estate, id, &["properties", "securityRules"]);
        network.groups.push(SecurityGroup {
            id: names.id(id),
            rules: entries.iter().map(|entry| security_rule(names, entry)).collect(),
            complete: rest.is_none() && !resource.partial,
        });
    }
}

fn security_rule(names: &Names<'_>, entry: &Node) -> SecurityRule {
    let direction = scalar(property(entry, "direction").value());
    let from_ports = named(entry, "sourcePortRange", "sourcePortRanges");
    let known_ports: Option<Vec<Ports>> = from_ports.iter().map(|text| Ports::parse(text.as_deref()?)).collect();
    SecurityRule {
        inbound: direction.map_or(Known::Unknown, |text| Known::Is(text.eq_ignore_ascii_case("inbound"))),
        action: action(entry),
        priority: priority(entry),
        protocols: protocols(entry),
        ports: ports(entry),
        source_ports: known_ports.unwrap_or_default().into_iter().filter(|range| *range != Ports::ALL).collect(),
        sources: ends(names, entry, "source"),
        destinations: ends(names, entry, "destination"),
    }
}

fn ends(names: &Names<'_>, entry: &Node, side: &str) -> Vec<Prefix> {
    let texts = named(entry, &format!("{side}AddressPrefix"), &format!("{side}AddressPrefixes"));
    let mut ends: Vec<Prefix> =
        texts.into_iter().map(|text| text.map_or(Prefix::Unknown, |text| Prefix::parse(&text))).collect();
    let groups = property(entry, &format!("{side}ApplicationSecurityGroups"));
    if let Value::List(held) = groups.value() {
        for group in &held.items {
            let reference = member(group, &["id"]);
            let value = if matches!(reference, Attribute::Absent) { &group.value } else { reference.value() };
            ends.push(names.named(value).id().map_or(Prefix::Unknown, Prefix::ApplicationGroup));
        }
    }
    if ends.is_empty() {
        ends.push(Prefix::Unknown);
    }
    ends
}

fn nics(names: &Names<'_>, network: &mut Network) -> Vec<Machine> {
    let mut machines = Vec::new();
    for (id, _) in names.of_kind("Microsoft.Network/networkInterfaces") {
        let name = names.id(id);
        let (entries, rest) = list(names.estate, id, &["properties", "ipConfigurations"]);
        let mut nic = Nic {
            id: name.clone(),
            owner: name.clone(),
            public: if rest.is_some() { Known::Unknown } else { Known::Is(None) },
            public_v6: if rest.is_some() { Known::Unknown } else { Known::Is(None) },
            group: optional(names, id, &["properties", "networkSecurityGroup", "id"]),
            forwards: names.flag(id, &["properties", "enableIPForwarding"]) == Some(true),
            ..Nic::default()
        };
        for entry in &entries {
            configure(names, entry, &mut nic);
        }
        network.nics.push(nic);
        machines.push(Machine { resource: id, nics: vec![name], complete: true, listens: None });
    }
    machines
}

fn configure(names: &Names<'_>, entry: &Node, nic: &mut Nic) {
    if let Named::To(subnet) = names.named(member(&reference(entry, "subnet"), &["id"]).value()) {
        nic.subnet = Some(subnet);
    }
    let address = scalar(property(entry, "privateIPAddress").value());
    nic.addresses.extend(address.and_then(|text| text.parse::<std::net::IpAddr>().ok()));
    let public = reference(entry, "publicIPAddress");
    let held = member(&public, &["id"]);
    match (held.unknown().is_some() || matches!(public.value, Value::Unknown(_)), names.named(held.value())) {
        (true, _) | (_, Named::Unknown) => nic.public = Known::Unknown,
        (false, Named::To(id)) if is_v6(names, &id) => nic.public_v6 = Known::Is(Some(sku(names, &id))),
        (false, Named::To(id)) => nic.public = Known::Is(Some(sku(names, &id))),
        (false, Named::Nothing) => {}
    }
    if let Value::List(groups) = property(entry, "applicationSecurityGroups").value() {
        nic.application_groups
            .extend(groups.items.iter().filter_map(|group| names.named(member(group, &["id"]).value()).id()));
    }
}

fn reference(entry: &Node, name: &str) -> Node {
    let found = property(entry, name);
    let value = found.unknown().map_or_else(|| found.value().clone(), Value::Unknown);
    Node::new(value, entry.origin)
}

fn is_v6(names: &Names<'_>, id: &str) -> bool {
    let version = |resource| names.text(resource, &["properties", "publicIPAddressVersion"]);
    names.resource(id).and_then(version).is_some_and(|version| version.eq_ignore_ascii_case("ipv6"))
}

/// The generation of a public address. New ones are standard: basic ones were retired.
/// <https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-basic-upgrade-guidance>
fn sku(names: &Names<'_>, id: &str) -> Sku {
    let sku = names.resource(id).and_then(|resource| names.text(resource, &["sku", "name"]));
    if sku.is_some_and(|sku| sku.eq_ignore_ascii_case("basic")) { Sku::Basic } else { Sku::Standard }
}
