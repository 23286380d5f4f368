//! Conformance of the network engine: packets through recorded AWS networks, with verdict and every device passed.
//!
//! Must not know how a packet is forwarded: it reads recorded answers, asks the engine and compares.

mod recorded;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use redan_kinds::Kinds;
use redan_network::aws::{Direction, Drop, Exit, Outcome, Packet, Start, Trace};
use redan_network::{Block, EstateView, Protocol};
use serde_json::{Value, json};

use crate::out;

/// The published address ranges of AWS's services, as far as the cases need them.
const SERVICE_BLOCKS: [&str; 1] = ["54.222.57.0/24"];

/// A protocol without ports and types, which only rules for all protocols match: reserved for experiments.
/// <https://www.iana.org/assignments/protocol-numbers>
const NO_PROTOCOL: Protocol = Protocol(253);

#[derive(Default)]
struct Score {
    agreed: Vec<Value>,
    disagreed: Vec<Value>,
    unknown: Vec<Value>,
    skipped: Vec<Value>,
}

/// Runs every trace of `aws-traces.json` and prints what agrees. The exit code is 0 when nothing disagrees.
pub(crate) fn run(cases: &Path, absent_is_empty: bool, json: bool) -> Result<i32, String> {
    let file = cases.join("aws-traces.json");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let kinds = Arc::new(Kinds::builtin());
    let mut networks = BTreeMap::new();
    let mut score = Score::default();
    for case in document["cases"].as_array().into_iter().flatten() {
        let snapshot = case["snapshot"].as_str().unwrap_or_default();
        if !networks.contains_key(snapshot) {
            let estate = recorded::read(&cases.join(snapshot), absent_is_empty, &kinds)?;
            let services = SERVICE_BLOCKS.iter().filter_map(|block| Block::parse(block)).collect();
            networks.insert(snapshot.to_owned(), EstateView::new(&estate).with_service_blocks(services));
        }
        let (Some(network), Some(packet)) = (networks.get(snapshot), packet(case)) else {
            score.skipped.push(case["id"].clone());
            continue;
        };
        score.add(case, &network.trace(&packet));
    }
    score.print(json);
    Ok(i32::from(!score.disagreed.is_empty()))
}

fn packet(case: &Value) -> Option<Packet> {
    let from = case["frm"].as_str()?;
    let start = match from.split('-').next()? {
        "internet" => Start::Internet,
        "subnet" => Start::Subnet(from.to_owned()),
        "vgw" => Start::VpnGateway(from.to_owned()),
        _ => Start::Interface(from.to_owned()),
    };
    let source = match case["src_ip"].as_str() {
        Some(source) => Some(source.parse().ok()?),
        None if start == Start::Internet => Some("8.8.8.8".parse().ok()?),
        None => None,
    };
    let protocol = match case["proto"].as_str() {
        None => NO_PROTOCOL,
        Some("tcp") => Protocol::TCP,
        Some("udp") => Protocol::UDP,
        Some("icmp") => Protocol::ICMP,
        Some(number) => Protocol(number.parse().ok()?),
    };
    let port = u16::try_from(case["dport"].as_u64().unwrap_or(0)).ok()?;
    Some(Packet { start, source, destination: case["dst_ip"].as_str()?.parse().ok()?, protocol, port })
}

/// The cases' word for an outcome.
fn disposition(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "ACCEPTED",
        Outcome::Exits(Exit::Internet | Exit::Services | Exit::Endpoint | Exit::External) => "EXITS_NETWORK",
        Outcome::Denied(Direction::In, _) => "DENIED_IN",
        Outcome::Denied(Direction::Out, _) => "DENIED_OUT",
        Outcome::Dropped(Drop::NotTranslated | Drop::NotListening | Drop::NotForwarding | Drop::NoPublicAddress) => {
            "DENIED_IN"
        }
        Outcome::Dropped(Drop::NoInterface) => "NEIGHBOR_UNREACHABLE",
        Outcome::Dropped(Drop::Loop) => "LOOP",
        Outcome::Dropped(_) => "NO_ROUTE",
        Outcome::Unknown => "UNKNOWN",
    }
}

impl Score {
    fn add(&mut self, case: &Value, found: &Trace) {
        let expected_hops: Vec<&str> =
            case["hops"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let hops: Vec<String> = found.hops.iter().map(ToString::to_string).collect();
        let expected = match case["disposition"].as_str().unwrap_or_default() {
            "NULL_ROUTED" => "NO_ROUTE",
            other => other,
        };
        let got = disposition(&found.outcome);
        let entry = json!({
            "case": case["id"],
            "expected": {"disposition": expected, "hops": expected_hops},
            "got": {"disposition": got, "hops": hops},
            "evidence": {"outcome": format!("{:?}", found.outcome), "unknown": found.unknown},
        });
        if found.outcome == Outcome::Unknown {
            self.unknown.push(entry);
        } else if got == expected && hops == expected_hops {
            self.agreed.push(case["id"].clone());
        } else {
            self.disagreed.push(entry);
        }
    }

    fn print(&self, json: bool) {
        if json {
            let explained: [Value; 0] = [];
            let report = json!({
                "agreed": self.agreed,
                "disagreed": self.disagreed,
                "explained": explained,
                "unknown": self.unknown,
                "skipped": self.skipped,
            });
            out::line(&report.to_string());
            return;
        }
        for entry in &self.disagreed {
            out::line(&format!("disagreed {entry:#}"));
        }
        for entry in &self.unknown {
            out::line(&format!("unknown {}: {}", entry["case"], entry["evidence"]["unknown"]));
        }
        out::line(&format!(
            "{} agreed, {} disagreed, {} unknown, {} skipped",
            self.agreed.len(),
            self.disagreed.len(),
            self.unknown.len(),
            self.skipped.len()
        ));
    }
}
