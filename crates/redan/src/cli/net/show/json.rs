//! Answers as JSON: docs/json-schema/net.schema.json is their schema.

use super::super::words;
use super::{Answer, Difference, End, Service, address, kind, misplaced, place, service};
use redan::Loaded;
use redan_model::ResourceId;
use redan_network::aws::Version;
use redan_network::{
    Block, Connection, Device, Entry, EstateView, Exposure, Hindrance, Opening, Spot, Surface, Tiered,
};
use serde_json::{Map, Value, json};

const SCHEMA_VERSION: &str = "1.0";

/// An answer as one document.
pub(in super::super) fn json(loaded: &Loaded, answer: &Answer<'_>) -> Value {
    let (command, body) = match answer {
        Answer::Reach { ends, service, version, found } => ("reach", reach(loaded, ends, *service, *version, found)),
        Answer::Exposed(found) => {
            let list: Vec<Value> = found.iter().map(|surface| self::surface(loaded, surface)).collect();
            ("exposed", json!({"exposed": list}))
        }
        Answer::WhoReaches { own, service, found } => ("who-reaches", pairs(loaded, *own, *service, found)),
        Answer::From { own, service, found } => ("from", pairs(loaded, *own, *service, found)),
        Answer::Tiers { found, view } => {
            let list: Vec<Value> = found.iter().map(|tiered| self::tiered(loaded, tiered, view)).collect();
            ("tiers", json!({"subnets": list}))
        }
        Answer::Diff(found) => {
            let shown = |difference: &Difference| {
                json!({
                    "name": difference.name,
                    "opened": openings(&difference.opened),
                    "closed": openings(&difference.closed),
                })
            };
            ("diff", json!({"changes": found.iter().map(shown).collect::<Vec<Value>>()}))
        }
    };
    let mut document = Map::new();
    document.insert("schema_version".to_owned(), json!(SCHEMA_VERSION));
    document.insert("command".to_owned(), json!(command));
    if let Value::Object(body) = body {
        document.extend(body);
    }
    Value::Object(document)
}

/// A resource: its address, its vendor's type, and where it is written.
pub(super) fn resource(loaded: &Loaded, id: ResourceId) -> Value {
    let mut shown = json!({"name": address(loaded, id), "kind": kind(loaded, id)});
    if let (Some(place), Value::Object(map)) = (place(loaded, id), &mut shown) {
        map.insert("place".to_owned(), json!(place));
    }
    shown
}

fn device(loaded: &Loaded, device: &Device) -> Value {
    device.resource.map_or_else(|| json!({"name": device.name}), |id| resource(loaded, id))
}

fn devices(loaded: &Loaded, list: &[Device]) -> Vec<Value> {
    list.iter().map(|hop| device(loaded, hop)).collect()
}

fn spot(loaded: &Loaded, spot: Spot) -> Value {
    match spot {
        Spot::Resource(id) => resource(loaded, id),
        Spot::Internet => json!({"name": "internet"}),
        Spot::Address(address) => json!({"name": address.to_string()}),
    }
}

fn reach(
    loaded: &Loaded,
    [from, to]: &[End<'_>; 2],
    asked: Option<Service>,
    version: Version,
    found: &Connection,
) -> Value {
    let verdict = match found.reached {
        Some(true) => "reachable",
        Some(false) => "not-reachable",
        None => "unknown",
    };
    let obstacles: Vec<Value> = found.obstacles.iter().map(|obstacle| hindrance(loaded, obstacle)).collect();
    json!({
        "from": spot(loaded, from.spot),
        "to": spot(loaded, to.spot),
        "ip": if version == Version::V6 { "ipv6" } else { "ipv4" },
        "service": asked.map(service),
        "verdict": verdict,
        "path": devices(loaded, &found.path),
        "answer_path": devices(loaded, &found.answer_path),
        "services": openings(&found.carried),
        "obstacles": obstacles,
        "unknown": found.unknown,
    })
}

fn hindrance(loaded: &Loaded, obstacle: &Hindrance) -> Value {
    json!({
        "code": obstacle.code,
        "explanation": words::of_code(obstacle.code),
        "at": obstacle.at.as_ref().map(|at| device(loaded, at)),
        "settings": devices(loaded, &obstacle.settings),
        "direction": if obstacle.answer { "return" } else { "forward" },
    })
}

pub(super) fn openings(exposure: &Exposure) -> Vec<Value> {
    let shown = |opening: &Opening, certain: bool| {
        json!({
            "protocols": {"from": opening.protocol.0, "to": opening.last_protocol.0},
            "ports": {"from": opening.ports.low, "to": opening.ports.high},
            "sources": opening.sources.iter().map(Block::to_string).collect::<Vec<_>>(),
            "certain": certain,
        })
    };
    let sure = exposure.sure.iter().map(|opening| shown(opening, true));
    sure.chain(exposure.possible.iter().map(|opening| shown(opening, false))).collect()
}

fn surface(loaded: &Loaded, surface: &Surface) -> Value {
    let entry = match &surface.entry {
        Entry::InternetGateway(gateway) => {
            json!({"by": "internet-gateway", "device": gateway.as_ref().map(|gateway| device(loaded, gateway))})
        }
        Entry::Front(front, port) => json!({"by": "front", "device": device(loaded, front), "port": port}),
        Entry::PublicAddress => json!({"by": "public-address"}),
        Entry::Endpoint => json!({"by": "endpoint"}),
    };
    json!({"resource": resource(loaded, surface.resource), "entry": entry, "services": openings(&surface.exposure)})
}

fn pairs(loaded: &Loaded, own: ResourceId, asked: Service, found: &[(Spot, bool)]) -> Value {
    let others: Vec<Value> =
        found.iter().map(|(other, certain)| json!({"end": spot(loaded, *other), "certain": certain})).collect();
    json!({"resource": resource(loaded, own), "service": service(asked), "ends": others})
}

fn tiered(loaded: &Loaded, tiered: &Tiered, view: &EstateView) -> Value {
    let list =
        |ids: &mut dyn Iterator<Item = ResourceId>| -> Vec<Value> { ids.map(|id| resource(loaded, id)).collect() };
    json!({
        "subnet": resource(loaded, tiered.subnet),
        "tier": tiered.tier,
        "residents": list(&mut tiered.residents.iter().copied()),
        "misplaced": list(&mut misplaced(view, tiered)),
    })
}
