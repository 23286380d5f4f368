//! `uniqueString` and `guid`.
//!
//! `guid` is the UUID of version 5 (RFC 9562, 5.5) of the arguments, joined by hyphens, in a fixed namespace:
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-string#guid>. `uniqueString` is not
//! documented; the Azure provider azapi computes it in the same way, as a hash of the MurmurHash3 family that is written in
//! base 32.

use super::values::text;
use super::{Call, Fault, Outcome};
use redan_model::{Str, Value};
use sha1::{Digest, Sha1};

const NAMESPACE: [u8; 16] =
    [0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30];

fn joined(call: &Call<'_>) -> Result<String, Fault> {
    call.at(0)?;
    let texts: Vec<Str> = call.arguments.iter().map(text).collect::<Result<_, _>>()?;
    Ok(texts.iter().map(|text| text.as_str()).collect::<Vec<_>>().join("-"))
}

pub(super) fn guid(call: &Call<'_>) -> Outcome {
    let mut hasher = Sha1::new();
    hasher.update(NAMESPACE);
    hasher.update(joined(call)?.as_bytes());
    let mut hex = String::new();
    for (at, byte) in hasher.finalize().iter().take(16).enumerate() {
        let byte = match at {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            hex.push('-');
        }
        hex.push_str(&format!("{byte:02x}"));
    }
    Ok(Value::text(&hex))
}

pub(super) fn unique_string(call: &Call<'_>) -> Outcome {
    const DIGITS: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
        'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7',
    ];
    let hash = hash(joined(call)?.as_bytes());
    let digit = |at: u32| {
        // The last digit holds the four bits that are left.
        let five = (hash << (5 * at)) >> 59;
        usize::try_from(five).ok().and_then(|digit| DIGITS.get(digit)).copied().unwrap_or('a')
    };
    Ok(Value::text(&(0..13).map(digit).collect::<String>()))
}

const FIRST: u32 = 0x239b_961b;
const SECOND: u32 = 0xab0e_9789;

/// Two lanes of 32 bits over blocks of eight bytes.
fn hash(data: &[u8]) -> u64 {
    let (mut low, mut high) = (0_u32, 0_u32);
    let mut blocks = data.chunks_exact(8);
    for block in &mut blocks {
        let (a, b) = block.split_at(4);
        low = (low ^ scrambled(word(a), FIRST, 15, SECOND)).rotate_left(19).wrapping_add(high);
        low = low.wrapping_mul(5).wrapping_add(0x561c_cd1b);
        high = (high ^ scrambled(word(b), SECOND, 17, FIRST)).rotate_left(13).wrapping_add(low);
        high = high.wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let (a, b) = blocks.remainder().split_at(blocks.remainder().len().min(4));
    if !a.is_empty() {
        low ^= scrambled(word(a), FIRST, 15, SECOND);
    }
    if !b.is_empty() {
        high ^= scrambled(word(b), SECOND, 17, FIRST);
    }
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    high ^= length;
    low = (low ^ length).wrapping_add(high);
    high = high.wrapping_add(low);
    (low, high) = (finished(low), finished(high));
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    u64::from(high) << 32 | u64::from(low)
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

const fn scrambled(word: u32, before: u32, by: u32, after: u32) -> u32 {
    word.wrapping_mul(before).rotate_left(by).wrapping_mul(after)
}

const fn finished(mut word: u32) -> u32 {
    word ^= word >> 16;
    word = word.wrapping_mul(0x85eb_ca6b);
    word ^= word >> 13;
    word = word.wrapping_mul(0xc2b2_ae35);
    word ^ word >> 16
}
