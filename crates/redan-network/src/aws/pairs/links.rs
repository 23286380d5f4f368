//! Which networks a packet can get to at all, so that only pairs of interfaces that may be connected are looked at.
//!
//! Says too much rather than too little: what is not sure to lead nowhere leads everywhere.

use std::collections::BTreeSet;

use super::super::index::{Index, prefix_blocks};
use super::super::network::{Attached, Listing, RouteTable, RouteTo, Target, Vpc};
use super::super::reach::Version;
use crate::address::Block;
use crate::public::all_public;
use crate::rule::Known;

/// Where packets of a VPC may get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Anywhere: something on the way is not known or not modelled.
    pub(super) anywhere: bool,
    /// Out of an internet gateway and in again elsewhere.
    pub(super) internet: bool,
    /// VPCs that connections lead to, its own among them.
    pub(super) vpcs: BTreeSet<usize>,
    /// NAT gateways that may stand for the sender.
    pub(super) nats: BTreeSet<usize>,
}

/// The links of every VPC.
pub(super) fn links(index: &Index<'_>, version: Version) -> Vec<Links> {
    let vpcs = &index.network.vpcs.items;
    let crossing = version == Version::V6 || vpcs.iter().any(has_public_v4);
    let direct: Vec<Direct> = vpcs.iter().map(|vpc| Direct::of(index, vpc, crossing)).collect();
    (0..vpcs.len()).map(|start| closure(index, &direct, start)).collect()
}

/// Whether a VPC may hold IPv4 addresses that the internet routes.
pub(super) fn has_public_v4(vpc: &Vpc) -> bool {
    let v4 = vpc.blocks.iter().copied().filter(|block| matches!(block, Block::V4(..)));
    all_public(&v4.collect::<Vec<_>>()) != Some(false)
}

/// One step: what the routes of a VPC lead to.
#[derive(Default)]
struct Direct {
    anywhere: bool,
    internet: bool,
    peers: Vec<usize>,
    nats: Vec<usize>,
    transit: BTreeSet<String>,
}

impl Direct {
    fn of(index: &Index<'_>, vpc: &Vpc, crossing: bool) -> Self {
        let mut found = Self { anywhere: !vpc.blocks_known, ..Self::default() };
        if !index.network.tables.complete_in(&vpc.scope) {
            found.anywhere = true;
        }
        for subnet in index.subnets_of(&vpc.id) {
            match index.table_of(subnet) {
                Known::Is(table) => found.add_table(index, vpc, table, crossing),
                Known::Unknown => found.anywhere = true,
            }
        }
        found
    }

    fn add_table(&mut self, index: &Index<'_>, vpc: &Vpc, table: &RouteTable, crossing: bool) {
        self.anywhere |= !table.complete;
        for route in table.routes.iter().filter(|route| !route.blackhole) {
            self.anywhere |= match &route.to {
                RouteTo::Block(_) => false,
                RouteTo::PrefixList(id) => !prefix_blocks(index, id).1,
                RouteTo::Unknown => true,
            };
            self.add_target(index, vpc, &route.target, crossing);
        }
    }

    /// Out to the internet, and in wherever there is a gateway.
    fn cross(&mut self, index: &Index<'_>, crossing: bool) {
        self.internet |= crossing;
        self.anywhere |= crossing && !index.network.internet_gateways.complete();
    }

    fn add_target(&mut self, index: &Index<'_>, vpc: &Vpc, target: &Target, crossing: bool) {
        let network = index.network;
        let at_home = |subnet: &str| index.subnet(subnet).is_some_and(|subnet| subnet.vpc == vpc.id);
        match target {
            Target::Local => {}
            Target::InternetGateway(id) => {
                self.cross(index, crossing);
                self.anywhere |= index.internet_gateway(id).is_none() && may_be(&network.internet_gateways, vpc);
            }
            Target::EgressOnlyGateway(_) => self.cross(index, crossing),
            Target::NatGateway(id) => {
                self.anywhere |= match index.nat_gateway(id) {
                    Some(nat) => !at_home(&nat.subnet),
                    None => may_be(&network.nat_gateways, vpc),
                };
                self.nats.extend(index.nat_position(id));
            }
            Target::Peering(id) => match index.peering(id) {
                Some(peering) => {
                    for end in [&peering.requester, &peering.accepter].into_iter().filter(|end| end.vpc != vpc.id) {
                        self.peers.extend(index.vpc_position(&end.vpc));
                    }
                    let known = [&peering.requester, &peering.accepter].map(|end| index.vpc(&end.vpc).is_some());
                    self.anywhere |= peering.active.is_none() || known.contains(&false);
                }
                None => self.anywhere |= may_be(&network.peerings, vpc),
            },
            Target::TransitGateway(id) => {
                self.transit.insert(id.clone());
            }
            Target::VpnGateway(id) => {
                let unknown = index.vpn_gateway(id).is_none() && may_be(&network.vpn_gateways, vpc);
                self.anywhere |= unknown || !network.vpn_connections.complete();
            }
            Target::Endpoint(id) => {
                self.anywhere |= match index.endpoint(id) {
                    Some(endpoint) => endpoint.vpc != vpc.id || !endpoint.subnets.iter().all(|subnet| at_home(subnet)),
                    None => may_be(&network.endpoints, vpc),
                };
            }
            Target::Interface(id) => {
                let home = index.interface(id).and_then(|interface| interface.subnet.as_deref());
                self.anywhere |= !home.is_some_and(at_home);
            }
            Target::Instance(id) => {
                let mut owned = index.owned(id);
                let home = owned.next().and_then(|interface| interface.subnet.as_deref());
                self.anywhere |= !home.is_some_and(at_home);
            }
            Target::Other(_) | Target::Unknown => self.anywhere = true,
        }
    }
}

/// Whether an object that was not read may exist.
fn may_be<T>(list: &Listing<T>, vpc: &Vpc) -> bool {
    !list.complete_in(&vpc.scope)
}

/// Through transit gateways and their peers, and on from the VPCs attached to them.
fn closure(index: &Index<'_>, direct: &[Direct], start: usize) -> Links {
    let mut links = Links { vpcs: BTreeSet::from([start]), ..Links::default() };
    let mut passed: BTreeSet<usize> = BTreeSet::new();
    let mut gateways: BTreeSet<&str> = BTreeSet::new();
    let mut onward = vec![start];
    while let Some(vpc) = onward.pop() {
        if !passed.insert(vpc) {
            continue;
        }
        let Some(from) = direct.get(vpc) else { continue };
        links.anywhere |= from.anywhere;
        links.internet |= from.internet;
        links.vpcs.extend(&from.peers);
        links.nats.extend(&from.nats);
        let mut open: Vec<&str> = from.transit.iter().map(String::as_str).collect();
        while let Some(gateway) = open.pop() {
            if !gateways.insert(gateway) {
                continue;
            }
            links.anywhere |= !index.network.transit_attachments.complete();
            for attachment in index.attachments(gateway) {
                match &attachment.attached {
                    Attached::Vpc { vpc, .. } => match index.vpc_position(vpc) {
                        Some(vpc) => {
                            links.vpcs.insert(vpc);
                            onward.push(vpc);
                        }
                        None => links.anywhere = true,
                    },
                    Attached::Peer(peer) => open.push(peer),
                    Attached::External(_) => {}
                }
                let table = attachment.table.as_ref().map(|id| index.transit_table(id));
                links.anywhere |= match table {
                    Some(Some(table)) => !table.complete,
                    Some(None) => true,
                    None => false,
                };
            }
        }
    }
    links
}
