//! Hashes of text and of files, and name-based UUIDs. What is random is unknown.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::bases::encoded;
use super::filesystem::read;
use super::signature::{Context, Function, NUMBER, STRING, Shape, impure, text, unsupported};
use crate::value::{Error, Result, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64sha256", &[STRING], Shape::String, |args, _| base64::<Sha256>(text(args, 0).as_bytes())),
    Function::new("base64sha512", &[STRING], Shape::String, |args, _| base64::<Sha512>(text(args, 0).as_bytes())),
    Function::new("bcrypt", &[STRING], Shape::String, |_, c| Ok(impure("bcrypt", Type::String, c))).rest(NUMBER),
    Function::new("filebase64sha256", &[STRING], Shape::String, |args, c| base64::<Sha256>(&read(args, c)?)),
    Function::new("filebase64sha512", &[STRING], Shape::String, |args, c| base64::<Sha512>(&read(args, c)?)),
    Function::new("filemd5", &[STRING], Shape::String, |args, c| hex::<Md5>(&read(args, c)?)),
    Function::new("filesha1", &[STRING], Shape::String, |args, c| hex::<Sha1>(&read(args, c)?)),
    Function::new("filesha256", &[STRING], Shape::String, |args, c| hex::<Sha256>(&read(args, c)?)),
    Function::new("filesha512", &[STRING], Shape::String, |args, c| hex::<Sha512>(&read(args, c)?)),
    Function::new("md5", &[STRING], Shape::String, |args, _| hex::<Md5>(text(args, 0).as_bytes())),
    Function::new("rsadecrypt", &[STRING, STRING], Shape::String, |_, c| {
        Ok(unsupported("rsadecrypt", Type::String, c))
    }),
    Function::new("sha1", &[STRING], Shape::String, |args, _| hex::<Sha1>(text(args, 0).as_bytes())),
    Function::new("sha256", &[STRING], Shape::String, |args, _| hex::<Sha256>(text(args, 0).as_bytes())),
    Function::new("sha512", &[STRING], Shape::String, |args, _| hex::<Sha512>(text(args, 0).as_bytes())),
    Function::new("uuid", &[], Shape::String, |_, c| Ok(impure("uuid", Type::String, c))),
    Function::new("uuidv5", &[STRING, STRING], Shape::String, uuidv5),
];

fn hex_text(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn hex<D: Digest>(bytes: &[u8]) -> Result {
    Ok(hex_text(&D::digest(bytes)).into())
}

fn base64<D: Digest>(bytes: &[u8]) -> Result {
    Ok(encoded(&D::digest(bytes)).into())
}

/// RFC 9562, section 5.5; the namespaces of its appendix have names.
fn uuidv5(args: &[Value], _: &Context<'_>) -> Result {
    let namespace = match text(args, 0) {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        other => other,
    };
    let digits: String = namespace.chars().filter(|c| *c != '-').collect();
    let valid = namespace.len() == 36 && digits.len() == 32;
    let space = u128::from_str_radix(&digits, 16).ok().filter(|_| valid);
    let space = space.ok_or_else(|| Error::new("the namespace must be a UUID, dns, url, oid or x500"))?;
    let mut hasher = Sha1::new();
    hasher.update(space.to_be_bytes());
    hasher.update(text(args, 1).as_bytes());
    let bytes: Vec<u8> = hasher
        .finalize()
        .iter()
        .take(16)
        .enumerate()
        .map(|(i, byte)| match i {
            6 => (byte & 0x0f) | 0x50,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        })
        .collect();
    let text = hex_text(&bytes);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or("");
    Ok(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)).into())
}
