//! VPCs of an estate: subnets, tables, gateways, network ACLs, security groups, prefix lists.

use redan_model::{Estate, Resource, ResourceId, Str};
use rustc_hash::FxHashMap;

use super::names::{Named, Names};
use crate::address::Block;
use crate::aws::{
    Acl, BlockPublicAccess, Endpoint, EndpointKind, Gateway, Group, GroupRule, Id, Listing, NatGateway, Network,
    Peering, PeeringEnd, PrefixList, Route, RouteTable, RouteTo, Subnet, Target, Vpc, VpnConnection,
};
use crate::engine::group_rules;
use crate::engine::read::{integer, list, member, remote, scalar};
use crate::rule::{Action, Known, Remote, Rule};
use crate::service::{Ports, Protocols};

/// Reads everything but interfaces.
pub(super) fn read(names: &Names<'_>, network: &mut Network) {
    vpcs(names, network);
    subnets(names, network);
    gateways(names, network);
    tables(names, network);
    acls(names, network);
    groups(names, network);
    prefix_lists(names, network);
    peerings_and_endpoints(names, network);
    super::transit::read(names, network);
    public_access(names, network);
}

/// Whether all resources of a kind that belong to a VPC are in the estate.
fn complete(estate: &Estate, vpc: &Resource, kind: &str) -> bool {
    if vpc.live {
        return vpc.places.all().any(|place| estate.is_complete(place, Str::new(kind)));
    }
    !vpc.partial && vpc.open.is_none()
}

fn vpcs(names: &Names<'_>, network: &mut Network) {
    let mut miss = |scope: &str, complete: &dyn Fn(&str) -> bool| {
        note(&mut network.subnets, scope, complete("AWS::EC2::Subnet"));
        note(&mut network.interfaces, scope, complete("AWS::EC2::NetworkInterface"));
        note(&mut network.tables, scope, complete("AWS::EC2::RouteTable"));
        note(&mut network.acls, scope, complete("AWS::EC2::NetworkAcl"));
        note(&mut network.internet_gateways, scope, complete("AWS::EC2::InternetGateway"));
        note(&mut network.nat_gateways, scope, complete("AWS::EC2::NatGateway"));
        note(&mut network.peerings, scope, complete("AWS::EC2::VPCPeeringConnection"));
        note(&mut network.endpoints, scope, complete("AWS::EC2::VPCEndpoint"));
        note(&mut network.vpn_gateways, scope, complete("AWS::EC2::VPNGateway"));
        note(&mut network.vpn_connections, scope, complete("AWS::EC2::VPNConnection"));
        note(&mut network.egress_only_gateways, scope, complete("AWS::EC2::EgressOnlyInternetGateway"));
        note(&mut network.transit_attachments, scope, complete("AWS::EC2::TransitGatewayAttachment"));
    };
    let all: Vec<(ResourceId, &Resource)> = names.of_kind("AWS::EC2::VPC").collect();
    let recorded = !all.is_empty() && all.iter().all(|(_, vpc)| vpc.live);
    let regions: Vec<ResourceId> = names.of_kind("AWS::Region").map(|(id, _)| id).collect();
    let everywhere = |kind: &str| regions.iter().all(|region| names.estate.is_complete(*region, Str::new(kind)));
    miss("", &|kind| recorded && !regions.is_empty() && everywhere(kind));
    let mut vpcs = Vec::new();
    for (id, resource) in all {
        let name = names.id(id);
        miss(&name, &|kind| complete(names.estate, resource, kind));
        let (mut blocks, mut known) = names.blocks(id, &[&["CidrBlock"], &["Ipv6CidrBlock"]]);
        for (set, key) in [("CidrBlockAssociationSet", "CidrBlock"), ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock")] {
            let (entries, rest) = list(names.estate, id, &[set]);
            known &= rest.is_none();
            for entry in &entries {
                match scalar(member(entry, &[key]).value()).and_then(|text| Block::parse(&text)) {
                    Some(block) => blocks.push(block),
                    None => known = false,
                }
            }
        }
        blocks.sort();
        blocks.dedup();
        let region = resource.places.region.and_then(|region| names.estate.get(region));
        vpcs.push(Vpc {
            scope: name.clone(),
            id: name,
            region: region.map(|region| region.address.to_string()),
            blocks_known: known && !blocks.is_empty() && !resource.partial,
            blocks,
        });
    }
    network.vpcs.items = vpcs;
}

fn note<T>(listing: &mut Listing<T>, scope: &str, complete: bool) {
    if !complete {
        listing.missing.insert(scope.to_owned());
    }
}

fn subnets(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("AWS::EC2::Subnet") {
        let (blocks, known) = names.blocks(id, &[&["CidrBlock"], &["Ipv6CidrBlock"]]);
        network.subnets.items.push(Subnet {
            id: names.id(id),
            vpc: names.reference(id, &["VpcId"]).id().unwrap_or_default(),
            zone: names.text(id, &["AvailabilityZone"]).or_else(|| names.text(id, &["AvailabilityZoneId"])),
            blocks_known: known && !blocks.is_empty() && !resource.partial,
            blocks,
        });
    }
}

fn gateways(names: &Names<'_>, network: &mut Network) {
    for (id, _) in names.of_kind("AWS::EC2::InternetGateway") {
        let vpcs = match names.reference(id, &["VpcId"]) {
            Named::To(vpc) => vec![vpc],
            Named::Nothing => Vec::new(),
            Named::Unknown => {
                let every: Vec<Id> = network.vpcs.items.iter().map(|vpc| vpc.id.clone()).collect();
                network.internet_gateways.missing.extend(every);
                continue;
            }
        };
        network.internet_gateways.items.push(Gateway { id: names.id(id), vpcs });
    }
    for (id, _) in names.of_kind("AWS::EC2::NatGateway") {
        let public = names.text(id, &["ConnectivityType"]).is_none_or(|kind| kind != "private");
        network.nat_gateways.items.push(NatGateway {
            id: names.id(id),
            subnet: names.reference(id, &["SubnetId"]).id().unwrap_or_default(),
            address: names.text(id, &["PrivateIpAddress"]).and_then(|text| text.parse().ok()),
            public,
            available: names.text(id, &["State"]).is_none_or(|state| state == "available"),
        });
    }
    for (id, _) in names.of_kind("AWS::EC2::EgressOnlyInternetGateway") {
        let vpcs = names.reference(id, &["VpcId"]).id().into_iter().collect();
        network.egress_only_gateways.items.push(Gateway { id: names.id(id), vpcs });
    }
    vpn(names, network);
}

fn vpn(names: &Names<'_>, network: &mut Network) {
    for (id, _) in names.of_kind("AWS::EC2::VPNGateway") {
        let (entries, _) = list(names.estate, id, &["VpcAttachments"]);
        let text = |entry: &redan_model::Node, key: &str| scalar(member(entry, &[key]).value());
        let attached = |entry: &&redan_model::Node| text(entry, "State").is_none_or(|state| state == "attached");
        let vpc = |entry: &redan_model::Node| names.named(member(entry, &["VpcId"]).value()).id();
        let vpcs = entries.iter().filter(attached).filter_map(vpc).collect();
        network.vpn_gateways.items.push(Gateway { id: names.id(id), vpcs });
    }
    for (id, _) in names.of_kind("AWS::EC2::VPNConnection") {
        if names.text(id, &["State"]).is_some_and(|state| state.starts_with("delet")) {
            continue;
        }
        let gateway = names.reference(id, &["VpnGatewayId"]).id();
        let gateway = gateway.or_else(|| names.reference(id, &["TransitGatewayId"]).id()).unwrap_or_default();
        let (entries, rest) = list(names.estate, id, &["Routes"]);
        let block =
            |entry: &redan_model::Node| Block::parse(&scalar(member(entry, &["DestinationCidrBlock"]).value())?);
        let fixed = names.flag(id, &["StaticRoutesOnly"]) == Some(true) && rest.is_none();
        let static_routes = fixed.then(|| entries.iter().filter_map(block).collect());
        network.vpn_connections.items.push(VpnConnection { id: names.id(id), gateway, static_routes });
    }
}

/// VPC Block Public Access of the place of a VPC.
fn public_access(names: &Names<'_>, network: &mut Network) {
    let options: Vec<(ResourceId, &Resource)> = names.of_kind("AWS::EC2::VPCBlockPublicAccessOptions").collect();
    let excluded: Vec<Id> = names
        .of_kind("AWS::EC2::VPCBlockPublicAccessExclusion")
        .filter(|(id, _)| {
            let mode = names.text(*id, &["InternetGatewayExclusionMode"]);
            mode.is_some_and(|mode| mode.ends_with("bidirectional"))
        })
        .filter_map(|(id, _)| {
            let arn = names.text(id, &["ResourceArn"]);
            let live = arn.and_then(|arn| arn.rsplit('/').next().map(ToOwned::to_owned));
            names.reference(id, &["SubnetId"]).id().or_else(|| names.reference(id, &["VpcId"]).id()).or(live)
        })
        .collect();
    for vpc in &network.vpcs.items {
        let Some(own) = names.resource(&vpc.id).and_then(|id| names.estate.get(id)) else { continue };
        let here = |other: &Resource| other.places.region == own.places.region && other.root == own.root;
        for (id, _) in options.iter().filter(|(_, other)| here(other)) {
            let mode = names.text(*id, &["InternetGatewayBlockMode"]);
            let blocks_ingress = mode.map(|mode| mode.starts_with("block"));
            let scope = vpc.scope.clone();
            network.block_public_access.push(BlockPublicAccess { scope, blocks_ingress, excluded: excluded.clone() });
        }
    }
}

fn tables(names: &Names<'_>, network: &mut Network) {
    let mut tables: Vec<RouteTable> = Vec::new();
    let only = match network.vpcs.items.as_slice() {
        [only] => Some(only.id.clone()),
        _ => None,
    };
    for (id, resource) in names.of_kind("AWS::EC2::RouteTable") {
        let marked = list(names.estate, id, &["Associations"]).0;
        let marked = marked.iter().any(|entry| member(entry, &["Main"]).value().as_bool() == Some(true));
        let main = marked || names.flag(id, &["IsMain"]) == Some(true);
        let vpc = match names.reference(id, &["VpcId"]) {
            Named::To(vpc) => vpc,
            // A default table names no VPC: it can only be that of the one there is.
            _ if main && only.is_some() => only.clone().unwrap_or_default(),
            _ => String::new(),
        };
        let (associations, rest) = list(names.estate, id, &["Associations"]);
        let mut table = RouteTable {
            id: names.id(id),
            vpc: vpc.clone(),
            main,
            complete: !resource.partial,
            ..RouteTable::default()
        };
        let mut unknown = rest.is_some();
        for association in &associations {
            for (key, held) in [("SubnetId", &mut table.subnets), ("GatewayId", &mut table.gateways)] {
                match names.named(member(association, &[key]).value()) {
                    Named::To(id) => held.push(id),
                    Named::Nothing => unknown |= member(association, &[key]).unknown().is_some(),
                    Named::Unknown => unknown = true,
                }
            }
        }
        if unknown || (vpc.is_empty() && main) {
            let scopes = network.vpcs.items.iter().filter(|known| vpc.is_empty() || known.id == vpc);
            network.tables.missing.extend(scopes.map(|vpc| vpc.scope.clone()));
        }
        tables.push(table);
    }
    add_main_tables(network, &mut tables);
    add_routes(names, &mut tables);
    network.tables.items = tables;
}

/// Every VPC has a main table; where code states none, it holds the local route only.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
fn add_main_tables(network: &Network, tables: &mut Vec<RouteTable>) {
    for vpc in &network.vpcs.items {
        if network.tables.complete_in(&vpc.scope) && !tables.iter().any(|table| table.main && table.vpc == vpc.id) {
            tables.push(RouteTable {
                id: format!("main table of {}", vpc.id),
                vpc: vpc.id.clone(),
                main: true,
                complete: true,
                ..RouteTable::default()
            });
        }
    }
}

fn add_routes(names: &Names<'_>, tables: &mut [RouteTable]) {
    let positions: FxHashMap<Id, usize> = tables.iter().enumerate().map(|(i, table)| (table.id.clone(), i)).collect();
    for (id, _) in names.of_kind("AWS::EC2::Route") {
        match names.reference(id, &["RouteTableId"]) {
            Named::To(table) => {
                if let Some(table) = positions.get(&table).and_then(|&position| tables.get_mut(position)) {
                    table.routes.push(route(names, id));
                }
            }
            Named::Nothing | Named::Unknown => tables.iter_mut().for_each(|table| table.complete = false),
        }
    }
}

fn route(names: &Names<'_>, id: ResourceId) -> Route {
    let (blocks, _) = names.blocks(id, &[&["DestinationCidrBlock"], &["DestinationIpv6CidrBlock"]]);
    let to = match (blocks.first(), names.reference(id, &["DestinationPrefixListId"])) {
        (Some(block), _) => RouteTo::Block(*block),
        (None, Named::To(list)) => RouteTo::PrefixList(list),
        (None, _) => RouteTo::Unknown,
    };
    let blackhole = names.text(id, &["State"]).is_some_and(|state| state == "blackhole");
    let propagated = names.text(id, &["Origin"]).is_some_and(|origin| origin == "EnableVgwRoutePropagation");
    Route { to, target: route_target(names, id), blackhole, propagated }
}

fn route_target(names: &Names<'_>, id: ResourceId) -> Target {
    type Make = fn(Id) -> Target;
    let targets: [(&str, Make); 11] = [
        ("GatewayId", gateway_target),
        ("NatGatewayId", Target::NatGateway),
        ("TransitGatewayId", Target::TransitGateway),
        ("VpcPeeringConnectionId", Target::Peering),
        ("VpcEndpointId", Target::Endpoint),
        ("NetworkInterfaceId", Target::Interface),
        ("InstanceId", Target::Instance),
        ("EgressOnlyInternetGatewayId", Target::EgressOnlyGateway),
        ("CarrierGatewayId", Target::Other),
        ("LocalGatewayId", Target::Other),
        ("CoreNetworkArn", Target::Other),
    ];
    let mut unknown_of_kind = None;
    for (attribute, make) in targets {
        match names.reference(id, &[attribute]) {
            Named::To(target) => return make(target),
            // What kind of thing it leads to is known even where the thing is not.
            Named::Unknown if attribute != "GatewayId" => unknown_of_kind = Some(Target::Other(attribute.to_owned())),
            Named::Unknown | Named::Nothing => {}
        }
    }
    unknown_of_kind.unwrap_or(Target::Unknown)
}

fn gateway_target(id: Id) -> Target {
    let is = |prefix: &str| id.starts_with(prefix);
    if id == "local" {
        Target::Local
    } else if is("vgw-") || id.contains("aws_vpn_gateway.") {
        Target::VpnGateway(id)
    } else if is("vpce-") || id.contains("aws_vpc_endpoint.") {
        Target::Endpoint(id)
    } else {
        Target::InternetGateway(id)
    }
}

fn acls(names: &Names<'_>, network: &mut Network) {
    let mut acls: Vec<Acl> = Vec::new();
    for (id, resource) in names.of_kind("AWS::EC2::NetworkAcl") {
        let vpc = names.reference(id, &["VpcId"]).id().unwrap_or_default();
        let default = names.flag(id, &["IsDefault"]) == Some(true);
        let (subnets, known) = names.references(id, &["SubnetIds"]);
        if !known || (vpc.is_empty() && default) {
            let scopes = network.vpcs.items.iter().filter(|known| vpc.is_empty() || known.id == vpc);
            network.acls.missing.extend(scopes.map(|vpc| vpc.scope.clone()));
        }
        acls.push(Acl { id: names.id(id), vpc, default, subnets, complete: !resource.partial, ..Acl::default() });
    }
    let positions: FxHashMap<Id, usize> = acls.iter().enumerate().map(|(i, acl)| (acl.id.clone(), i)).collect();
    for (id, _) in names.of_kind("AWS::EC2::NetworkAclEntry") {
        let egress = names.flag(id, &["Egress"]);
        match names.reference(id, &["NetworkAclId"]) {
            Named::To(owner) => {
                let Some(acl) = positions.get(&owner).and_then(|&position| acls.get_mut(position)) else { continue };
                match egress {
                    Some(true) => acl.outbound.push(acl_rule(names, id)),
                    Some(false) => acl.inbound.push(acl_rule(names, id)),
                    None => acl.complete = false,
                }
            }
            Named::Nothing | Named::Unknown => acls.iter_mut().for_each(|acl| acl.complete = false),
        }
    }
    network.acls.items = acls;
}

fn acl_rule(names: &Names<'_>, id: ResourceId) -> Rule {
    let number = |path: &[&str]| integer(crate::engine::read::attribute(names.estate, id, path).value());
    let protocols = names.text(id, &["Protocol"]).and_then(|text| Protocols::parse(&text));
    let range = match protocols {
        Some(Protocols::One(protocol)) if protocol.has_types() => {
            Some(Ports::icmp(number(&["Icmp", "Type"]).unwrap_or(-1), number(&["Icmp", "Code"]).unwrap_or(-1)))
        }
        Some(Protocols::One(protocol)) if protocol.has_ports() => {
            let port = |key| number(&["PortRange", key]).and_then(|port| u16::try_from(port).ok());
            Some(port("From").zip(port("To")).map(|(from, to)| Ports::new(from, to)))
        }
        _ => None,
    };
    let action = match names.text(id, &["RuleAction"]).as_deref() {
        Some("allow") => Known::Is(Action::Allow),
        Some("deny") => Known::Is(Action::Deny),
        _ => Known::Unknown,
    };
    let (blocks, known) = names.blocks(id, &[&["CidrBlock"], &["Ipv6CidrBlock"]]);
    let mut remotes: Vec<Remote> = blocks.into_iter().map(Remote::Block).collect();
    if !known {
        remotes.push(Remote::Unknown);
    }
    Rule {
        action,
        priority: number(&["RuleNumber"]).and_then(|n| u32::try_from(n).ok()).map_or(Known::Unknown, Known::Is),
        protocols: protocols.map_or(Known::Unknown, Known::Is),
        ports: range.map(|ports| ports.map_or(Known::Unknown, Known::Is)).into_iter().collect(),
        remotes,
        partial: false,
    }
}

fn groups(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("AWS::EC2::SecurityGroup") {
        let rules = |direction: &str, side: &str| {
            let (entries, rest) = list(names.estate, id, &[direction]);
            (entries.iter().map(|entry| group_rule(names, entry, side)).collect::<Vec<_>>(), rest.is_none())
        };
        let (inbound, all_in) = rules("SecurityGroupIngress", "Source");
        let (outbound, all_out) = rules("SecurityGroupEgress", "Destination");
        network.groups.items.push(Group {
            id: names.id(id),
            vpc: names.reference(id, &["VpcId"]).id(),
            inbound,
            outbound,
            complete: all_in && all_out && !resource.partial,
        });
    }
    for vpc in &network.vpcs.items {
        network.groups.items.push(default_group(&vpc.id));
    }
    network.groups.items.push(default_group(""));
}

/// How the ids of default security groups begin.
pub(super) const DEFAULT_GROUP: &str = "default security group of ";

/// The id of a VPC's default security group.
pub(super) fn default_group_id(vpc: &str) -> Id {
    format!("{DEFAULT_GROUP}{vpc}")
}

/// The default group as AWS makes it: open to its own members and towards everything.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
fn default_group(vpc: &str) -> Group {
    let id = default_group_id(vpc);
    let everywhere = vec![Remote::Block(Block::ALL_V4), Remote::Block(Block::ALL_V6)];
    let rule = |remotes, groups| GroupRule {
        rule: Rule::allow(Protocols::All, Ports::ALL, remotes),
        groups,
        prefix_lists: Vec::new(),
    };
    Group {
        inbound: vec![rule(Vec::new(), vec![id.clone()])],
        outbound: vec![rule(everywhere, Vec::new())],
        vpc: (!vpc.is_empty()).then(|| vpc.to_owned()),
        complete: true,
        id,
    }
}

fn group_rule(names: &Names<'_>, entry: &redan_model::Node, side: &str) -> GroupRule {
    let protocols = group_rules::protocols(entry);
    let mut remotes = Vec::new();
    for key in ["CidrIp", "CidrIpv6"] {
        let found = member(entry, &[key]);
        if found.unknown().is_some() {
            remotes.push(Remote::Unknown);
        } else if !found.value().is_null() {
            remotes.push(remote(found.value()));
        }
    }
    let mut by_id = |key: String| match names.named(member(entry, &[&key]).value()) {
        Named::To(id) => vec![id],
        Named::Nothing => Vec::new(),
        Named::Unknown => {
            remotes.push(Remote::Unknown);
            Vec::new()
        }
    };
    let groups = by_id(format!("{side}SecurityGroupId"));
    let prefix_lists = by_id(format!("{side}PrefixListId"));
    let rule = Rule {
        protocols,
        ports: group_rules::ports(protocols, entry),
        ..Rule::allow(Protocols::All, Ports::ALL, remotes)
    };
    GroupRule { rule, groups, prefix_lists }
}

fn prefix_lists(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("AWS::EC2::PrefixList") {
        let (entries, rest) = list(names.estate, id, &["Entries"]);
        let blocks: Vec<Block> =
            entries.iter().filter_map(|entry| Block::parse(&scalar(member(entry, &["Cidr"]).value())?)).collect();
        let stated = !resource.live || names.stated(id, &["Entries"]);
        let complete = rest.is_none() && blocks.len() == entries.len() && !resource.partial && stated;
        network.prefix_lists.items.push(PrefixList { id: names.id(id), blocks, complete });
    }
}

fn peerings_and_endpoints(names: &Names<'_>, network: &mut Network) {
    for (id, _) in names.of_kind("AWS::EC2::VPCPeeringConnection") {
        let requester = names.reference(id, &["VpcId"]).id().unwrap_or_default();
        let accepter = names.reference(id, &["PeerVpcId"]).id().unwrap_or_default();
        let region = |vpc: &str| network.vpcs.items.iter().find(|known| known.id == vpc)?.region.clone();
        let same = !names.stated(id, &["PeerRegion"]);
        let stated = names.text(id, &["RequesterRegion"]);
        let near = stated.or_else(|| region(&requester)).or_else(|| same.then(String::new));
        let far = if same { near.clone() } else { names.text(id, &["PeerRegion"]) };
        let both = [&requester, &accepter].iter().all(|vpc| network.vpcs.items.iter().any(|known| known.id == **vpc));
        let peering = Peering {
            id: names.id(id),
            requester: PeeringEnd { vpc: requester, region: near },
            accepter: PeeringEnd { vpc: accepter, region: far },
            active: names.text(id, &["StatusCode"]).map(|code| code == "active").or(both.then_some(true)),
        };
        network.peerings.items.push(peering);
    }
    for (id, _) in names.of_kind("AWS::EC2::VPCEndpoint") {
        let kind = match names.text(id, &["VpcEndpointType"]).as_deref() {
            Some("Interface") => EndpointKind::Interface,
            Some("GatewayLoadBalancer") => EndpointKind::Inspection,
            _ => EndpointKind::Gateway,
        };
        network.endpoints.items.push(Endpoint {
            id: names.id(id),
            vpc: names.reference(id, &["VpcId"]).id().unwrap_or_default(),
            kind,
            subnets: names.references(id, &["SubnetIds"]).0,
        });
    }
}
