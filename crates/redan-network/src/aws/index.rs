//! Lookups over a network: who is where, and which table and list belongs to what.
//!
//! Built once; every later step finds objects by position. Nothing here decides where a packet goes.

use std::cell::OnceCell;
use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::network::{
    Acl, Endpoint, Gateway, Group, Id, Interface, Mapping, NatGateway, Network, Peering, PrefixList, RouteTable,
    Subnet, TransitAttachment, TransitTable, Vpc,
};
use crate::rule::Known;

/// Positions by id.
type Positions<'a> = FxHashMap<&'a str, usize>;

/// A network with its lookups.
pub(crate) struct Index<'a> {
    pub(crate) network: &'a Network,
    vpcs: Positions<'a>,
    subnets: Positions<'a>,
    groups: Positions<'a>,
    prefix_lists: Positions<'a>,
    internet_gateways: Positions<'a>,
    vpn_gateways: Positions<'a>,
    nat_gateways: Positions<'a>,
    peerings: Positions<'a>,
    transit_tables: Positions<'a>,
    endpoints: Positions<'a>,
    internet_gateways_of: FxHashMap<&'a str, usize>,
    holders: OnceCell<Holders<'a>>,
    subnet_tables: Positions<'a>,
    main_tables: Positions<'a>,
    gateway_tables: Positions<'a>,
    subnet_acls: Positions<'a>,
    default_acls: Positions<'a>,
    vpc_subnets: FxHashMap<&'a str, Vec<usize>>,
    attached: FxHashMap<&'a str, Vec<usize>>,
}

/// Which interface belongs to whom and holds which address. Built when first asked for: sets need none of it.
#[derive(Default)]
struct Holders<'a> {
    interfaces: Positions<'a>,
    /// The first one of each owner, and the others, of which there are seldom any.
    owners: FxHashMap<&'a str, (usize, Vec<usize>)>,
    private: FxHashMap<(&'a str, IpAddr), usize>,
    public: FxHashMap<IpAddr, (usize, Option<IpAddr>)>,
}

fn positions<'a, T>(items: &'a [T], id: impl Fn(&'a T) -> &'a str) -> Positions<'a> {
    items.iter().enumerate().map(|(index, item)| (id(item), index)).collect()
}

impl<'a> Index<'a> {
    pub(crate) fn new(network: &'a Network) -> Self {
        let mut index = Self {
            network,
            vpcs: positions(&network.vpcs.items, |x| &x.id),
            subnets: positions(&network.subnets.items, |x| &x.id),
            groups: positions(&network.groups.items, |x| &x.id),
            prefix_lists: positions(&network.prefix_lists.items, |x| &x.id),
            internet_gateways: positions(&network.internet_gateways.items, |x| &x.id),
            vpn_gateways: positions(&network.vpn_gateways.items, |x| &x.id),
            nat_gateways: positions(&network.nat_gateways.items, |x| &x.id),
            peerings: positions(&network.peerings.items, |x| &x.id),
            transit_tables: positions(&network.transit_tables.items, |x| &x.id),
            endpoints: positions(&network.endpoints.items, |x| &x.id),
            internet_gateways_of: FxHashMap::default(),
            holders: OnceCell::new(),
            subnet_tables: FxHashMap::default(),
            main_tables: FxHashMap::default(),
            gateway_tables: FxHashMap::default(),
            subnet_acls: FxHashMap::default(),
            default_acls: FxHashMap::default(),
            vpc_subnets: FxHashMap::default(),
            attached: FxHashMap::default(),
        };
        index.place_tables();
        index
    }

    fn place_tables(&mut self) {
        for (position, table) in self.network.tables.items.iter().enumerate() {
            self.subnet_tables.extend(table.subnets.iter().map(|subnet| (subnet.as_str(), position)));
            self.gateway_tables.extend(table.gateways.iter().map(|gateway| (gateway.as_str(), position)));
            if table.main {
                self.main_tables.insert(&table.vpc, position);
            }
        }
        for (position, acl) in self.network.acls.items.iter().enumerate() {
            self.subnet_acls.extend(acl.subnets.iter().map(|subnet| (subnet.as_str(), position)));
            if acl.default {
                self.default_acls.insert(&acl.vpc, position);
            }
        }
        for (position, gateway) in self.network.internet_gateways.items.iter().enumerate() {
            self.internet_gateways_of.extend(gateway.vpcs.iter().map(|vpc| (vpc.as_str(), position)));
        }
        for (position, attachment) in self.network.transit_attachments.items.iter().enumerate() {
            self.attached.entry(&attachment.gateway).or_default().push(position);
        }
        for (position, subnet) in self.network.subnets.items.iter().enumerate() {
            self.vpc_subnets.entry(&subnet.vpc).or_default().push(position);
        }
    }

    fn holders(&self) -> &Holders<'a> {
        self.holders.get_or_init(|| {
            let items = &self.network.interfaces.items;
            let mut holders = Holders { interfaces: positions(items, |x| &x.id), ..Holders::default() };
            holders.owners.reserve(items.len());
            holders.private.reserve(items.len());
            for (position, interface) in items.iter().enumerate() {
                let owned = holders.owners.entry(&interface.owner);
                owned.and_modify(|held| held.1.push(position)).or_insert_with(|| (position, Vec::new()));
                let vpc = interface.subnet.as_deref().and_then(|id| self.subnet(id)).map(|subnet| subnet.vpc.as_str());
                for held in &interface.addresses {
                    if let (Some(vpc), Some(&address)) = (vpc, held.address.get()) {
                        holders.private.insert((vpc, address), position);
                    }
                    if let Mapping::To(public) = held.public {
                        holders.public.insert(public, (position, held.address.get().copied()));
                    }
                }
                for &address in &interface.v6 {
                    if let Some(vpc) = vpc {
                        holders.private.insert((vpc, address), position);
                    }
                    holders.public.insert(address, (position, Some(address)));
                }
            }
            holders
        })
    }

    pub(crate) fn vpc(&self, id: &str) -> Option<&'a Vpc> {
        self.vpcs.get(id).and_then(|&i| self.network.vpcs.items.get(i))
    }

    pub(crate) fn subnet(&self, id: &str) -> Option<&'a Subnet> {
        self.subnets.get(id).and_then(|&i| self.network.subnets.items.get(i))
    }

    /// The position of a subnet in its list.
    pub(crate) fn subnet_position(&self, id: &str) -> Option<usize> {
        self.subnets.get(id).copied()
    }

    /// The position of a VPC in its list.
    pub(crate) fn vpc_position(&self, id: &str) -> Option<usize> {
        self.vpcs.get(id).copied()
    }

    pub(crate) fn interface(&self, id: &str) -> Option<&'a Interface> {
        self.holders().interfaces.get(id).and_then(|&i| self.network.interfaces.items.get(i))
    }

    /// The interfaces of an instance or other owner, in the order of the list.
    pub(crate) fn owned(&self, owner: &str) -> impl Iterator<Item = &'a Interface> + use<'a, '_> {
        let held = self.holders().owners.get(owner).into_iter();
        let positions = held.flat_map(|(first, others)| std::iter::once(first).chain(others));
        positions.filter_map(|&i| self.network.interfaces.items.get(i))
    }

    pub(crate) fn group(&self, id: &str) -> Option<&'a Group> {
        self.groups.get(id).and_then(|&i| self.network.groups.items.get(i))
    }

    pub(crate) fn prefix_list(&self, id: &str) -> Option<&'a PrefixList> {
        self.prefix_lists.get(id).and_then(|&i| self.network.prefix_lists.items.get(i))
    }

    pub(crate) fn internet_gateway(&self, id: &str) -> Option<&'a Gateway> {
        self.internet_gateways.get(id).and_then(|&i| self.network.internet_gateways.items.get(i))
    }

    pub(crate) fn vpn_gateway(&self, id: &str) -> Option<&'a Gateway> {
        self.vpn_gateways.get(id).and_then(|&i| self.network.vpn_gateways.items.get(i))
    }

    pub(crate) fn nat_gateway(&self, id: &str) -> Option<&'a NatGateway> {
        self.nat_gateways.get(id).and_then(|&i| self.network.nat_gateways.items.get(i))
    }

    /// The position of a NAT gateway in its list.
    pub(crate) fn nat_position(&self, id: &str) -> Option<usize> {
        self.nat_gateways.get(id).copied()
    }

    pub(crate) fn peering(&self, id: &str) -> Option<&'a Peering> {
        self.peerings.get(id).and_then(|&i| self.network.peerings.items.get(i))
    }

    pub(crate) fn transit_table(&self, id: &str) -> Option<&'a TransitTable> {
        self.transit_tables.get(id).and_then(|&i| self.network.transit_tables.items.get(i))
    }

    pub(crate) fn endpoint(&self, id: &str) -> Option<&'a Endpoint> {
        self.endpoints.get(id).and_then(|&i| self.network.endpoints.items.get(i))
    }

    /// The attachments of a transit gateway.
    pub(crate) fn attachments<'s>(
        &'s self,
        gateway: &'s str,
    ) -> impl Iterator<Item = &'a TransitAttachment> + use<'a, 's> {
        let positions = self.attached.get(gateway).map_or(&[][..], Vec::as_slice);
        positions.iter().filter_map(|&i| self.network.transit_attachments.items.get(i))
    }

    pub(crate) fn scope(&self, vpc: &str) -> &'a str {
        self.vpc(vpc).map_or("", |vpc| vpc.scope.as_str())
    }

    pub(crate) fn subnets_of(&self, vpc: &str) -> impl Iterator<Item = &'a Subnet> + use<'a, '_> {
        let positions = self.vpc_subnets.get(vpc).map_or(&[][..], Vec::as_slice);
        positions.iter().filter_map(|&i| self.network.subnets.items.get(i))
    }

    /// The table of a subnet: the one associated with it, else the main one of its VPC.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
    pub(crate) fn table_of(&self, subnet: &Subnet) -> Known<&'a RouteTable> {
        let own = self.subnet_tables.get(subnet.id.as_str());
        let complete = self.network.tables.complete_in(self.scope(&subnet.vpc));
        if own.is_none() && !complete {
            return Known::Unknown;
        }
        let position = own.or_else(|| self.main_tables.get(subnet.vpc.as_str()));
        position.and_then(|&i| self.network.tables.items.get(i)).map_or(Known::Unknown, Known::Is)
    }

    /// The table that decides where a gateway sends what enters the VPC.
    pub(crate) fn table_of_gateway(&self, gateway: &str) -> Option<&'a RouteTable> {
        self.gateway_tables.get(gateway).and_then(|&i| self.network.tables.items.get(i))
    }

    /// The network ACL of a subnet. None is the default one as AWS makes it, which lets everything pass.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>
    pub(crate) fn acl_of(&self, subnet: &Subnet) -> Known<Option<&'a Acl>> {
        if let Some(&own) = self.subnet_acls.get(subnet.id.as_str()) {
            return Known::Is(self.network.acls.items.get(own));
        }
        if !self.network.acls.complete_in(self.scope(&subnet.vpc)) {
            return Known::Unknown;
        }
        Known::Is(self.default_acls.get(subnet.vpc.as_str()).and_then(|&i| self.network.acls.items.get(i)))
    }

    /// The interface that holds this address in a VPC.
    pub(crate) fn holder(&self, vpc: &str, address: IpAddr) -> Option<&'a Interface> {
        let position = self.holders().private.get(&(vpc, address))?;
        self.network.interfaces.items.get(*position)
    }

    /// The interface behind a public address, and the private address that it maps to.
    pub(crate) fn behind(&self, public: IpAddr) -> Option<(&'a Interface, Option<IpAddr>)> {
        let &(position, private) = self.holders().public.get(&public)?;
        self.network.interfaces.items.get(position).map(|interface| (interface, private))
    }

    /// The internet gateway that is attached to a VPC.
    pub(crate) fn internet_gateway_of(&self, vpc: &str) -> Option<&'a Gateway> {
        let position = self.internet_gateways_of.get(vpc)?;
        self.network.internet_gateways.items.get(*position)
    }

    /// Whether an internet gateway is attached to a VPC.
    pub(crate) fn is_attached(&self, gateway: &str, vpc: &str) -> Option<bool> {
        match self.internet_gateway(gateway) {
            Some(known) => Some(known.vpcs.iter().any(|id| id == vpc)),
            None if self.network.internet_gateways.complete_in(self.scope(vpc)) => Some(false),
            None => None,
        }
    }

    /// The subnet of an interface.
    pub(crate) fn subnet_of(&self, interface: &Interface) -> Option<&'a Subnet> {
        self.subnet(interface.subnet.as_deref()?)
    }
}

/// The entries of a prefix list, and whether they are all known.
pub(crate) fn prefix_blocks<'a>(index: &Index<'a>, id: &Id) -> (&'a [crate::address::Block], bool) {
    index.prefix_list(id).map_or((&[], false), |list| (list.blocks.as_slice(), list.complete))
}
