//! What a security group or network ACL lets pass between two given ends, as bounds on a set of services.
//!
//! Exact for known addresses; with unknown ones, what passes for every address they may be and for some.

use super::index::{Index, prefix_blocks};
use super::network::{Acl, GroupRule, Interface, Subnet};
use crate::place::{Place, any};
use crate::ranges;
use crate::rule::{self, Bounds, Known, MOST_RULES, Remote, Rule};
use crate::service::{self, Ports, Protocol};
use crate::services::{Services, override_with};

/// The direction of a packet through a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Towards the interface or subnet that the filter protects.
    In,
    /// Away from it.
    Out,
}

/// The other end of a packet, as a filter sees it.
#[derive(Clone, Copy)]
pub(crate) struct Other<'a> {
    pub(crate) place: &'a Place,
    /// The interface that holds the address; none where a translation or the internet lies between.
    pub(crate) interface: Option<&'a Interface>,
    /// Whether rules that name the interface's groups match on this path.
    pub(crate) references: Option<bool>,
}

/// What the security groups of an interface let pass. An interface without groups is not filtered.
pub(crate) fn through_groups(
    index: &Index<'_>,
    interface: &Interface,
    direction: Direction,
    other: Other<'_>,
) -> Bounds<Services> {
    if interface.groups.is_empty() && interface.groups_known {
        return Bounds::everything();
    }
    let mut passed = if interface.groups_known { Bounds::nothing() } else { Bounds::anything() };
    for id in &interface.groups {
        let Some(group) = index.group(id) else {
            passed = passed.join(&Bounds::anything());
            continue;
        };
        if !group.complete {
            passed = passed.join(&Bounds::anything());
        }
        let rules = if direction == Direction::In { &group.inbound } else { &group.outbound };
        if rules.len() > MOST_RULES {
            passed = passed.join(&Bounds::anything());
        }
        for rule in rules.iter().take(MOST_RULES) {
            passed = passed.join(&group_rule(index, rule, other));
        }
    }
    passed
}

/// What one rule of a security group lets pass.
pub(crate) fn group_rule(index: &Index<'_>, rule: &GroupRule, other: Other<'_>) -> Bounds<Services> {
    let by_group = any(rule.groups.iter().map(|id| holds_group(id, other)));
    let matched = any([names_place(index, rule, other.place), by_group]);
    rule::services(rule.rule.protocols, &rule.rule.ports).if_matched(matched)
}

/// Whether a rule's blocks and prefix lists hold the address.
pub(crate) fn names_place(index: &Index<'_>, rule: &GroupRule, place: &Place) -> Option<bool> {
    let listed = any(rule.prefix_lists.iter().map(|id| {
        let (blocks, complete) = prefix_blocks(index, id);
        match place.inside_any(blocks) {
            Some(false) if !complete => None,
            known => known,
        }
    }));
    any([names(&rule.rule, place), listed])
}

/// Whether the rule's own blocks hold the address.
fn names(rule: &Rule, place: &Place) -> Option<bool> {
    any(rule.remotes.iter().map(|remote| match remote {
        Remote::Any => Some(true),
        Remote::Block(block) => place.inside(block),
        Remote::Internet => place.is_public(),
        Remote::Elsewhere => Some(false),
        Remote::Unknown => None,
    }))
}

/// Whether the other end is a member of the group and the path lets that count.
fn holds_group(id: &str, other: Other<'_>) -> Option<bool> {
    let Some(interface) = other.interface else { return Some(false) };
    let member = interface.groups.iter().any(|held| held == id);
    counts(member, interface.groups_known, other.references)
}

/// Whether a reference to a group matches an interface: one that holds it or not, whose groups are known or not, on a
/// path on which references count or not.
pub(crate) fn counts(member: bool, groups_known: bool, references: Option<bool>) -> Option<bool> {
    match (member, groups_known, references) {
        (_, _, Some(false)) | (false, true, _) => Some(false),
        (true, _, Some(true)) => Some(true),
        _ => None,
    }
}

/// What the network ACL of a subnet lets pass.
pub(crate) fn through_acl(index: &Index<'_>, subnet: &Subnet, direction: Direction, other: &Place) -> Bounds<Services> {
    match index.acl_of(subnet) {
        Known::Unknown => Bounds::anything(),
        Known::Is(None) => Bounds::everything(),
        Known::Is(Some(acl)) => acl_passes(acl, direction, other),
    }
}

fn acl_passes(acl: &Acl, direction: Direction, other: &Place) -> Bounds<Services> {
    let rules = if direction == Direction::In { &acl.inbound } else { &acl.outbound };
    let complete = acl.complete && rules.len() <= MOST_RULES;
    let mut ranked: Vec<&Rule> = rules.iter().take(MOST_RULES).collect();
    ranked.sort_by_key(|rule| rule.priority.get().copied().unwrap_or(0));
    let (ranked, anywhere): (Vec<&Rule>, Vec<&Rule>) = ranked.into_iter().partition(|r| r.priority != Known::Unknown);
    let mut passed = Bounds::nothing();
    for rule in ranked.into_iter().rev() {
        let matched = rule::services(rule.protocols, &rule.ports).if_matched(names(rule, other));
        passed = override_with(&passed, rule.action, &matched);
    }
    for rule in anywhere {
        let matched = rule::services(rule.protocols, &rule.ports).if_matched(names(rule, other));
        let doubtful = Bounds { sure: Vec::new(), possible: matched.possible };
        passed = override_with(&passed, rule.action, &doubtful);
    }
    if complete { passed } else { override_with(&passed, Known::Unknown, &Bounds::anything()) }
}

/// The services whose answers pass a stateless filter: those of a protocol with ports for which some port that clients
/// use passes, and those of any other protocol for which something passes.
pub(crate) fn answerable(filter: &Bounds<Services>) -> Bounds<Services> {
    Bounds { sure: answered(&filter.sure), possible: answered(&filter.possible) }
}

fn answered(passed: &Services) -> Services {
    if matches!(passed.as_slice(), [(0, service::LAST)]) {
        return passed.clone();
    }
    let mut whole = Vec::new();
    for &(low, high) in passed {
        for number in (low >> 16)..=(high >> 16) {
            let protocol = Protocol(u8::try_from(number).unwrap_or(u8::MAX));
            let ports = if protocol.has_ports() { Ports::EPHEMERAL } else { Ports::ALL };
            let (first, last) = service::services(protocol, ports);
            if low <= last && first <= high {
                whole.push(service::whole(protocol));
            }
        }
    }
    ranges::canonical(whole)
}

/// The services that an address translation forwards.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
pub(crate) fn translatable() -> Services {
    ranges::canonical([Protocol::TCP, Protocol::UDP, Protocol::ICMP].into_iter().map(service::whole).collect())
}

/// The services that gateway endpoints take: TCP and ICMP echo.
/// <https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html>
pub(crate) fn served_by_gateway_endpoints() -> Services {
    let echo = Ports { low: 8 << 8, high: 8 << 8 | 0xFF };
    ranges::canonical(vec![service::services(Protocol::ICMP, echo), service::whole(Protocol::TCP)])
}
