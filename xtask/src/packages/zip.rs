//! Zip archives (PKWARE's APPNOTE 6.3.3), the same bytes for the same files. Nothing larger than 4 GiB.

use super::archive::Entry;
use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const DEFLATE: u16 = 8;
const NEEDS: u16 = 20;
/// Made on Unix, so that permissions count.
const MADE: u16 = 0x0314;
/// 1980-01-01, the earliest day there is.
const DAY: u16 = 0x0021;
const REGULAR: u32 = 0o100_000;
const UTF8: u16 = 0x0800;

/// An archive of these files.
pub(crate) fn zip(entries: &[Entry]) -> Result<Vec<u8>, String> {
    let mut archive = Vec::new();
    let mut central = Vec::new();
    for entry in entries {
        let offset = small(archive.len())?;
        let packed = deflate(&entry.bytes)?;
        let common = common(entry, packed.len())?;
        archive.extend(LOCAL.to_le_bytes());
        archive.extend(&common);
        archive.extend(entry.path.as_bytes());
        archive.extend(packed);
        central.extend(CENTRAL.to_le_bytes());
        central.extend(MADE.to_le_bytes());
        central.extend(&common);
        central.extend([0; 2 + 2 + 2]);
        central.extend(((REGULAR | entry.mode()) << 16).to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend(entry.path.as_bytes());
    }
    let (start, length) = (small(archive.len())?, small(central.len())?);
    let number = u16::try_from(entries.len()).map_err(|_| "too many files for an archive".to_owned())?;
    archive.extend(central);
    archive.extend(END.to_le_bytes());
    archive.extend([0; 4]);
    archive.extend(number.to_le_bytes());
    archive.extend(number.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    Ok(archive)
}

/// What the header before a file and the one in the directory have in common.
fn common(entry: &Entry, packed: usize) -> Result<Vec<u8>, String> {
    let name = u16::try_from(entry.path.len()).map_err(|_| format!("{}: the path is too long", entry.path))?;
    let mut crc = Crc::new();
    crc.update(&entry.bytes);
    let mut header = Vec::new();
    for word in [NEEDS, UTF8, DEFLATE, 0, DAY] {
        header.extend(word.to_le_bytes());
    }
    for number in [crc.sum(), small(packed)?, small(entry.bytes.len())?] {
        header.extend(number.to_le_bytes());
    }
    header.extend(name.to_le_bytes());
    header.extend([0; 2]);
    Ok(header)
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).and_then(|()| out.finish()).map_err(|error| format!("cannot compress: {error}"))
}

fn small(number: usize) -> Result<u32, String> {
    u32::try_from(number).map_err(|_| "more than 4 GiB do not fit into an archive".to_owned())
}
