//! Route tables, gateways, peerings, transit gateways and endpoints of recorded answers.

use std::collections::BTreeMap;

use redan_network::aws::{
    Attached, Endpoint, EndpointKind, Gateway, Id, NatGateway, Network, Peering, PeeringEnd, Route, RouteTable,
    RouteTo, Target, TransitAttachment, TransitGateway, TransitRoute, TransitTable, VpnConnection,
};
use serde_json::Value;

use super::recorded::{Answers, block, each, some_text, text, texts};

pub(super) fn read(answers: &Answers, network: &mut Network) -> Result<(), String> {
    answers.list("RouteTables", &mut network.tables, |value| Some(table(value)))?;
    answers.list("InternetGateways", &mut network.internet_gateways, |value| {
        Some(gateway(value, "InternetGatewayId", "Attachments"))
    })?;
    answers.list("EgressOnlyInternetGateways", &mut network.egress_only_gateways, |value| {
        Some(gateway(value, "EgressOnlyInternetGatewayId", "Attachments"))
    })?;
    answers.list("VpnGateways", &mut network.vpn_gateways, |value| {
        Some(gateway(value, "VpnGatewayId", "VpcAttachments"))
    })?;
    answers.list("VpnConnections", &mut network.vpn_connections, vpn)?;
    answers.list("NatGateways", &mut network.nat_gateways, |value| Some(nat(value)))?;
    answers.list("VpcPeeringConnections", &mut network.peerings, |value| Some(peering(value)))?;
    answers.list("VpcEndpoints", &mut network.endpoints, |value| Some(endpoint(value)))?;
    let scope = &answers.scope;
    answers.list("TransitGateways", &mut network.transit_gateways, |value| {
        let group_references = value["Options"]["SecurityGroupReferencingSupport"] == "enable";
        Some(TransitGateway { id: text(value, "TransitGatewayId"), scope: scope.clone(), group_references })
    })?;
    transit_attachments(answers, network)?;
    transit_tables(answers, network)
}

fn table(value: &Value) -> RouteTable {
    let main = each(value, "Associations").any(|association| association["Main"].as_bool() == Some(true));
    RouteTable {
        id: text(value, "RouteTableId"),
        vpc: text(value, "VpcId"),
        main,
        subnets: texts(value, "Associations", "SubnetId"),
        gateways: texts(value, "Associations", "GatewayId"),
        routes: each(value, "Routes").map(route).collect(),
        complete: true,
    }
}

fn route(value: &Value) -> Route {
    let to = match (block(value, "DestinationCidrBlock").or(block(value, "DestinationIpv6CidrBlock")), value) {
        (Some(block), _) => RouteTo::Block(block),
        (None, value) => some_text(value, "DestinationPrefixListId").map_or(RouteTo::Unknown, RouteTo::PrefixList),
    };
    Route {
        to,
        target: target(value),
        blackhole: value["State"] == "blackhole",
        propagated: value["Origin"] == "EnableVgwRoutePropagation",
    }
}

fn target(value: &Value) -> Target {
    let named = |key: &str| some_text(value, key);
    let other = ["CarrierGatewayId", "LocalGatewayId", "CoreNetworkArn"];
    if let Some(id) = named("NatGatewayId") {
        Target::NatGateway(id)
    } else if let Some(id) = named("VpcPeeringConnectionId") {
        Target::Peering(id)
    } else if let Some(id) = named("TransitGatewayId") {
        Target::TransitGateway(id)
    } else if let Some(id) = named("EgressOnlyInternetGatewayId") {
        Target::EgressOnlyGateway(id)
    } else if let Some(id) = named("NetworkInterfaceId") {
        Target::Interface(id)
    } else if let Some(id) = named("InstanceId") {
        Target::Instance(id)
    } else if let Some(id) = named("GatewayId") {
        match id.split('-').next().unwrap_or_default() {
            "local" => Target::Local,
            "igw" => Target::InternetGateway(id),
            "vgw" => Target::VpnGateway(id),
            "vpce" => Target::Endpoint(id),
            _ => Target::Other(id),
        }
    } else {
        other.into_iter().find_map(named).map_or(Target::Unknown, Target::Other)
    }
}

fn gateway(value: &Value, key: &str, attachments: &str) -> Gateway {
    let works = |entry: &&Value| matches!(entry["State"].as_str(), Some("available" | "attached"));
    let vpcs = each(value, attachments).filter(works).filter_map(|entry| some_text(entry, "VpcId"));
    Gateway { id: text(value, key), vpcs: vpcs.collect() }
}

fn vpn(value: &Value) -> Option<VpnConnection> {
    if matches!(value["State"].as_str(), Some("deleted" | "deleting")) {
        return None;
    }
    let fixed = value["Options"]["StaticRoutesOnly"].as_bool() == Some(true);
    let routes = each(value, "Routes").filter_map(|route| block(route, "DestinationCidrBlock")).collect();
    Some(VpnConnection {
        id: text(value, "VpnConnectionId"),
        gateway: some_text(value, "VpnGatewayId").unwrap_or_else(|| text(value, "TransitGatewayId")),
        static_routes: fixed.then_some(routes),
    })
}

fn nat(value: &Value) -> NatGateway {
    let first = &value["NatGatewayAddresses"][0];
    NatGateway {
        id: text(value, "NatGatewayId"),
        subnet: text(value, "SubnetId"),
        address: first["PrivateIp"].as_str().and_then(|address| address.parse().ok()),
        public: first["PublicIp"].is_string(),
        available: value["State"] == "available",
    }
}

fn peering(value: &Value) -> Peering {
    let end = |key: &str| PeeringEnd { vpc: text(&value[key], "VpcId"), region: some_text(&value[key], "Region") };
    Peering {
        id: text(value, "VpcPeeringConnectionId"),
        requester: end("RequesterVpcInfo"),
        accepter: end("AccepterVpcInfo"),
        active: value["Status"]["Code"].as_str().map(|code| code == "active"),
    }
}

fn endpoint(value: &Value) -> Endpoint {
    let kind = match value["VpcEndpointType"].as_str() {
        Some("Interface") => EndpointKind::Interface,
        Some("GatewayLoadBalancer") => EndpointKind::Inspection,
        _ => EndpointKind::Gateway,
    };
    let subnets = each(value, "SubnetIds").filter_map(|id| id.as_str().map(ToOwned::to_owned)).collect();
    Endpoint { id: text(value, "VpcEndpointId"), vpc: text(value, "VpcId"), kind, subnets }
}

fn transit_attachments(answers: &Answers, network: &mut Network) -> Result<(), String> {
    let doors: BTreeMap<Id, Value> = answers
        .entries("TransitGatewayVpcAttachments")?
        .unwrap_or_default()
        .into_iter()
        .map(|value| (text(&value, "TransitGatewayAttachmentId"), value))
        .collect();
    answers.list("TransitGatewayAttachments", &mut network.transit_attachments, |value| {
        let id = text(value, "TransitGatewayAttachmentId");
        let resource = text(value, "ResourceId");
        let detail = doors.get(&id);
        let attached = match value["ResourceType"].as_str() {
            Some("vpc") => {
                let subnets = detail.map(|detail| {
                    each(detail, "SubnetIds").filter_map(|id| id.as_str().map(ToOwned::to_owned)).collect()
                });
                Attached::Vpc { vpc: resource, subnets }
            }
            Some("peering" | "tgw-peering") => Attached::Peer(resource),
            _ => Attached::External(resource),
        };
        let associated = value["Association"]["State"] == "associated";
        Some(TransitAttachment {
            id,
            gateway: text(value, "TransitGatewayId"),
            attached,
            table: some_text(&value["Association"], "TransitGatewayRouteTableId").filter(|_| associated),
            available: value["State"] == "available",
            group_references: detail
                .is_some_and(|detail| detail["Options"]["SecurityGroupReferencingSupport"] == "enable"),
        })
    })
}

/// Joins what the owners of a transit gateway and of a VPC each see of an attachment.
pub(super) fn merge_attachments(network: &mut Network) {
    let mut merged: Vec<TransitAttachment> = Vec::new();
    for attachment in std::mem::take(&mut network.transit_attachments.items) {
        let same = |known: &&mut TransitAttachment| known.id == attachment.id && known.gateway == attachment.gateway;
        let Some(known) = merged.iter_mut().find(same) else {
            merged.push(attachment);
            continue;
        };
        known.table = known.table.take().or(attachment.table);
        known.group_references |= attachment.group_references;
        if matches!(known.attached, Attached::Vpc { subnets: None, .. }) {
            known.attached = attachment.attached;
        }
    }
    network.transit_attachments.items = merged;
}

fn transit_tables(answers: &Answers, network: &mut Network) -> Result<(), String> {
    let by_table = |name: &str| -> Result<Option<BTreeMap<Id, Value>>, String> {
        let entries = answers.entries(name)?;
        Ok(entries.map(|list| list.into_iter().map(|v| (text(&v, "TransitGatewayRouteTableId"), v)).collect()))
    };
    let routes = by_table("TransitGatewayStaticRoutes")?;
    let propagations = by_table("TransitGatewayPropagations")?;
    answers.list("TransitGatewayRouteTables", &mut network.transit_tables, |value| {
        let id = text(value, "TransitGatewayRouteTableId");
        let own_routes = routes.as_ref().and_then(|all| all.get(&id));
        let own_propagations = propagations.as_ref().and_then(|all| all.get(&id));
        let enabled = |list: &Value| {
            each(list, "TransitGatewayRouteTablePropagations")
                .filter(|entry| entry["State"] == "enabled")
                .filter_map(|entry| some_text(entry, "TransitGatewayAttachmentId"))
                .collect::<Vec<_>>()
        };
        Some(TransitTable {
            gateway: text(value, "TransitGatewayId"),
            routes: own_routes.map(|list| each(list, "Routes").map(transit_route).collect()).unwrap_or_default(),
            propagations: own_propagations.map(enabled).unwrap_or_default(),
            complete: routes.is_some() && propagations.is_some(),
            id,
        })
    })
}

fn transit_route(value: &Value) -> TransitRoute {
    TransitRoute {
        to: block(value, "DestinationCidrBlock").map_or(RouteTo::Unknown, RouteTo::Block),
        attachment: texts(value, "TransitGatewayAttachments", "TransitGatewayAttachmentId").into_iter().next(),
        blackhole: value["State"] == "blackhole",
        propagated: value["Type"] == "propagated",
    }
}
