//! The forwarding plane of Azure: virtual networks, security rules, routes, and the firewalls of managed services.

mod end;
mod exposure;
mod filter;
mod index;
mod network;
mod paas;
mod passage;
mod reach;
mod route;

pub use network::{
    AdminAction, AdminRule, Balanced, Id, Network, NextHop, Nic, Prefix, Route, RouteTable, SecurityGroup,
    SecurityRule, Sku, Subnet, Vnet, VnetPeering,
};
pub(crate) use paas::public_part;
pub use paas::{ServiceAccess, ServiceFirewall, service_access, service_exposure};
pub use passage::{Obstacle, Passage};
pub use reach::Paths;
