//! JSON, base 64, data URIs and parts of addresses.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string>

use super::{Call, Fault, Outcome, wrong};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use redan_model::{Value, json as reader};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "base64" => call.text(0).map(|text| Value::text(&STANDARD.encode(text.as_bytes()))),
        "base64tostring" => call.text(0).and_then(|text| decoded(&text)).map(|text| Value::text(&text)),
        "base64tojson" => call.text(0).and_then(|text| decoded(&text)).and_then(|text| parsed(&text, call)),
        "datauri" => call.text(0).map(|text| {
            Value::text(&format!("data:text/plain;charset=utf8;base64,{}", STANDARD.encode(text.as_bytes())))
        }),
        "datauritostring" => data_uri(call),
        "uri" => uri(call),
        "uricomponent" => call.text(0).map(|text| Value::text(&escaped(&text))),
        "uricomponenttostring" => call.text(0).map(|text| Value::text(&unescaped(&text))),
        _ => return None,
    })
}

pub(super) fn json(call: &Call<'_>) -> Outcome {
    parsed(&call.text(0)?, call)
}

/// JSON, in which text may stand in single quotes, with comments and trailing commas: what Json.NET reads.
fn parsed(text: &str, call: &Call<'_>) -> Outcome {
    let here = |_, _| call.origin;
    let text = text.trim_start_matches('\u{feff}');
    let read = reader::parse_with(&crate::json::strict(text), &here)
        .or_else(|error| reader::parse_with(&crate::json::strict(&double_quoted(text)), &here).map_err(|_| error));
    read.map(|node| node.value).map_err(|error| Fault::Wrong(format!("no JSON: {}", error.message)))
}

/// Text in single quotes in double quotes.
fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, inside) {
            ('\\', Some('\'')) => match characters.next() {
                Some('\'') => out.push('\''),
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            ('\\', _) => {
                out.push('\\');
                out.extend(characters.next());
            }
            ('\'', None) => {
                inside = Some('\'');
                out.push('"');
            }
            ('\'', Some('\'')) => {
                inside = None;
                out.push('"');
            }
            ('"', Some('\'')) => out.push_str("\\\""),
            ('"', None) => {
                inside = Some('"');
                out.push('"');
            }
            ('"', Some(_)) => {
                inside = None;
                out.push('"');
            }
            (other, _) => out.push(other),
        }
    }
    out
}

fn decoded(text: &str) -> Result<String, Fault> {
    match STANDARD.decode(text.trim()) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(_) => wrong("the text is not base 64"),
    }
}

fn data_uri(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let Some((head, data)) = text.strip_prefix("data:").and_then(|rest| rest.split_once(',')) else {
        return wrong("the text is no data URI");
    };
    if head.split(';').any(|word| word.eq_ignore_ascii_case("base64")) {
        return decoded(data).map(|text| Value::text(&text));
    }
    Ok(Value::text(&unescaped(data)))
}

/// The address that a reference means where a base stands (RFC 3986, 5.2).
fn uri(call: &Call<'_>) -> Outcome {
    let (base, relative) = (call.text(0)?, call.text(1)?);
    if relative.contains("://") {
        return Ok(Value::Text(relative));
    }
    let Some((scheme, rest)) = base.split_once("://") else { return wrong("the base is no absolute address") };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = if relative.starts_with('/') {
        relative.to_string()
    } else {
        let folder = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or("/");
        format!("{folder}{relative}")
    };
    Ok(Value::text(&format!("{scheme}://{host}{}", straightened(&path))))
}

/// A path without `.` and `..`.
fn straightened(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next();
    for step in path.split('/').skip(1) {
        match step {
            "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    if matches!(last, Some("." | "..")) {
        steps.push("");
    }
    format!("/{}", steps.join("/"))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        bytes.extend(before.bytes());
        let code = from.get(1..3).and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
        rest = from.get(if code.is_some() { 3 } else { 1 }..).unwrap_or_default();
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
