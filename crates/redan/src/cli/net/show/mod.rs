//! Answers about a network, for people and for machines.

mod json;
mod text;

pub(super) use json::json;
pub(super) use text::text;

use redan::Loaded;
use redan_model::ResourceId;
use redan_network::aws::Version;
use redan_network::{Block, Connection, EstateView, Exposure, Opening, Protocol, Spot, Surface, Tiered};

/// A service: protocol, and port or message type and code.
pub(super) type Service = (Protocol, u16);

/// An end of a question, and what the person wrote.
pub(super) struct End<'a> {
    pub(super) spot: Spot,
    pub(super) text: &'a str,
}

/// What is to be shown.
pub(super) enum Answer<'a> {
    Reach { ends: [End<'a>; 2], service: Option<Service>, version: Version, found: &'a Connection },
    Exposed(&'a [Surface]),
    WhoReaches { own: ResourceId, service: Service, found: &'a [(Spot, bool)] },
    From { own: ResourceId, service: Service, found: &'a [(Spot, bool)] },
    Tiers { found: &'a [Tiered], view: &'a EstateView },
    Diff(&'a [Difference]),
}

/// What a change does to one thing.
pub(super) struct Difference {
    /// Its name.
    pub(super) name: String,
    /// What opens.
    pub(super) opened: Exposure,
    /// What closes.
    pub(super) closed: Exposure,
}

/// The address of a resource.
fn address(loaded: &Loaded, id: ResourceId) -> &str {
    loaded.estate.get(id).map_or("", |resource| resource.address.as_str())
}

/// The vendor's type of a resource.
fn kind(loaded: &Loaded, id: ResourceId) -> &str {
    loaded.estate.get(id).map_or("", |resource| resource.kind.as_str())
}

/// Where a resource is written: `main.tf:12`.
fn place(loaded: &Loaded, id: ResourceId) -> Option<String> {
    let place = loaded.sources.place(loaded.estate.get(id)?.origin)?;
    Some(format!("{}:{}", place.path, place.start.line))
}

/// The services of an opening: `tcp/443`, `icmp`, `all protocols`.
pub(super) fn services(opening: &Opening) -> String {
    if opening.protocol == Protocol(0) && opening.last_protocol == Protocol(255) {
        return "all protocols".to_owned();
    }
    if opening.protocol != opening.last_protocol {
        return format!("protocols {}-{}", opening.protocol.0, opening.last_protocol.0);
    }
    service_range(opening)
}

fn service_range(opening: &Opening) -> String {
    let Opening { protocol, ports, .. } = opening;
    match (protocol.has_ports(), ports.low, ports.high) {
        (true, 0, u16::MAX) => format!("{protocol} on all ports"),
        (true, ..) => format!("{protocol}/{ports}"),
        (false, 0, u16::MAX) => protocol.to_string(),
        (false, low, high) if protocol.has_types() => {
            let (kind, last) = (low >> 8, high >> 8);
            if kind == last { format!("{protocol} type {kind}") } else { format!("{protocol} types {kind}-{last}") }
        }
        (false, ..) => protocol.to_string(),
    }
}

/// One service: `tcp/443`, `icmp`.
fn service((protocol, port): Service) -> String {
    if protocol.has_ports() { format!("{protocol}/{port}") } else { protocol.to_string() }
}

/// Whether an address range holds much of the internet.
fn size(blocks: &[Block]) -> u128 {
    blocks.iter().filter(|block| matches!(block, Block::V4(..))).fold(0, |sum, block| match block {
        Block::V4(low, high) => sum + u128::from(high - low) + 1,
        Block::V6(..) => sum,
    })
}

/// What lives in a public subnet though only load balancers and NAT gateways belong there.
fn misplaced<'t>(view: &'t EstateView, tiered: &'t Tiered) -> impl Iterator<Item = ResourceId> + use<'t> {
    let public = tiered.tier == Some("public");
    tiered.residents.iter().copied().filter(move |resident| public && !view.is_balancer(*resident))
}

/// Whether a kind is a database.
fn is_database(kind: &str) -> bool {
    ["AWS::RDS::", "AWS::Redshift::", "AWS::Neptune::", "AWS::DocDB::", "AWS::ElastiCache::", "AWS::MemoryDB::"]
        .iter()
        .any(|service| kind.starts_with(service))
}
