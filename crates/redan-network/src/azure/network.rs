//! A network of Azure as the engine reads it: typed, and explicit about what is not known.
//!
//! Adapters fill it. Nothing here computes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::address::Block;
use crate::rule::{Action, Known};
use crate::service::{Ports, Protocols};

/// The identity of a network object: its ARM id, or its address in code.
pub type Id = String;

/// Everything that decides where a packet goes.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Virtual networks.
    pub vnets: Vec<Vnet>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Network interfaces.
    pub nics: Vec<Nic>,
    /// Network security groups.
    pub groups: Vec<SecurityGroup>,
    /// Route tables.
    pub tables: Vec<RouteTable>,
    /// Security admin rules of virtual network managers, of all collections in one order.
    pub admin_rules: Vec<AdminRule>,
    /// Whether the admin rules were collected.
    pub admin_rules_known: bool,
    /// Public load balancers' rules and inbound NAT rules, joined with their backends.
    pub balanced: Vec<Balanced>,
    /// Addresses of service tags, where they are known.
    pub tags: BTreeMap<String, Vec<Block>>,
}

/// A virtual network.
#[derive(Clone, Debug, Default)]
pub struct Vnet {
    /// Its id.
    pub id: Id,
    /// Its address space.
    pub blocks: Vec<Block>,
    /// Whether all of it is known.
    pub blocks_known: bool,
    /// Its ends of peerings.
    pub peerings: Vec<VnetPeering>,
    /// Whether a gateway connects it with networks outside Azure.
    pub has_gateway: bool,
}

/// One end of a peering of virtual networks.
#[derive(Clone, Debug, Default)]
pub struct VnetPeering {
    /// The other virtual network.
    pub remote: Id,
    /// Whether traffic between the two is allowed.
    pub allows_access: bool,
}

/// A subnet.
#[derive(Clone, Debug, Default)]
pub struct Subnet {
    /// Its id.
    pub id: Id,
    /// Its virtual network.
    pub vnet: Id,
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Whether all of them are known.
    pub blocks_known: bool,
    /// Its network security group: not known, none, or this one.
    pub group: Known<Option<Id>>,
    /// Its route table: not known, none, or this one.
    pub table: Known<Option<Id>>,
}

/// The generation of a public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sku {
    /// Open unless a group closes it; retired in September 2025.
    Basic,
    /// Closed unless a group opens it.
    Standard,
}

impl Nic {
    /// Its public address of the version of another address.
    pub(crate) fn public_like(&self, other: IpAddr) -> Known<Option<Sku>> {
        if other.is_ipv6() { self.public_v6 } else { self.public }
    }
}

/// A network interface.
#[derive(Clone, Debug, Default)]
pub struct Nic {
    /// Its id.
    pub id: Id,
    /// The machine that it belongs to.
    pub owner: Id,
    /// Its subnet.
    pub subnet: Option<Id>,
    /// Its private addresses, where known.
    pub addresses: Vec<IpAddr>,
    /// Its public IPv4 address: not known, none, or of this generation.
    pub public: Known<Option<Sku>>,
    /// Its public IPv6 address.
    pub public_v6: Known<Option<Sku>>,
    /// Its network security group: not known, none, or this one.
    pub group: Known<Option<Id>>,
    /// Its application security groups.
    pub application_groups: Vec<Id>,
    /// Whether it forwards packets that are not its own.
    pub forwards: bool,
}

/// What a security rule names as an end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// `*` or `Any`.
    Any,
    /// A block.
    Block(Block),
    /// A service tag.
    Tag(String),
    /// An application security group.
    ApplicationGroup(Id),
    /// Not known.
    Unknown,
}

impl Prefix {
    /// Reads an address prefix as the API spells it.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "*" | "any" => Self::Any,
            _ => Block::parse(text).map_or_else(|| Self::Tag(text.to_owned()), Self::Block),
        }
    }
}

/// A security rule.
#[derive(Clone, Debug)]
pub struct SecurityRule {
    /// Whether it is for packets towards the interface.
    pub inbound: Known<bool>,
    /// Allow or deny.
    pub action: Known<Action>,
    /// Lower numbers are matched first.
    pub priority: Known<u32>,
    /// Protocols.
    pub protocols: Known<Protocols>,
    /// Destination ports; empty means all.
    pub ports: Vec<Known<Ports>>,
    /// Source ports; empty means all.
    pub source_ports: Vec<Ports>,
    /// Sources, any of which matches.
    pub sources: Vec<Prefix>,
    /// Destinations, any of which matches.
    pub destinations: Vec<Prefix>,
}

/// A network security group.
#[derive(Clone, Debug, Default)]
pub struct SecurityGroup {
    /// Its id.
    pub id: Id,
    /// Its rules in both directions, the default rules not among them.
    pub rules: Vec<SecurityRule>,
    /// Whether all rules are known.
    pub complete: bool,
}

/// What a security admin rule does.
/// <https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdminAction {
    /// The security groups decide.
    Allow,
    /// It passes, whatever the security groups say.
    AlwaysAllow,
    /// It is dropped.
    Deny,
}

/// A security admin rule; its action takes the place of the rule's.
#[derive(Clone, Debug)]
pub struct AdminRule {
    /// The virtual networks that it holds for.
    pub vnets: Vec<Id>,
    /// What it does.
    pub action: AdminAction,
    /// What it matches.
    pub rule: SecurityRule,
}

/// Where a user-defined route leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NextHop {
    /// Inside the virtual network and its peers.
    VirtualNetwork,
    /// To the internet.
    Internet,
    /// To the interface with this address.
    Appliance(Option<IpAddr>),
    /// To a VPN or ExpressRoute gateway.
    Gateway,
    /// Nowhere.
    None,
    /// Not known.
    Unknown,
}

/// A user-defined route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its destination: a block, or a service tag.
    pub to: Prefix,
    /// Where it leads.
    pub next: NextHop,
}

/// A route table.
#[derive(Clone, Debug, Default)]
pub struct RouteTable {
    /// Its id.
    pub id: Id,
    /// Its routes.
    pub routes: Vec<Route>,
    /// Whether all routes are known.
    pub complete: bool,
}

/// A public port of a load balancer and an interface behind it. The client's address is kept.
/// <https://learn.microsoft.com/azure/load-balancer/components>
#[derive(Clone, Debug)]
pub struct Balanced {
    /// The load balancer.
    pub balancer: Id,
    /// The interface.
    pub nic: Id,
    /// The protocols: TCP, UDP, or all.
    pub protocols: Known<Protocols>,
    /// The port on the interface.
    pub port: Known<Ports>,
    /// The generation of the frontend.
    pub sku: Sku,
    /// Whether the frontend is of IPv6.
    pub v6: bool,
}
