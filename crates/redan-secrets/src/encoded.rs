//! Text inside text: base 64, perhaps of what gzip packed, perhaps in lines. Bounded in depth and in bytes.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::io::Read as _;
use std::ops::Range;

/// Shorter runs hold nothing.
const SHORTEST: usize = 24;

/// How many bytes may be decoded for one text, in all.
pub(crate) const BUDGET: usize = 4 << 20;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The texts that are encoded in a text, with the bytes that encode them.
pub(crate) fn inside(text: &str, budget: &mut usize) -> Vec<(Range<usize>, String)> {
    let mut all = Vec::new();
    for run in runs(text.as_bytes()) {
        if *budget == 0 {
            break;
        }
        let written = text.get(run.clone()).unwrap_or_default();
        if let Some(decoded) = decode(written, budget) {
            all.push((run, decoded));
        }
    }
    all
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Runs of digits of base 64; a run of whole lines goes on behind the end of a line.
fn runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let skipped = rest.iter().take_while(|byte| !is_digit(**byte)).count();
        let start = at + skipped;
        let digits = bytes.get(start..).unwrap_or_default().iter().take_while(|byte| is_digit(**byte)).count();
        let padding =
            bytes.get(start + digits..).unwrap_or_default().iter().take(2).take_while(|byte| **byte == b'=').count();
        at = start + digits + padding;
        if digits < SHORTEST {
            if digits == 0 {
                break;
            }
            join(&mut all, bytes, start..at, 1);
            continue;
        }
        if !join(&mut all, bytes, start..at, SHORTEST) {
            all.push(start..at);
        }
    }
    all
}

/// Adds a line to the run before it, if only the end of a line stands between them and the line before was full.
fn join(all: &mut [Range<usize>], bytes: &[u8], next: Range<usize>, least: usize) -> bool {
    let Some(last) = all.last_mut() else { return false };
    let between = bytes.get(last.end..next.start).unwrap_or_default();
    let broken = between.contains(&b'\n') && between.iter().all(|byte| matches!(byte, b'\n' | b'\r' | b' ' | b'\t'));
    let open = last.end.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|byte| *byte != b'=');
    let joins = broken && open && last.len() >= 56 && next.len() >= least && between.len() <= 64;
    if joins {
        last.end = next.end;
    }
    joins
}

fn decode(written: &str, budget: &mut usize) -> Option<String> {
    let digits: String = written
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let bytes = LENIENT.decode(digits).ok()?;
    *budget = budget.saturating_sub(bytes.len());
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut text = Vec::new();
        let limit = u64::try_from(*budget).unwrap_or_default();
        let mut unpacked = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(limit);
        let ended = unpacked.read_to_end(&mut text).is_ok();
        *budget = budget.saturating_sub(text.len());
        return (ended || !text.is_empty()).then(|| String::from_utf8_lossy(&text).into_owned());
    }
    as_text(bytes)
}

/// The bytes as text, if they are text: UTF-8, or UTF-16 as PowerShell takes it.
fn as_text(bytes: Vec<u8>) -> Option<String> {
    let (pairs, _) = bytes.as_chunks::<2>();
    if bytes.len() >= 16 && pairs.iter().all(|[_, high]| *high == 0) {
        return Some(String::from_utf16_lossy(&pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect::<Vec<_>>()));
    }
    let text = String::from_utf8(bytes).ok()?;
    let readable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().all(readable).then_some(text)
}
