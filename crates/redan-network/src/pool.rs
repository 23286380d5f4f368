//! Interned address sets and packet sets with memoised operations: equality is an integer comparison.
//!
//! A packet set is a function from service to address set, constant on ranges and stored as its breakpoints. One pool
//! holds one IP version. Nothing here knows rules or clouds.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::address::Address;
use crate::ranges::{self, Range};

/// An interned address set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SetId(u32);

impl SetId {
    pub(crate) const EMPTY: Self = Self(0);
    pub(crate) const ALL: Self = Self(1);
}

/// An interned packet set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PacketsId(u32);

impl PacketsId {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(1);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

/// From this service on, until the next breakpoint, these addresses.
pub(crate) type Breakpoint = (u32, SetId);

/// The sets of one IP version.
pub(crate) struct Pool<A> {
    sets: Vec<Arc<[Range<A>]>>,
    set_ids: FxHashMap<Arc<[Range<A>]>, SetId>,
    set_memo: FxHashMap<(Operation, SetId, SetId), SetId>,
    packets: Vec<Arc<[Breakpoint]>>,
    packets_ids: FxHashMap<Arc<[Breakpoint]>, PacketsId>,
    packets_memo: FxHashMap<(Operation, PacketsId, PacketsId), PacketsId>,
}

impl<A: Address> Pool<A> {
    pub(crate) fn new() -> Self {
        let mut pool = Self {
            sets: Vec::new(),
            set_ids: FxHashMap::default(),
            set_memo: FxHashMap::default(),
            packets: Vec::new(),
            packets_ids: FxHashMap::default(),
            packets_memo: FxHashMap::default(),
        };
        pool.intern_set(Vec::new());
        pool.intern_set(vec![(A::MIN, A::MAX)]);
        pool.intern_packets(vec![(0, SetId::EMPTY)]);
        pool.intern_packets(vec![(0, SetId::ALL)]);
        pool
    }

    /// The set of these ranges, which may overlap and come in any order.
    pub(crate) fn set(&mut self, ranges: Vec<Range<A>>) -> SetId {
        self.intern_set(ranges::canonical(ranges))
    }

    pub(crate) fn ranges(&self, set: SetId) -> &[Range<A>] {
        self.sets.get(set.0 as usize).map_or(&[], AsRef::as_ref)
    }

    pub(crate) fn breakpoints(&self, packets: PacketsId) -> &[Breakpoint] {
        self.packets.get(packets.0 as usize).map_or(&[], AsRef::as_ref)
    }

    /// The cells of a packet set that hold an address: first service, last service, addresses.
    pub(crate) fn cells(&self, packets: PacketsId) -> impl Iterator<Item = (u32, u32, SetId)> + '_ {
        let points = self.breakpoints(packets);
        let ends = points.iter().skip(1).map(|&(start, _)| start - 1).chain([crate::service::LAST]);
        points.iter().zip(ends).map(|(&(start, set), end)| (start, end, set)).filter(|cell| cell.2 != SetId::EMPTY)
    }

    /// The packets with one of these services and an address of the set.
    pub(crate) fn product(&mut self, services: &[(u32, u32)], set: SetId) -> PacketsId {
        let mut points = vec![(0, SetId::EMPTY)];
        for &(low, high) in services {
            push(&mut points, low, set);
            if high < crate::service::LAST {
                push(&mut points, high + 1, SetId::EMPTY);
            }
        }
        self.intern_packets(points)
    }

    /// The addresses from which this service is in the packet set.
    pub(crate) fn at(&self, packets: PacketsId, service: u32) -> SetId {
        let points = self.breakpoints(packets);
        let after = points.partition_point(|&(start, _)| start <= service);
        after.checked_sub(1).and_then(|i| points.get(i)).map_or(SetId::EMPTY, |&(_, set)| set)
    }

    pub(crate) fn set_union(&mut self, a: SetId, b: SetId) -> SetId {
        self.set_operation(Operation::Union, a, b)
    }

    pub(crate) fn set_intersection(&mut self, a: SetId, b: SetId) -> SetId {
        self.set_operation(Operation::Intersection, a, b)
    }

    pub(crate) fn set_difference(&mut self, a: SetId, b: SetId) -> SetId {
        self.set_operation(Operation::Difference, a, b)
    }

    pub(crate) fn union(&mut self, a: PacketsId, b: PacketsId) -> PacketsId {
        match (a, b) {
            (PacketsId::NONE, x) | (x, PacketsId::NONE) => x,
            (PacketsId::ALL, _) | (_, PacketsId::ALL) => PacketsId::ALL,
            _ if a == b => a,
            _ => self.packets_operation(Operation::Union, a.min(b), a.max(b)),
        }
    }

    pub(crate) fn intersection(&mut self, a: PacketsId, b: PacketsId) -> PacketsId {
        match (a, b) {
            (PacketsId::ALL, x) | (x, PacketsId::ALL) => x,
            (PacketsId::NONE, _) | (_, PacketsId::NONE) => PacketsId::NONE,
            _ if a == b => a,
            _ => self.packets_operation(Operation::Intersection, a.min(b), a.max(b)),
        }
    }

    pub(crate) fn difference(&mut self, a: PacketsId, b: PacketsId) -> PacketsId {
        match (a, b) {
            (x, PacketsId::NONE) => x,
            (PacketsId::NONE, _) | (_, PacketsId::ALL) => PacketsId::NONE,
            _ if a == b => PacketsId::NONE,
            _ => self.packets_operation(Operation::Difference, a, b),
        }
    }

    fn set_operation(&mut self, operation: Operation, a: SetId, b: SetId) -> SetId {
        let (a, b) = match (operation, a, b) {
            (Operation::Union, SetId::EMPTY, x) | (Operation::Union, x, SetId::EMPTY) => return x,
            (Operation::Union, SetId::ALL, _) | (Operation::Union, _, SetId::ALL) => return SetId::ALL,
            (Operation::Intersection, SetId::ALL, x) | (Operation::Intersection, x, SetId::ALL) => return x,
            (Operation::Intersection, SetId::EMPTY, _) | (Operation::Intersection, _, SetId::EMPTY) => {
                return SetId::EMPTY;
            }
            (Operation::Difference, x, SetId::EMPTY) => return x,
            (Operation::Difference, SetId::EMPTY, _) | (Operation::Difference, _, SetId::ALL) => return SetId::EMPTY,
            (Operation::Difference, x, y) if x == y => return SetId::EMPTY,
            (_, x, y) if x == y => return x,
            (Operation::Difference, x, y) => (x, y),
            (_, x, y) => (x.min(y), x.max(y)),
        };
        if let Some(&known) = self.set_memo.get(&(operation, a, b)) {
            return known;
        }
        let (left, right) = (self.ranges(a), self.ranges(b));
        let result = match operation {
            Operation::Union => ranges::union(left, right),
            Operation::Intersection => ranges::intersection(left, right),
            Operation::Difference => ranges::difference(left, right),
        };
        let id = self.intern_set(result);
        self.set_memo.insert((operation, a, b), id);
        id
    }

    fn packets_operation(&mut self, operation: Operation, a: PacketsId, b: PacketsId) -> PacketsId {
        if let Some(&known) = self.packets_memo.get(&(operation, a, b)) {
            return known;
        }
        let left = self.packets.get(a.0 as usize).cloned().unwrap_or_default();
        let right = self.packets.get(b.0 as usize).cloned().unwrap_or_default();
        let mut points = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        let (mut a_set, mut b_set) = (SetId::EMPTY, SetId::EMPTY);
        loop {
            let start = match (left.peek(), right.peek()) {
                (Some(l), Some(r)) => l.0.min(r.0),
                (Some(next), None) | (None, Some(next)) => next.0,
                (None, None) => break,
            };
            if let Some(&(_, set)) = left.next_if(|point| point.0 == start) {
                a_set = set;
            }
            if let Some(&(_, set)) = right.next_if(|point| point.0 == start) {
                b_set = set;
            }
            let set = self.set_operation(operation, a_set, b_set);
            push(&mut points, start, set);
        }
        let id = self.intern_packets(points);
        self.packets_memo.insert((operation, a, b), id);
        id
    }

    fn intern_set(&mut self, ranges: Vec<Range<A>>) -> SetId {
        if let Some(&known) = self.set_ids.get(ranges.as_slice()) {
            return known;
        }
        let id = SetId(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        let shared: Arc<[Range<A>]> = ranges.into();
        self.sets.push(Arc::clone(&shared));
        self.set_ids.insert(shared, id);
        id
    }

    fn intern_packets(&mut self, points: Vec<Breakpoint>) -> PacketsId {
        if let Some(&known) = self.packets_ids.get(points.as_slice()) {
            return known;
        }
        let id = PacketsId(u32::try_from(self.packets.len()).unwrap_or(u32::MAX));
        let shared: Arc<[Breakpoint]> = points.into();
        self.packets.push(Arc::clone(&shared));
        self.packets_ids.insert(shared, id);
        id
    }
}

/// Appends a breakpoint so that the list stays canonical.
fn push(points: &mut Vec<Breakpoint>, start: u32, set: SetId) {
    if points.last().is_some_and(|last| last.0 == start) {
        points.pop();
    }
    if points.last().is_none_or(|last| last.1 != set) {
        points.push((start, set));
    }
}
