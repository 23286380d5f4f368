//! Security admin rules of virtual network managers, and networks at virtual hubs.
//!
//! <https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins>

use redan_model::{Node, ResourceId, Str, Value};

use super::names::{Named, Names};
use crate::azure::{AdminAction, AdminRule, Id, Network, Prefix, SecurityRule};
use crate::engine::azure_rules::property;
use crate::engine::read::{Attribute, integer, list, member, scalar};
use crate::rule::{Action, Known};
use crate::service::{Ports, Protocols};

const COLLECTION: &str = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections";
const RULE: &str = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules";
const MEMBER: &str = "Microsoft.Network/networkManagers/networkGroups/staticMembers";
const HUB: &str = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections";

/// Adds the rules of every collection to the networks of its groups. A group whose members code does not list takes them
/// by a policy: then it is not known which networks the rules hold for.
pub(super) fn read(names: &Names<'_>, network: &mut Network) {
    for (collection, _) in names.of_kind(COLLECTION) {
        let (vnets, known) = members(names, collection);
        let children = names.estate.children(collection, Str::new(RULE));
        let rules: Vec<Option<AdminRule>> =
            children.members.iter().map(|rule| admin_rule(names, *rule, &vnets)).collect();
        network.admin_rules_known &= children.rest.is_none() && (known || rules.is_empty());
        network.admin_rules_known &= rules.iter().all(Option::is_some);
        network.admin_rules.extend(rules.into_iter().flatten());
    }
}

/// A network at a virtual hub reaches what the hub routes, which is not modelled.
pub(super) fn hubs(names: &Names<'_>, network: &mut Network) {
    for (connection, _) in names.of_kind(HUB) {
        let remote = names.reference(connection, &["properties", "remoteVirtualNetwork", "id"]);
        for vnet in &mut network.vnets {
            vnet.has_gateway |= remote == Named::Unknown || remote == Named::To(vnet.id.clone());
        }
    }
}

/// The networks that a collection applies to, and whether they are all known.
fn members(names: &Names<'_>, collection: ResourceId) -> (Vec<Id>, bool) {
    let (groups, rest) = list(names.estate, collection, &["properties", "appliesToGroups"]);
    let (mut vnets, mut known) = (Vec::new(), rest.is_none());
    for group in &groups {
        let group = names.named(member(group, &["networkGroupId"]).value()).id().and_then(|id| names.resource(&id));
        let Some(group) = group else {
            known = false;
            continue;
        };
        let listed = names.estate.children(group, Str::new(MEMBER)).members;
        known &= !listed.is_empty();
        for listed in listed {
            match names.reference(listed, &["properties", "resourceId"]) {
                Named::To(vnet) => vnets.push(vnet),
                Named::Nothing | Named::Unknown => known = false,
            }
        }
    }
    (vnets, known)
}

fn admin_rule(names: &Names<'_>, rule: ResourceId, vnets: &[Id]) -> Option<AdminRule> {
    let body = &names.estate.get(rule)?.body;
    let text = |name: &str| scalar(property(body, name).value()).map(|text| text.to_ascii_lowercase());
    let action = match text("access")?.as_str() {
        "allow" => AdminAction::Allow,
        "alwaysallow" => AdminAction::AlwaysAllow,
        "deny" => AdminAction::Deny,
        _ => return None,
    };
    let ranges = |name: &str| -> Option<Vec<Ports>> {
        let Value::List(held) = property(body, name).value().clone() else { return Some(Vec::new()) };
        let ranges: Option<Vec<Ports>> = held.items.iter().map(|item| Ports::parse(&scalar(&item.value)?)).collect();
        let whole = |ports: &Ports| (ports.low <= 1 && ports.high == u16::MAX) || *ports == Ports::ALL;
        let ranges = ranges.filter(|_| held.rest.is_none())?;
        Some(if ranges.iter().any(whole) { Vec::new() } else { ranges })
    };
    let rule = SecurityRule {
        inbound: Known::Is(text("direction")? == "inbound"),
        action: Known::Is(if action == AdminAction::Deny { Action::Deny } else { Action::Allow }),
        priority: Known::Is(u32::try_from(integer(property(body, "priority").value())?).ok()?),
        protocols: Known::Is(Protocols::parse(&text("protocol")?)?),
        ports: ranges("destinationPortRanges")?.into_iter().map(Known::Is).collect(),
        source_ports: ranges("sourcePortRanges")?,
        sources: ends(body, "sources"),
        destinations: ends(body, "destinations"),
    };
    Some(AdminRule { vnets: vnets.to_vec(), action, rule })
}

/// Without an end, a rule holds for every address.
fn ends(body: &Node, side: &str) -> Vec<Prefix> {
    match property(body, side) {
        Attribute::Absent => vec![Prefix::Any],
        Attribute::Stated(Node { value: Value::List(held), .. }) if held.rest.is_none() && !held.items.is_empty() => {
            let prefix = |entry: &Node| scalar(member(entry, &["addressPrefix"]).value());
            held.items.iter().map(|entry| prefix(entry).map_or(Prefix::Unknown, |text| Prefix::parse(&text))).collect()
        }
        Attribute::Stated(Node { value: Value::List(held), .. }) if held.rest.is_none() => vec![Prefix::Any],
        _ => vec![Prefix::Unknown],
    }
}
