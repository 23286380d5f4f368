//! Where a subnet of Azure sends a packet: longest prefix, and at equal length a user-defined route before a system one.
//!
//! <https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview>

use super::index::Index;
use super::network::{NextHop, Prefix, Subnet};
use crate::place::Place;
use crate::rule::Known;

/// The next hop for a destination.
pub(crate) fn next_hop(index: &Index<'_>, subnet: &Subnet, destination: &Place, inside: Option<bool>) -> NextHop {
    let (length, system) = system_route(index, subnet, destination, inside);
    let table = match index.table_of(subnet) {
        Known::Unknown => return NextHop::Unknown,
        Known::Is(None) => return system,
        Known::Is(Some(table)) => table,
    };
    let mut best = (length, false, system);
    let mut doubtful = Vec::new();
    for route in &table.routes {
        let (matched, length) = match &route.to {
            Prefix::Any => (Some(true), 0),
            Prefix::Block(block) => (destination.inside(block), block.prefix_length()),
            Prefix::Tag(_) | Prefix::ApplicationGroup(_) | Prefix::Unknown => (None, u32::MAX),
        };
        match matched {
            Some(true) if (length, true) > (best.0, best.1) => best = (length, true, route.next.clone()),
            None => doubtful.push((length, &route.next)),
            Some(_) => {}
        }
    }
    let contested = doubtful.iter().any(|(length, next)| *length >= best.0 && **next != best.2);
    if contested || (!table.complete && best.2 != NextHop::VirtualNetwork) { NextHop::Unknown } else { best.2 }
}

/// The system route: into the network and its peers by their blocks, and everything else to the internet, except private
/// and shared addresses, which are dropped.
fn system_route(index: &Index<'_>, subnet: &Subnet, destination: &Place, inside: Option<bool>) -> (u32, NextHop) {
    let Some(vnet) = index.vnet(&subnet.vnet) else { return (0, NextHop::Unknown) };
    let peers = vnet.peerings.iter().filter(|peering| index.peered(&vnet.id, &peering.remote));
    let networks = std::iter::once(vnet).chain(peers.filter_map(|peering| index.vnet(&peering.remote)));
    let mut longest = None;
    let mut doubt = false;
    for network in networks {
        doubt |= index.in_vnet(network, destination).is_none();
        for block in network.blocks.iter().filter(|block| destination.inside(block) == Some(true)) {
            longest = longest.max(Some(block.prefix_length()));
        }
    }
    match (longest, inside, destination.is_public()) {
        (Some(length), ..) => (length, NextHop::VirtualNetwork),
        (None, Some(true), _) => (SHORTEST_SPACE, NextHop::VirtualNetwork),
        (None, _, _) if doubt => (0, NextHop::Unknown),
        (None, _, Some(true)) => (0, NextHop::Internet),
        (None, _, Some(false)) => (8, NextHop::None),
        (None, _, None) => (0, NextHop::Unknown),
    }
}

/// An address space whose blocks are not known is taken to be at least this specific.
const SHORTEST_SPACE: u32 = 8;
