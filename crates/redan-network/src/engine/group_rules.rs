//! The inbound rules of an AWS security group.

use redan_model::{Estate, Node, ResourceId, Value};

use super::read::{Attribute, integer, list, member, remote, scalar, target};
use crate::admission::InboundRule;
use crate::rule::{Action, Known, Remote, Rule};
use crate::service::{Ports, Protocol, Protocols};

/// Prefix lists with such names hold AWS's own addresses.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html>
const MANAGED: &str = "com.amazonaws.";

/// The rule that an entry of `SecurityGroupIngress` states, and the attribute that names its source.
pub(crate) fn inbound(estate: &Estate, entry: &Node) -> (InboundRule, &'static str) {
    let protocols = protocols(entry);
    let (remotes, attribute) = remotes(estate, entry);
    let rule = Rule {
        action: Known::Is(Action::Allow),
        priority: Known::Is(0),
        protocols,
        ports: ports(protocols, entry),
        remotes,
        partial: false,
    };
    (rule.into(), attribute)
}

pub(crate) fn protocols(entry: &Node) -> Known<Protocols> {
    let written = scalar(member(entry, &["IpProtocol"]).value());
    written.and_then(|text| Protocols::parse(&text)).map_or(Known::Unknown, Known::Is)
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
pub(crate) fn ports(protocols: Known<Protocols>, entry: &Node) -> Vec<Known<Ports>> {
    let read = |name| match member(entry, &[name]) {
        Attribute::Absent => Some(-1),
        other => integer(other.value()),
    };
    let (from, to) = (read("FromPort"), read("ToPort"));
    let range = match protocols {
        Known::Is(Protocols::One(protocol)) if protocol.has_types() => {
            from.zip(to).map(|(kind, code)| Ports::icmp(kind, code))
        }
        Known::Is(Protocols::One(Protocol::TCP | Protocol::UDP)) | Known::Unknown => {
            from.zip(to).map(|bounds| match bounds {
                (-1, _) => Some(Ports::ALL),
                (from, to) => {
                    u16::try_from(from).ok().zip(u16::try_from(to).ok()).map(|(from, to)| Ports::new(from, to))
                }
            })
        }
        Known::Is(_) => return Vec::new(),
    };
    vec![range.flatten().map_or(Known::Unknown, Known::Is)]
}

fn remotes(estate: &Estate, entry: &Node) -> (Vec<Remote>, &'static str) {
    let mut remotes = Vec::new();
    let mut named = "";
    for attribute in ["CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId", "SourceSecurityGroupName"] {
        let found = member(entry, &[attribute]);
        match &found {
            Attribute::Absent => continue,
            Attribute::Unknown(_) => {
                if named.is_empty() && entry.value.as_map().is_none() {
                    remotes.push(Remote::Unknown);
                    return (remotes, "");
                }
                continue;
            }
            Attribute::Stated(_) | Attribute::Default(_) => named = attribute,
        }
        match attribute {
            "CidrIp" | "CidrIpv6" => remotes.push(remote(found.value())),
            "SourcePrefixListId" => remotes.extend(prefix_list(estate, found.value())),
            _ => remotes.push(Remote::Elsewhere),
        }
    }
    if named.is_empty() && member(entry, &["CidrIp"]).unknown().is_some() {
        remotes.push(Remote::Unknown);
    }
    (remotes, named)
}

/// The blocks of a prefix list.
fn prefix_list(estate: &Estate, value: &Value) -> Vec<Remote> {
    let Some(id) = target(value) else { return vec![Remote::Unknown] };
    let name = super::read::attribute(estate, id, &["PrefixListName"]);
    if name.value().as_text().is_some_and(|name| name.starts_with(MANAGED)) {
        return vec![Remote::Elsewhere];
    }
    prefix_entries(estate, id)
}

fn prefix_entries(estate: &Estate, id: ResourceId) -> Vec<Remote> {
    let (entries, rest) = list(estate, id, &["Entries"]);
    let partial = estate.get(id).is_none_or(|list| list.partial) && entries.is_empty();
    let mut remotes: Vec<Remote> = entries
        .iter()
        .map(|entry| match member(entry, &["Cidr"]) {
            Attribute::Stated(cidr) => remote(&cidr.value),
            _ => Remote::Unknown,
        })
        .collect();
    if rest.is_some() || partial {
        remotes.push(Remote::Unknown);
    }
    remotes
}
