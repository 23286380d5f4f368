//! `self.exposure` and `self.tier`: what the internet reaches after routes and everything else on the path.

use redan_model::{Answer, Estate, Node, Origin, ReasonClass, ResourceId, Str, Unknown, Value, Witness};

use super::admits::{leaf, placed, ports};
use super::estate::{Entry, Facts, at_large};
use crate::admission;
use crate::exposure::Opening;
use crate::service::Protocol;

/// `self.exposure.internet`, or with ports `self.exposure.open(ports)`.
pub(crate) fn exposed(estate: &Estate, facts: &Facts, id: ResourceId, arguments: Option<&[Node]>) -> Answer {
    let asked = match arguments.map(ports).transpose() {
        Ok(asked) => asked,
        Err(unknown) => return Answer { value: Value::Unknown(unknown), witness: Witness::default() },
    };
    let Some(entry) = facts.exposures.get(&id) else {
        return unknown(estate, id, "the network around it");
    };
    let fits = |opening: &&Opening| wanted(opening, asked.as_deref()) && at_large(&opening.sources);
    if let Some(opening) = entry.exposure.sure.iter().find(fits) {
        let port = port_of(opening, asked.as_deref());
        let witness = witness(estate, entry, opening, port);
        return Answer { value: Value::Bool(true), witness };
    }
    match entry.exposure.possible.iter().find(fits) {
        Some(_) => unknown(estate, id, "an address, a route or a filter on the way from the internet"),
        None => Answer { value: Value::Bool(false), witness: Witness::default() },
    }
}

/// `self.exposure.balanced`.
pub(crate) fn balanced(estate: &Estate, facts: &Facts, id: ResourceId) -> Answer {
    let ways = facts.balanced.get(&id).map_or(&[][..], Vec::as_slice);
    if let Some(way) = ways.iter().find(|way| way.open == Some(true)) {
        let number = |port: Option<u16>| port.map_or_else(|| "?".to_owned(), |port| port.to_string());
        let balancer = estate.get(way.balancer).map(|resource| resource.address.to_string()).unwrap_or_default();
        let text =
            format!("{balancer} takes tcp/{} from the internet to its tcp/{}", number(way.listens), number(way.port));
        return Answer { value: Value::Bool(true), witness: Witness { text, leaves: Vec::new() } };
    }
    if ways.is_empty() {
        return Answer { value: Value::Bool(false), witness: Witness::default() };
    }
    unknown(estate, id, "a port, an address or a filter behind the load balancer")
}

/// `self.tier`.
pub(crate) fn tier(estate: &Estate, facts: &Facts, id: ResourceId) -> Answer {
    match facts.tiers.get(&id) {
        Some(Some(tier)) => Answer { value: Value::text(tier.name()), witness: Witness::default() },
        _ => unknown(estate, id, "the routes of the subnet"),
    }
}

fn unknown(estate: &Estate, id: ResourceId, what: &str) -> Answer {
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    Answer { value: Value::Unknown(Unknown::new(ReasonClass::Incomplete, what, origin)), witness: Witness::default() }
}

/// Whether an opening is of TCP or UDP, on one of the ports asked about.
fn wanted(opening: &Opening, asked: Option<&[u16]>) -> bool {
    let protocols = opening.protocol..=opening.last_protocol;
    let several = opening.protocol != opening.last_protocol;
    (protocols.contains(&Protocol::TCP) || protocols.contains(&Protocol::UDP))
        && asked.is_none_or(|ports| ports.iter().any(|port| several || holds(opening, *port)))
}

fn holds(opening: &Opening, port: u16) -> bool {
    (opening.ports.low..=opening.ports.high).contains(&port)
}

fn port_of(opening: &Opening, asked: Option<&[u16]>) -> u16 {
    let several = opening.protocol != opening.last_protocol;
    let asked = asked.and_then(|ports| ports.iter().copied().find(|port| several || holds(opening, *port)));
    asked.unwrap_or(opening.ports.low)
}

/// The packet, and the rules and attributes that let it through.
fn witness(estate: &Estate, entry: &Entry, opening: &Opening, port: u16) -> Witness {
    let protocol = if opening.protocol == opening.last_protocol { opening.protocol } else { Protocol::TCP };
    let source = opening.sources.first().map(|block| block.first().to_string()).unwrap_or_default();
    let through: Vec<String> =
        entry.subnets.iter().filter_map(|id| estate.get(*id)).map(|s| s.address.to_string()).collect();
    let by = if through.is_empty() { String::new() } else { format!(" through {}", through.join(" or ")) };
    let blocks: Vec<String> = opening.sources.iter().take(3).map(ToString::to_string).collect();
    let text = format!("{protocol}/{port} from {source} arrives{by}; open to {}", blocks.join(", "));
    let mut leaves = Vec::new();
    for group in &entry.groups {
        let (rules, _) = placed(estate, *group);
        let inbound: Vec<_> = rules.iter().map(|placed| placed.rule.clone()).collect();
        let found = admission::internet(&inbound, true, &[port]);
        for placed in found.rules.iter().filter_map(|&index| rules.get(index)).filter(|_| found.open == Some(true)) {
            let (path, origin): (Str, Origin) = leaf(placed);
            leaves.push((*group, path, origin));
        }
    }
    Witness { text, leaves }
}
