//! The `live:` section of a kind file: which operations answer for a kind, and how their answers map into it.
//!
//! Answers have botocore's shape (member names of the service model). Operations are named as the vendor's permissions
//! service and operation: `s3:GetBucketVersioning`.

use super::lens::{Block, Path};
use super::terraform::{block, constants, path};
use redan_model::yaml::{Yaml, YamlError, YamlValue};
use redan_model::{Str, Value};

/// How a kind is read from API answers.
#[derive(Clone, Debug)]
pub(crate) struct LiveTable {
    /// The operation that lists the resources of a place.
    pub(crate) list: Call,
    /// The operation that stands in where the first was not asked.
    pub(crate) otherwise: Option<Call>,
    /// Fields of an item by which others may name it.
    pub(crate) ids: Vec<Path>,
    /// Operations that describe one of them.
    pub(crate) each: Vec<Call>,
    /// Whether the operation answers for the whole account, not a region.
    pub(crate) global: bool,
}

/// An operation and what becomes of its answer.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `service:Operation`.
    pub(crate) operation: Str,
    /// Parameters: name, and the attribute or item field that gives the value.
    pub(crate) ask: Vec<(Str, Path)>,
    /// Parameters that are always the same; the call is made once with each of these sets.
    pub(crate) with: Vec<Vec<(Str, Value)>>,
    /// Where the items (or the one description) stand in the answer.
    pub(crate) items: Path,
    /// Where the description goes.
    pub(crate) into: Path,
    /// Its lenses.
    pub(crate) body: Block,
    /// Errors that mean *absent*, with what then holds.
    pub(crate) absent: Vec<(Str, Vec<(Path, Value)>)>,
}

/// Reads the section.
pub(crate) fn read(section: &Yaml) -> Result<LiveTable, YamlError> {
    let list = section.get("list").ok_or_else(|| section.error("`list` is missing"))?;
    let mut ids = Vec::new();
    if let Some(names) = list.get("id") {
        for name in names.sequence()? {
            ids.push(path(name.text()?));
        }
    }
    let each = match section.get("each") {
        Some(calls) => calls.sequence()?.iter().map(call).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let otherwise = list.get("else").map(call).transpose()?;
    Ok(LiveTable { global: list.get("global").is_some(), list: call(list)?, otherwise, ids, each })
}

fn call(node: &Yaml) -> Result<Call, YamlError> {
    const KNOWN: [&str; 10] = ["call", "ask", "with", "items", "into", "body", "absent", "id", "global", "else"];
    for (key, inner) in node.mapping()? {
        if !KNOWN.contains(&key.as_str()) {
            return Err(inner.error(format!("{key:?} is not known here; known: {}", KNOWN.join(" "))));
        }
    }
    let operation = node.get("call").ok_or_else(|| node.error("`call` is missing"))?;
    if !is_read(operation.text()?) {
        return Err(
            operation.error("only operations that read may be named: Get, List, Describe, BatchGet, Lookup, Search")
        );
    }
    let at = |key: &str| -> Result<Path, YamlError> {
        Ok(node.get(key).map(Yaml::text).transpose()?.map(path).unwrap_or_default())
    };
    let mut ask = Vec::new();
    if let Some(parameters) = node.get("ask") {
        for (name, from) in parameters.mapping()? {
            ask.push((Str::new(name), path(from.text()?)));
        }
    }
    let constants_of = |spec: &Yaml| -> Result<Vec<(Str, Value)>, YamlError> {
        Ok(spec.mapping()?.iter().map(|(name, value)| (Str::new(name), value.constant())).collect())
    };
    let with = match node.get("with") {
        Some(sets) if matches!(sets.value, YamlValue::Sequence(_)) => {
            sets.sequence()?.iter().map(constants_of).collect::<Result<_, _>>()?
        }
        Some(set) => vec![constants_of(set)?],
        None => vec![Vec::new()],
    };
    let mut absent = Vec::new();
    if let Some(errors) = node.get("absent") {
        for (code, what) in errors.mapping()? {
            let holds = if what.scalar().is_some() { Vec::new() } else { constants(what)? };
            absent.push((Str::new(code), holds));
        }
    }
    Ok(Call {
        operation: Str::new(operation.text()?),
        ask,
        with,
        items: at("items")?,
        into: at("into")?,
        body: node.get("body").map(block).transpose()?.unwrap_or_default(),
        absent,
    })
}

/// Whether an operation only reads, by the vendor's naming of operations.
fn is_read(operation: &str) -> bool {
    let name = operation.split(':').nth(1).unwrap_or_default();
    ["Get", "List", "Describe", "BatchGet", "Lookup", "Search"].iter().any(|verb| name.starts_with(verb))
}
