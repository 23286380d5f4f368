//! Who reaches whom among all interfaces: by classes of interfaces that nothing tells apart, and for up to 64 services at
//! once.
//!
//! A class is a seat (addresses of a subnet that no rule and no route distinguishes) and a list of security groups. The
//! way between two seats is walked once, with everything on it but the groups of the two ends; these are matched as bits.
//! The answers are those of [`super::Paths::reach`] for every pair of members.

mod links;
mod lists;
mod seats;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::filter::{Direction, answerable};
use super::gateways::place_of_nat;
use super::index::Index;
use super::network::Network;
use super::reach::{Leg, Version, legs};
use super::walk::End;
use crate::address::Block;
use crate::place::Place;
use crate::rule::Bounds;
use crate::service::{Protocol, service};
use crate::services::Services;
use links::{Links, links};
use lists::{Asked, Bits, Lists};
use seats::{Seat, Seats};

/// Interfaces that nothing tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peers {
    seat: u32,
    list: u32,
    /// Their positions in the network's list.
    pub members: Vec<u32>,
}

/// What every member of one class reaches of every member of another: a bit for each service asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The class of the senders, by its place in [`Pairs::classes`].
    pub from: usize,
    /// The class of the receivers.
    pub to: usize,
    /// The services that get through for certain.
    pub sure: u64,
    /// The services that get through for certain or possibly.
    pub possible: u64,
}

/// What lies between two seats: everything but the security groups of the ends.
#[derive(Clone, Debug)]
struct Way {
    open: Bounds<Bits>,
    /// Whether it is known to lead to the receiver: else it is not known under which address.
    landed: bool,
    /// Whether references to the sender's groups count at the receiver.
    references: Option<bool>,
    /// The address under which the receiver sees the sender, where that is another.
    seen: Option<Place>,
}

/// All pairs of interfaces of one network, in one IP version.
pub struct Pairs<'n> {
    index: Index<'n>,
    version: Version,
    asked: Asked,
    seats: Seats<'n>,
    lists: Lists<'n>,
    classes: Vec<Peers>,
    class_of: Vec<Option<u32>>,
    /// The classes of each seat.
    seated: Vec<Vec<u32>>,
    links: Vec<Links>,
    /// The seats of each VPC.
    within: Vec<Vec<u32>>,
    /// Seats whose VPC is not known.
    adrift: Vec<u32>,
}

impl<'n> Pairs<'n> {
    /// The classes of a network, for questions about some services, of which the first 64 count.
    #[must_use]
    pub fn new(network: &'n Network, version: Version, services: &[(Protocol, u16)]) -> Self {
        let index = Index::new(network);
        let asked = Asked::new(services.iter().map(|&(protocol, port)| service(protocol, port)).collect());
        let seats = Seats::new(&index, version);
        let links = links(&index, version);
        let mut pairs = Self {
            seated: vec![Vec::new(); seats.all.len()],
            within: vec![Vec::new(); network.vpcs.items.len()],
            adrift: Vec::new(),
            lists: Lists::new(),
            classes: Vec::new(),
            class_of: Vec::new(),
            index,
            version,
            asked,
            seats,
            links,
        };
        pairs.place();
        pairs
    }

    fn place(&mut self) {
        for (seat, known) in (0u32..).zip(&self.seats.all) {
            match known.vpc.and_then(|vpc| self.within.get_mut(vpc)) {
                Some(seats) => seats.push(seat),
                None => self.adrift.push(seat),
            }
        }
        let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let network = self.index.network;
        for (position, interface) in (0u32..).zip(&network.interfaces.items) {
            let seat = self.seats.of_interface.get(position as usize).copied().flatten();
            let Some(seat) = seat else {
                self.class_of.push(None);
                continue;
            };
            let list = self.lists.of(&self.index, &self.asked, interface);
            let next = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
            let class = *known.entry((seat, list)).or_insert(next);
            if class == next {
                self.classes.push(Peers { seat, list, members: Vec::new() });
                if let Some(seated) = self.seated.get_mut(seat as usize) {
                    seated.push(class);
                }
            }
            if let Some(peers) = self.classes.get_mut(class as usize) {
                peers.members.push(position);
            }
            self.class_of.push(Some(class));
        }
    }

    /// The classes.
    #[must_use]
    pub fn classes(&self) -> &[Peers] {
        &self.classes
    }

    /// The class of an interface, by its position; none if it has no address of this IP version.
    #[must_use]
    pub fn class_of(&self, interface: usize) -> Option<usize> {
        self.class_of.get(interface).copied().flatten().map(|class| class as usize)
    }

    /// Every pair of classes of which something gets through or may, for receivers and senders that are wanted. A class
    /// with itself stands for every two of its members.
    pub fn visit(&self, from: impl Fn(usize) -> bool, to: impl Fn(usize) -> bool, mut found: impl FnMut(Pair)) {
        let mut kept = Kept::default();
        let seats = 0..u32::try_from(self.seats.all.len()).unwrap_or(u32::MAX);
        let senders: Vec<Vec<u32>> = seats.map(|seat| self.wanted(seat, &from)).collect();
        for (vpc, seats) in self.within.iter().map(Some).chain([None]).enumerate() {
            kept.clear();
            for &seat in seats.unwrap_or(&self.adrift) {
                self.arrivals(seats.map(|_| vpc), seat, (&senders, &to), &mut kept, &mut found);
            }
        }
    }

    fn arrivals(
        &self,
        vpc: Option<usize>,
        seat: u32,
        (senders, to): (&[Vec<u32>], &impl Fn(usize) -> bool),
        kept: &mut Kept,
        found: &mut impl FnMut(Pair),
    ) {
        let receivers = self.wanted(seat, to);
        if receivers.is_empty() {
            return;
        }
        let mut crossing = Crossing { pairs: self, seat, receivers, kept, let_out: FxHashMap::default() };
        let afar = crossing.receivers.iter().any(|class| self.admits_from_afar(self.list_of(*class)));
        let of = |seat: u32| senders.get(seat as usize).map_or(&[][..], Vec::as_slice);
        for (position, (seats, links)) in self.within.iter().zip(&self.links).enumerate() {
            let nearby = links.anywhere || vpc.is_none_or(|vpc| links.vpcs.contains(&vpc));
            if nearby || (links.internet && afar) {
                let origin = Origin { vpc: Some(position), links: vpc.map(|_| links), nearby };
                seats.iter().for_each(|&sender| crossing.from(sender, origin, of(sender), found));
            }
        }
        let origin = Origin { vpc: None, links: None, nearby: true };
        self.adrift.iter().for_each(|&sender| crossing.from(sender, origin, of(sender), found));
    }

    /// Whether a list may admit an address of the internet at all.
    fn admits_from_afar(&self, list: u32) -> bool {
        let public = Place::Within(vec![match self.version {
            Version::V4 => Block::ALL_V4,
            Version::V6 => Block::ALL_V6,
        }]);
        self.by_address(list, Direction::In, &public).possible != 0
    }

    fn wanted(&self, seat: u32, wanted: &impl Fn(usize) -> bool) -> Vec<u32> {
        let seated = self.seated.get(seat as usize).map_or(&[][..], Vec::as_slice);
        seated.iter().copied().filter(|class| wanted(*class as usize)).collect()
    }

    fn seat(&self, seat: u32) -> Option<&Seat> {
        self.seats.all.get(seat as usize)
    }

    fn list_of(&self, class: u32) -> u32 {
        self.classes.get(class as usize).map_or(u32::MAX, |class| class.list)
    }

    /// What passes a list of groups because of an address.
    fn by_address(&self, list: u32, direction: Direction, place: &Place) -> Bounds<Bits> {
        let list = self.lists.all.get(list as usize);
        list.map_or(Bounds::NO_SERVICE, |list| list.by_address(&self.index, direction, place))
    }

    fn by_member(&self, list: u32, direction: Direction, other: u32, references: Option<bool>) -> Bounds<Bits> {
        let lists = self.lists.all.get(list as usize).zip(self.lists.all.get(other as usize));
        lists.map_or(Bounds::NO_SERVICE, |(list, other)| list.by_member(direction, other, references))
    }

    /// The way from one stand to another.
    fn way(&self, from: u32, to: u32) -> Option<Way> {
        let (from, to) = (self.seats.stands.get(from as usize)?, self.seats.stands.get(to as usize)?);
        let (there, back) = legs(&self.index, (from.interface, to.interface), self.version, true);
        let mut open = self.through(&there, |way| way);
        for leg in &back {
            open = open.and(self.through(leg, |way| answerable(&way)));
        }
        let known = there.walk.source_interface.is_some();
        let seen = (there.walk.source != from.place).then(|| there.walk.source.clone());
        let references = if known { there.walk.references } else { Some(false) };
        Some(Way { open, landed: there.landed, references, seen })
    }

    fn through(&self, leg: &Leg<'_, '_>, kept: impl Fn(Bounds<Services>) -> Bounds<Services>) -> Bounds<Bits> {
        let unknown = matches!(leg.end, End::Unknown(_));
        if !leg.arrived && !unknown {
            return Bounds::NO_SERVICE;
        }
        let mut checks = leg.walk.checks.iter().map(|check| &check.passes);
        let first = checks.next().cloned().unwrap_or_else(Bounds::everything);
        let open = self.asked.bits(&kept(checks.fold(first, |way, passes| way.meet(passes))));
        if unknown { Bounds { sure: 0, ..open } } else { open }
    }
}

/// What lists of groups let pass because of the other end's seat.
type Memo = FxHashMap<(u32, u32), Bounds<Bits>>;

/// What is kept from seat to seat of one VPC.
#[derive(Default)]
struct Kept {
    /// By the stands of the sender and the receiver.
    ways: FxHashMap<(u32, u32), Arc<Way>>,
    /// By the receiver's list and the sender's seat.
    from_seats: Memo,
    /// By the receiver's list and the sender's VPC: under the addresses of NAT gateways.
    translated: Memo,
}

impl Kept {
    fn clear(&mut self) {
        self.ways.clear();
        self.from_seats.clear();
        self.translated.clear();
    }
}

/// Where senders are.
#[derive(Clone, Copy)]
struct Origin<'l> {
    vpc: Option<usize>,
    /// What their VPC leads to; none where the two ends are not both in VPCs that are known.
    links: Option<&'l Links>,
    /// Whether a connection leads there, so that references between groups may count.
    nearby: bool,
}

/// What comes into one seat.
struct Crossing<'p, 'n, 'm> {
    pairs: &'p Pairs<'n>,
    seat: u32,
    receivers: Vec<u32>,
    kept: &'m mut Kept,
    /// By the sender's list.
    let_out: FxHashMap<u32, Bounds<Bits>>,
}

impl Crossing<'_, '_, '_> {
    /// All pairs with the senders of one seat. The groups of the two ends are asked before the way, which takes longer.
    fn from(&mut self, sender: u32, origin: Origin<'_>, senders: &[u32], found: &mut impl FnMut(Pair)) {
        let pairs = self.pairs;
        let (Some(here), Some(there)) = (pairs.seat(sender), pairs.seat(self.seat)) else { return };
        if senders.is_empty() {
            return;
        }
        let mut way: Option<Arc<Way>> = None;
        for position in 0..self.receivers.len() {
            let Some(&receiver) = self.receivers.get(position) else { return };
            let into = pairs.list_of(receiver);
            let by_address = || pairs.by_address(into, Direction::In, &here.place);
            let admitted = *self.kept.from_seats.entry((into, sender)).or_insert_with(by_address);
            let under_any_address = admitted.possible | self.translated(into, origin);
            if under_any_address == 0 && !origin.nearby {
                continue;
            }
            for &from in senders {
                let out = pairs.list_of(from);
                let by_address = || pairs.by_address(out, Direction::Out, &there.place);
                let let_out = *self.let_out.entry(out).or_insert_with(by_address);
                let let_out = let_out.or(pairs.by_member(out, Direction::Out, into, Some(true)));
                let by_member =
                    pairs.by_member(into, Direction::In, out, origin.nearby.then_some(true).or(Some(false)));
                if let_out.possible & (under_any_address | by_member.possible) == 0 {
                    continue;
                }
                let way = match &way {
                    Some(way) => way,
                    None => {
                        let Some(known) = self.way(here.stand, there.stand) else { return };
                        way.insert(known)
                    }
                };
                if way.open.possible == 0 {
                    return;
                }
                let admitted = match &way.seen {
                    _ if !way.landed => Bounds { sure: 0, possible: pairs.asked.all() },
                    Some(place) => pairs.by_address(into, Direction::In, place),
                    None => admitted,
                };
                let admitted = admitted.or(pairs.by_member(into, Direction::In, out, way.references));
                let Bounds { sure, possible } = way.open.and(let_out).and(admitted);
                if possible != 0 && !(receiver == from && self.alone(receiver)) {
                    found(Pair { from: from as usize, to: receiver as usize, sure, possible });
                }
            }
        }
    }

    fn way(&mut self, from: u32, to: u32) -> Option<Arc<Way>> {
        if let Some(known) = self.kept.ways.get(&(from, to)) {
            return Some(Arc::clone(known));
        }
        let way = Arc::new(self.pairs.way(from, to)?);
        self.kept.ways.insert((from, to), Arc::clone(&way));
        Some(way)
    }

    /// What a list may admit from the sender's VPC under another address than the sender's own.
    fn translated(&mut self, into: u32, origin: Origin<'_>) -> Bits {
        let pairs = self.pairs;
        let (Some(vpc), Some(links)) = (origin.vpc, origin.links.filter(|links| !links.anywhere)) else {
            return pairs.asked.all();
        };
        let key = (into, u32::try_from(vpc).unwrap_or(u32::MAX));
        let admitted = self.kept.translated.entry(key).or_insert_with(|| {
            let nats = links.nats.iter().filter_map(|&position| pairs.index.network.nat_gateways.items.get(position));
            let places = nats.filter_map(|nat| Some(place_of_nat(nat, pairs.index.subnet(&nat.subnet)?)));
            places.fold(Bounds::NO_SERVICE, |all, place| all.or(pairs.by_address(into, Direction::In, &place)))
        });
        admitted.possible
    }

    fn alone(&self, class: u32) -> bool {
        self.pairs.classes.get(class as usize).is_some_and(|class| class.members.len() < 2)
    }
}
