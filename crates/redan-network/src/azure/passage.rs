//! What lies between two ends: the services that get through, the devices on the way, and what stands in it.

use super::network::{Id, Nic, Subnet};
use crate::aws::Service;
use crate::place::Place;
use crate::ranges;
use crate::rule::{Bounds, Known};
use crate::service::{self, Protocol};
use crate::services::Services;

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The kind of issue, as Network Watcher's connection troubleshoot names it.
    /// <https://learn.microsoft.com/azure/network-watcher/connection-troubleshoot-overview#issues-detected-by-connection-troubleshoot>
    pub code: &'static str,
    /// What stands in the way: an interface, a subnet.
    pub at: Id,
    /// The settings: security groups, a route table.
    pub settings: Vec<Id>,
    /// What is wrong, in words.
    pub text: String,
}

/// What lies between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The devices on the way, from the sender on.
    pub hops: Vec<Id>,
    /// The services that get through for certain.
    pub sure: Vec<Service>,
    /// The services that get through for certain or possibly.
    pub possible: Vec<Service>,
    /// What stands in the way of everything, or of the service that was asked about.
    pub obstacles: Vec<Obstacle>,
}

impl Passage {
    /// Whether anything gets through: yes, no or unknown.
    pub fn reached(&self) -> Option<bool> {
        match (self.sure.is_empty(), self.possible.is_empty()) {
            (false, _) => Some(true),
            (true, true) => Some(false),
            (true, false) => None,
        }
    }

    /// Whether a service gets through: yes, no or unknown.
    pub fn carries(&self, protocol: Protocol, port: u16) -> Option<bool> {
        let holds = |part: &Service| {
            (part.protocol..=part.last_protocol).contains(&protocol)
                && (part.ports.low..=part.ports.high).contains(&port)
        };
        match (self.sure.iter().any(holds), self.possible.iter().any(holds)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        }
    }
}

impl Obstacle {
    pub(super) fn no_public_address(nic: &Nic) -> Self {
        Self::platform(&nic.id, format!("{} has no public address", nic.id))
    }

    pub(super) fn not_forwarding(nic: &Nic) -> Self {
        Self::platform(&nic.id, format!("{} does not forward packets", nic.id))
    }

    fn platform(at: &str, text: String) -> Self {
        Self { code: "Platform", at: at.to_owned(), settings: Vec::new(), text }
    }

    /// The security groups of an interface and its subnet.
    pub(super) fn rules(nic: &Nic, subnet: Option<&Subnet>, inbound: bool) -> Self {
        let held = [Some(&nic.group), subnet.map(|subnet| &subnet.group)];
        let settings = held.into_iter().flatten().filter_map(|group| group.get().cloned().flatten()).collect();
        let what = if inbound { "admit this from there" } else { "let this out to there" };
        let text = format!("the security rules of {} do not {what}", nic.id);
        Self { code: "NetworkSecurityRule", at: nic.id.clone(), settings, text }
    }

    pub(super) fn route(subnet: &Subnet, to: &Place) -> Self {
        let table = match &subnet.table {
            Known::Is(Some(table)) => Some(table.clone()),
            Known::Is(None) | Known::Unknown => None,
        };
        let code = if table.is_some() { "UserDefinedRoute" } else { "Platform" };
        let text = format!("{} has no route to {to}", subnet.id);
        Self { code, at: subnet.id.clone(), settings: table.into_iter().collect(), text }
    }
}

pub(super) fn passage(
    hops: Vec<Id>,
    mut open: Bounds<Services>,
    asked: Option<u32>,
    obstacles: Vec<Obstacle>,
) -> Passage {
    if let Some(asked) = asked {
        open = open.meet(&Bounds::exactly_these(vec![(asked, asked)]));
    }
    let shown = |services: &Services| {
        let parts = services.iter().flat_map(|&(low, high)| crate::exposure::split(low, high));
        parts.map(|(protocol, last_protocol, ports)| Service { protocol, last_protocol, ports }).collect()
    };
    let every = ranges::canonical(vec![(0, service::LAST)]);
    let sure = ranges::intersection(&open.sure, &every);
    Passage { hops, sure: shown(&sure), possible: shown(&open.possible), obstacles }
}
