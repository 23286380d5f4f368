//! One filter rule of any cloud, each part of which may be unknown, and what a list of them lets through.
//!
//! Filters are evaluated as bounds: the packets that surely pass and the packets that possibly pass. Nothing here knows
//! which cloud a rule comes from.

use crate::address::{Address, Block};
use crate::pool::{PacketsId, Pool, SetId};
use crate::public::Public;
use crate::ranges;
use crate::service::{self, Ports, Protocol, Protocols};

/// A value, or the statement that it could not be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Known<T> {
    /// The value is this.
    Is(T),
    /// The value was not collected or does not exist yet.
    #[default]
    Unknown,
}

impl<T> Known<T> {
    /// The value, if it is known.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

/// What a rule does with the packets that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// They pass.
    Allow,
    /// They are dropped.
    Deny,
}

/// The other end that a rule names: the source of an inbound rule, the destination of an outbound one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Remote {
    /// Every address of both versions.
    Any,
    /// Every address of the internet (Azure's service tag `Internet`).
    Internet,
    /// A block of addresses.
    Block(Block),
    /// A security group, a virtual network or a provider's service: a part of the address space that is never the
    /// internet at large.
    Elsewhere,
    /// Not known.
    Unknown,
}

/// One rule of a filter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Allow or deny.
    pub action: Known<Action>,
    /// Rules with lower numbers are matched first; the same for all rules where they are only united.
    pub priority: Known<u32>,
    /// The protocols it matches.
    pub protocols: Known<Protocols>,
    /// The ports (or ICMP types) it matches; empty means all.
    pub ports: Vec<Known<Ports>>,
    /// The other ends it matches; empty means none.
    pub remotes: Vec<Remote>,
    /// It matches only some of the packets that the other parts describe (by source port, or a condition that cannot be
    /// expressed here): as an allow rule it opens them to whoever satisfies the rest, as a deny rule it closes nothing
    /// for certain.
    pub partial: bool,
}

impl Rule {
    /// An allow rule of equal rank, as security groups have them.
    pub fn allow(protocols: Protocols, ports: Ports, remotes: Vec<Remote>) -> Self {
        Self {
            action: Known::Is(Action::Allow),
            priority: Known::Is(0),
            protocols: Known::Is(protocols),
            ports: vec![Known::Is(ports)],
            remotes,
            partial: false,
        }
    }

    /// Whether some part of the rule is unknown.
    pub fn has_unknown(&self) -> bool {
        self.action == Known::Unknown
            || self.priority == Known::Unknown
            || self.protocols == Known::Unknown
            || self.ports.contains(&Known::Unknown)
            || self.remotes.contains(&Remote::Unknown)
    }
}

/// The least and the most that a set can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bounds<T> {
    pub(crate) sure: T,
    pub(crate) possible: T,
}

impl Bounds<PacketsId> {
    pub(crate) const UNKNOWN: Self = Self { sure: PacketsId::NONE, possible: PacketsId::ALL };
    pub(crate) const ALL: Self = Self { sure: PacketsId::ALL, possible: PacketsId::ALL };
    pub(crate) const NONE: Self = Self { sure: PacketsId::NONE, possible: PacketsId::NONE };

    pub(crate) fn union<A: Address>(self, other: Self, pool: &mut Pool<A>) -> Self {
        Self { sure: pool.union(self.sure, other.sure), possible: pool.union(self.possible, other.possible) }
    }

    pub(crate) fn intersection<A: Address>(self, other: Self, pool: &mut Pool<A>) -> Self {
        Self {
            sure: pool.intersection(self.sure, other.sure),
            possible: pool.intersection(self.possible, other.possible),
        }
    }
}

/// The packets that one rule matches, for one IP version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    pub(crate) action: Known<Action>,
    pub(crate) priority: Known<u32>,
    pub(crate) packets: Bounds<PacketsId>,
}

/// The services that a rule matches, for certain and possibly.
pub(crate) fn services(protocols: Known<Protocols>, ports: &[Known<Ports>]) -> Bounds<Vec<(u32, u32)>> {
    let everything = || vec![(0, service::LAST)];
    let known: Vec<Ports> = ports.iter().filter_map(|range| range.get().copied()).collect();
    let complete = known.len() == ports.len();
    let all_ports = ports.is_empty() || known.contains(&Ports::ALL);
    let on = |protocol: Protocol| {
        if all_ports || !(protocol.has_ports() || protocol.has_types()) {
            return vec![service::whole(protocol)];
        }
        ranges::canonical(known.iter().map(|range| service::services(protocol, *range)).collect())
    };
    match protocols {
        Known::Unknown => Bounds { sure: Vec::new(), possible: everything() },
        Known::Is(Protocols::One(protocol)) => {
            let possible = if complete { on(protocol) } else { vec![service::whole(protocol)] };
            Bounds { sure: on(protocol), possible }
        }
        // Ports beside all protocols hold for the protocols that have them.
        Known::Is(Protocols::All) if all_ports => Bounds { sure: everything(), possible: everything() },
        Known::Is(Protocols::All) => {
            let sure = ranges::union(&on(Protocol::TCP), &on(Protocol::UDP));
            let possible = if complete { sure.clone() } else { everything() };
            Bounds { sure, possible }
        }
    }
}

/// The addresses that a rule's other ends hold, for certain and possibly.
pub(crate) fn addresses<A: Public>(remotes: &[Remote], pool: &mut Pool<A>) -> Bounds<SetId> {
    let mut held = Vec::new();
    let mut unknown = false;
    for remote in remotes {
        match remote {
            Remote::Any => held.push((A::MIN, A::MAX)),
            Remote::Internet => held.extend(A::public()),
            Remote::Block(block) => held.extend(A::range_of(block)),
            Remote::Elsewhere => {}
            Remote::Unknown => unknown = true,
        }
    }
    let sure = pool.set(held);
    Bounds { sure, possible: if unknown { SetId::ALL } else { sure } }
}

/// The packets that a rule matches.
pub(crate) fn matched<A: Public>(rule: &Rule, pool: &mut Pool<A>) -> Match {
    let services = services(rule.protocols, &rule.ports);
    let addresses = addresses(&rule.remotes, pool);
    let possible = pool.product(&services.possible, addresses.possible);
    let closes_for_certain = !(rule.partial && rule.action != Known::Is(Action::Allow));
    let sure = if closes_for_certain { pool.product(&services.sure, addresses.sure) } else { PacketsId::NONE };
    Match { action: rule.action, priority: rule.priority, packets: Bounds { sure, possible } }
}

/// What rules of unknown rank allow for certain: what no rule of any rank may deny.
fn undenied<A: Address>(ranked: &[Match], anywhere: &[Match], pool: &mut Pool<A>) -> PacketsId {
    let mut allowed = PacketsId::NONE;
    for rule in anywhere.iter().filter(|rule| rule.action == Known::Is(Action::Allow)) {
        allowed = pool.union(allowed, rule.packets.sure);
    }
    if allowed == PacketsId::NONE {
        return allowed;
    }
    for rule in ranked.iter().chain(anywhere).filter(|rule| rule.action != Known::Is(Action::Allow)) {
        allowed = pool.difference(allowed, rule.packets.possible);
    }
    allowed
}

/// What passes a list of rules of which the first match decides, and what no rule matches is dropped.
///
/// Folded from the last rule to the first: each rule overrides what the later ones say about its packets. A rule whose
/// rank is unknown may override any other, or none.
pub(crate) fn first_match<A: Address>(mut rules: Vec<Match>, pool: &mut Pool<A>) -> Bounds<PacketsId> {
    rules.sort_by_key(|rule| rule.priority.get().copied().unwrap_or(0));
    let (ranked, anywhere): (Vec<Match>, Vec<Match>) = rules.into_iter().partition(|r| r.priority != Known::Unknown);
    let mut passed = Bounds::NONE;
    let undenied = undenied(&ranked, &anywhere, pool);
    for Match { action, packets, .. } in ranked.into_iter().rev() {
        match action {
            Known::Is(Action::Allow) => passed = passed.union(packets, pool),
            Known::Is(Action::Deny) => {
                passed.sure = pool.difference(passed.sure, packets.possible);
                passed.possible = pool.difference(passed.possible, packets.sure);
            }
            Known::Unknown => {
                passed.sure = pool.difference(passed.sure, packets.possible);
                passed.possible = pool.union(passed.possible, packets.possible);
            }
        }
    }
    passed.sure = pool.union(passed.sure, undenied);
    for Match { action, packets, .. } in anywhere {
        if action != Known::Is(Action::Deny) {
            passed.possible = pool.union(passed.possible, packets.possible);
        }
        if action != Known::Is(Action::Allow) {
            passed.sure = pool.difference(passed.sure, packets.possible);
        }
    }
    passed
}

/// What passes a list of allow rules.
pub(crate) fn united<A: Address>(rules: &[Match], pool: &mut Pool<A>) -> Bounds<PacketsId> {
    match rules {
        [] => Bounds::NONE,
        [only] => only.packets,
        _ => {
            // Halves are united on their own, so that long lists do not cost the square of their length.
            let (left, right) = rules.split_at(rules.len() / 2);
            let (left, right) = (united(left, pool), united(right, pool));
            left.union(right, pool)
        }
    }
}

/// Rules beyond this many are not looked at, and the list counts as incomplete. The clouds allow at most 1,000.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits>
pub(crate) const MOST_RULES: usize = 2_000;
