//! The forwarding plane of AWS: VPCs, their filters, tables and gateways.

mod filter;
mod gateways;
mod index;
mod network;
mod place;
mod route;
mod trace;
mod transit;
mod walk;

pub use filter::Direction;
pub use network::{
    Acl, Attached, BlockPublicAccess, Endpoint, EndpointKind, Gateway, Group, GroupRule, Id, Interface,
    InterfaceAddress, Listener, Listing, LoadBalancer, LoadTarget, Mapping, NatGateway, Network, OwnerKind, Peering,
    PeeringEnd, PrefixList, Route, RouteTable, RouteTo, Subnet, Target, TransitAttachment, TransitGateway,
    TransitRoute, TransitTable, Vpc, VpnConnection,
};
pub use trace::{Outcome, Packet, Start, Trace, trace};
pub use walk::{Drop, Exit, Hop, Setting};
