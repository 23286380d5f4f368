//! Base64, character encodings, URL encoding.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::signature::{Context, Function, STRING, Shape, text, unsupported};
use crate::value::{Error, Result, Type, Value};

/// Terraform's decoder accepts stray bits after the last byte.
const STANDARD: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64decode", &[STRING], Shape::String, |args, _| {
        let bytes = decoded(text(args, 0))?;
        String::from_utf8(bytes).map(Value::from).map_err(|_| Error::new("the decoded bytes are not UTF-8"))
    }),
    Function::new("base64encode", &[STRING], Shape::String, |args, _| Ok(encoded(text(args, 0).as_bytes()).into())),
    Function::new("base64gzip", &[STRING], Shape::String, |_, c| Ok(unsupported("base64gzip", Type::String, c))),
    Function::new("textdecodebase64", &[STRING, STRING], Shape::String, textdecode),
    Function::new("textencodebase64", &[STRING, STRING], Shape::String, textencode),
    Function::new("urlencode", &[STRING], Shape::String, |args, _| Ok(urlencoded(text(args, 0)).into())),
];

pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn decoded(source: &str) -> Result<Vec<u8>> {
    let joined: String = source.chars().filter(|c| *c != '\n' && *c != '\r').collect();
    STANDARD.decode(joined).map_err(|_| Error::new("invalid base64"))
}

/// A character encoding by its IANA name: <https://www.iana.org/assignments/character-sets>.
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16 { little: bool, mark: bool },
    Latin1,
}

fn encoding(name: &str) -> Option<Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16 { little: false, mark: true }),
        "utf-16le" => Some(Encoding::Utf16 { little: true, mark: false }),
        "utf-16be" => Some(Encoding::Utf16 { little: false, mark: false }),
        "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" => Some(Encoding::Latin1),
        _ => None,
    }
}

/// Names of encodings begin with a letter and hold no spaces; others are certainly wrong.
fn is_plausible(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().any(|b| b.is_ascii_digit() || b == b'-')
}

fn textencode(args: &[Value], context: &Context<'_>) -> Result {
    let (source, name) = (text(args, 0), text(args, 1));
    let bytes: Vec<u8> = match encoding(name) {
        Some(Encoding::Utf8) => source.as_bytes().to_vec(),
        Some(Encoding::Utf16 { little, mark }) => {
            let units = mark.then_some(0xfeff).into_iter().chain(source.encode_utf16());
            units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        }
        Some(Encoding::Latin1) => source
            .chars()
            .map(|c| u8::try_from(u32::from(c)))
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| Error::new("a character does not exist in the encoding"))?,
        None if is_plausible(name) => return Ok(unsupported("textencodebase64", Type::String, context)),
        None => return Err(Error::new("unknown encoding")),
    };
    Ok(encoded(&bytes).into())
}

fn textdecode(args: &[Value], context: &Context<'_>) -> Result {
    let name = text(args, 1);
    let bytes = decoded(text(args, 0))?;
    Ok(match encoding(name) {
        Some(Encoding::Utf8) => String::from_utf8_lossy(&bytes).into_owned().into(),
        Some(Encoding::Utf16 { little, mark }) => {
            let units: Vec<u16> = bytes
                .chunks(2)
                .map(|pair| {
                    let (a, b) = (pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0));
                    u16::from_le_bytes(if little { [a, b] } else { [b, a] })
                })
                .collect();
            let text = String::from_utf16_lossy(&units);
            if mark { text.trim_start_matches('\u{feff}').into() } else { text.into() }
        }
        Some(Encoding::Latin1) => bytes.into_iter().map(char::from).collect::<String>().into(),
        None if is_plausible(name) => unsupported("textdecodebase64", Type::String, context),
        None => return Err(Error::new("unknown encoding")),
    })
}

fn urlencoded(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for byte in source.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
