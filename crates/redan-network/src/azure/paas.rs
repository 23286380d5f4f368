//! Firewalls of Azure's managed services: who may talk to the public endpoint, before any authentication.
//!
//! Every service has the same shape: a switch for public access, a default action, address rules, virtual network rules
//! and the exception for Azure's own services.

use crate::address::Block;
use crate::exposure::{Exposure, Opening};
use crate::pool::{Pool, SetId};
use crate::public::Public;
use crate::ranges;
use crate::rule::{Action, Known};
use crate::service::{Ports, Protocol};

/// The network settings of a managed service.
#[derive(Clone, Debug)]
pub struct ServiceFirewall {
    /// Whether the public endpoint answers at all; `SecuredByPerimeter` counts as not.
    pub public_access: Known<bool>,
    /// What happens to addresses that no rule names.
    pub default_action: Known<Action>,
    /// Addresses that are allowed.
    pub allowed: Vec<Known<Block>>,
    /// Whether all address rules are known.
    pub complete: bool,
    /// Subnets that are allowed through service endpoints.
    pub subnets: usize,
    /// Whether trusted services of Azure may pass.
    pub trusted_services: Known<bool>,
}

/// Who may talk to a managed service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccess {
    /// The internet at large: more than a /8 of IPv4 or a /11 of IPv6.
    pub internet: Option<bool>,
    /// Any address of the internet at all.
    pub some_address: Option<bool>,
    /// Any tenant of Azure, by the rule from 0.0.0.0 to 0.0.0.0.
    /// <https://learn.microsoft.com/azure/azure-sql/database/firewall-configure#connections-from-inside-azure>
    pub any_azure_tenant: Option<bool>,
}

/// The rule by which databases let all of Azure in.
const ALL_OF_AZURE: Block = Block::V4(0, 0);

/// Who may talk to a service with these settings.
pub fn service_access(firewall: &ServiceFirewall) -> ServiceAccess {
    let closed = ServiceAccess { internet: Some(false), some_address: Some(false), any_azure_tenant: Some(false) };
    if firewall.public_access == Known::Is(false) {
        return closed;
    }
    let doubt = firewall.public_access == Known::Unknown;
    let open = |answer: Option<bool>| if doubt && answer == Some(true) { None } else { answer };
    if firewall.default_action == Known::Is(Action::Allow) {
        let all = open(Some(true));
        return ServiceAccess { internet: all, some_address: all, any_azure_tenant: all };
    }
    let known: Vec<Block> = firewall.allowed.iter().filter_map(|block| block.get().copied()).collect();
    let azure = known.contains(&ALL_OF_AZURE);
    let ordinary: Vec<Block> = known.iter().copied().filter(|block| *block != ALL_OF_AZURE).collect();
    let unknown =
        !firewall.complete || known.len() < firewall.allowed.len() || firewall.default_action == Known::Unknown;
    let (v4, v6) = (public_size::<u32>(&ordinary), public_size::<u128>(&ordinary));
    let or_unknown = |found: bool| {
        if found {
            Some(true)
        } else if unknown {
            None
        } else {
            Some(false)
        }
    };
    ServiceAccess {
        internet: open(or_unknown(v4 > u32::OPEN_BEYOND || v6 > <u128 as Public>::OPEN_BEYOND)),
        some_address: open(or_unknown(v4 > 0 || v6 > 0)),
        any_azure_tenant: open(or_unknown(azure)),
    }
}

/// What the internet reaches of a service that listens on one port.
pub fn service_exposure(firewall: &ServiceFirewall, port: u16) -> Exposure {
    if firewall.public_access == Known::Is(false) {
        return Exposure::default();
    }
    let opening = |sources: Vec<Block>| Opening {
        protocol: Protocol::TCP,
        last_protocol: Protocol::TCP,
        ports: Ports::one(port),
        sources,
    };
    let list = |sources: Vec<Block>| if sources.is_empty() { Vec::new() } else { vec![opening(sources)] };
    let mut exposure = Exposure::default();
    match firewall.default_action {
        Known::Is(Action::Allow) => exposure.sure = list(everyone()),
        _ => {
            let known = firewall.allowed.iter().filter_map(|block| block.get().copied());
            exposure.sure = list(public_part(known.filter(|block| *block != ALL_OF_AZURE)));
            let whole = firewall.complete && firewall.allowed.iter().all(|block| *block != Known::Unknown);
            if !whole || firewall.default_action == Known::Unknown {
                exposure.possible = list(everyone());
            }
        }
    }
    if firewall.public_access == Known::Unknown {
        let sure = std::mem::take(&mut exposure.sure);
        exposure.possible.splice(0..0, sure);
    }
    exposure
}

fn everyone() -> Vec<Block> {
    public_part([Block::ALL_V4])
}

/// The public addresses among some blocks.
pub(crate) fn public_part(blocks: impl IntoIterator<Item = Block>) -> Vec<Block> {
    fn part<A: Public>(blocks: &[Block], into: &mut Vec<Block>) {
        let held = ranges::canonical(blocks.iter().filter_map(A::range_of).collect());
        let public = ranges::intersection(&held, &ranges::canonical(A::public()));
        into.extend(public.iter().filter_map(|&(low, high)| Block::range(low.to_ip(), high.to_ip())));
    }
    let blocks: Vec<Block> = blocks.into_iter().collect();
    let mut found = Vec::new();
    part::<u32>(&blocks, &mut found);
    part::<u128>(&blocks, &mut found);
    found
}

/// How many public addresses of one IP version the blocks hold together.
fn public_size<A: Public>(blocks: &[Block]) -> u128 {
    let mut pool = Pool::<A>::new();
    let held = pool.set(blocks.iter().filter_map(A::range_of).collect());
    let public: SetId = pool.set(A::public());
    let both = pool.set_intersection(held, public);
    ranges::size(pool.ranges(both))
}
