//! Tables that crates embed: made from JSON files, packed with deflate.
//!
//! Must not know what a table holds.

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

/// A file of JSON that a table is made from.
pub(crate) fn source(path: &Path) -> Result<Value, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a table.
pub(crate) fn write(text: &str, output: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{output}: {error}");
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).map_err(failed)?;
    fs::write(output, encoder.finish().map_err(failed)?).map_err(failed)
}

/// The text of a table.
pub(crate) fn read(file: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut text = String::new();
    let packed = fs::read(file).map_err(failed)?;
    DeflateDecoder::new(packed.as_slice()).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}
