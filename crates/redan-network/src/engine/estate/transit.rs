//! Transit gateways of an estate: attachments, route tables, and which table holds for which attachment.

use redan_model::{Resource, ResourceId};

use super::names::{Named, Names};
use crate::aws::{Attached, Id, Network, RouteTo, TransitAttachment, TransitGateway, TransitRoute, TransitTable};
use crate::engine::read::{list, member, scalar};

const ASSOCIATION: &str = "AWS::EC2::TransitGatewayRouteTableAssociation";

/// Reads everything around transit gateways.
pub(super) fn read(names: &Names<'_>, network: &mut Network) {
    for (id, _) in names.of_kind("AWS::EC2::TransitGateway") {
        network.transit_gateways.items.push(TransitGateway {
            id: names.id(id),
            scope: String::new(),
            group_references: enabled(names, id, &["SecurityGroupReferencingSupport"]),
        });
    }
    tables(names, network);
    attachments(names, network);
    associations(names, network);
    defaults(names, network);
    for attachment in &mut network.transit_attachments.items {
        let gateway = network.transit_gateways.items.iter().find(|gateway| gateway.id == attachment.gateway);
        attachment.group_references &= gateway.is_some_and(|gateway| gateway.group_references);
    }
}

fn enabled(names: &Names<'_>, id: ResourceId, path: &[&str]) -> bool {
    names.text(id, path).is_some_and(|text| text == "enable")
}

fn tables(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("AWS::EC2::TransitGatewayRouteTable") {
        let (routes, more_routes) = list(names.estate, id, &["Routes"]);
        let (propagations, more) = list(names.estate, id, &["Propagations"]);
        let attachment = |entry: &redan_model::Node| {
            let held = member(entry, &["TransitGatewayAttachmentId"]);
            names.named(held.value()).id()
        };
        let text = |entry: &redan_model::Node, key: &str| scalar(member(entry, &[key]).value());
        let route = |entry: &redan_model::Node| {
            let block = text(entry, "DestinationCidrBlock").and_then(|text| crate::address::Block::parse(&text));
            let prefixes = || names.named(member(entry, &["PrefixListId"]).value()).id();
            TransitRoute {
                to: block
                    .map(RouteTo::Block)
                    .or_else(|| prefixes().map(RouteTo::PrefixList))
                    .unwrap_or(RouteTo::Unknown),
                attachment: attachment(entry),
                blackhole: text(entry, "State").is_some_and(|state| state == "blackhole"),
                propagated: text(entry, "Type").is_some_and(|kind| kind == "propagated"),
            }
        };
        let enabled = |entry: &&redan_model::Node| text(entry, "State").is_none_or(|state| state == "enabled");
        network.transit_tables.items.push(TransitTable {
            id: names.id(id),
            gateway: names.reference(id, &["TransitGatewayId"]).id().unwrap_or_default(),
            routes: routes.iter().map(route).collect(),
            propagations: propagations.iter().filter(enabled).filter_map(attachment).collect(),
            complete: more_routes.is_none() && more.is_none() && !resource.partial,
        });
    }
}

fn attachments(names: &Names<'_>, network: &mut Network) {
    for (id, _) in names.of_kind("AWS::EC2::TransitGatewayAttachment") {
        let (subnets, known) = names.references(id, &["SubnetIds"]);
        let vpc = names.reference(id, &["VpcId"]).id().unwrap_or_default();
        add(
            network,
            TransitAttachment {
                id: names.id(id),
                gateway: names.reference(id, &["TransitGatewayId"]).id().unwrap_or_default(),
                attached: Attached::Vpc { vpc, subnets: known.then_some(subnets) },
                table: None,
                available: available(names, id),
                group_references: names
                    .text(id, &["Options", "SecurityGroupReferencingSupport"])
                    .is_none_or(|text| text == "enable"),
            },
        );
    }
    for (id, _) in names.of_kind("AWS::EC2::TransitGatewayPeeringAttachment") {
        let near = names.reference(id, &["TransitGatewayId"]).id().unwrap_or_default();
        let far = names.reference(id, &["PeerTransitGatewayId"]).id().unwrap_or_default();
        for (gateway, peer) in [(&near, &far), (&far, &near)] {
            add(
                network,
                TransitAttachment {
                    id: names.id(id),
                    gateway: gateway.clone(),
                    attached: Attached::Peer(peer.clone()),
                    table: None,
                    available: available(names, id),
                    group_references: false,
                },
            );
        }
    }
}

fn available(names: &Names<'_>, id: ResourceId) -> bool {
    names.text(id, &["State"]).is_none_or(|state| state == "available")
}

/// Adds an attachment, or what it says beyond the same one that another account saw.
fn add(network: &mut Network, attachment: TransitAttachment) {
    let items = &mut network.transit_attachments.items;
    let same = |known: &&mut TransitAttachment| known.id == attachment.id && known.gateway == attachment.gateway;
    let Some(known) = items.iter_mut().find(same) else {
        items.push(attachment);
        return;
    };
    known.table = known.table.take().or(attachment.table);
    known.group_references |= attachment.group_references;
    if matches!(known.attached, Attached::Vpc { subnets: None, .. }) {
        known.attached = attachment.attached;
    }
}

/// Which route table holds for what comes in through an attachment; for attachments that are no VPC's, also what they
/// are.
fn associations(names: &Names<'_>, network: &mut Network) {
    for (id, _) in names.of_kind(ASSOCIATION) {
        let Named::To(attachment) = names.reference(id, &["TransitGatewayAttachmentId"]) else { continue };
        let state = names.text(id, &["AssociationState"]);
        let table = names.reference(id, &["TransitGatewayRouteTableId"]).id();
        let table = table.filter(|_| state.is_none_or(|state| state == "associated"));
        let gateway = names.reference(id, &["TransitGatewayId"]).id();
        let gateway = gateway.or_else(|| {
            let table = table.as_ref()?;
            network.transit_tables.items.iter().find(|known| known.id == *table).map(|known| known.gateway.clone())
        });
        let Some(gateway) = gateway else { continue };
        let target = names.text(id, &["ResourceId"]).unwrap_or_default();
        let attached = match names.text(id, &["ResourceType"]).as_deref() {
            Some("peering" | "tgw-peering") => Attached::Peer(target),
            Some("vpc") | None => Attached::Vpc { vpc: target, subnets: None },
            Some(_) => Attached::External(target),
        };
        add(
            network,
            TransitAttachment {
                id: attachment,
                gateway,
                attached,
                table,
                available: available(names, id),
                group_references: false,
            },
        );
    }
}

/// In code a gateway has a default table, which holds for every attachment and takes the routes of each unless they say
/// otherwise.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
fn defaults(names: &Names<'_>, network: &mut Network) {
    for (id, resource) in names.of_kind("AWS::EC2::TransitGateway").filter(|(_, gateway)| made_in_code(gateway)) {
        let gateway = names.id(id);
        let table: Id = format!("default route table of {gateway}");
        let associates = enabled(names, id, &["DefaultRouteTableAssociation"]);
        let propagates = enabled(names, id, &["DefaultRouteTablePropagation"]);
        let mut propagations = Vec::new();
        for attachment in network.transit_attachments.items.iter_mut().filter(|one| one.gateway == gateway) {
            let own = names.resource(&attachment.id);
            let wants = |key: &str| own.is_none_or(|own| names.flag(own, &[key]) != Some(false));
            if attachment.table.is_none() && associates && wants("DefaultRouteTableAssociation") {
                attachment.table = Some(table.clone());
            }
            if propagates && wants("DefaultRouteTablePropagation") {
                propagations.push(attachment.id.clone());
            }
        }
        network.transit_tables.items.push(TransitTable {
            id: table,
            gateway,
            routes: Vec::new(),
            propagations,
            complete: resource.open.is_none(),
        });
    }
}

fn made_in_code(gateway: &Resource) -> bool {
    !gateway.live && !gateway.partial
}
