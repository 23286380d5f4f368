//! Takes knowledge away from a network: parts become unknown, or are left out with their list marked as not collected.
//! What the engine then says for certain must hold of the network as it was.

use redan_network::aws::{Mapping, Network, RouteTo, Target};
use redan_network::{Known, Remote, Rule};

use crate::generator::Numbers;

pub(crate) fn blank(network: &Network, numbers: &mut Numbers) -> Network {
    let mut blanked = network.clone();
    let scopes: Vec<String> = blanked.vpcs.items.iter().map(|vpc| vpc.scope.clone()).collect();
    for group in &mut blanked.groups.items {
        for rule in group.inbound.iter_mut().chain(&mut group.outbound) {
            if numbers.chance(8) {
                blank_rule(&mut rule.rule, numbers);
            }
        }
        if numbers.chance(5) && group.inbound.pop().is_some() {
            group.complete = false;
        }
    }
    for acl in &mut blanked.acls.items {
        for rule in acl.inbound.iter_mut().chain(&mut acl.outbound) {
            match numbers.below(40) {
                0 => rule.action = Known::Unknown,
                1 => rule.priority = Known::Unknown,
                2 | 3 => blank_rule(rule, numbers),
                _ => {}
            }
        }
        if numbers.chance(5) && acl.inbound.pop().is_some() {
            acl.complete = false;
        }
    }
    for route in blanked.tables.items.iter_mut().flat_map(|table| &mut table.routes) {
        match (numbers.below(25), &route.target) {
            (0, Target::InternetGateway(_)) => route.to = RouteTo::Unknown,
            (1, _) => route.target = Target::Unknown,
            _ => {}
        }
    }
    for interface in &mut blanked.interfaces.items {
        match numbers.below(25) {
            0 => interface.addresses.iter_mut().for_each(|held| held.public = Mapping::Unknown),
            1 => interface.groups_known = interface.groups.pop().is_none(),
            2 => (interface.v6, interface.has_v6) = (Vec::new(), None),
            3 => interface.subnet = None,
            _ => {}
        }
    }
    if numbers.chance(30) {
        blanked.internet_gateways.items.pop();
        blanked.internet_gateways.missing.extend(scopes.clone());
    }
    if numbers.chance(30) {
        blanked.acls.items.pop();
        blanked.acls.missing.extend(scopes.clone());
    }
    if numbers.chance(30) {
        blanked.tables.items.pop();
        blanked.tables.missing.extend(scopes);
    }
    if numbers.chance(30) {
        for list in &mut blanked.prefix_lists.items {
            list.blocks.pop();
            list.complete = false;
        }
    }
    blanked
}

fn blank_rule(rule: &mut Rule, numbers: &mut Numbers) {
    match numbers.below(3) {
        0 => rule.protocols = Known::Unknown,
        1 => rule.ports.iter_mut().for_each(|ports| *ports = Known::Unknown),
        _ => rule.remotes = vec![Remote::Unknown],
    }
}
