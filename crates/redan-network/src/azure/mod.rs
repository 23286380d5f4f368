//! The forwarding plane of Azure: virtual networks, security rules, routes, and the firewalls of managed services.

mod end;
mod exposure;
mod filter;
mod index;
mod network;
mod paas;
mod reach;
mod route;

pub use network::{
    AdminAction, AdminRule, Balanced, Id, Network, NextHop, Nic, Prefix, Route, RouteTable, SecurityGroup,
    SecurityRule, Sku, Subnet, Vnet, VnetPeering,
};
pub use paas::{ServiceAccess, ServiceFirewall, service_access};
pub use reach::{Passage, Paths};
