//! The embedded tables, as text.

use std::io::Read as _;

/// The text of a table that was packed with deflate. What is embedded was written by its generator and is tested: a
/// reader of it cannot meet another.
pub(crate) fn text(packed: &[u8]) -> String {
    let mut text = String::new();
    let _ = flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text);
    text
}
