//! `cargo xtask schemas refresh`: fetches the pinned packages, extracts, and writes `schemas/`.

use super::{Type, arm, cloudformation, fetch, store, terraform, text};
use crate::out;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The ARM namespaces whose types kinds are made of.
const NAMESPACES: &[&str] = &[
    "aad",
    "alertsmanagement",
    "apimanagement",
    "app",
    "appconfiguration",
    "appplatform",
    "authorization",
    "automation",
    "batch",
    "botservice",
    "cache",
    "cdn",
    "certificateregistration",
    "cognitiveservices",
    "communication",
    "compute",
    "confidentialledger",
    "containerinstance",
    "containerregistry",
    "containerservice",
    "databricks",
    "datafactory",
    "datalakeanalytics",
    "datalakestore",
    "datamigration",
    "dataprotection",
    "dbformariadb",
    "dbformysql",
    "dbforpostgresql",
    "desktopvirtualization",
    "devices",
    "documentdb",
    "elasticsan",
    "eventgrid",
    "eventhub",
    "guestconfiguration",
    "hdinsight",
    "healthcareapis",
    "insights",
    "iotcentral",
    "keyvault",
    "kusto",
    "loadtestservice",
    "logic",
    "machinelearningservices",
    "maintenance",
    "managedidentity",
    "management",
    "maps",
    "media",
    "monitor",
    "netapp",
    "network",
    "notificationhubs",
    "operationalinsights",
    "operationsmanagement",
    "policyinsights",
    "purview",
    "recoveryservices",
    "redhatopenshift",
    "relay",
    "resources",
    "search",
    "security",
    "securityinsights",
    "servicebus",
    "servicefabric",
    "signalrservice",
    "sql",
    "sqlvirtualmachine",
    "storage",
    "storagesync",
    "streamanalytics",
    "synapse",
    "virtualmachineimages",
    "web",
];

/// Runs the command.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let after = |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1)).copied();
    let listings = after("--listings").map(PathBuf::from);
    let listing = |sub: &str| listings.as_ref().map(|folder| folder.join(sub));
    finish("cloudformation", &from_cloudformation(&fetch::cfn_lint()?)?, listing("cfn"))?;
    for (name, package) in fetch::PROVIDERS {
        finish(name, &from_provider(&fetch::provider(name, package)?)?, listing("tf"))?;
    }
    finish("arm", &from_arm(&fetch::bicep_types(after("--bicep-types"))?)?, listing("arm"))?;
    Ok(true)
}

fn finish(name: &str, types: &[Type], listings: Option<PathBuf>) -> Result<(), String> {
    let size = store(name, types)?;
    out::line(&format!("{name}: {} types, {} KB", types.len(), size / 1024));
    let Some(folder) = listings else { return Ok(()) };
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for one in types {
        let file = folder.join(format!("{}.txt", one.name.replace("::", ".").replace('/', ".")));
        if !(name == "azurerm-3" && file.exists()) {
            std::fs::write(&file, text::listing(one)).map_err(|e| format!("{}: {e}", file.display()))?;
        }
    }
    Ok(())
}

fn json(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|e| format!("{}: {e}", path.display()))
}

fn from_cloudformation(package: &Path) -> Result<Vec<Type>, String> {
    let schemas = package.join("data/schemas");
    let index = json(&schemas.join("providers/us-east-1.json"))?;
    let index = index.as_object().ok_or("providers/us-east-1.json is not an object")?;
    let mut types = Vec::new();
    for (name, file) in index {
        let file = file.as_str().unwrap_or_default().trim_end_matches(".json");
        let schema = json(&schemas.join("resources").join(format!("{file}.json")))?;
        types.push(cloudformation::extract(name, &schema));
    }
    types.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(types)
}

fn from_provider(package: &Path) -> Result<Vec<Type>, String> {
    let about = json(&package.join("package.json"))?;
    let version = about.pointer("/cdktf/provider/version").and_then(Value::as_str).unwrap_or_default();
    let mut types = BTreeMap::new();
    for folder in entries(&package.join("lib"))? {
        if !folder.is_dir() {
            continue;
        }
        let (mut scripts, mut declarations) = (Vec::new(), Vec::new());
        gather(&folder, &mut scripts, &mut declarations)?;
        if let Some(one) = terraform::extract(&scripts, &declarations, version) {
            types.insert(one.name.clone(), one);
        }
    }
    Ok(types.into_values().collect())
}

fn gather(folder: &Path, scripts: &mut Vec<String>, declarations: &mut Vec<String>) -> Result<(), String> {
    for path in entries(folder)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let list = if name.ends_with(".d.ts") {
            &mut *declarations
        } else if name.ends_with(".js") {
            &mut *scripts
        } else {
            if path.is_dir() {
                gather(&path, scripts, declarations)?;
            }
            continue;
        };
        list.push(std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?);
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

/// The newest stable version of each type, or the newest preview where no stable one is of these years.
fn from_arm(repository: &Path) -> Result<Vec<Type>, String> {
    let listing = git(repository, &["ls-tree", "-r", "--name-only", "HEAD", "generated"])?;
    let listing = String::from_utf8_lossy(&listing);
    let wanted: BTreeSet<String> = NAMESPACES.iter().map(|name| format!("microsoft.{name}")).collect();
    let mut files: Vec<(bool, &str, &str)> = Vec::new();
    for path in listing.lines() {
        let mut parts = path.split('/').skip(2);
        if let (Some(namespace), Some(version), Some("types.json")) = (parts.next(), parts.next(), parts.next())
            && wanted.contains(namespace)
        {
            files.push((!version.contains("preview"), version, path));
        }
    }
    files.sort_by(|a, b| b.cmp(a));
    let mut types: BTreeMap<String, Vec<Type>> = BTreeMap::new();
    let mut absent = 0;
    for (_, _, path) in files {
        let Ok(bytes) = git(repository, &["show", &format!("HEAD:{path}")]) else {
            absent += 1;
            continue;
        };
        let parsed: Value = serde_json::from_slice(&bytes).map_err(|e| format!("{path}: {e}"))?;
        let all = parsed.as_array().map_or(&[][..], Vec::as_slice);
        for (name, version, body) in arm::declared(all) {
            let key = name.to_ascii_lowercase();
            let known = types.get(&key).and_then(|found| found.first()).map(|one| one.version.as_str());
            if known.is_none_or(|known| is_outdated(known, &version)) {
                types.insert(key, arm::extract(all, &canonical(&name), &version, body));
            }
        }
    }
    if absent > 0 {
        out::note(&format!("arm: {absent} definition files could not be read from {}", repository.display()));
    }
    Ok(types.into_values().flatten().collect())
}

/// `microsoft.insights/components` is `Microsoft.Insights/components` in the vendor's documentation.
fn canonical(name: &str) -> String {
    match name.strip_prefix("microsoft.insights/").or_else(|| name.strip_prefix("Microsoft.insights/")) {
        Some(rest) => format!("Microsoft.Insights/{rest}"),
        None => name.replacen("microsoft.", "Microsoft.", 1),
    }
}

/// A stable version that a preview has left three years behind (`diagnosticSettings`: 2015 and 2021).
fn is_outdated(known: &str, preview: &str) -> bool {
    let year = |version: &str| version.get(..4).and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
    !known.contains("preview") && year(preview) >= year(known) + 3
}

fn git(repository: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repository).args(arguments).stderr(Stdio::null());
    let finished = command.output().map_err(|e| format!("cannot start git: {e}"))?;
    if finished.status.success() { Ok(finished.stdout) } else { Err(format!("git {} failed", arguments.join(" "))) }
}
