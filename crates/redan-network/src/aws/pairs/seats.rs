//! Seats: addresses of a subnet that no rule and no route of the network tells apart; and stands, which are wider:
//! addresses that nothing on the ways between them tells apart, security groups aside.
//!
//! Nothing here looks at which groups an interface holds.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::super::index::Index;
use super::super::network::{Interface, Mapping, Network, OwnerKind, RouteTo, Target};
use super::super::reach::{Version, has_address, place_of};
use crate::address::Block;
use crate::place::Place;
use crate::public::Public;
use crate::rule::{Known, Remote, Rule};

/// Interfaces that every group treats alike, and that go the same ways.
pub(super) struct Seat {
    pub(super) place: Place,
    /// The position of its VPC; none where that is not known.
    pub(super) vpc: Option<usize>,
    pub(super) stand: u32,
}

/// Interfaces that go the same ways.
pub(super) struct Stand<'n> {
    /// One of them.
    pub(super) interface: &'n Interface,
    pub(super) place: Place,
}

/// What makes two interfaces sit apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    subnet: Option<usize>,
    /// The stretch of addresses between two cuts; none where the address is not known yet.
    stretch: Option<usize>,
    mapping: u8,
    listens: bool,
    addressed: Option<bool>,
}

/// All seats of one IP version, and who sits where.
pub(super) struct Seats<'n> {
    pub(super) all: Vec<Seat>,
    pub(super) stands: Vec<Stand<'n>>,
    /// By the position of the interface; none for one without an address of this version.
    pub(super) of_interface: Vec<Option<u32>>,
}

impl<'n> Seats<'n> {
    pub(super) fn new(index: &Index<'n>, version: Version) -> Self {
        match version {
            Version::V4 => Self::cut::<u32>(index, version),
            Version::V6 => Self::cut::<u128>(index, version),
        }
    }

    fn cut<A: Public>(index: &Index<'n>, version: Version) -> Self {
        let (ways, all) = cuts::<A>(index.network);
        let mapped = public_mappings_matter(index.network, version);
        let mut seats = Self { all: Vec::new(), stands: Vec::new(), of_interface: Vec::new() };
        let mut known: FxHashMap<Key, u32> = FxHashMap::default();
        let mut known_stands: FxHashMap<Key, u32> = FxHashMap::default();
        for interface in &index.network.interfaces.items {
            let addressed = has_address(interface, version);
            if addressed == Some(false) {
                seats.of_interface.push(None);
                continue;
            }
            let place = place_of(index, interface, version);
            let address = place.address().and_then(|address| A::range_of(&Block::single(address)));
            let subnet = interface.subnet.as_deref();
            let stretch = |cuts: &[A]| address.map(|(address, _)| cuts.partition_point(|cut| *cut <= address));
            let key = Key {
                subnet: subnet.and_then(|id| index.subnet_position(id)),
                stretch: stretch(&all),
                mapping: mapping(interface, version, mapped),
                listens: interface.listens && interface.owner_kind != OwnerKind::NatGateway,
                addressed,
            };
            let next = count(&seats.all);
            let seat = *known.entry(key).or_insert(next);
            if seat == next {
                let next = count(&seats.stands);
                let stand = *known_stands.entry(Key { stretch: stretch(&ways), ..key }).or_insert(next);
                if stand == next {
                    seats.stands.push(Stand { interface, place: place.clone() });
                }
                let vpc = index.subnet_of(interface).and_then(|subnet| index.vpc_position(&subnet.vpc));
                seats.all.push(Seat { place, vpc, stand });
            }
            seats.of_interface.push(Some(seat));
        }
        seats
    }
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

/// Whether it can matter to a way if its sender has a public address: only where the receiver is not known to have a
/// private one.
fn public_mappings_matter(network: &Network, version: Version) -> bool {
    let known = |interface: &Interface| interface.addresses.iter().any(|held| held.address != Known::Unknown);
    version == Version::V4
        && (!network.interfaces.items.iter().all(known) || network.vpcs.items.iter().any(super::links::has_public_v4))
}

/// Whether the way out through an internet gateway is open to an interface, as far as that matters.
fn mapping(interface: &Interface, version: Version, matters: bool) -> u8 {
    let held = interface.addresses.first().map_or(Mapping::None, |held| held.public);
    match (version, held) {
        (Version::V4, Mapping::Unknown) => 2,
        (Version::V4, Mapping::To(_) | Mapping::Some) if matters => 1,
        _ => 0,
    }
}

/// The lowest address of every stretch that some block begins or ends: those that matter on a way, and all.
fn cuts<A: Public>(network: &Network) -> (Vec<A>, Vec<A>) {
    let mut ways: Vec<A> = Vec::new();
    let mut all: Vec<A> = Vec::new();
    fn add<A: Public>(cuts: &mut Vec<A>, block: &Block) {
        if let Some((low, high)) = A::range_of(block) {
            cuts.push(low);
            cuts.extend(high.above());
        }
    }
    for (low, high) in A::public() {
        ways.push(low);
        ways.extend(high.above());
    }
    let remotes = |rule: &Rule, cuts: &mut Vec<A>| {
        for remote in &rule.remotes {
            if let Remote::Block(named) = remote {
                add(cuts, named);
            }
        }
    };
    let groups = network.groups.items.iter().flat_map(|group| group.inbound.iter().chain(&group.outbound));
    groups.for_each(|rule| remotes(&rule.rule, &mut all));
    network.prefix_lists.items.iter().flat_map(|list| &list.blocks).for_each(|block| add(&mut all, block));
    let acls = network.acls.items.iter().flat_map(|acl| acl.inbound.iter().chain(&acl.outbound));
    acls.for_each(|rule| remotes(rule, &mut ways));
    let routes = network.tables.items.iter().flat_map(|table| table.routes.iter().map(|route| &route.to));
    let transit = network.transit_tables.items.iter().flat_map(|table| table.routes.iter().map(|route| &route.to));
    for to in routes.chain(transit) {
        match to {
            RouteTo::Block(named) => add(&mut ways, named),
            RouteTo::PrefixList(id) => {
                let list = network.prefix_lists.items.iter().find(|list| list.id == *id);
                list.into_iter().flat_map(|list| &list.blocks).for_each(|block| add(&mut ways, block));
            }
            RouteTo::Unknown => {}
        }
    }
    let networks = network.vpcs.items.iter().flat_map(|vpc| &vpc.blocks);
    let subnets = network.subnets.items.iter().flat_map(|subnet| &subnet.blocks);
    let beyond = network.vpn_connections.items.iter().flat_map(|vpn| vpn.static_routes.iter().flatten());
    let rest = networks.chain(subnets).chain(beyond).chain(&network.service_blocks);
    rest.chain([&super::super::gateways::NAT64]).for_each(|block| add(&mut ways, block));
    // An appliance on a way has groups of its own.
    let mut routes = network.tables.items.iter().flat_map(|table| &table.routes);
    if routes.any(|route| matches!(route.target, Target::Interface(_) | Target::Instance(_))) {
        ways.extend(&all);
    }
    all.extend(&ways);
    for cuts in [&mut ways, &mut all] {
        cuts.sort_unstable();
        cuts.dedup();
    }
    (ways, all)
}
