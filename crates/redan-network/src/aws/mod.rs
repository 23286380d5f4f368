//! The forwarding plane of AWS: VPCs, their filters, tables and gateways.

mod exposure;
mod filter;
mod gateways;
mod index;
mod internet;
mod network;
mod pairs;
mod plane;
mod reach;
mod route;
mod trace;
mod transit;
mod walk;

pub(crate) use crate::place::any;
pub(crate) use gateways::and;
pub(crate) use index::Index as Lookup;
pub(crate) use reach::reach_in;

pub use exposure::{GroupChange, InternetView};
pub use filter::Direction;
pub use network::{
    Acl, Attached, BlockPublicAccess, Endpoint, EndpointKind, Gateway, Group, GroupRule, Id, Interface,
    InterfaceAddress, Listener, Listing, LoadBalancer, LoadTarget, Mapping, NatGateway, Network, OwnerKind, Peering,
    PeeringEnd, PrefixList, Route, RouteTable, RouteTo, Subnet, Target, TransitAttachment, TransitGateway,
    TransitRoute, TransitTable, Vpc, VpnConnection,
};
pub use pairs::{Pair, Pairs, Peers};
pub use reach::{Obstacle, Paths, Reach, Service, Version};
pub use trace::{Outcome, Packet, Start, Trace};
pub use walk::{Drop, Exit, Hop, Setting};
