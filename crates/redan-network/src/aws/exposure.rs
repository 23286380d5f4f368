//! What the internet reaches: every interface and load balancer, by port and source, with the way in.

use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::gateways::and;
use super::index::Index;
use super::network::{Group, Interface, LoadBalancer, Mapping, Network, OwnerKind, RouteTable, Subnet, Target};
use super::plane::{Class, Plane};
use super::route::{self, Choice};
use crate::address::Address;
use crate::exposure::{Exposure, openings};
use crate::place::{Place, any};
use crate::pool::{PacketsId, Pool};
use crate::rule::{Bounds, Known};
use crate::service::{self, Ports, Protocol};
use crate::services::Services;

/// The internet's view of a network. Sets are shared by all interfaces of a class.
pub struct InternetView<'n> {
    pub(crate) index: Index<'n>,
    groups: FxHashMap<&'n str, u32>,
    tables: FxHashMap<&'n str, u32>,
    acls: FxHashMap<&'n str, u32>,
    pub(crate) v4: Plane<u32>,
    pub(crate) v6: Plane<u128>,
}

/// The packets that reach one interface, as interned sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reached {
    pub(crate) v4: Bounds<PacketsId>,
    pub(crate) v6: Bounds<PacketsId>,
}

impl Reached {
    pub(crate) const NOTHING: Self = Self { v4: Bounds::NONE, v6: Bounds::NONE };
}

fn numbered<'n, T>(items: &'n [T], id: impl Fn(&'n T) -> &'n str) -> FxHashMap<&'n str, u32> {
    items.iter().enumerate().map(|(index, item)| (id(item), u32::try_from(index).unwrap_or(u32::MAX))).collect()
}

impl<'n> InternetView<'n> {
    /// The view; sets are computed when they are asked for.
    pub fn new(network: &'n Network) -> Self {
        Self {
            index: Index::new(network),
            groups: numbered(&network.groups.items, |x: &'n Group| &x.id),
            tables: numbered(&network.tables.items, |x: &'n RouteTable| &x.id),
            acls: numbered(&network.acls.items, |x| &x.id),
            v4: Plane::new(),
            v6: Plane::new(),
        }
    }

    /// What the internet reaches of an interface, directly.
    pub fn exposure(&mut self, interface: &Interface) -> Exposure {
        let reached = self.reached(interface);
        self.show(reached)
    }

    /// Whether packets of a service from one public address reach an interface.
    pub fn admits(&mut self, interface: &Interface, source: IpAddr, protocol: Protocol, port: u16) -> Option<bool> {
        let reached = self.reached(interface);
        let service = service::service(protocol, port);
        match source {
            IpAddr::V4(address) => holds(&self.v4.pool, reached.v4, service, address.to_bits()),
            IpAddr::V6(address) => holds(&self.v6.pool, reached.v6, service, address.to_bits()),
        }
    }

    /// How many interfaces the internet reaches for certain, and how many more it may reach.
    pub fn count(&mut self) -> (usize, usize) {
        let (mut sure, mut possible) = (0, 0);
        for interface in &self.index.network.interfaces.items {
            let reached = self.reached(interface);
            if reached.v4.sure != PacketsId::NONE || reached.v6.sure != PacketsId::NONE {
                sure += 1;
            } else if reached.v4.possible != PacketsId::NONE || reached.v6.possible != PacketsId::NONE {
                possible += 1;
            }
        }
        (sure, possible)
    }

    pub(crate) fn reached(&mut self, interface: &Interface) -> Reached {
        let closed = interface.owner_kind == OwnerKind::NatGateway || !interface.listens;
        let v4 = any(interface.addresses.iter().map(|held| match held.public {
            Mapping::None => Some(false),
            Mapping::To(_) | Mapping::Some => Some(true),
            Mapping::Unknown => None,
        }));
        let v6 = if interface.v6.is_empty() { interface.has_v6 } else { Some(true) };
        if closed || (v4 == Some(false) && v6 == Some(false)) {
            return Reached::NOTHING;
        }
        let subnet = interface.subnet.as_deref().and_then(|id| self.index.subnet(id));
        let open = subnet.and_then(|subnet| self.unblocked(subnet));
        let class = self.class_of(interface, subnet);
        Reached { v4: self.v4_class(&class, and(v4, open)), v6: self.v6_class(&class, and(v6, open)) }
    }

    fn v4_class(&mut self, class: &Class, addressed: Option<bool>) -> Bounds<PacketsId> {
        if addressed == Some(false) { Bounds::NONE } else { limit(self.v4.class(&self.index, class), addressed) }
    }

    fn v6_class(&mut self, class: &Class, addressed: Option<bool>) -> Bounds<PacketsId> {
        if addressed == Some(false) { Bounds::NONE } else { limit(self.v6.class(&self.index, class), addressed) }
    }

    /// The class of an interface with these groups in a subnet.
    pub(crate) fn class_of(&self, interface: &Interface, subnet: Option<&'n Subnet>) -> Class {
        let (table, acl) = match subnet {
            Some(subnet) => (
                self.index.table_of(subnet).get().and_then(|table| self.tables.get(table.id.as_str()).copied()),
                match self.index.acl_of(subnet) {
                    Known::Unknown => Known::Unknown,
                    Known::Is(acl) => Known::Is(acl.and_then(|acl| self.acls.get(acl.id.as_str()).copied())),
                },
            ),
            None => (None, Known::Unknown),
        };
        let unfiltered = interface.groups.is_empty() && interface.groups_known;
        let mut missing = false;
        let groups = (!unfiltered).then(|| {
            let mut positions: Vec<u32> = Vec::with_capacity(interface.groups.len());
            for id in &interface.groups {
                match self.groups.get(id.as_str()) {
                    Some(&position) => positions.push(position),
                    None => missing = true,
                }
            }
            positions.sort_unstable();
            positions.dedup();
            Arc::from(positions)
        });
        Class { table, acl, groups, groups_known: interface.groups_known && !missing }
    }

    /// Whether the way in from the internet gateway is open: no block on public access, and no middlebox at the edge.
    fn unblocked(&self, subnet: &'n Subnet) -> Option<bool> {
        let scope = self.index.scope(&subnet.vpc);
        let blocks = self.index.network.block_public_access.iter().filter(|block| block.scope == scope);
        let mut allowed = Some(true);
        for block in blocks {
            let excluded = block.excluded.iter().any(|id| *id == subnet.id || *id == subnet.vpc);
            allowed = and(allowed, if excluded { Some(true) } else { block.blocks_ingress.map(|blocked| !blocked) });
        }
        let Some(gateway) = self.index.internet_gateway_of(&subnet.vpc) else { return allowed };
        let Some(table) = self.index.table_of_gateway(&gateway.id) else { return allowed };
        let inside = Place::Within(subnet.blocks.clone());
        let direct = match route::lookup(&self.index, table, &inside, true) {
            Choice::Take(Target::Local) => Some(true),
            Choice::NoRoute | Choice::Blackhole => Some(false),
            Choice::Take(_) | Choice::Unknown => None,
        };
        and(allowed, direct)
    }

    pub(crate) fn show(&self, reached: Reached) -> Exposure {
        let mut exposure = Exposure::default();
        openings(&self.v4.pool, reached.v4, &mut exposure);
        openings(&self.v6.pool, reached.v6, &mut exposure);
        exposure
    }

    /// What the internet reaches of a load balancer: the ports of its listeners.
    pub fn load_balancer(&mut self, balancer: &LoadBalancer) -> Exposure {
        let reached = self.balanced(balancer);
        self.show(reached)
    }

    pub(crate) fn balanced(&mut self, balancer: &LoadBalancer) -> Reached {
        if balancer.internet_facing == Some(false) {
            return Reached::NOTHING;
        }
        let front = Interface {
            id: balancer.id.clone(),
            groups: if balancer.ungrouped { Vec::new() } else { balancer.groups.clone() },
            groups_known: balancer.ungrouped || balancer.groups_known,
            ..Interface::default()
        };
        let subnets: Vec<&'n Subnet> = balancer.subnets.iter().filter_map(|id| self.index.subnet(id)).collect();
        let mut reached = Reached::NOTHING;
        let mut every: Option<Reached> = None;
        for subnet in &subnets {
            let class = self.class_of(&front, Some(subnet));
            let facing = and(balancer.internet_facing, self.unblocked(subnet));
            let here =
                Reached { v4: self.v4_class(&class, facing), v6: self.v6_class(&class, and(facing, balancer.has_v6)) };
            reached.v4 = reached.v4.union(here.v4, &mut self.v4.pool);
            reached.v6 = reached.v6.union(here.v6, &mut self.v6.pool);
            every = Some(here);
        }
        if every.is_none() || subnets.len() < balancer.subnets.len() {
            let class = self.class_of(&front, None);
            reached.v4 = reached.v4.union(self.v4_class(&class, None), &mut self.v4.pool);
        }
        let Bounds { sure, possible } = listened(balancer);
        Reached {
            v4: within(&mut self.v4.pool, reached.v4, &sure, &possible),
            v6: within(&mut self.v6.pool, reached.v6, &sure, &possible),
        }
    }
}

/// The services of a load balancer's listeners, for certain and possibly.
fn listened(balancer: &LoadBalancer) -> Bounds<Services> {
    let mut sure = Vec::new();
    let mut unknown = !balancer.listeners_known;
    for listener in &balancer.listeners {
        match (listener.protocol, listener.port) {
            (Known::Is(protocol), Known::Is(port)) => sure.push(service::services(protocol, Ports::one(port))),
            _ => unknown = true,
        }
    }
    let sure = crate::ranges::canonical(sure);
    let both = [service::whole(Protocol::TCP), service::whole(Protocol::UDP)];
    let possible = if unknown { crate::ranges::union(&sure, &both) } else { sure.clone() };
    Bounds { sure, possible }
}

fn within<A: Address>(
    pool: &mut Pool<A>,
    reached: Bounds<PacketsId>,
    sure: &[(u32, u32)],
    possible: &[(u32, u32)],
) -> Bounds<PacketsId> {
    let services = Bounds {
        sure: pool.product(sure, crate::pool::SetId::ALL),
        possible: pool.product(possible, crate::pool::SetId::ALL),
    };
    reached.intersection(services, pool)
}

fn holds<A: Address>(pool: &Pool<A>, reached: Bounds<PacketsId>, service: u32, address: A) -> Option<bool> {
    let held = |packets| crate::ranges::contains(pool.ranges(pool.at(packets, service)), address);
    match (held(reached.sure), held(reached.possible)) {
        (true, _) => Some(true),
        (false, false) => Some(false),
        (false, true) => None,
    }
}

fn limit(reached: Bounds<PacketsId>, allowed: Option<bool>) -> Bounds<PacketsId> {
    match allowed {
        Some(true) => reached,
        Some(false) => Bounds::NONE,
        None => Bounds { sure: PacketsId::NONE, ..reached },
    }
}
