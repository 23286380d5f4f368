//! Snapshots of accounts: gzip over lines of JSON, sorted, the same bytes for the same answers.
//!
//! The first line says what the file is; every other is `[account, operation, arguments, region, answer]`.

use super::{Live, secrets};
use crate::Error;
use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use redan_kinds::Answers;
use redan_model::{Entry, Node, Origin, Str, Value};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

const HEAD: &str = r#"{"redan":"snapshot","version":1}"#;
/// More than a snapshot of a large organisation; what is longer is not read.
const MAX_BYTES: u64 = 16 << 30;
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Writes what was collected, without the credentials in it.
///
/// # Errors
/// If the file cannot be written.
pub fn write_snapshot(live: &Live, path: &Path) -> Result<(), Error> {
    let cannot = |error: std::io::Error| Error::new(format!("cannot write {}: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.part"));
    let file = File::create(&unfinished).map_err(cannot)?;
    let mut out = GzBuilder::new().mtime(0).write(BufWriter::new(file), Compression::new(6));
    let all = || {
        writeln!(out, "{HEAD}")?;
        for answers in &live.accounts {
            for (operation, arguments, region, answer) in &answers.calls {
                let answer = plain(&secrets::without(answer));
                let line = json!([*answers.account, **operation, **arguments, **region, answer]);
                serde_json::to_writer(&mut out, &line)?;
                out.write_all(b"\n")?;
            }
        }
        out.finish()?.flush()?;
        std::fs::rename(&unfinished, path)
    };
    all().map_err(cannot)
}

/// Reads a snapshot; none if the file is something else.
///
/// # Errors
/// If it is a snapshot and cannot be read to its end.
pub fn read_snapshot(path: &Path) -> Option<Result<Live, String>> {
    let mut start = [0; 2];
    File::open(path).ok()?.read_exact(&mut start).ok()?;
    if start != MAGIC {
        return None;
    }
    let file = File::open(path).ok()?;
    let mut lines = BufReader::new(MultiGzDecoder::new(BufReader::new(file)).take(MAX_BYTES)).lines();
    match lines.next() {
        Some(Ok(head)) if head == HEAD => {}
        _ => return None,
    }
    Some(rest(path, lines))
}

fn rest(path: &Path, lines: impl Iterator<Item = std::io::Result<String>>) -> Result<Live, String> {
    let mut accounts: BTreeMap<Str, Answers> = BTreeMap::new();
    for (at, line) in lines.enumerate() {
        let line = line.map_err(|error| format!("line {}: {error}; collect it again", at + 2))?;
        let node = redan_model::json::parse_with(&line, &|_, _| Origin::NOWHERE)
            .map_err(|error| format!("line {}: {}", at + 2, error.message))?;
        let Some([account, operation, arguments, region, answer]) = node.value.as_list().map(|list| &*list.items)
        else {
            return Err(format!("line {} is not a call with its answer", at + 2));
        };
        let text = |node: &Node| node.value.as_text().unwrap_or_default();
        let answers = accounts.entry(text(account)).or_insert_with(|| Answers::of(&text(account)));
        answers.calls.push((text(operation), text(arguments), text(region), answer.clone()));
    }
    Ok(Live { name: redan_files::shown(path), accounts: accounts.into_values().collect(), requests: None })
}

fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::List(list) => list.items.iter().map(plain).collect::<Vec<_>>().into(),
        Value::Map(map) => {
            let pair = |entry: &Entry| (entry.key.to_string(), plain(&entry.node));
            serde_json::Value::Object(map.entries().iter().map(pair).collect())
        }
        other => other.as_text().map_or(serde_json::Value::Null, |text| text.as_str().into()),
    }
}
