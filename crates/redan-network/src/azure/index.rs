//! Lookups over a network of Azure.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::network::{Network, Nic, RouteTable, SecurityGroup, Subnet, Vnet};
use crate::address::Block;
use crate::place::Place;
use crate::rule::Known;

type Positions<'n> = FxHashMap<&'n str, usize>;

/// A network with its lookups.
pub(crate) struct Index<'n> {
    pub(crate) network: &'n Network,
    vnets: Positions<'n>,
    subnets: Positions<'n>,
    nics: Positions<'n>,
    groups: Positions<'n>,
    tables: Positions<'n>,
    holders: FxHashMap<(&'n str, IpAddr), usize>,
}

fn positions<'n, T>(items: &'n [T], id: impl Fn(&'n T) -> &'n str) -> Positions<'n> {
    items.iter().enumerate().map(|(index, item)| (id(item), index)).collect()
}

impl<'n> Index<'n> {
    pub(crate) fn new(network: &'n Network) -> Self {
        let mut index = Self {
            network,
            vnets: positions(&network.vnets, |x| &x.id),
            subnets: positions(&network.subnets, |x| &x.id),
            nics: positions(&network.nics, |x| &x.id),
            groups: positions(&network.groups, |x| &x.id),
            tables: positions(&network.tables, |x| &x.id),
            holders: FxHashMap::default(),
        };
        for (position, nic) in network.nics.iter().enumerate() {
            if let Some(vnet) = index.subnet_of(nic).map(|subnet| subnet.vnet.as_str()) {
                index.holders.extend(nic.addresses.iter().map(|address| ((vnet, *address), position)));
            }
        }
        index
    }

    pub(crate) fn vnet(&self, id: &str) -> Option<&'n Vnet> {
        self.vnets.get(id).and_then(|&i| self.network.vnets.get(i))
    }

    pub(crate) fn subnet(&self, id: &str) -> Option<&'n Subnet> {
        self.subnets.get(id).and_then(|&i| self.network.subnets.get(i))
    }

    /// An interface by its id, or the first one of a machine.
    pub(crate) fn nic(&self, id: &str) -> Option<&'n Nic> {
        let by_id = self.nics.get(id).and_then(|&i| self.network.nics.get(i));
        by_id.or_else(|| self.network.nics.iter().find(|nic| nic.owner == id))
    }

    pub(crate) fn subnet_of(&self, nic: &Nic) -> Option<&'n Subnet> {
        self.subnet(nic.subnet.as_deref()?)
    }

    pub(crate) fn group(&self, id: &str) -> Option<&'n SecurityGroup> {
        self.groups.get(id).and_then(|&i| self.network.groups.get(i))
    }

    /// The route table of a subnet.
    pub(crate) fn table_of(&self, subnet: &Subnet) -> Known<Option<&'n RouteTable>> {
        match &subnet.table {
            Known::Unknown => Known::Unknown,
            Known::Is(None) => Known::Is(None),
            Known::Is(Some(id)) => match self.tables.get(id.as_str()).and_then(|&i| self.network.tables.get(i)) {
                Some(table) => Known::Is(Some(table)),
                None => Known::Unknown,
            },
        }
    }

    /// The blocks of a service tag; tags are compared without regard to case.
    pub(crate) fn tag(&self, tag: &str) -> Option<&'n [Block]> {
        let mut known = self.network.tags.iter();
        known.find(|(name, _)| name.eq_ignore_ascii_case(tag)).map(|(_, blocks)| blocks.as_slice())
    }

    /// The interface that holds an address in a virtual network or one of its peers.
    pub(crate) fn holder(&self, vnet: &str, address: IpAddr) -> Option<&'n Nic> {
        let peers = self.vnet(vnet).map_or(&[][..], |vnet| vnet.peerings.as_slice());
        let places = std::iter::once(vnet).chain(peers.iter().map(|peering| peering.remote.as_str()));
        let mut found = places.filter_map(|place| self.holders.get(&(place, address)));
        found.next().and_then(|&position| self.network.nics.get(position))
    }

    /// Whether two virtual networks are peered, with both ends allowing access.
    pub(crate) fn peered(&self, near: &str, far: &str) -> bool {
        let allows = |from: &str, to: &str| {
            self.vnet(from)
                .is_some_and(|vnet| vnet.peerings.iter().any(|peering| peering.remote == to && peering.allows_access))
        };
        allows(near, far) && allows(far, near)
    }

    /// Whether a place lies in a virtual network.
    pub(crate) fn in_vnet(&self, vnet: &Vnet, place: &Place) -> Option<bool> {
        match place.inside_any(&vnet.blocks) {
            Some(false) if !vnet.blocks_known => None,
            known => known,
        }
    }
}
