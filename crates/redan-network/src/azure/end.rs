//! An end of a packet as Azure's rules name it: by block, service tag or application security group.

use super::index::Index;
use super::network::{Id, Nic, Prefix, Subnet};
use crate::address::Block;
use crate::place::{Place, any};

/// The address of Azure's own host services: probes, DNS, DHCP.
/// <https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16>
const HOST: Block = Block::V4(0xA83F_8110, 0xA83F_8110);

/// One end of a packet.
#[derive(Clone)]
pub(crate) struct End<'n> {
    pub(crate) place: Place,
    pub(crate) nic: Option<&'n Nic>,
}

impl<'n> End<'n> {
    /// The end at an interface.
    pub(crate) fn at(index: &Index<'n>, nic: &'n Nic) -> Self {
        let place = match nic.addresses.first() {
            Some(&address) => Place::At(address),
            None => match index.subnet_of(nic) {
                Some(subnet) if subnet.blocks_known && !subnet.blocks.is_empty() => {
                    Place::Within(subnet.blocks.clone())
                }
                _ => Place::Anywhere,
            },
        };
        Self { place, nic: Some(nic) }
    }

    /// Whether a rule at a subnet names this end.
    pub(crate) fn named(&self, index: &Index<'n>, subnet: Option<&'n Subnet>, prefixes: &[Prefix]) -> Option<bool> {
        any(prefixes.iter().map(|prefix| self.is(index, subnet, prefix)))
    }

    fn is(&self, index: &Index<'n>, subnet: Option<&'n Subnet>, prefix: &Prefix) -> Option<bool> {
        match prefix {
            Prefix::Any => Some(true),
            Prefix::Block(block) => self.place.inside(block),
            Prefix::Tag(tag) => self.tagged(index, subnet, tag),
            Prefix::ApplicationGroup(group) => Some(self.nic.is_some_and(|nic| member(nic, group))),
            Prefix::Unknown => None,
        }
    }

    /// <https://learn.microsoft.com/azure/virtual-network/service-tags-overview>
    fn tagged(&self, index: &Index<'n>, subnet: Option<&'n Subnet>, tag: &str) -> Option<bool> {
        match tag.to_ascii_lowercase().as_str() {
            "virtualnetwork" => self.in_virtual_network(index, subnet),
            "internet" => match (self.in_virtual_network(index, subnet), self.place.is_public()) {
                (Some(true), _) | (_, Some(false)) => Some(false),
                (Some(false), Some(true)) => Some(true),
                _ => None,
            },
            "azureloadbalancer" => self.place.inside(&HOST),
            _ => match index.tag(tag) {
                Some(blocks) => self.place.inside_any(blocks),
                None => match self.place.is_public() {
                    Some(false) => Some(false),
                    _ if self.nic.is_some() => Some(false),
                    _ => None,
                },
            },
        }
    }

    /// Whether the address is what the tag `VirtualNetwork` means at a subnet: the address space of the network and its
    /// peers, what lies beyond a gateway, Azure's host address, and every prefix of a user-defined route.
    fn in_virtual_network(&self, index: &Index<'n>, subnet: Option<&'n Subnet>) -> Option<bool> {
        let subnet = subnet?;
        let vnet = index.vnet(&subnet.vnet)?;
        if let Some(home) = self.nic.and_then(|nic| index.subnet_of(nic)) {
            let peered = vnet.peerings.iter().any(|peering| peering.remote == home.vnet && peering.allows_access);
            if home.vnet == vnet.id || peered {
                return Some(true);
            }
        }
        let mut found = vec![self.place.inside(&HOST)];
        found.push(with_doubt(self.place.inside_any(&vnet.blocks), vnet.blocks_known));
        for peering in vnet.peerings.iter().filter(|peering| peering.allows_access) {
            found.push(match index.vnet(&peering.remote) {
                Some(peer) => with_doubt(self.place.inside_any(&peer.blocks), peer.blocks_known),
                None => self.private_or_unknown(),
            });
        }
        if vnet.has_gateway {
            found.push(self.private_or_unknown());
        }
        match index.table_of(subnet) {
            crate::rule::Known::Unknown => found.push(None),
            crate::rule::Known::Is(None) => {}
            crate::rule::Known::Is(Some(table)) => {
                for route in &table.routes {
                    found.push(match &route.to {
                        Prefix::Any => Some(true),
                        Prefix::Block(block) => self.place.inside(block),
                        _ => None,
                    });
                }
                if !table.complete {
                    found.push(None);
                }
            }
        }
        any(found)
    }

    /// Networks of which nothing is known hold private addresses.
    fn private_or_unknown(&self) -> Option<bool> {
        if self.place.is_public() == Some(true) { Some(false) } else { None }
    }
}

fn member(nic: &Nic, group: &Id) -> bool {
    nic.application_groups.iter().any(|held| held.eq_ignore_ascii_case(group))
}

fn with_doubt(found: Option<bool>, known: bool) -> Option<bool> {
    if found == Some(false) && !known { None } else { found }
}
