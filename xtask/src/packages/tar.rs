//! Tar archives (POSIX ustar), the same bytes for the same files: no owner, no time.

use super::archive::Entry;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

const BLOCK: usize = 512;
const LONGEST: usize = 100;

/// A compressed archive of these files.
pub(crate) fn gz(entries: &[Entry]) -> Result<Vec<u8>, String> {
    let mut tar = Vec::new();
    for entry in entries {
        tar.extend(header(entry)?);
        tar.extend(&entry.bytes);
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(&tar).and_then(|()| out.finish()).map_err(|error| format!("cannot compress: {error}"))
}

fn header(entry: &Entry) -> Result<Vec<u8>, String> {
    if entry.path.len() > LONGEST {
        return Err(format!("{}: the path is too long for an archive", entry.path));
    }
    let mut header = Vec::with_capacity(BLOCK);
    field(&mut header, entry.path.as_bytes(), LONGEST);
    field(&mut header, format!("{:07o}", entry.mode()).as_bytes(), 8);
    field(&mut header, b"0000000", 8);
    field(&mut header, b"0000000", 8);
    field(&mut header, format!("{:011o}", entry.bytes.len()).as_bytes(), 12);
    field(&mut header, b"00000000000", 12);
    let sum_at = header.len();
    field(&mut header, b"        ", 8);
    field(&mut header, b"0", 1);
    field(&mut header, b"", 100);
    field(&mut header, b"ustar\x0000", 8);
    header.resize(BLOCK, 0);
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header.splice(sum_at..sum_at + 8, format!("{sum:06o}\0 ").into_bytes());
    Ok(header)
}

fn field(header: &mut Vec<u8>, bytes: &[u8], width: usize) {
    let end = header.len() + width;
    header.extend(bytes);
    header.resize(end, 0);
}
