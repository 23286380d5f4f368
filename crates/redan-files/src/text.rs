//! Bytes as text.

use crate::boundary::{ReadError, read_bounded};
use std::path::Path;
use std::sync::Arc;

/// Documents (plans, states, snapshots), which are read only when named.
const MAX_DOCUMENT_BYTES: u64 = 1 << 30;

/// Text of a file.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text; what is not UTF-8 is replaced.
    pub text: Arc<str>,
    /// Where it stops being UTF-8.
    pub invalid_at: Option<usize>,
}

/// The text of a file of configuration, which is UTF-8.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Text {
    match String::from_utf8(bytes) {
        Ok(text) => Text { text: text.into(), invalid_at: None },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Text { text: String::from_utf8_lossy(error.as_bytes()).into(), invalid_at: Some(at) }
        }
    }
}

/// A document that was named on the command line, at most 1 GB; some shells write UTF-16.
///
/// # Errors
/// What is missing, no regular file, or too large.
pub fn read_document(path: &Path) -> Result<String, ReadError> {
    let bytes = read_bounded(path, MAX_DOCUMENT_BYTES)?;
    let utf16 = |tail: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = tail.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
        String::from_utf16_lossy(&units)
    };
    Ok(match bytes.as_slice() {
        [0xff, 0xfe, tail @ ..] => utf16(tail, u16::from_le_bytes),
        [0xfe, 0xff, tail @ ..] => utf16(tail, u16::from_be_bytes),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    })
}
