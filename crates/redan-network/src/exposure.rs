//! What the internet reaches, as people and pages read it: services, and who reaches them.

use crate::address::Block;
use crate::pool::{PacketsId, Pool};
use crate::public::Public;
use crate::rule::Bounds;
use crate::service::{Ports, Protocol};

/// Services that sources reach.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// The first protocol.
    pub protocol: Protocol,
    /// The last protocol: the same, unless a rule opens all of a range.
    pub last_protocol: Protocol,
    /// The ports, or ICMP types and codes; all where several protocols are open.
    pub ports: Ports,
    /// Who reaches them.
    pub sources: Vec<Block>,
}

impl Opening {
    /// Whether a port is among them.
    pub fn holds(&self, protocol: Protocol, port: u16) -> bool {
        let protocols = self.protocol.0..=self.last_protocol.0;
        protocols.contains(&protocol.0) && (self.ports.low..=self.ports.high).contains(&port)
    }

    /// Everything, to everyone.
    pub(crate) fn everything() -> Self {
        let sources = vec![Block::ALL_V4, Block::ALL_V6];
        Self { protocol: Protocol(0), last_protocol: Protocol(255), ports: Ports::ALL, sources }
    }
}

/// What the internet reaches of one interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    /// What it reaches for certain.
    pub sure: Vec<Opening>,
    /// What it may reach besides, depending on what is not known.
    pub possible: Vec<Opening>,
}

impl Exposure {
    /// Whether anything is reached: yes, no or unknown.
    pub fn reached(&self) -> Option<bool> {
        match (self.sure.is_empty(), self.possible.is_empty()) {
            (false, _) => Some(true),
            (true, true) => Some(false),
            (true, false) => None,
        }
    }

    /// Whether a port is reached.
    pub fn reaches(&self, protocol: Protocol, port: u16) -> Option<bool> {
        let holds = |opening: &Opening| opening.holds(protocol, port);
        match (self.sure.iter().any(holds), self.possible.iter().any(holds)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        }
    }
}

impl Exposure {
    /// What this holds beyond another, exactly: services and sources. What is only possible here, or possible there, is
    /// possible.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        let mut found = Self::default();
        subtract::<u32>(self, other, &mut found);
        subtract::<u128>(self, other, &mut found);
        found
    }
}

fn subtract<A: Public>(own: &Exposure, other: &Exposure, into: &mut Exposure) {
    let mut pool = Pool::<A>::new();
    let packets = |openings: &[Opening], pool: &mut Pool<A>| {
        let mut all = PacketsId::NONE;
        for opening in openings {
            let sources = pool.set(opening.sources.iter().filter_map(A::range_of).collect());
            let low = crate::service::service(opening.protocol, opening.ports.low);
            let high = crate::service::service(opening.last_protocol, opening.ports.high);
            let part = pool.product(&[(low, high)], sources);
            all = pool.union(all, part);
        }
        all
    };
    let bounds = |exposure: &Exposure, pool: &mut Pool<A>| {
        let sure = packets(&exposure.sure, pool);
        let rest = packets(&exposure.possible, pool);
        Bounds { sure, possible: pool.union(sure, rest) }
    };
    let (own, other) = (bounds(own, &mut pool), bounds(other, &mut pool));
    let left =
        Bounds { sure: pool.difference(own.sure, other.possible), possible: pool.difference(own.possible, other.sure) };
    openings(&pool, left, into);
}

/// The openings of packet sets.
pub(crate) fn openings<A: Public>(pool: &Pool<A>, reached: Bounds<PacketsId>, into: &mut Exposure) {
    let held = |packets: PacketsId| {
        pool.cells(packets).flat_map(|(low, high, set)| {
            let sources: Vec<Block> =
                pool.ranges(set).iter().filter_map(|&(a, b)| Block::range(a.to_ip(), b.to_ip())).collect();
            split(low, high).into_iter().map(move |(protocol, last_protocol, ports)| Opening {
                protocol,
                last_protocol,
                ports,
                sources: sources.clone(),
            })
        })
    };
    into.sure.extend(held(reached.sure));
    if reached.possible != reached.sure {
        into.possible.extend(held(reached.possible).filter(|opening| !into.sure.contains(opening)));
    }
}

/// A range of services as whole protocols and ranges of ports.
pub(crate) fn split(low: u32, high: u32) -> Vec<(Protocol, Protocol, Ports)> {
    let protocol = |service: u32| Protocol(u8::try_from(service >> 16).unwrap_or(u8::MAX));
    let port = |service: u32| u16::try_from(service & 0xFFFF).unwrap_or(u16::MAX);
    let (first, last) = (protocol(low), protocol(high));
    if first == last {
        return vec![(first, last, Ports::new(port(low), port(high)))];
    }
    let mut parts = Vec::new();
    let mut from = first;
    if port(low) != 0 {
        parts.push((first, first, Ports::new(port(low), u16::MAX)));
        from = Protocol(first.0.saturating_add(1));
    }
    let whole_end = if port(high) == u16::MAX { last } else { Protocol(last.0.saturating_sub(1)) };
    if from <= whole_end {
        parts.push((from, whole_end, Ports::ALL));
    }
    if port(high) != u16::MAX {
        parts.push((last, last, Ports::new(0, port(high))));
    }
    parts
}
