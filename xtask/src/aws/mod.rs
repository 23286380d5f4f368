//! `cargo xtask aws-operations`: the operations that kinds name, out of botocore's models (Apache-2.0; facts).
//!
//! One file a service in `crates/redan-aws/data/operations`, and `names.txt`, which says where each name is found. Only
//! what is needed to ask and to read the answer is kept; `redan-aws` documents the format where it reads it.

mod emulator;
mod endpoints;
mod model;
mod names;

use crate::out;
use crate::run::{output, root};
use crate::tools;
use redan_kinds::{Kinds, operations};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What the client itself asks, with the parameters that it fills.
const OWN: &[(&str, &[&str])] = &[
    ("ec2:DescribeRegions", &[]),
    ("organizations:ListAccounts", &[]),
    ("sts:AssumeRole", &["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId", "SerialNumber", "TokenCode"]),
    ("sts:GetCallerIdentity", &[]),
];

/// An operation as it is named, and the parameters that somebody fills.
type Named = BTreeMap<String, BTreeSet<String>>;

/// An emulated account: its planted facts are found, and its answers decoded as botocore decodes them.
#[cfg(feature = "product")]
pub(crate) fn test() -> Result<bool, String> {
    let program = crate::product::program()?;
    let emulator = emulator::Emulator::start()?;
    let truth = emulator.seed()?;
    let facts = crate::conformance::live::test(&program, &emulator.endpoint(), &truth)?;
    let snapshot = tools::folder().join("live-estate/account.redan");
    let python = tools::live()?.join("python");
    let script = root().join("tests/live/decoded.py");
    let arguments = [script.to_string_lossy(), snapshot.to_string_lossy(), emulator.endpoint().into()];
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let equal = crate::run::succeeds(&python.to_string_lossy(), &arguments, &root(), false)?;
    Ok(facts && equal)
}

/// Writes the table; with `--check` only compares what it would write.
pub(crate) fn run(arguments: &[&str]) -> Result<bool, String> {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => return Err("usage: cargo xtask aws-operations [--check]".to_owned()),
    };
    let models = botocore()?;
    let (files, mut wrong) = make(&models, &named())?;
    let folder = root().join("crates/redan-aws/data/operations");
    if !check {
        let _ = fs::remove_dir_all(&folder);
        tools::create(&folder)?;
        for (name, text) in &files {
            tools::write(&folder.join(name), text.as_bytes())?;
        }
    } else {
        let stale = files.iter().filter(|(name, text)| {
            let there = fs::read_to_string(folder.join(name)).unwrap_or_default();
            undated(&there) != undated(text)
        });
        wrong.extend(stale.map(|(name, _)| format!("{name} is not what the kinds need: cargo xtask aws-operations")));
    }
    wrong.iter().for_each(|line| out::error(line));
    let bytes: usize = files.values().map(String::len).sum();
    out::line(&format!("{} files, {bytes} bytes, {} mistakes", files.len(), wrong.len()));
    Ok(wrong.is_empty())
}

/// A file without the line that says when it was made.
fn undated(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("# made ")).collect::<Vec<_>>().join("\n")
}

fn named() -> Named {
    let mut named = Named::new();
    for operation in operations(&Kinds::builtin()) {
        let parameters = named.entry(operation.name.to_string()).or_default();
        parameters.extend(operation.parameters.iter().map(ToString::to_string));
        parameters.extend(operation.constants.iter().map(|(name, _)| name.to_string()));
    }
    for (name, parameters) in OWN {
        named.entry((*name).to_owned()).or_default().extend(parameters.iter().map(|name| (*name).to_owned()));
    }
    named
}

fn botocore() -> Result<PathBuf, String> {
    let python = tools::live()?.join("python");
    let said = output(
        &python.to_string_lossy(),
        &["-c", "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))"],
        &root(),
    )?;
    Ok(PathBuf::from(String::from_utf8_lossy(&said).trim()))
}

/// The files by name, and what kinds get wrong.
fn make(models: &Path, named: &Named) -> Result<(BTreeMap<String, String>, Vec<String>), String> {
    let mut services: BTreeMap<String, model::Service> = BTreeMap::new();
    let catalogue = names::catalogue()?;
    let mut wrong = Vec::new();
    let mut index = String::new();
    let day = String::from_utf8_lossy(&output("date", &["-u", "+%Y-%m-%d"], &root())?).trim().to_owned();
    let version = tools::read(&root().join("tests/live/requirements.txt"))?;
    let version = version.lines().find_map(|line| line.strip_prefix("botocore==")).unwrap_or_default();
    index.push_str(&format!("# made {day} from botocore {version} by cargo xtask aws-operations\n"));
    for (name, parameters) in named {
        let Some((prefix, operation)) = name.split_once(':') else { continue };
        let mut found = None;
        for candidate in names::services(prefix) {
            if !services.contains_key(candidate)
                && let Some(service) = model::Service::read(models, candidate)?
            {
                services.insert(candidate.to_owned(), service);
            }
            if services.get(candidate).is_some_and(|service| service.has(operation)) {
                found = Some(candidate);
                break;
            }
        }
        let Some((candidate, service)) = found.and_then(|name| Some((name, services.get_mut(name)?))) else {
            wrong.push(format!("{name}: no service has this operation"));
            continue;
        };
        let permission = names::permission(candidate, operation);
        if !catalogue.contains(&permission.to_lowercase()) {
            wrong.push(format!(
                "{name}: the vendor's reference has no action {permission}; mend xtask/src/aws/names.rs"
            ));
        }
        index.push_str(&format!("{name} {candidate}\n"));
        wrong
            .extend(service.keep(operation, parameters, &permission).into_iter().map(|said| format!("{name}: {said}")));
    }
    let partitions = endpoints::Partitions::read(models)?;
    let mut files =
        BTreeMap::from([("names.txt".to_owned(), index), ("partitions.json".to_owned(), lines(&partitions.file(), 2))]);
    for (name, service) in &services {
        if let Some(mut file) = service.file() {
            if let Value::Object(file) = &mut file {
                file.insert("endpoints".to_owned(), partitions.service(service.endpoint()));
            }
            files.insert(format!("{name}.json"), lines(&file, 2));
        }
    }
    Ok((files, wrong))
}

/// JSON with one member a line down to a depth, and everything below it on that line.
fn lines(value: &Value, depth: usize) -> String {
    let mut text = String::new();
    put(value, depth, 0, &mut text);
    text.push('\n');
    text
}

fn put(value: &Value, depth: usize, indent: usize, text: &mut String) {
    match value {
        Value::Object(map) if depth > 0 && !map.is_empty() => {
            text.push('{');
            for (at, (key, inner)) in map.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                text.push_str(&format!("{comma}\n{}{}: ", " ".repeat(indent + 1), Value::from(key.as_str())));
                put(inner, depth - 1, indent + 1, text);
            }
            text.push_str(&format!("\n{}}}", " ".repeat(indent)));
        }
        _ => text.push_str(&value.to_string()),
    }
}
