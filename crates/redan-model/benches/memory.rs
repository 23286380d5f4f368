//! Memory of a large estate: 100,000 resources of 60 attributes must fit in 400 MB.
//!
//! `cargo bench -p redan-model --bench memory` builds the estate, prints the peak resident memory of the process, and
//! fails beyond the target. A fifth of the attributes hold text of their own (names, ids, addresses), a tenth are lists,
//! the others repeat among resources, as in real accounts. Reads `/proc`: Linux only.

use redan_model::{Estate, EstateBuilder, Node, Origin, Resource, ResourceId, Schema, Schemas, Sources, Str, Value};
use std::sync::Arc;

const RESOURCES: usize = 100_000;
const ATTRIBUTES: usize = 60;
const TARGET_MB: u64 = 400;

struct NoKinds;

impl Schemas for NoKinds {
    fn schema(&self, _: Str) -> Option<&Schema> {
        None
    }

    fn default(&self, _: &Estate, _: ResourceId, _: Str, _: u32) -> Value {
        Value::Null
    }
}

fn main() -> Result<(), String> {
    let sources = Arc::new(Sources::new());
    let file = sources.add_file("estate.tf", Arc::from("x"));
    let keys: Vec<Str> = (0..ATTRIBUTES).map(|at| Str::from(format!("Attribute{at}"))).collect();
    let kind = Str::new("AWS::EC2::Instance");
    let mut resources = Vec::with_capacity(RESOURCES);
    for number in 0..RESOURCES {
        let mut entries = Vec::with_capacity(ATTRIBUTES);
        for (at, key) in keys.iter().enumerate() {
            let value = match at % 10 {
                0 | 1 => Value::Bool(number % 2 == 0),
                2 | 3 => Value::Int(i64::try_from(number % 1000).unwrap_or(0)),
                4 | 5 => Value::text(&format!("own-{number}-{at}")),
                6 => Value::list(vec![Node::new(Value::text("shared"), Origin::new(file, 0, 1))]),
                _ => Value::text(&format!("shared-{}", number % 100)),
            };
            let byte = u32::try_from(at).unwrap_or(0);
            entries.push((*key, Node::new(value, Origin::new(file, byte, byte + 1))));
        }
        let origin = Origin::new(file, 0, 1);
        let address = Str::from(format!("aws_instance.a[{number}]"));
        resources.push(Resource::new(kind, address, Node::map(entries, origin), origin));
    }
    let builder = EstateBuilder { resources, complete: Vec::new(), problems: Vec::new() };
    let estate = builder.build(sources, Arc::new(NoKinds));
    let peak = peak_mb()?;
    let line = format!(
        "{} resources of {ATTRIBUTES} attributes: peak {peak} MB, target {TARGET_MB} MB",
        estate.resources().len()
    );
    std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes()).map_err(|e| e.to_string())?;
    if peak <= TARGET_MB { Ok(()) } else { Err(line) }
}

fn peak_mb() -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| format!("/proc/self/status: {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    let kilobytes: u64 =
        line.trim().trim_end_matches(" kB").trim().parse().map_err(|_| "unreadable VmHWM".to_owned())?;
    Ok(kilobytes / 1024)
}
