//! Recorded describe-* answers: one file a call, in one folder an account and region.
//!
//! Reads files and knows which call each answers; what the answers say is read by the tables of the kinds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redan_kinds::{Answers, Input, Kinds, assemble, read_aws};
use redan_model::{Estate, Node, Sources, Str, Value};

/// Folders nest at most this deep below a snapshot.
const DEEPEST: usize = 5;

/// Answers that the snapshots keep in one file for many calls: the file's list, the operation, and the argument that
/// each entry names.
const JOINED: [(&str, &str, &str); 2] = [
    ("TransitGatewayStaticRoutes", "ec2:SearchTransitGatewayRoutes", "TransitGatewayRouteTableId"),
    ("TransitGatewayPropagations", "ec2:GetTransitGatewayRouteTablePropagations", "TransitGatewayRouteTableId"),
];

/// Reads a snapshot: every folder below `aws_configs` that holds answers.
pub(super) fn read(snapshot: &Path, absent_is_empty: bool, kinds: &Arc<Kinds>) -> Result<Estate, String> {
    let root = snapshot.join("aws_configs");
    let mut folders = Vec::new();
    find(&root, DEEPEST, &mut folders)?;
    folders.sort();
    let sources = Arc::new(Sources::new());
    let mut accounts: BTreeMap<String, Answers> = BTreeMap::new();
    for folder in folders {
        let (account, region) = place(folder.strip_prefix(&root).unwrap_or(&folder));
        let answers = accounts.entry(account.clone()).or_insert_with(|| Answers::of(&account));
        add(answers, &folder, &region, &sources, kinds)?;
    }
    let mut input = Input::default();
    for mut answers in accounts.into_values() {
        if absent_is_empty {
            answers.nothing_else(kinds);
        }
        input.append(read_aws(&answers, kinds));
    }
    Ok(assemble(input, kinds, &sources))
}

/// The account and region that a folder's path names.
fn place(folder: &Path) -> (String, String) {
    let steps: Vec<String> = folder.iter().map(|step| step.to_string_lossy().into_owned()).collect();
    let is_account = |step: &&String| step.len() == 12 && step.bytes().all(|byte| byte.is_ascii_digit());
    let account = steps.iter().find(is_account).cloned().unwrap_or_else(|| "account".to_owned());
    let region = steps.last().filter(|step| step.split('-').count() >= 3);
    (account, region.cloned().unwrap_or_else(|| "us-east-1".to_owned()))
}

fn find(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut holds_answers = false;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() && depth > 0 {
            find(&path, depth - 1, found)?;
        }
        holds_answers |= path.extension().is_some_and(|extension| extension == "json");
    }
    if holds_answers {
        found.push(folder.to_owned());
    }
    Ok(())
}

fn add(answers: &mut Answers, folder: &Path, region: &str, sources: &Sources, kinds: &Kinds) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let source = sources.add_file(&file.display().to_string(), Arc::from(text.as_str()));
        let node = redan_model::json::parse(&text, source, 0)
            .map_err(|error| format!("{}: {}", file.display(), error.message))?;
        if !joined(answers, &node, region) {
            answers.add(&node, region, kinds);
        }
    }
    Ok(())
}

fn joined(answers: &mut Answers, node: &Node, region: &str) -> bool {
    for (list, operation, argument) in JOINED {
        let Some(Node { value: Value::List(entries), .. }) = node.get(Str::new(list)) else { continue };
        for entry in entries.items.iter() {
            let Some(named) = entry.get(Str::new(argument)).and_then(|held| held.value.as_text()) else { continue };
            let arguments = Str::from(format!("{argument}={named}"));
            answers.calls.push((Str::new(operation), arguments, Str::new(region), entry.clone()));
        }
        return true;
    }
    false
}
