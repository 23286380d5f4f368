//! VPCs, subnets, interfaces, security groups, network ACLs and prefix lists of recorded answers.

use redan_network::aws::{
    Acl, Group, GroupRule, Interface, InterfaceAddress, Mapping, Network, OwnerKind, PrefixList, Subnet, Vpc,
};
use redan_network::{Action, Known, Ports, Protocol, Protocols, Remote, Rule};
use serde_json::Value;

use super::recorded::{Answers, block, each, some_text, text, texts};

pub(super) fn read(answers: &Answers, network: &mut Network) -> Result<(), String> {
    let scope = &answers.scope;
    answers.list("Vpcs", &mut network.vpcs, |value| Some(vpc(value, scope)))?;
    answers.list("Subnets", &mut network.subnets, |value| Some(subnet(value)))?;
    let endpoints = answers.entries("VpcEndpoints")?.unwrap_or_default();
    answers.list("NetworkInterfaces", &mut network.interfaces, |value| Some(interface(value, &endpoints)))?;
    answers.list("SecurityGroups", &mut network.groups, |value| Some(group(value)))?;
    answers.list("NetworkAcls", &mut network.acls, |value| Some(acl(value)))?;
    answers.list("PrefixLists", &mut network.prefix_lists, |value| {
        let blocks = each(value, "Cidrs").filter_map(|cidr| redan_network::Block::parse(cidr.as_str()?)).collect();
        Some(PrefixList { id: text(value, "PrefixListId"), blocks, complete: true })
    })
}

fn vpc(value: &Value, scope: &str) -> Vpc {
    let mut blocks: Vec<_> = block(value, "CidrBlock").into_iter().collect();
    blocks.extend(each(value, "CidrBlockAssociationSet").filter_map(|entry| block(entry, "CidrBlock")));
    blocks.extend(each(value, "Ipv6CidrBlockAssociationSet").filter_map(|entry| block(entry, "Ipv6CidrBlock")));
    blocks.sort();
    blocks.dedup();
    Vpc { id: text(value, "VpcId"), scope: scope.to_owned(), region: None, blocks, blocks_known: true }
}

fn subnet(value: &Value) -> Subnet {
    let mut blocks: Vec<_> = block(value, "CidrBlock").into_iter().collect();
    blocks.extend(each(value, "Ipv6CidrBlockAssociationSet").filter_map(|entry| block(entry, "Ipv6CidrBlock")));
    let zone = some_text(value, "AvailabilityZone");
    Subnet { id: text(value, "SubnetId"), vpc: text(value, "VpcId"), zone, blocks, blocks_known: true }
}

fn interface(value: &Value, endpoints: &[Value]) -> Interface {
    let id = text(value, "NetworkInterfaceId");
    let (owner, owner_kind) = owner(value, &id, endpoints);
    let addresses = each(value, "PrivateIpAddresses").filter_map(|entry| {
        let address = entry["PrivateIpAddress"].as_str()?.parse().ok()?;
        let public = entry["Association"]["PublicIp"].as_str().and_then(|public| public.parse().ok());
        Some(InterfaceAddress { address: Known::Is(address), public: public.map_or(Mapping::None, Mapping::To) })
    });
    let v6: Vec<_> = texts(value, "Ipv6Addresses", "Ipv6Address").iter().filter_map(|text| text.parse().ok()).collect();
    Interface {
        owner,
        owner_kind,
        subnet: some_text(value, "SubnetId"),
        addresses: addresses.collect(),
        has_v6: Some(!v6.is_empty()),
        v6,
        groups: texts(value, "Groups", "GroupId"),
        groups_known: value["Groups"].is_array(),
        forwards: value["SourceDestCheck"].as_bool().map(|check| !check),
        listens: true,
        id,
    }
}

/// What an interface belongs to: its instance, else what its type and description name, else itself.
fn owner(value: &Value, id: &str, endpoints: &[Value]) -> (String, OwnerKind) {
    let named = |prefix: &str| {
        let words = value["Description"].as_str().unwrap_or_default().split_whitespace();
        words.into_iter().find(|word| word.starts_with(prefix)).map(ToOwned::to_owned)
    };
    if let Some(instance) = some_text(&value["Attachment"], "InstanceId") {
        return (instance, OwnerKind::Workload);
    }
    match value["InterfaceType"].as_str().unwrap_or_default() {
        "nat_gateway" => (named("nat-").unwrap_or_else(|| id.to_owned()), OwnerKind::NatGateway),
        "vpc_endpoint" | "gateway_load_balancer_endpoint" => {
            let holds = |endpoint: &&Value| each(endpoint, "NetworkInterfaceIds").any(|held| held == id);
            let endpoint = endpoints.iter().find(holds).and_then(|endpoint| some_text(endpoint, "VpcEndpointId"));
            (endpoint.or_else(|| named("vpce-")).unwrap_or_else(|| id.to_owned()), OwnerKind::Endpoint)
        }
        "transit_gateway" => (id.to_owned(), OwnerKind::TransitAttachment),
        "network_load_balancer" | "gateway_load_balancer" => (id.to_owned(), OwnerKind::LoadBalancer),
        _ => (id.to_owned(), OwnerKind::Workload),
    }
}

fn group(value: &Value) -> Group {
    let rules = |key: &str| each(value, key).map(group_rule).collect();
    Group {
        id: text(value, "GroupId"),
        vpc: some_text(value, "VpcId"),
        inbound: rules("IpPermissions"),
        outbound: rules("IpPermissionsEgress"),
        complete: true,
    }
}

fn group_rule(value: &Value) -> GroupRule {
    let v4 = each(value, "IpRanges").filter_map(|range| block(range, "CidrIp"));
    let v6 = each(value, "Ipv6Ranges").filter_map(|range| block(range, "CidrIpv6"));
    let protocols = protocols(value, "IpProtocol");
    let rule = Rule {
        protocols,
        ports: ports(protocols, value["FromPort"].as_i64(), value["ToPort"].as_i64()),
        ..Rule::allow(Protocols::All, Ports::ALL, v4.chain(v6).map(Remote::Block).collect())
    };
    GroupRule {
        rule,
        groups: texts(value, "UserIdGroupPairs", "GroupId"),
        prefix_lists: texts(value, "PrefixListIds", "PrefixListId"),
    }
}

fn acl(value: &Value) -> Acl {
    let entries = |egress: bool| {
        let mine = each(value, "Entries").filter(|entry| entry["Egress"].as_bool() == Some(egress));
        mine.map(acl_rule).collect()
    };
    Acl {
        id: text(value, "NetworkAclId"),
        vpc: text(value, "VpcId"),
        default: value["IsDefault"].as_bool() == Some(true),
        subnets: texts(value, "Associations", "SubnetId"),
        inbound: entries(false),
        outbound: entries(true),
        complete: true,
    }
}

fn acl_rule(value: &Value) -> Rule {
    let protocols = protocols(value, "Protocol");
    let range = &value["PortRange"];
    let types = &value["IcmpTypeCode"];
    let (from, to) = match protocols {
        Known::Is(Protocols::One(protocol)) if protocol.has_types() => (types["Type"].as_i64(), types["Code"].as_i64()),
        _ => (range["From"].as_i64(), range["To"].as_i64()),
    };
    let blocks = [block(value, "CidrBlock"), block(value, "Ipv6CidrBlock")];
    let action = match value["RuleAction"].as_str() {
        Some("allow") => Known::Is(Action::Allow),
        Some("deny") => Known::Is(Action::Deny),
        _ => Known::Unknown,
    };
    let number = value["RuleNumber"].as_u64().and_then(|number| u32::try_from(number).ok());
    Rule {
        action,
        priority: number.map_or(Known::Unknown, Known::Is),
        protocols,
        ports: ports(protocols, from, to),
        remotes: blocks.into_iter().flatten().map(Remote::Block).collect(),
        partial: false,
    }
}

fn protocols(value: &Value, key: &str) -> Known<Protocols> {
    value[key].as_str().and_then(Protocols::parse).map_or(Known::Unknown, Known::Is)
}

/// The ports of a rule: none where the protocol has neither ports nor types, and everything where they are left out.
fn ports(protocols: Known<Protocols>, from: Option<i64>, to: Option<i64>) -> Vec<Known<Ports>> {
    let Known::Is(Protocols::One(protocol)) = protocols else { return Vec::new() };
    let range = match (protocol, from, to) {
        (protocol, Some(kind), code) if protocol.has_types() => Ports::icmp(kind, code.unwrap_or(-1)),
        (Protocol::TCP | Protocol::UDP, Some(from), Some(to)) => {
            u16::try_from(from).ok().zip(u16::try_from(to).ok()).map(|(from, to)| Ports::new(from, to))
        }
        _ => return Vec::new(),
    };
    vec![range.map_or(Known::Unknown, Known::Is)]
}
