//! What the internet reaches: every interface and load balancer, by port and source, with the way in.

use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::gateways::and;
use super::index::Index;
use super::network::{Group, Interface, LoadBalancer, Mapping, Network, OwnerKind, RouteTable, Subnet, Target};
use super::plane::{Class, GroupLists, Plane};
use super::route::{self, Choice};
use crate::address::Address;
use crate::exposure::{Exposure, Opening, openings};
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
    lists: GroupLists,
    /// What a subnet decides for every interface in it.
    places: FxHashMap<&'n str, SubnetPlace>,
    /// The classes that hold a group.
    by_group: FxHashMap<u32, Vec<Class>>,
    seen: FxHashSet<Class>,
    shown: FxHashMap<Reached, Arc<Exposure>>,
    pub(crate) v4: Plane<u32>,
    pub(crate) v6: Plane<u128>,
}

/// What changing a security group opens to the internet and closes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChange {
    /// What is reached that was not.
    pub opened: Vec<Opening>,
    /// What was reached and is not.
    pub closed: Vec<Opening>,
    /// How many classes of interfaces see a difference.
    pub classes: usize,
}

/// What a subnet decides for every interface in it.
#[derive(Clone, Copy, Debug)]
struct SubnetPlace {
    table: Option<u32>,
    acl: Known<Option<u32>>,
    /// Whether the way in from the internet gateway is open.
    open: Option<bool>,
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
            lists: GroupLists::default(),
            places: FxHashMap::default(),
            by_group: FxHashMap::default(),
            seen: FxHashSet::default(),
            shown: FxHashMap::default(),
            v4: Plane::new(),
            v6: Plane::new(),
        }
    }

    /// What the internet reaches of an interface, directly.
    pub fn exposure(&mut self, interface: &Interface) -> Arc<Exposure> {
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

    /// Whether the security groups of an interface admit the internet at large on a service, routes and network ACLs
    /// aside.
    pub fn groups_admit(&mut self, interface: &Interface, protocol: Protocol, port: u16) -> Option<bool> {
        let nowhere = self.place_of(None);
        let class = self.class_of(interface, nowhere);
        let admitted = self.v4.admitted(&self.index, &self.lists, &class);
        let service = service::service(protocol, port);
        let open = |packets| {
            let set = self.v4.pool.at(packets, service);
            crate::ranges::size(self.v4.pool.ranges(set)) > <u32 as crate::public::Public>::OPEN_BEYOND
        };
        match (open(admitted.sure), open(admitted.possible)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
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
        let place = self.place_of(subnet);
        let class = self.class_of(interface, place);
        self.remember(class);
        Reached { v4: self.v4_class(&class, and(v4, place.open)), v6: self.v6_class(&class, and(v6, place.open)) }
    }

    fn remember(&mut self, class: Class) {
        if self.seen.insert(class) {
            for &group in class.groups.map_or(&[][..], |groups| self.lists.get(groups)) {
                self.by_group.entry(group).or_default().push(class);
            }
        }
    }

    /// Puts a security group in the place of the one with its id, and says what that opens to the internet and closes,
    /// for interfaces that were asked about before and have public addresses.
    pub fn change_group(&mut self, group: &Group) -> GroupChange {
        let mut change = GroupChange::default();
        let Some(&position) = self.groups.get(group.id.as_str()) else { return change };
        let classes = self.by_group.get(&position).map_or(&[][..], Vec::as_slice);
        let (v4, first) = self.v4.change_group(&self.index, &self.lists, position, group, classes);
        let (v6, second) = self.v6.change_group(&self.index, &self.lists, position, group, classes);
        change.classes = first.max(second);
        for (shown, v4, v6) in [(&mut change.opened, v4.opened, v6.opened), (&mut change.closed, v4.closed, v6.closed)]
        {
            let mut exposure = Exposure::default();
            openings(&self.v4.pool, Bounds { sure: v4, possible: v4 }, &mut exposure);
            openings(&self.v6.pool, Bounds { sure: v6, possible: v6 }, &mut exposure);
            *shown = exposure.sure;
        }
        change
    }

    fn v4_class(&mut self, class: &Class, addressed: Option<bool>) -> Bounds<PacketsId> {
        if addressed == Some(false) {
            Bounds::NONE
        } else {
            limit(self.v4.class(&self.index, &self.lists, class), addressed)
        }
    }

    fn v6_class(&mut self, class: &Class, addressed: Option<bool>) -> Bounds<PacketsId> {
        if addressed == Some(false) {
            Bounds::NONE
        } else {
            limit(self.v6.class(&self.index, &self.lists, class), addressed)
        }
    }

    /// What a subnet decides, looked up once.
    fn place_of(&mut self, subnet: Option<&'n Subnet>) -> SubnetPlace {
        let Some(subnet) = subnet else {
            return SubnetPlace { table: None, acl: Known::Unknown, open: None };
        };
        if let Some(&known) = self.places.get(subnet.id.as_str()) {
            return known;
        }
        let table = self.index.table_of(subnet).get().and_then(|table| self.tables.get(table.id.as_str()).copied());
        let acl = match self.index.acl_of(subnet) {
            Known::Unknown => Known::Unknown,
            Known::Is(acl) => Known::Is(acl.and_then(|acl| self.acls.get(acl.id.as_str()).copied())),
        };
        let place = SubnetPlace { table, acl, open: self.unblocked(subnet) };
        self.places.insert(&subnet.id, place);
        place
    }

    /// The class of an interface with these groups in a subnet.
    fn class_of(&mut self, interface: &Interface, place: SubnetPlace) -> Class {
        let unfiltered = interface.groups.is_empty() && interface.groups_known;
        let mut positions: Vec<u32> = Vec::with_capacity(interface.groups.len());
        positions.extend(interface.groups.iter().filter_map(|id| self.groups.get(id.as_str()).copied()));
        let missing = positions.len() < interface.groups.len();
        positions.sort_unstable();
        positions.dedup();
        Class {
            table: place.table,
            acl: place.acl,
            groups: (!unfiltered).then(|| self.lists.intern(&positions)),
            groups_known: interface.groups_known && !missing,
        }
    }

    /// Whether the way in from the internet gateway is open: no block on public access, and no middlebox at the edge.
    fn unblocked(&self, subnet: &'n Subnet) -> Option<bool> {
        let allowed = super::internet::ingress_allowed(&self.index, subnet);
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

    /// The same for all interfaces of a class.
    fn show(&mut self, reached: Reached) -> Arc<Exposure> {
        if let Some(known) = self.shown.get(&reached) {
            return Arc::clone(known);
        }
        let mut exposure = Exposure::default();
        openings(&self.v4.pool, reached.v4, &mut exposure);
        openings(&self.v6.pool, reached.v6, &mut exposure);
        let shared = Arc::new(exposure);
        self.shown.insert(reached, Arc::clone(&shared));
        shared
    }

    /// What the internet reaches of a load balancer: the ports of its listeners.
    pub fn load_balancer(&mut self, balancer: &LoadBalancer) -> Arc<Exposure> {
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
            let place = self.place_of(Some(subnet));
            let class = self.class_of(&front, place);
            let facing = and(balancer.internet_facing, place.open);
            let here =
                Reached { v4: self.v4_class(&class, facing), v6: self.v6_class(&class, and(facing, balancer.has_v6)) };
            reached.v4 = reached.v4.union(here.v4, &mut self.v4.pool);
            reached.v6 = reached.v6.union(here.v6, &mut self.v6.pool);
            every = Some(here);
        }
        if every.is_none() || subnets.len() < balancer.subnets.len() {
            let nowhere = self.place_of(None);
            let class = self.class_of(&front, nowhere);
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
