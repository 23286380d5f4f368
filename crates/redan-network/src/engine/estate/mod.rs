//! Canonical resources as a network of the engine, and the facts that follow from it.
//!
//! Built once for an estate and kept as long as the same resources are asked about.

mod azure;
mod azure_admin;
mod azure_balanced;
mod azure_fronts;
mod balanced;
mod facts;
mod names;
mod networks;
mod transit;
mod vpc;
mod workloads;

pub(crate) use balanced::Balanced;
pub(crate) use facts::{Entry, Facts, Tier, at_large, on_ports};
pub(crate) use networks::{Ends, Networks, Placed};
