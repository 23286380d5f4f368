//! Application gateways and firewalls of Azure: what they take from the internet, and which machines it goes to.
//!
//! Both stand in a subnet of their own and talk to what is behind them from there.
//! <https://learn.microsoft.com/azure/application-gateway/how-application-gateway-works>
//! <https://learn.microsoft.com/azure/firewall/rule-processing#dnat-rules-and-network-rules>

use std::net::IpAddr;

use redan_model::{Node, ResourceId, Str, Value};

use super::azure::Machine;
use super::names::Names;
use crate::address::Block;
use crate::azure::{Id, Network, Nic, Sku, public_part};
use crate::engine::azure_rules::property;
use crate::engine::read::{Attribute, integer, list, member, scalar};
use crate::exposure::{Exposure, Opening};
use crate::rule::Known;
use crate::service::{Ports, Protocol, Protocols};

/// A port of a front that leads to an interface.
pub(super) struct FrontLeg {
    pub(super) front: ResourceId,
    pub(super) listens: u16,
    pub(super) nic: Id,
    pub(super) port: Option<u16>,
}

/// What a firewall translates from its public addresses.
pub(super) struct Translating {
    pub(super) resource: ResourceId,
    pub(super) exposure: Exposure,
}

/// What fronts add to the network.
#[derive(Default)]
pub(super) struct Fronts {
    pub(super) legs: Vec<FrontLeg>,
    pub(super) firewalls: Vec<Translating>,
}

pub(super) fn read(names: &Names<'_>, network: &mut Network, machines: &mut Vec<Machine>) -> Fronts {
    let mut fronts = Fronts::default();
    for (id, resource) in names.of_kind("Microsoft.Network/applicationGateways") {
        let gateway = Gateway::read(names, id);
        let public = gateway.listeners.iter().any(|listener| listener.public);
        add_interface(names, id, "gatewayIPConfigurations", public, network);
        for listener in gateway.listeners.iter().filter(|listener| listener.public) {
            for nic in gateway.members(names, network, listener.pool.as_deref()) {
                fronts.legs.push(FrontLeg { front: id, listens: listener.port, nic, port: listener.backend });
            }
        }
        let own = gateway.listeners.iter().filter(|listener| listener.public);
        let mut listens: Vec<Ports> = own.map(|listener| Ports::one(listener.port)).collect();
        listens.sort();
        listens.dedup();
        let complete = gateway.complete && !resource.partial;
        machines.push(Machine { resource: id, nics: vec![names.id(id)], complete, listens: Some(listens) });
    }
    for (id, _) in names.of_kind("Microsoft.Network/azureFirewalls") {
        add_interface(names, id, "ipConfigurations", false, network);
        fronts.firewall(names, id, network);
    }
    fronts
}

/// An interface in the subnet of a front. Without a group at that subnet it takes what it listens for.
fn add_interface(names: &Names<'_>, id: ResourceId, configurations: &str, public: bool, network: &mut Network) {
    let (entries, _) = list(names.estate, id, &["properties", configurations]);
    let subnet = entries.iter().find_map(|entry| names.named(reference(entry, "subnet").value()).id());
    network.nics.push(Nic {
        id: names.id(id),
        owner: names.id(id),
        subnet,
        public: Known::Is(public.then_some(Sku::Basic)),
        public_v6: Known::Is(None),
        group: Known::Is(None),
        ..Nic::default()
    });
}

fn reference<'e>(entry: &'e Node, name: &str) -> Attribute<'e> {
    member(entry, &["properties", name, "id"])
}

/// What one part of a front calls another: its name, or the last part of its id.
fn called(entry: &Node, name: &str) -> Option<String> {
    let by_id = scalar(reference(entry, name).value());
    let text = by_id.or_else(|| scalar(member(entry, &["properties", name, "name"]).value()))?;
    text.rsplit('/').next().map(ToOwned::to_owned)
}

fn find<'e>(entries: &'e [Node], name: Option<&String>) -> Option<&'e Node> {
    entries.iter().find(|entry| name.is_some() && scalar(member(entry, &["name"]).value()).as_ref() == name)
}

fn port(entry: &Node, name: &str) -> Option<u16> {
    integer(property(entry, name).value()).and_then(|port| u16::try_from(port).ok())
}

struct Listener {
    public: bool,
    port: u16,
    pool: Option<String>,
    backend: Option<u16>,
}

struct Gateway {
    own: Id,
    listeners: Vec<Listener>,
    pools: Vec<Node>,
    complete: bool,
}

impl Gateway {
    fn read(names: &Names<'_>, id: ResourceId) -> Self {
        let entries = |name: &str| list(names.estate, id, &["properties", name]);
        let (listeners, rest) = entries("httpListeners");
        let (frontends, ports) = (entries("frontendIPConfigurations").0, entries("frontendPorts").0);
        let (rules, settings) = (entries("requestRoutingRules").0, entries("backendHttpSettingsCollection").0);
        let mut gateway = Self {
            own: names.id(id),
            listeners: Vec::new(),
            pools: entries("backendAddressPools").0,
            complete: rest.is_none(),
        };
        for listener in &listeners {
            let Some(listens) = find(&ports, called(listener, "frontendPort").as_ref()).and_then(|p| port(p, "port"))
            else {
                gateway.complete = false;
                continue;
            };
            let frontend = find(&frontends, called(listener, "frontendIPConfiguration").as_ref());
            let has_public = |frontend: &Node| !matches!(reference(frontend, "publicIPAddress"), Attribute::Absent);
            let public = frontend.map_or_else(|| frontends.iter().any(has_public), has_public);
            let name = scalar(member(listener, &["name"]).value());
            for rule in rules.iter().filter(|rule| name.is_some() && called(rule, "httpListener") == name) {
                let settings = find(&settings, called(rule, "backendHttpSettings").as_ref());
                gateway.listeners.push(Listener {
                    public,
                    port: listens,
                    pool: called(rule, "backendAddressPool"),
                    backend: settings.and_then(|settings| port(settings, "port")),
                });
            }
        }
        gateway
    }

    /// The interfaces in a pool: by their private addresses, or because they say that they are in a pool of the gateway.
    fn members(&self, names: &Names<'_>, network: &Network, pool: Option<&str>) -> Vec<Id> {
        let Some(pool) = find(&self.pools, pool.map(ToOwned::to_owned).as_ref()) else { return Vec::new() };
        let mut found = Vec::new();
        if let Value::List(held) = property(pool, "backendAddresses").value() {
            let addresses = held.items.iter().filter_map(|entry| scalar(member(entry, &["ipAddress"]).value()));
            found.extend(addresses.filter_map(|text| holder(network, text.parse().ok()?)));
        }
        for (nic, _) in names.of_kind("Microsoft.Network/networkInterfaces") {
            let (own, _) = list(names.estate, nic, &["properties", "applicationGatewayBackendAddressPools"]);
            let mine = |entry: &Node| {
                names.named(member(entry, &["id"]).value()).id().is_some_and(|id| id.starts_with(&self.own))
            };
            if own.iter().any(mine) {
                found.push(names.id(nic));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

fn holder(network: &Network, address: IpAddr) -> Option<Id> {
    network.nics.iter().find(|nic| nic.addresses.contains(&address)).map(|nic| nic.id.clone())
}

impl Fronts {
    /// The translations of a firewall, its own and those of its policy.
    fn firewall(&mut self, names: &Names<'_>, id: ResourceId, network: &Network) {
        let mut rules: Vec<Node> = Vec::new();
        let mut collect = |collections: Vec<Node>| {
            for collection in collections {
                if let Value::List(held) = property(&collection, "rules").value() {
                    rules.extend(held.items.iter().cloned());
                }
            }
        };
        collect(list(names.estate, id, &["properties", "natRuleCollections"]).0);
        let policy = names.reference(id, &["properties", "firewallPolicy", "id"]).id();
        if let Some(policy) = policy.and_then(|id| names.resource(&id)) {
            let kind = Str::new("Microsoft.Network/firewallPolicies/ruleCollectionGroups");
            for group in names.estate.children(policy, kind).members {
                collect(list(names.estate, group, &["properties", "ruleCollections"]).0);
            }
        }
        let mut exposure = Exposure::default();
        for rule in &rules {
            self.translation(id, rule, network, &mut exposure);
        }
        self.firewalls.push(Translating { resource: id, exposure });
    }

    fn translation(&mut self, firewall: ResourceId, rule: &Node, network: &Network, exposure: &mut Exposure) {
        let texts = |name: &str| -> Vec<Option<String>> {
            let items = property(rule, name).value().as_list().map(|held| held.items.clone()).unwrap_or_default();
            items.iter().map(|item| scalar(&item.value)).collect()
        };
        let Some(target) = scalar(property(rule, "translatedAddress").value()) else { return };
        let block = |text: &Option<String>| match text.as_deref()? {
            "*" => Some(Block::ALL_V4),
            text => Block::parse(text),
        };
        let from = texts("sourceAddresses");
        let known: Vec<Block> = from.iter().filter_map(block).collect();
        let certain = known.len() == from.len();
        let sources = public_part(if certain { known } else { vec![Block::ALL_V4] });
        let nic = target.parse().ok().and_then(|address| holder(network, address));
        let onward = integer(property(rule, "translatedPort").value()).and_then(|port| u16::try_from(port).ok());
        let mut protocols = texts("ipProtocols");
        protocols.extend(texts("protocols"));
        for protocol in protocols.iter().flatten().filter_map(|text| Protocols::parse(text)) {
            let (protocol, last_protocol) = match protocol {
                Protocols::One(protocol) => (protocol, protocol),
                Protocols::All => (Protocol::TCP, Protocol::UDP),
            };
            for ports in texts("destinationPorts").iter().flatten().filter_map(|text| Ports::parse(text)) {
                let opening = Opening { protocol, last_protocol, ports, sources: sources.clone() };
                if sources.is_empty() {
                    continue;
                }
                if certain { &mut exposure.sure } else { &mut exposure.possible }.push(opening);
                if protocol <= Protocol::TCP
                    && Protocol::TCP <= last_protocol
                    && let Some(nic) = &nic
                {
                    self.legs.push(FrontLeg { front: firewall, listens: ports.low, nic: nic.clone(), port: onward });
                }
            }
        }
    }
}
