//! Public load balancers of Azure: which port of which frontend leads to which interface.
//!
//! <https://learn.microsoft.com/azure/load-balancer/components>

use redan_model::{Node, ResourceId, Str, Value};

use super::names::Names;
use crate::azure::{Balanced, Id, Network, Sku};
use crate::engine::azure_rules::property;
use crate::engine::read::{integer, list, member, scalar};
use crate::rule::Known;
use crate::service::{Ports, Protocol, Protocols};

/// Where an interface says what leads to it.
const MEMBERSHIPS: [&str; 2] = ["loadBalancerBackendAddressPools", "loadBalancerInboundNatRules"];

const NAT_RULE: &str = "Microsoft.Network/loadBalancers/inboundNatRules";

/// Adds what public frontends forward: by load balancing rules and inbound NAT rules.
pub(super) fn read(names: &Names<'_>, network: &mut Network) {
    let members = members(names);
    for (id, _) in names.of_kind("Microsoft.Network/loadBalancers") {
        let basic = names.text(id, &["sku", "name"]).is_some_and(|sku| sku.eq_ignore_ascii_case("basic"));
        let frontends = list(names.estate, id, &["properties", "frontendIPConfigurations"]).0;
        let mut add = |rule: &Node, lead_to: &[Id]| {
            let Some(public) = faces_internet(&frontends, rule) else { return };
            let held = members.iter().filter(|(_, held)| lead_to.contains(held));
            let nics: std::collections::BTreeSet<&Id> = held.map(|(nic, _)| nic).collect();
            network.balanced.extend(nics.into_iter().map(|nic| Balanced {
                balancer: names.id(id),
                nic: nic.clone(),
                protocols: if public { protocols(rule) } else { Known::Unknown },
                port: port(rule),
                sku: if basic { Sku::Basic } else { Sku::Standard },
                v6: false,
            }));
        };
        let pool = |rule: &Node| names.named(reference(rule, "backendAddressPool").value()).id();
        for rule in list(names.estate, id, &["properties", "loadBalancingRules"]).0 {
            add(&rule, pool(&rule).as_slice());
        }
        for rule in names.estate.children(id, Str::new(NAT_RULE)).members {
            let Some(resource) = names.estate.get(rule) else { continue };
            let lead_to: Vec<Id> = pool(&resource.body).into_iter().chain([names.id(rule)]).collect();
            add(&resource.body, &lead_to);
        }
    }
}

fn reference<'e>(entry: &'e Node, name: &str) -> crate::engine::read::Attribute<'e> {
    member(entry, &["properties", name, "id"])
}

/// The interfaces, and the pools and inbound NAT rules that they are in.
fn members(names: &Names<'_>) -> Vec<(Id, Id)> {
    let mut members = Vec::new();
    for (id, _) in names.of_kind("Microsoft.Network/networkInterfaces") {
        let mut pools = pools_of(names, id);
        for entry in list(names.estate, id, &["properties", "ipConfigurations"]).0 {
            for attribute in MEMBERSHIPS {
                if let Value::List(held) = property(&entry, attribute).value() {
                    pools.extend(held.items.iter().filter_map(|pool| names.named(member(pool, &["id"]).value()).id()));
                }
            }
        }
        members.extend(pools.into_iter().map(|pool| (names.id(id), pool)));
    }
    members
}

fn pools_of(names: &Names<'_>, nic: ResourceId) -> Vec<Id> {
    let held = MEMBERSHIPS.into_iter().flat_map(|attribute| list(names.estate, nic, &["properties", attribute]).0);
    held.filter_map(|entry| names.named(member(&entry, &["id"]).value()).id()).collect()
}

/// Whether the frontend of a rule is public: for certain, perhaps (false), or not at all (none).
fn faces_internet(frontends: &[Node], rule: &Node) -> Option<bool> {
    let named = scalar(reference(rule, "frontendIPConfiguration").value());
    let public =
        |frontend: &Node| !matches!(reference(frontend, "publicIPAddress"), crate::engine::read::Attribute::Absent);
    let name = |frontend: &Node| scalar(member(frontend, &["name"]).value());
    let last = named.as_deref().and_then(|text| text.rsplit('/').next()).map(ToOwned::to_owned);
    match frontends.iter().find(|frontend| last.is_some() && name(frontend) == last) {
        Some(frontend) => public(frontend).then_some(true),
        None => frontends.iter().any(public).then_some(frontends.iter().all(public)),
    }
}

fn protocols(rule: &Node) -> Known<Protocols> {
    match scalar(property(rule, "protocol").value()).map(|text| text.to_ascii_lowercase()).as_deref() {
        Some("tcp") => Known::Is(Protocols::One(Protocol::TCP)),
        Some("udp") => Known::Is(Protocols::One(Protocol::UDP)),
        Some("all") => Known::Is(Protocols::All),
        _ => Known::Unknown,
    }
}

/// Port 0 in a rule for all protocols means every port.
/// <https://learn.microsoft.com/azure/load-balancer/load-balancer-ha-ports-overview>
fn port(rule: &Node) -> Known<Ports> {
    match integer(property(rule, "backendPort").value()).map(u16::try_from) {
        Some(Ok(0)) => Known::Is(Ports::ALL),
        Some(Ok(port)) => Known::Is(Ports::one(port)),
        _ => Known::Unknown,
    }
}
