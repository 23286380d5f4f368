//! The inbound rules of an Azure network security group.
//!
//! <https://learn.microsoft.com/azure/templates/microsoft.network/networksecuritygroups>

use redan_model::{Node, Value};

use super::read::{Attribute, integer, member, scalar};
use crate::admission::{Destination, InboundRule, azure_destination, azure_remote};
use crate::rule::{Action, Known, Remote, Rule};
use crate::service::{Ports, Protocols};

/// The rule that an entry of `securityRules` states, and the attribute that names its source; none for outbound rules.
pub(crate) fn inbound(entry: &Node) -> Option<(InboundRule, &'static str)> {
    let direction = property(entry, "direction");
    let known_direction = scalar(direction.value());
    if known_direction.as_ref().is_some_and(|text| text.eq_ignore_ascii_case("outbound")) {
        return None;
    }
    let (remotes, attribute) = sources(entry);
    let source_ports = any_source_port(entry);
    let action = if known_direction.is_some() { action(entry) } else { Known::Unknown };
    let rule = Rule {
        action,
        priority: priority(entry),
        protocols: protocols(entry),
        ports: ports(entry),
        remotes,
        partial: !source_ports,
    };
    Some((InboundRule { rule, destination: destination(entry) }, attribute))
}

/// A property of a rule: ARM nests it, a flattened list does not.
pub(crate) fn property<'e>(entry: &'e Node, name: &str) -> Attribute<'e> {
    match member(entry, &["properties", name]) {
        Attribute::Absent => member(entry, &[name]),
        found => found,
    }
}

pub(crate) fn action(entry: &Node) -> Known<Action> {
    match scalar(property(entry, "access").value()).map(|text| text.to_ascii_lowercase()).as_deref() {
        Some("allow") => Known::Is(Action::Allow),
        Some("deny") => Known::Is(Action::Deny),
        _ => Known::Unknown,
    }
}

pub(crate) fn priority(entry: &Node) -> Known<u32> {
    let number = integer(property(entry, "priority").value()).and_then(|number| u32::try_from(number).ok());
    number.map_or(Known::Unknown, Known::Is)
}

pub(crate) fn protocols(entry: &Node) -> Known<Protocols> {
    let written = scalar(property(entry, "protocol").value());
    written.and_then(|text| Protocols::parse(&text)).map_or(Known::Unknown, Known::Is)
}

/// What the singular and the plural attribute name together: each text, or unknown.
pub(crate) fn named(entry: &Node, singular: &str, plural: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    for attribute in [singular, plural] {
        match property(entry, attribute) {
            Attribute::Absent => {}
            Attribute::Stated(Node { value: Value::List(list), .. }) => {
                found.extend(list.items.iter().map(|item| scalar(&item.value)));
                found.extend(list.rest.iter().map(|_| None));
            }
            Attribute::Unknown(_) if attribute == plural && !found.is_empty() => {}
            other => found.push(scalar(other.value())),
        }
    }
    found
}

pub(crate) fn ports(entry: &Node) -> Vec<Known<Ports>> {
    let written = named(entry, "destinationPortRange", "destinationPortRanges");
    if written.is_empty() {
        return vec![Known::Unknown];
    }
    let range = |text: Option<String>| text.and_then(|text| Ports::parse(&text)).map_or(Known::Unknown, Known::Is);
    written.into_iter().map(range).collect()
}

fn any_source_port(entry: &Node) -> bool {
    let written = named(entry, "sourcePortRange", "sourcePortRanges");
    let any = |text: &Option<String>| matches!(text.as_deref().map(str::trim), Some("*" | "0-65535" | "1-65535"));
    written.is_empty() || written.iter().any(any)
}

fn sources(entry: &Node) -> (Vec<Remote>, &'static str) {
    let plural =
        matches!(property(entry, "sourceAddressPrefixes").value(), Value::List(list) if !list.items.is_empty());
    let attribute = if plural { "sourceAddressPrefixes" } else { "sourceAddressPrefix" };
    let groups = matches!(property(entry, "sourceApplicationSecurityGroups").value(), Value::List(_));
    let mut remotes: Vec<Remote> = named(entry, "sourceAddressPrefix", "sourceAddressPrefixes")
        .into_iter()
        .map(|prefix| prefix.map_or(Remote::Unknown, |prefix| azure_remote(&prefix)))
        .collect();
    if groups {
        remotes.push(Remote::Elsewhere);
    } else if remotes.is_empty() {
        remotes.push(Remote::Unknown);
    }
    (remotes, attribute)
}

fn destination(entry: &Node) -> Destination {
    if let Value::List(list) = property(entry, "destinationApplicationSecurityGroups").value()
        && !list.items.is_empty()
    {
        let ids: Vec<String> = list.items.iter().filter_map(group_name).collect();
        return if ids.len() == list.items.len() { Destination::Named(ids.join(",")) } else { Destination::Unknown };
    }
    let prefixes = named(entry, "destinationAddressPrefix", "destinationAddressPrefixes");
    let known: Vec<String> = prefixes.iter().flatten().cloned().collect();
    if known.len() < prefixes.len() {
        return Destination::Unknown;
    }
    azure_destination(known.iter().map(String::as_str))
}

fn group_name(group: &Node) -> Option<String> {
    scalar(member(group, &["id"]).value()).or_else(|| scalar(&group.value))
}

/// Where a property of the rule stands, below the entry.
pub(crate) fn path_of(entry: &Node, attribute: &str) -> String {
    match member(entry, &["properties"]) {
        Attribute::Absent => attribute.to_owned(),
        _ => format!("properties.{attribute}"),
    }
}
