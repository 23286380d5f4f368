//! Exact reachability over AWS and Azure networks.
//!
//! The engine works on its own typed description of a network, in which every list says whether it was collected and
//! every value may be unknown; so its answers are yes, no or unknown. It knows no source language, no rule and no
//! output format, and performs no I/O.

mod address;
pub mod admission;
pub mod aws;
pub mod azure;
mod engine;
mod exposure;
mod place;
mod pool;
mod public;
mod ranges;
mod rule;
mod service;
mod services;

pub use address::Block;
pub use engine::{
    Connection, Device, Entry, EstateView, Hindrance, Housing, NetworkEngine, Segment, Spot, Surface, Tiered,
    group_change, is_group,
};
pub use exposure::{Exposure, Opening};
pub use rule::{Action, Known, Remote, Rule};
pub use service::{Ports, Protocol, Protocols};
