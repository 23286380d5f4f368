//! Exact packet sets of one IP version: what groups, network ACLs and route tables let the internet do.
//!
//! Each object is compiled once, and interfaces that share network ACL, route table and groups share one set.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::index::{Index, prefix_blocks};
use super::network::{Acl, Group, GroupRule, RouteTable, RouteTo, Subnet, Target};
use super::route::Rank;
use crate::address::Block;
use crate::pool::{PacketsId, Pool, SetId};
use crate::public::Public;
use crate::rule::{self, Bounds, Known, MOST_RULES, Match, Remote, Rule};
use crate::service::{self, Ports, Protocol};

/// Interfaces that agree in all of this receive the same packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class {
    /// The table of the subnet; none where it was not collected.
    pub(crate) table: Option<u32>,
    /// The network ACL: not collected, the default one that lets everything pass, or this one.
    pub(crate) acl: Known<Option<u32>>,
    /// The security groups; none where the interface is not filtered.
    pub(crate) groups: Option<GroupsId>,
    /// Whether there may be more groups.
    pub(crate) groups_known: bool,
}

/// An interned, sorted list of security groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupsId(u32);

/// Lists of security groups, each kept once.
#[derive(Default)]
pub(crate) struct GroupLists {
    lists: Vec<Arc<[u32]>>,
    ids: FxHashMap<Arc<[u32]>, GroupsId>,
}

impl GroupLists {
    pub(crate) fn intern(&mut self, sorted: &[u32]) -> GroupsId {
        if let Some(&known) = self.ids.get(sorted) {
            return known;
        }
        let id = GroupsId(u32::try_from(self.lists.len()).unwrap_or(u32::MAX));
        let shared: Arc<[u32]> = sorted.into();
        self.lists.push(Arc::clone(&shared));
        self.ids.insert(shared, id);
        id
    }

    pub(crate) fn get(&self, id: GroupsId) -> &[u32] {
        self.lists.get(id.0 as usize).map_or(&[], AsRef::as_ref)
    }
}

/// What a change opens and closes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference {
    pub(crate) opened: PacketsId,
    pub(crate) closed: PacketsId,
}

/// The compiled filters and tables of one IP version.
pub(crate) struct Plane<A> {
    pub(crate) pool: Pool<A>,
    public: SetId,
    groups: FxHashMap<u32, Bounds<PacketsId>>,
    acls: FxHashMap<u32, Bounds<PacketsId>>,
    tables: FxHashMap<u32, Bounds<SetId>>,
    classes: FxHashMap<Class, Bounds<PacketsId>>,
}

impl<A: Public> Plane<A> {
    pub(crate) fn new() -> Self {
        let mut pool = Pool::new();
        let public = pool.set(A::public());
        Self {
            pool,
            public,
            groups: FxHashMap::default(),
            acls: FxHashMap::default(),
            tables: FxHashMap::default(),
            classes: FxHashMap::default(),
        }
    }

    /// The packets from the internet that reach the interfaces of a class, if they have public addresses.
    pub(crate) fn class(&mut self, index: &Index<'_>, lists: &GroupLists, class: &Class) -> Bounds<PacketsId> {
        if let Some(&known) = self.classes.get(class) {
            return known;
        }
        let grouped = self.admitted(index, lists, class);
        let routed = self.routed(index, class);
        let listed = self.listed(index, class.acl);
        let reached = grouped.intersection(routed, &mut self.pool).intersection(listed, &mut self.pool);
        self.classes.insert(*class, reached);
        reached
    }

    /// Compiles a changed group and everything that depends on it anew: what certainly opens and closes, and in how many
    /// classes.
    pub(crate) fn change_group(
        &mut self,
        index: &Index<'_>,
        lists: &GroupLists,
        position: u32,
        group: &Group,
        classes: &[Class],
    ) -> (Difference, usize) {
        let admitted = self.compile_group(index, group);
        self.groups.insert(position, admitted);
        let mut difference = Difference { opened: PacketsId::NONE, closed: PacketsId::NONE };
        let mut changed = 0;
        for class in classes {
            let Some(before) = self.classes.remove(class) else { continue };
            let now = self.class(index, lists, class);
            if now != before {
                changed += 1;
                let opened = self.pool.difference(now.sure, before.sure);
                let closed = self.pool.difference(before.sure, now.sure);
                difference.opened = self.pool.union(difference.opened, opened);
                difference.closed = self.pool.union(difference.closed, closed);
            }
        }
        (difference, changed)
    }

    /// What the security groups of a class admit, routes and network ACLs aside.
    pub(crate) fn admitted(&mut self, index: &Index<'_>, lists: &GroupLists, class: &Class) -> Bounds<PacketsId> {
        let Some(groups) = class.groups else { return Bounds::ALL };
        let mut admitted = if class.groups_known { Bounds::NONE } else { Bounds::UNKNOWN };
        for &group in lists.get(groups) {
            let own = self.group(index, group);
            admitted = admitted.union(own, &mut self.pool);
        }
        admitted
    }

    /// The public addresses whose answers leave through the internet gateway.
    fn routed(&mut self, index: &Index<'_>, class: &Class) -> Bounds<PacketsId> {
        let sources = match class.table {
            Some(table) => self.table(index, table),
            None => Bounds { sure: SetId::EMPTY, possible: self.public },
        };
        let everything = [(0, service::LAST)];
        Bounds {
            sure: self.pool.product(&everything, sources.sure),
            possible: self.pool.product(&everything, sources.possible),
        }
    }

    /// What a network ACL lets in and, in answer, out.
    pub(crate) fn listed(&mut self, index: &Index<'_>, acl: Known<Option<u32>>) -> Bounds<PacketsId> {
        let position = match acl {
            Known::Unknown => return Bounds::UNKNOWN,
            Known::Is(None) => return Bounds::ALL,
            Known::Is(Some(position)) => position,
        };
        if let Some(&known) = self.acls.get(&position) {
            return known;
        }
        let passed = match index.network.acls.items.get(position as usize) {
            Some(acl) => self.acl(acl),
            None => Bounds::UNKNOWN,
        };
        self.acls.insert(position, passed);
        passed
    }

    fn acl(&mut self, acl: &Acl) -> Bounds<PacketsId> {
        let inbound = self.first_match(&acl.inbound, acl.complete);
        let outbound = self.first_match(&acl.outbound, acl.complete);
        let answers = Bounds { sure: self.answered(outbound.sure), possible: self.answered(outbound.possible) };
        inbound.intersection(answers, &mut self.pool)
    }

    fn first_match(&mut self, rules: &[Rule], complete: bool) -> Bounds<PacketsId> {
        let looked_at = rules.iter().take(MOST_RULES);
        let mut matches: Vec<Match> = looked_at.map(|rule| rule::matched(rule, &mut self.pool)).collect();
        if !complete || rules.len() > MOST_RULES {
            matches.push(Match { action: Known::Unknown, priority: Known::Unknown, packets: Bounds::UNKNOWN });
        }
        rule::first_match(matches, &mut self.pool)
    }

    /// The packets to which a stateless filter lets some answer out: by protocol, whoever may get a packet to one of the
    /// ports that clients use.
    fn answered(&mut self, outbound: PacketsId) -> PacketsId {
        if outbound == PacketsId::ALL || outbound == PacketsId::NONE {
            return outbound;
        }
        let cells: Vec<(u32, u32, SetId)> = self.pool.cells(outbound).collect();
        let mut answered = PacketsId::NONE;
        let mut whole: Vec<SetId> = vec![SetId::EMPTY; 256];
        for (low, high, set) in cells {
            for (number, known) in whole.iter_mut().enumerate() {
                let protocol = Protocol(u8::try_from(number).unwrap_or(u8::MAX));
                let ports = if protocol.has_ports() { Ports::EPHEMERAL } else { Ports::ALL };
                let (first, last) = service::services(protocol, ports);
                if low <= last && first <= high {
                    *known = self.pool.set_union(*known, set);
                }
            }
        }
        let mut runs: Vec<(u32, u32, SetId)> = Vec::new();
        for (number, set) in whole.into_iter().enumerate() {
            let (low, high) = service::whole(Protocol(u8::try_from(number).unwrap_or(u8::MAX)));
            match runs.last_mut() {
                Some(run) if run.2 == set => run.1 = high,
                _ => runs.push((low, high, set)),
            }
        }
        for (low, high, set) in runs {
            let part = self.pool.product(&[(low, high)], set);
            answered = self.pool.union(answered, part);
        }
        answered
    }

    /// What one security group admits from addresses.
    pub(crate) fn group(&mut self, index: &Index<'_>, position: u32) -> Bounds<PacketsId> {
        if let Some(&known) = self.groups.get(&position) {
            return known;
        }
        let admitted = match index.network.groups.items.get(position as usize) {
            Some(group) => self.compile_group(index, group),
            None => Bounds::UNKNOWN,
        };
        self.groups.insert(position, admitted);
        admitted
    }

    fn compile_group(&mut self, index: &Index<'_>, group: &Group) -> Bounds<PacketsId> {
        let looked_at = group.inbound.iter().take(MOST_RULES);
        let matches: Vec<Match> = looked_at.map(|rule| self.group_rule(index, rule)).collect();
        let admitted = rule::united(&matches, &mut self.pool);
        if group.complete && group.inbound.len() <= MOST_RULES {
            admitted
        } else {
            admitted.union(Bounds::UNKNOWN, &mut self.pool)
        }
    }

    fn group_rule(&mut self, index: &Index<'_>, rule: &GroupRule) -> Match {
        if rule.prefix_lists.is_empty() {
            return rule::matched(&rule.rule, &mut self.pool);
        }
        let mut expanded = rule.rule.clone();
        for id in &rule.prefix_lists {
            let (blocks, complete) = prefix_blocks(index, id);
            expanded.remotes.extend(blocks.iter().copied().map(Remote::Block));
            expanded.remotes.extend((!complete).then_some(Remote::Unknown));
        }
        rule::matched(&expanded, &mut self.pool)
    }

    fn table(&mut self, index: &Index<'_>, position: u32) -> Bounds<SetId> {
        if let Some(&known) = self.tables.get(&position) {
            return known;
        }
        let sources = match index.network.tables.items.get(position as usize) {
            Some(table) => self.compile_table(index, table),
            None => Bounds { sure: SetId::EMPTY, possible: self.public },
        };
        self.tables.insert(position, sources);
        sources
    }

    /// Longest prefix first: each route takes what no longer one has taken.
    ///
    /// A route with an unknown destination takes nothing for certain from a default route beside it: the two cannot have
    /// the same destination.
    fn compile_table(&mut self, index: &Index<'_>, table: &RouteTable) -> Bounds<SetId> {
        let mut routes: Vec<(u32, Rank, Block, Leads)> = Vec::new();
        let mut doubt = false;
        for route in &table.routes {
            let leads = if route.blackhole { Leads::Elsewhere } else { leads(index, table, &route.target) };
            match &route.to {
                RouteTo::Block(block) => routes.push((block.prefix_length(), Rank::of(route), *block, leads)),
                RouteTo::PrefixList(id) => {
                    let (blocks, complete) = prefix_blocks(index, id);
                    doubt |= !complete && leads != Leads::Elsewhere;
                    routes.extend(blocks.iter().map(|block| (block.prefix_length(), Rank::PrefixList, *block, leads)));
                }
                RouteTo::Unknown => doubt |= leads != Leads::Elsewhere,
            }
        }
        if let Some(vpc) = index.vpc(&table.vpc) {
            routes
                .extend(vpc.blocks.iter().map(|block| (block.prefix_length(), Rank::Local, *block, Leads::Elsewhere)));
        }
        routes.sort_by_key(|route| std::cmp::Reverse((route.0, route.1)));
        let (mut taken, mut sure, mut possible) = (SetId::EMPTY, SetId::EMPTY, SetId::EMPTY);
        for (_, _, block, leads) in routes {
            let block = self.pool.set(A::range_of(&block).into_iter().collect());
            let fresh = self.pool.set_difference(block, taken);
            taken = self.pool.set_union(taken, block);
            match leads {
                Leads::Elsewhere => continue,
                Leads::Internet => sure = self.pool.set_union(sure, fresh),
                Leads::Perhaps => {}
            }
            possible = self.pool.set_union(possible, fresh);
        }
        if doubt || !table.complete {
            possible = SetId::ALL;
        }
        Bounds {
            sure: self.pool.set_intersection(sure, self.public),
            possible: self.pool.set_intersection(possible, self.public),
        }
    }
}

/// Whether a route leads to the internet gateway of its VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leads {
    Internet,
    /// Through a firewall or appliance, or it is not known.
    Perhaps,
    Elsewhere,
}

fn leads(index: &Index<'_>, table: &RouteTable, target: &Target) -> Leads {
    match target {
        Target::InternetGateway(id) => match index.internet_gateway(id) {
            Some(gateway) if gateway.vpcs.contains(&table.vpc) => Leads::Internet,
            Some(_) => Leads::Elsewhere,
            None if index.network.internet_gateways.complete_in(index.scope(&table.vpc)) => Leads::Elsewhere,
            None => Leads::Perhaps,
        },
        Target::Endpoint(id) => match index.endpoint(id) {
            Some(endpoint) if endpoint.kind != super::network::EndpointKind::Inspection => Leads::Elsewhere,
            Some(endpoint) => onward(index, &endpoint.subnets),
            None if index.network.endpoints.complete_in(index.scope(&table.vpc)) => Leads::Elsewhere,
            None => Leads::Perhaps,
        },
        Target::Interface(id) => match index.interface(id) {
            Some(interface) if interface.forwards == Some(false) => Leads::Elsewhere,
            Some(interface) => onward(index, interface.subnet.as_slice()),
            None => Leads::Perhaps,
        },
        Target::Instance(_) | Target::Unknown => Leads::Perhaps,
        _ => Leads::Elsewhere,
    }
}

/// Whether a middlebox's own subnet leads to an internet gateway.
fn onward(index: &Index<'_>, subnets: &[String]) -> Leads {
    let out = |subnet: &Subnet| match index.table_of(subnet) {
        Known::Is(table) => table
            .routes
            .iter()
            .any(|route| !route.blackhole && matches!(route.target, Target::InternetGateway(_) | Target::Unknown)),
        Known::Unknown => true,
    };
    let leads = subnets.is_empty() || subnets.iter().any(|id| index.subnet(id).is_none_or(out));
    if leads { Leads::Perhaps } else { Leads::Elsewhere }
}
