//! Security rules of Azure between two given ends: admin rules, then the groups of subnet and interface.

use super::end::End;
use super::index::Index;
use super::network::{AdminAction, Id, Nic, Prefix, SecurityGroup, SecurityRule, Subnet};
use crate::ranges;
use crate::rule::{self, Action, Bounds, Known, MOST_RULES};
use crate::service::{Ports, Protocols};
use crate::services::{Services, override_with};

/// A packet's two ends, as the rules at one place see them.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a, 'n> {
    pub(crate) source: &'a End<'n>,
    pub(crate) destination: &'a End<'n>,
    pub(crate) inbound: bool,
    /// The subnet at which the rules stand: it decides what `VirtualNetwork` means.
    pub(crate) subnet: Option<&'n Subnet>,
    /// The port that the sender chose.
    pub(crate) source_port: u16,
}

/// The default rules that let something pass; what they do not match is denied.
/// <https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules>
fn default_rules(inbound: bool) -> Vec<SecurityRule> {
    let tag = |name: &str| vec![Prefix::Tag(name.to_owned())];
    let rule = |priority: u32, sources: Vec<Prefix>, destinations: Vec<Prefix>| SecurityRule {
        inbound: Known::Is(inbound),
        action: Known::Is(Action::Allow),
        priority: Known::Is(priority),
        protocols: Known::Is(Protocols::All),
        ports: Vec::new(),
        source_ports: Vec::new(),
        sources,
        destinations,
    };
    let network = rule(65000, tag("VirtualNetwork"), tag("VirtualNetwork"));
    let second = if inbound {
        rule(65001, tag("AzureLoadBalancer"), vec![Prefix::Any])
    } else {
        rule(65001, vec![Prefix::Any], tag("Internet"))
    };
    vec![network, second]
}

/// What a group lets pass between two ends.
fn through_group<'n>(index: &Index<'n>, group: &'n SecurityGroup, ends: Ends<'_, 'n>) -> Bounds<Services> {
    let defaults = default_rules(ends.inbound);
    let rules: Vec<&SecurityRule> = group.rules.iter().take(MOST_RULES).chain(&defaults).collect();
    let passed = first_match(index, &rules, ends);
    if group.complete && group.rules.len() <= MOST_RULES {
        passed
    } else {
        override_with(&passed, Known::Unknown, &Bounds::anything())
    }
}

/// One source port of each kind that the rules at these interfaces tell apart. Senders choose it, but one for the whole
/// way.
pub(crate) fn source_ports<'n>(index: &Index<'n>, nics: &[&'n Nic]) -> Vec<u16> {
    let mut atoms = vec![0];
    let mut add = |rule: &SecurityRule| {
        for range in &rule.source_ports {
            atoms.push(range.low);
            atoms.extend(range.high.checked_add(1));
        }
    };
    index.network.admin_rules.iter().for_each(|rule| add(&rule.rule));
    for nic in nics {
        let at_subnet = index.subnet_of(nic).map(|subnet| &subnet.group);
        for group in [Some(&nic.group), at_subnet].into_iter().flatten().filter_map(|group| group.get()?.as_deref()) {
            index.group(group).map_or(&[][..], |group| &group.rules).iter().for_each(&mut add);
        }
    }
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

fn first_match<'n>(index: &Index<'n>, rules: &[&SecurityRule], ends: Ends<'_, 'n>) -> Bounds<Services> {
    let mut ranked: Vec<&&SecurityRule> = rules.iter().filter(|rule| rule.priority != Known::Unknown).collect();
    ranked.sort_by_key(|rule| rule.priority.get().copied().unwrap_or(0));
    let mut passed = Bounds::nothing();
    for rule in ranked.into_iter().rev() {
        passed = override_with(&passed, rule.action, &matched(index, rule, ends));
    }
    for rule in rules.iter().filter(|rule| rule.priority == Known::Unknown) {
        let found = matched(index, rule, ends);
        passed = override_with(&passed, rule.action, &Bounds { sure: Vec::new(), possible: found.possible });
    }
    passed
}

/// The services on which a rule matches a packet between the two ends.
fn matched<'n>(index: &Index<'n>, rule: &SecurityRule, ends: Ends<'_, 'n>) -> Bounds<Services> {
    let direction = rule.inbound.get().map(|inbound| *inbound == ends.inbound);
    let from_port =
        rule.source_ports.is_empty() || rule.source_ports.iter().any(|range| holds(*range, ends.source_port));
    let conditions = [
        direction,
        Some(from_port),
        ends.source.named(index, ends.subnet, &rule.sources),
        ends.destination.named(index, ends.subnet, &rule.destinations),
    ];
    let all = conditions.into_iter().fold(Some(true), and);
    rule::services(rule.protocols, &rule.ports).if_matched(all)
}

fn holds(range: Ports, port: u16) -> bool {
    (range.low..=range.high).contains(&port)
}

/// What the security admin rules of the interface's network, and then its two groups, let pass. Between a public address
/// of the standard generation and an interface without any group nothing passes.
pub(crate) fn through_rules<'n>(
    index: &Index<'n>,
    nic: &'n Nic,
    ends: Ends<'_, 'n>,
    ungrouped: Bounds<Services>,
) -> Bounds<Services> {
    let at_subnet = ends.subnet.map_or(Known::Unknown, |subnet| subnet.group.clone());
    let grouped = match (&at_subnet, &nic.group) {
        (Known::Is(None), Known::Is(None)) => ungrouped,
        (first, second) => one_group(index, first, ends).meet(&one_group(index, second, ends)),
    };
    under_admin_rules(index, ends, grouped)
}

fn one_group<'n>(index: &Index<'n>, group: &Known<Option<Id>>, ends: Ends<'_, 'n>) -> Bounds<Services> {
    match group {
        Known::Unknown => Bounds::anything(),
        Known::Is(None) => Bounds::everything(),
        Known::Is(Some(id)) => index.group(id).map_or_else(Bounds::anything, |group| through_group(index, group, ends)),
    }
}

/// <https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins>
fn under_admin_rules<'n>(index: &Index<'n>, ends: Ends<'_, 'n>, grouped: Bounds<Services>) -> Bounds<Services> {
    let vnet = ends.subnet.map(|subnet| subnet.vnet.as_str());
    let mut rules: Vec<_> = index.network.admin_rules.iter().collect();
    rules.retain(|rule| rule.vnets.iter().any(|id| Some(id.as_str()) == vnet));
    rules.sort_by_key(|rule| rule.rule.priority.get().copied().unwrap_or(0));
    let mut passed = grouped.clone();
    for rule in rules.into_iter().rev() {
        let found = matched(index, &rule.rule, ends);
        passed = match rule.action {
            AdminAction::AlwaysAllow => override_with(&passed, Known::Is(Action::Allow), &found),
            AdminAction::Deny => override_with(&passed, Known::Is(Action::Deny), &found),
            AdminAction::Allow => {
                let left = override_with(&passed, Known::Is(Action::Deny), &found);
                let given = Bounds {
                    sure: ranges::intersection(&grouped.sure, &found.sure),
                    possible: ranges::intersection(&grouped.possible, &found.possible),
                };
                left.join(&given)
            }
        };
    }
    if index.network.admin_rules_known { passed } else { override_with(&passed, Known::Unknown, &Bounds::anything()) }
}

/// Kleene's conjunction.
pub(crate) fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
