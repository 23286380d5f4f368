//! Recorded describe-* answers: one file a call, in one folder an account and region.
//!
//! Must not know what the answers mean for a packet.

use std::path::{Path, PathBuf};

use redan_network::Block;
use redan_network::aws::{Listing, Network};
use serde_json::Value;

use super::{gateways, vpc};

/// Folders nest at most this deep below a snapshot.
const DEEPEST: usize = 5;

/// The answers of one account and region.
pub(super) struct Answers {
    folder: PathBuf,
    pub(super) scope: String,
    absent_is_empty: bool,
}

/// Reads a snapshot: every folder below `aws_configs` that holds answers.
pub(super) fn read(snapshot: &Path, absent_is_empty: bool) -> Result<Network, String> {
    let root = snapshot.join("aws_configs");
    let mut folders = Vec::new();
    find(&root, DEEPEST, &mut folders)?;
    folders.sort();
    let mut network = Network::default();
    for folder in folders {
        let scope = folder.strip_prefix(&root).unwrap_or(&folder).display().to_string();
        let answers = Answers { folder, scope, absent_is_empty };
        vpc::read(&answers, &mut network)?;
        gateways::read(&answers, &mut network)?;
    }
    gateways::merge_attachments(&mut network);
    Ok(network)
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

impl Answers {
    /// The entries of an answer; none if the call was not recorded.
    pub(super) fn entries(&self, name: &str) -> Result<Option<Vec<Value>>, String> {
        let file = self.folder.join(format!("{name}.json"));
        if !file.exists() {
            return Ok(self.absent_is_empty.then(Vec::new));
        }
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut document: Value =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        match document.get_mut(name).map(Value::take) {
            Some(Value::Array(entries)) => Ok(Some(entries)),
            _ => Err(format!("{}: no list `{name}`", file.display())),
        }
    }

    /// Adds the objects of an answer to a listing, or notes that it was not collected.
    pub(super) fn list<T>(
        &self,
        name: &str,
        listing: &mut Listing<T>,
        object: impl Fn(&Value) -> Option<T>,
    ) -> Result<(), String> {
        match self.entries(name)? {
            Some(entries) => listing.items.extend(entries.iter().filter_map(object)),
            None => {
                listing.missing.insert(self.scope.clone());
            }
        }
        Ok(())
    }
}

/// The text under a key, or nothing.
pub(super) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// The text under a key, if there is any.
pub(super) fn some_text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(ToOwned::to_owned)
}

/// The entries of a list under a key.
pub(super) fn each<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// The text under `inner` of every entry of the list under `key`.
pub(super) fn texts(value: &Value, key: &str, inner: &str) -> Vec<String> {
    each(value, key).filter_map(|entry| some_text(entry, inner)).collect()
}

/// The block under a key.
pub(super) fn block(value: &Value, key: &str) -> Option<Block> {
    value[key].as_str().and_then(Block::parse)
}
