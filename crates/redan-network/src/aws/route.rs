//! Longest-prefix match in a route table, for one address or for every address that an end may get.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>

use super::index::{Index, prefix_blocks};
use super::network::{Id, Route, RouteTable, RouteTo, Target, TransitRoute, TransitTable};
use crate::address::Block;
use crate::place::Place;

/// What a table says about a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice<T> {
    /// This way.
    Take(T),
    /// Dropped: the route's target is gone, or the route is a blackhole.
    Blackhole,
    /// No route matches.
    NoRoute,
    /// It depends on what is not known.
    Unknown,
}

/// At equal length, a static route beats one of a prefix list, and that one beats a propagated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Propagated,
    PrefixList,
    Static,
    Local,
}

impl Rank {
    /// The rank of a route with a block as its destination.
    pub(crate) fn of(route: &Route) -> Self {
        match (&route.target, route.propagated) {
            (Target::Local, _) => Self::Local,
            (_, true) => Self::Propagated,
            (_, false) => Self::Static,
        }
    }
}

struct Contest<T> {
    sure: Option<((u32, Rank), Choice<T>)>,
    doubtful: Vec<((u32, Rank), Choice<T>)>,
}

impl<T: PartialEq> Contest<T> {
    fn new() -> Self {
        Self { sure: None, doubtful: Vec::new() }
    }

    fn enter(&mut self, matched: Option<bool>, length: u32, rank: Rank, choice: impl FnOnce() -> Choice<T>) {
        let strength = (length, rank);
        match matched {
            Some(false) => {}
            Some(true) if self.sure.as_ref().is_some_and(|(best, _)| *best >= strength) => {}
            Some(true) => self.sure = Some((strength, choice())),
            None => self.doubtful.push((strength, choice())),
        }
    }

    fn decide(self, complete: bool) -> Choice<T> {
        let (strength, choice) = match self.sure {
            Some((strength, choice)) => (Some(strength), choice),
            None => (None, Choice::NoRoute),
        };
        let local = strength.is_some_and(|(_, rank)| rank == Rank::Local);
        if !complete && !local {
            return Choice::Unknown;
        }
        let contested = |(other, way): &((u32, Rank), Choice<T>)| {
            strength.is_none_or(|strength| *other > strength) && *way != choice
        };
        if self.doubtful.iter().any(contested) { Choice::Unknown } else { choice }
    }
}

/// Where a table sends packets for this destination. `local` says whether the destination is known to be in the VPC.
pub(crate) fn lookup<'a>(
    index: &Index<'a>,
    table: &'a RouteTable,
    destination: &Place,
    local: bool,
) -> Choice<&'a Target> {
    let mut contest = Contest::new();
    if let Some(vpc) = index.vpc(&table.vpc) {
        for block in &vpc.blocks {
            contest.enter(destination.inside(block), block.prefix_length(), Rank::Local, || Choice::Take(&LOCAL));
        }
        if local {
            contest.enter(Some(true), SHORTEST_VPC, Rank::Local, || Choice::Take(&LOCAL));
        } else if !vpc.blocks_known {
            contest.enter(None, SHORTEST_VPC, Rank::Local, || Choice::Take(&LOCAL));
        }
    }
    for route in &table.routes {
        enter_route(index, route, destination, &mut contest);
    }
    contest.decide(table.complete)
}

static LOCAL: Target = Target::Local;

/// A VPC's block is at most a /16.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
const SHORTEST_VPC: u32 = 16;

fn enter_route<'a>(index: &Index<'a>, route: &'a Route, destination: &Place, contest: &mut Contest<&'a Target>) {
    let choice = || if route.blackhole { Choice::Blackhole } else { Choice::Take(&route.target) };
    let plain = Rank::of(route);
    match &route.to {
        RouteTo::Block(block) => contest.enter(destination.inside(block), block.prefix_length(), plain, choice),
        RouteTo::PrefixList(id) => {
            let (blocks, complete) = prefix_blocks(index, id);
            for block in blocks {
                contest.enter(destination.inside(block), block.prefix_length(), Rank::PrefixList, choice);
            }
            if !complete {
                contest.enter(None, u32::MAX, Rank::PrefixList, choice);
            }
        }
        RouteTo::Unknown => contest.enter(None, u32::MAX, plain, choice),
    }
}

/// The attachment to which a transit gateway's table sends packets for this destination.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
pub(crate) fn transit_lookup<'a>(
    table: &'a TransitTable,
    propagated: &[(&'a Id, &'a [Block], bool)],
    destination: &Place,
) -> Choice<&'a Id> {
    let mut contest = Contest::new();
    for route in &table.routes {
        let rank = if route.propagated { Rank::Propagated } else { Rank::Static };
        let (matched, length) = match &route.to {
            RouteTo::Block(block) => (destination.inside(block), block.prefix_length()),
            RouteTo::PrefixList(_) | RouteTo::Unknown => (None, u32::MAX),
        };
        contest.enter(matched, length, rank, || transit_choice(route));
    }
    for &(attachment, blocks, known) in propagated {
        for block in blocks {
            let matched = destination.inside(block);
            contest.enter(matched, block.prefix_length(), Rank::Propagated, || Choice::Take(attachment));
        }
        if !known {
            contest.enter(None, SHORTEST_VPC, Rank::Propagated, || Choice::Take(attachment));
        }
    }
    contest.decide(table.complete)
}

fn transit_choice(route: &TransitRoute) -> Choice<&Id> {
    match &route.attachment {
        Some(attachment) if !route.blackhole => Choice::Take(attachment),
        _ => Choice::Blackhole,
    }
}
