//! A network of AWS as the engine reads it: typed, with every list saying where it was collected.
//!
//! Adapters fill it from canonical resources or from recorded API answers. Nothing here computes.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::address::Block;
use crate::rule::{Known, Rule};
use crate::service::Protocol;

/// The identity of a network object: its id in the cloud, or its address in code.
pub type Id = String;

/// A list of objects, and the scopes (account and region, or root module) in which it was not collected.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    /// The objects that were read.
    pub items: Vec<T>,
    /// Where there may be more.
    pub missing: BTreeSet<String>,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self { items: Vec::new(), missing: BTreeSet::new() }
    }
}

impl<T> Listing<T> {
    /// Whether every object of the scope is in the list.
    pub fn complete_in(&self, scope: &str) -> bool {
        !self.missing.contains(scope)
    }

    /// Whether every object of every scope is in the list.
    pub fn complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Everything that decides where a packet goes.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// VPCs.
    pub vpcs: Listing<Vpc>,
    /// Subnets.
    pub subnets: Listing<Subnet>,
    /// Network interfaces.
    pub interfaces: Listing<Interface>,
    /// Security groups.
    pub groups: Listing<Group>,
    /// Network ACLs.
    pub acls: Listing<Acl>,
    /// Route tables.
    pub tables: Listing<RouteTable>,
    /// Prefix lists.
    pub prefix_lists: Listing<PrefixList>,
    /// Internet gateways.
    pub internet_gateways: Listing<Gateway>,
    /// Egress-only internet gateways.
    pub egress_only_gateways: Listing<Gateway>,
    /// Virtual private gateways.
    pub vpn_gateways: Listing<Gateway>,
    /// Site-to-site VPN connections.
    pub vpn_connections: Listing<VpnConnection>,
    /// NAT gateways.
    pub nat_gateways: Listing<NatGateway>,
    /// VPC peering connections.
    pub peerings: Listing<Peering>,
    /// Transit gateways.
    pub transit_gateways: Listing<TransitGateway>,
    /// Transit gateway attachments.
    pub transit_attachments: Listing<TransitAttachment>,
    /// Transit gateway route tables.
    pub transit_tables: Listing<TransitTable>,
    /// VPC endpoints.
    pub endpoints: Listing<Endpoint>,
    /// Load balancers of all generations.
    pub load_balancers: Listing<LoadBalancer>,
    /// Addresses of AWS's own public services, where they are known.
    pub service_blocks: Vec<Block>,
    /// VPC Block Public Access, by scope.
    pub block_public_access: Vec<BlockPublicAccess>,
}

/// A VPC.
#[derive(Clone, Debug, Default)]
pub struct Vpc {
    /// Its id.
    pub id: Id,
    /// Account and region, or root module.
    pub scope: String,
    /// Its region.
    pub region: Option<String>,
    /// Its address blocks of both versions.
    pub blocks: Vec<Block>,
    /// Whether all blocks are known.
    pub blocks_known: bool,
}

/// A subnet.
#[derive(Clone, Debug, Default)]
pub struct Subnet {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Id,
    /// Its availability zone.
    pub zone: Option<String>,
    /// Its address blocks of both versions.
    pub blocks: Vec<Block>,
    /// Whether all blocks are known.
    pub blocks_known: bool,
}

/// What an interface belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OwnerKind {
    /// An instance, task, function or managed service.
    #[default]
    Workload,
    /// A NAT gateway, which accepts nothing new.
    NatGateway,
    /// A VPC endpoint.
    Endpoint,
    /// A load balancer.
    LoadBalancer,
    /// A transit gateway attachment.
    TransitAttachment,
}

/// Whether an address is reachable under a public one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mapping {
    /// It has no public address.
    #[default]
    None,
    /// It has this one.
    To(IpAddr),
    /// It has or will get one.
    Some,
    /// It is not known whether it has one.
    Unknown,
}

/// A private address of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The private (or, for IPv6, the only) address, once it exists.
    pub address: Known<IpAddr>,
    /// Its public address.
    pub public: Mapping,
}

/// A network interface.
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// Its id.
    pub id: Id,
    /// What it belongs to.
    pub owner: Id,
    /// What kind of thing that is.
    pub owner_kind: OwnerKind,
    /// Its subnet; unknown when not placed yet.
    pub subnet: Option<Id>,
    /// Its IPv4 addresses.
    pub addresses: Vec<InterfaceAddress>,
    /// Whether it has an IPv6 address.
    pub has_v6: Option<bool>,
    /// Its IPv6 addresses, where known.
    pub v6: Vec<IpAddr>,
    /// Its security groups.
    pub groups: Vec<Id>,
    /// Whether that list is complete.
    pub groups_known: bool,
    /// Whether it forwards packets that are not its own (source/destination check off).
    pub forwards: Option<bool>,
    /// Whether it accepts connections by itself at all.
    pub listens: bool,
}

/// A rule of a security group: blocks in `rule.remotes`, and the other ends that are named by id.
#[derive(Clone, Debug)]
pub struct GroupRule {
    /// Protocol, ports and blocks.
    pub rule: Rule,
    /// Security groups.
    pub groups: Vec<Id>,
    /// Prefix lists.
    pub prefix_lists: Vec<Id>,
}

/// A security group.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Option<Id>,
    /// What it admits.
    pub inbound: Vec<GroupRule>,
    /// What it lets out.
    pub outbound: Vec<GroupRule>,
    /// Whether both lists are complete.
    pub complete: bool,
}

/// A network ACL.
#[derive(Clone, Debug, Default)]
pub struct Acl {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Id,
    /// Whether it is the VPC's default one.
    pub default: bool,
    /// The subnets that it is associated with.
    pub subnets: Vec<Id>,
    /// Rules for what enters a subnet.
    pub inbound: Vec<Rule>,
    /// Rules for what leaves a subnet.
    pub outbound: Vec<Rule>,
    /// Whether both lists are complete.
    pub complete: bool,
}

/// The destination of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteTo {
    /// A block.
    Block(Block),
    /// A prefix list.
    PrefixList(Id),
    /// Not known.
    Unknown,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Inside the VPC.
    Local,
    /// An internet gateway.
    InternetGateway(Id),
    /// An egress-only internet gateway.
    EgressOnlyGateway(Id),
    /// A NAT gateway.
    NatGateway(Id),
    /// A peering connection.
    Peering(Id),
    /// A transit gateway.
    TransitGateway(Id),
    /// A virtual private gateway.
    VpnGateway(Id),
    /// A gateway endpoint, or one of a gateway load balancer or firewall.
    Endpoint(Id),
    /// A network interface.
    Interface(Id),
    /// An instance.
    Instance(Id),
    /// Something that is not modelled: a carrier gateway, a local gateway, a core network.
    Other(String),
    /// Not known.
    Unknown,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its destination.
    pub to: RouteTo,
    /// Where it leads.
    pub target: Target,
    /// Its target is gone.
    pub blackhole: bool,
    /// It was learned from a virtual private gateway.
    pub propagated: bool,
}

/// A route table.
#[derive(Clone, Debug, Default)]
pub struct RouteTable {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Id,
    /// Whether it is the VPC's main one.
    pub main: bool,
    /// Subnets that it is associated with.
    pub subnets: Vec<Id>,
    /// Gateways that it is associated with.
    pub gateways: Vec<Id>,
    /// Its routes.
    pub routes: Vec<Route>,
    /// Whether all routes are known.
    pub complete: bool,
}

/// A prefix list.
#[derive(Clone, Debug, Default)]
pub struct PrefixList {
    /// Its id.
    pub id: Id,
    /// Its entries.
    pub blocks: Vec<Block>,
    /// Whether all entries are known.
    pub complete: bool,
}

/// A gateway that is attached to VPCs: internet, egress-only or virtual private.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    /// Its id.
    pub id: Id,
    /// The VPCs to which it is attached.
    pub vpcs: Vec<Id>,
}

/// A site-to-site VPN connection.
#[derive(Clone, Debug, Default)]
pub struct VpnConnection {
    /// Its id.
    pub id: Id,
    /// The virtual private gateway or transit gateway at AWS's end.
    pub gateway: Id,
    /// Static routes; none where routes are learned.
    pub static_routes: Option<Vec<Block>>,
}

/// A NAT gateway.
#[derive(Clone, Debug, Default)]
pub struct NatGateway {
    /// Its id.
    pub id: Id,
    /// Its subnet.
    pub subnet: Id,
    /// Its private address.
    pub address: Option<IpAddr>,
    /// Whether it has a public address.
    pub public: bool,
    /// Whether it works.
    pub available: bool,
}

/// One end of a peering connection.
#[derive(Clone, Debug, Default)]
pub struct PeeringEnd {
    /// The VPC.
    pub vpc: Id,
    /// Its region.
    pub region: Option<String>,
}

/// A peering connection.
#[derive(Clone, Debug, Default)]
pub struct Peering {
    /// Its id.
    pub id: Id,
    /// Who asked.
    pub requester: PeeringEnd,
    /// Who accepted.
    pub accepter: PeeringEnd,
    /// Whether it is active.
    pub active: Option<bool>,
}

/// A transit gateway.
#[derive(Clone, Debug, Default)]
pub struct TransitGateway {
    /// Its id.
    pub id: Id,
    /// Account and region, or root module.
    pub scope: String,
    /// Whether security groups may refer to each other across it.
    pub group_references: bool,
}

/// What is attached to a transit gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attached {
    /// A VPC through one subnet in each enabled zone.
    Vpc {
        /// The VPC.
        vpc: Id,
        /// The subnets; none where they were not collected.
        subnets: Option<Vec<Id>>,
    },
    /// Another transit gateway.
    Peer(Id),
    /// A VPN connection, a Direct Connect gateway or a Connect attachment: the way out of the cloud.
    External(Id),
}

/// An attachment, as one transit gateway sees it.
#[derive(Clone, Debug)]
pub struct TransitAttachment {
    /// Its id.
    pub id: Id,
    /// The transit gateway.
    pub gateway: Id,
    /// What is attached.
    pub attached: Attached,
    /// The route table for what comes in through it.
    pub table: Option<Id>,
    /// Whether it is available.
    pub available: bool,
    /// Whether security groups may refer to each other across it.
    pub group_references: bool,
}

/// A route of a transit gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransitRoute {
    /// Its destination.
    pub to: RouteTo,
    /// The attachment that it leads to.
    pub attachment: Option<Id>,
    /// It drops what it matches.
    pub blackhole: bool,
    /// It was propagated.
    pub propagated: bool,
}

/// A route table of a transit gateway.
#[derive(Clone, Debug, Default)]
pub struct TransitTable {
    /// Its id.
    pub id: Id,
    /// Its transit gateway.
    pub gateway: Id,
    /// Its routes.
    pub routes: Vec<TransitRoute>,
    /// Attachments whose blocks are propagated into it.
    pub propagations: Vec<Id>,
    /// Whether routes and propagations are all known.
    pub complete: bool,
}

/// What a VPC endpoint is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// A route to a public service.
    #[default]
    Gateway,
    /// A network interface in a subnet.
    Interface,
    /// The way to a gateway load balancer or a network firewall.
    Inspection,
}

/// A VPC endpoint.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Id,
    /// What it is.
    pub kind: EndpointKind,
    /// Its subnets.
    pub subnets: Vec<Id>,
}

/// A listener of a load balancer, joined with what it forwards to.
#[derive(Clone, Debug)]
pub struct Listener {
    /// TCP or UDP.
    pub protocol: Known<Protocol>,
    /// The port.
    pub port: Known<u16>,
    /// Interfaces (by id) or owners to which it forwards, with the port there.
    pub targets: Vec<LoadTarget>,
    /// Whether all targets are known.
    pub targets_known: bool,
}

/// One target of a listener.
#[derive(Clone, Debug)]
pub struct LoadTarget {
    /// The interface or its owner.
    pub id: Id,
    /// The port there.
    pub port: Known<u16>,
    /// Whether the target sees the client's address.
    pub keeps_client_address: Option<bool>,
}

/// A load balancer.
#[derive(Clone, Debug, Default)]
pub struct LoadBalancer {
    /// Its id.
    pub id: Id,
    /// Whether it has public addresses.
    pub internet_facing: Option<bool>,
    /// Whether it has IPv6 addresses.
    pub has_v6: Option<bool>,
    /// Its subnets.
    pub subnets: Vec<Id>,
    /// Its security groups.
    pub groups: Vec<Id>,
    /// Whether that list is complete.
    pub groups_known: bool,
    /// Whether it has no security group and so admits everything (network load balancers).
    pub ungrouped: bool,
    /// Its listeners.
    pub listeners: Vec<Listener>,
    /// Whether all listeners are known.
    pub listeners_known: bool,
}

/// VPC Block Public Access of an account in a region.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html>
#[derive(Clone, Debug, Default)]
pub struct BlockPublicAccess {
    /// Account and region.
    pub scope: String,
    /// Whether new connections from internet gateways are blocked.
    pub blocks_ingress: Option<bool>,
    /// VPCs and subnets that are excluded in both directions.
    pub excluded: Vec<Id>,
}
