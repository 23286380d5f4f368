//! What one security group or one network security group admits from the internet, before routes and everything else
//! on the path are looked at.
//!
//! The rules are united (AWS) or matched by priority (Azure) as exact sets, so that halves of the address space add up
//! and a deny of higher rank closes what a later rule opens.

use std::net::IpAddr;

use crate::address::Block;
use crate::exposure::{Exposure, openings};
use crate::pool::{PacketsId, Pool, SetId};
use crate::public::Public;
use crate::ranges;
use crate::rule::{self, Action, Bounds, Known, MOST_RULES, Match, Remote, Rule};
use crate::service::{Protocol, service};

/// Rules for more distinct destinations than this are not told apart: the answer is then yes or unknown.
const MOST_DESTINATIONS: usize = 100;

/// At most this many blocks of an admitted set are shown.
const SHOWN_BLOCKS: usize = 16;

/// The part of the filtered side that a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// Whatever the filter protects.
    Any,
    /// These blocks.
    Blocks(Vec<Block>),
    /// Something named, such as an application security group.
    Named(String),
    /// Not known.
    Unknown,
}

impl Destination {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Blocks(mine), Self::Blocks(theirs)) => {
                theirs.iter().all(|block| mine.iter().any(|cover| cover.covers(block)))
            }
            (Self::Named(mine), Self::Named(theirs)) => mine.eq_ignore_ascii_case(theirs),
            _ => false,
        }
    }
}

/// One inbound rule of a security group or network security group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InboundRule {
    /// Protocol, ports, sources, action and rank.
    pub rule: Rule,
    /// What it protects; always [`Destination::Any`] in a security group.
    pub destination: Destination,
}

impl From<Rule> for InboundRule {
    fn from(rule: Rule) -> Self {
        Self { rule, destination: Destination::Any }
    }
}

/// A port that is open, or may be open, to the internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The port.
    pub port: u16,
    /// One of the addresses that are admitted.
    pub address: IpAddr,
    /// The public addresses that are admitted: the first blocks of the set.
    pub admitted: Vec<Block>,
    /// How many public addresses of that IP version are admitted.
    pub count: u128,
}

/// Whether a filter admits the internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Yes, no, or unknown.
    pub open: Option<bool>,
    /// What is open (or, when unknown, may be).
    pub opening: Option<Opening>,
    /// The rules that decide, by their place in the list: those that together open the port; when unknown, those whose
    /// unknown parts could.
    pub rules: Vec<usize>,
}

/// Whether one of these ports is open, over TCP or UDP, to more than a /8 of the public IPv4 addresses or a /11 of the
/// public IPv6 addresses (1/256 of the unicast space).
///
/// `complete` says whether every rule of the filter is in the list.
pub fn internet(rules: &[InboundRule], complete: bool, ports: &[u16]) -> Admission {
    let (rules, complete) = match rules.get(..MOST_RULES) {
        Some(first) if first.len() < rules.len() => (first, false),
        _ => (rules, complete),
    };
    let v4 = survey::<u32>(rules, complete, ports);
    if v4.open == Some(true) {
        return v4;
    }
    let v6 = survey::<u128>(rules, complete, ports);
    match (v4.open, v6.open) {
        (_, Some(true)) | (Some(false), _) => v6,
        _ => v4,
    }
}

/// What putting one list of inbound rules in the place of another opens and closes: the exact difference of what they
/// admit, however they are written. Possible openings are those that rest on something unknown.
pub fn difference(before: &[InboundRule], after: &[InboundRule]) -> Change {
    let mut change = Change::default();
    compare::<u32>(before, after, &mut change);
    compare::<u128>(before, after, &mut change);
    change
}

/// What a change opens and closes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What is admitted that was not.
    pub opened: Exposure,
    /// What was admitted and is not.
    pub closed: Exposure,
}

fn compare<A: Public>(before: &[InboundRule], after: &[InboundRule], change: &mut Change) {
    let mut pool = Pool::<A>::new();
    let passed = |rules: &[InboundRule], pool: &mut Pool<A>| {
        let matches = rules.iter().map(|inbound| rule::matched(&inbound.rule, pool)).collect();
        rule::first_match(matches, pool)
    };
    let (old, new) = (passed(before, &mut pool), passed(after, &mut pool));
    let mut lost = |from: Bounds<PacketsId>, to: Bounds<PacketsId>| Bounds {
        sure: pool.difference(from.sure, to.possible),
        possible: pool.difference(from.possible, to.sure),
    };
    let (opened, closed) = (lost(new, old), lost(old, new));
    openings(&pool, opened, &mut change.opened);
    openings(&pool, closed, &mut change.closed);
}

/// The answer for one IP version.
fn survey<A: Public>(rules: &[InboundRule], complete: bool, ports: &[u16]) -> Admission {
    let mut pool = Pool::<A>::new();
    let public = pool.set(A::public());
    let matches: Vec<Match> = rules.iter().map(|inbound| rule::matched(&inbound.rule, &mut pool)).collect();
    let mut maybe = None;
    let destinations = destinations(rules, complete);
    let everyone = destinations.len() <= MOST_DESTINATIONS;
    for destination in destinations.into_iter().take(MOST_DESTINATIONS) {
        let applicable = rules.iter().zip(&matches).filter_map(|(inbound, found)| towards(inbound, found, destination));
        let mut applicable: Vec<Match> = applicable.collect();
        if !complete {
            applicable.push(unlisted(rules));
        }
        let passed = rule::first_match(applicable, &mut pool);
        for &port in ports {
            for protocol in [Protocol::TCP, Protocol::UDP] {
                let service = service(protocol, port);
                let sure = pool.set_intersection(pool.at(passed.sure, service), public);
                if let Some(opening) = opening(&pool, sure, protocol, port) {
                    let rules = openers(rules, &matches, destination, service, public, &mut pool);
                    return Admission { open: Some(true), opening: Some(opening), rules };
                }
                let possible = pool.set_intersection(pool.at(passed.possible, service), public);
                if maybe.is_none() {
                    maybe = opening(&pool, possible, protocol, port);
                }
            }
        }
    }
    match maybe {
        None if !everyone => Admission { open: None, opening: None, rules: Vec::new() },
        Some(opening) => {
            let service = service(opening.protocol, opening.port);
            let rules = doubtful(rules, &matches, service, &pool);
            Admission { open: None, opening: Some(opening), rules }
        }
        None => Admission { open: Some(false), opening: None, rules: Vec::new() },
    }
}

/// The protected sides that are worth asking about: one for each that an allow rule names.
fn destinations(rules: &[InboundRule], complete: bool) -> Vec<&Destination> {
    let mut distinct: Vec<&Destination> = Vec::new();
    for inbound in rules {
        if inbound.rule.action != Known::Is(Action::Deny) && !distinct.contains(&&inbound.destination) {
            distinct.push(&inbound.destination);
        }
    }
    if distinct.is_empty() && !complete {
        distinct.push(&Destination::Any);
    }
    distinct
}

/// The rule as seen from packets to this destination.
///
/// A deny for a part of the destination leaves the rest open; an allow for another part does not open this one.
fn towards(inbound: &InboundRule, found: &Match, destination: &Destination) -> Option<Match> {
    if applies(inbound, destination) {
        return Some(*found);
    }
    let doubtful = inbound.destination == Destination::Unknown;
    doubtful.then_some(Match { packets: Bounds { sure: PacketsId::NONE, ..found.packets }, ..*found })
}

/// Whether the rule matches packets to this destination for certain.
fn applies(inbound: &InboundRule, destination: &Destination) -> bool {
    let own = inbound.rule.action == Known::Is(Action::Allow) && inbound.destination == *destination;
    own || inbound.destination.covers(destination)
}

/// A rule that stands for those that were not collected.
fn unlisted(rules: &[InboundRule]) -> Match {
    let ranked = rules.iter().any(|inbound| inbound.rule.priority != Known::Is(0));
    let action = if ranked { Known::Unknown } else { Known::Is(Action::Allow) };
    Match { action, priority: Known::Unknown, packets: Bounds::UNKNOWN }
}

fn opening<A: Public>(pool: &Pool<A>, admitted: SetId, protocol: Protocol, port: u16) -> Option<Opening> {
    let ranges = pool.ranges(admitted);
    let count = ranges::size(ranges);
    if count <= A::OPEN_BEYOND {
        return None;
    }
    let largest = ranges.iter().max_by_key(|&&(low, high)| A::count(low, high))?;
    let block = |&(low, high): &(A, A)| Block::range(low.to_ip(), high.to_ip());
    let admitted = ranges.iter().take(SHOWN_BLOCKS).filter_map(block).collect();
    Some(Opening { protocol, port, address: largest.0.to_ip(), admitted, count })
}

/// The allow rules that open the service: those that do so alone, or else all that take part.
fn openers<A: Public>(
    rules: &[InboundRule],
    matches: &[Match],
    destination: &Destination,
    service: u32,
    public: SetId,
    pool: &mut Pool<A>,
) -> Vec<usize> {
    let mut deciding = Vec::new();
    let mut alone = Vec::new();
    for (index, (inbound, found)) in rules.iter().zip(matches).enumerate() {
        let allows = inbound.rule.action == Known::Is(Action::Allow) && applies(inbound, destination);
        let at = pool.at(found.packets.sure, service);
        let opened = pool.set_intersection(at, public);
        if allows && opened != SetId::EMPTY {
            deciding.push(index);
            if ranges::size(pool.ranges(opened)) > A::OPEN_BEYOND {
                alone.push(index);
            }
        }
    }
    if alone.is_empty() { deciding } else { alone }
}

/// The rules whose unknown parts leave the service in doubt.
fn doubtful<A: Public>(rules: &[InboundRule], matches: &[Match], service: u32, pool: &Pool<A>) -> Vec<usize> {
    let unknown = rules.iter().zip(matches).enumerate().filter(|(_, (inbound, found))| {
        let unsure = inbound.rule.has_unknown() || inbound.rule.partial || inbound.destination == Destination::Unknown;
        unsure && pool.at(found.packets.possible, service) != SetId::EMPTY
    });
    unknown.map(|(index, _)| index).collect()
}

/// The other end that an Azure rule names by address prefix.
///
/// `*`, `Any`, `0.0.0.0/0` and `Internet` are all open; the other service tags stand for Azure's own or private
/// addresses.
/// <https://learn.microsoft.com/azure/virtual-network/service-tags-overview>
pub fn azure_remote(prefix: &str) -> Remote {
    let prefix = prefix.trim();
    match prefix.to_ascii_lowercase().as_str() {
        "*" | "any" => Remote::Any,
        "internet" => Remote::Internet,
        _ => match Block::parse(prefix) {
            Some(block) => Remote::Block(block),
            None => Remote::Elsewhere,
        },
    }
}

/// What an inbound Azure rule protects, by address prefixes. `VirtualNetwork` holds every address that a network
/// security group can protect.
pub fn azure_destination<'a>(prefixes: impl IntoIterator<Item = &'a str>) -> Destination {
    let mut blocks = Vec::new();
    let mut name = None;
    for prefix in prefixes {
        let prefix = prefix.trim();
        match prefix.to_ascii_lowercase().as_str() {
            "*" | "any" | "virtualnetwork" => return Destination::Any,
            _ => match Block::parse(prefix) {
                Some(Block::ALL_V4 | Block::ALL_V6) => return Destination::Any,
                Some(block) => blocks.push(block),
                None => name = Some(prefix.to_owned()),
            },
        }
    }
    match name {
        Some(name) => Destination::Named(name),
        None if blocks.is_empty() => Destination::Unknown,
        None => Destination::Blocks(blocks),
    }
}
