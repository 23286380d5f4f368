//! Parameters into requests, in the five protocols. A single value where a list is wanted is a list of one.
//!
//! Must not know hosts, nor how requests are signed.

use crate::table::{InMessage, Member, Operation, Protocol, Service, Shape, Type};
use redan_model::{Str, Value};
use std::fmt::Write as _;

/// A request without its host.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The request for an operation. Parameters that the table does not know are an error.
pub(crate) fn request(
    service: &Service,
    name: &str,
    operation: &Operation,
    parameters: &[(Str, Value)],
) -> Result<Request, String> {
    let mut known = Vec::with_capacity(parameters.len());
    for (parameter, value) in parameters {
        let member = operation.input.get(parameter.as_str());
        known.push((member.ok_or_else(|| format!("{name} has no parameter {parameter}"))?, value));
    }
    Ok(match service.protocol {
        Protocol::Json => {
            let headers = vec![
                ("x-amz-target".to_owned(), format!("{}.{name}", service.target)),
                ("content-type".to_owned(), format!("application/x-amz-json-{}", service.json)),
            ];
            Request { method: "POST".to_owned(), path: "/".to_owned(), headers, body: object(service, &known) }
        }
        Protocol::Query | Protocol::Ec2 => {
            let mut body = format!("Action={name}&Version={}", service.version);
            for (member, value) in &known {
                form(service, &member.wire, member, value, &mut body);
            }
            let kind = "application/x-www-form-urlencoded; charset=utf-8".to_owned();
            let headers = vec![("content-type".to_owned(), kind)];
            Request { method: "POST".to_owned(), path: "/".to_owned(), headers, body }
        }
        Protocol::RestJson | Protocol::RestXml => rest(service, operation, &known),
    })
}

fn rest(service: &Service, operation: &Operation, known: &[(&Member, &Value)]) -> Request {
    let (template, fixed) = operation.path.split_once('?').unwrap_or((&operation.path, ""));
    let mut path = template.to_owned();
    let mut query: Vec<String> = fixed.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut headers = Vec::new();
    let mut inside = Vec::new();
    for (member, value) in known {
        let sent = |value: &Value| {
            let text = plain(value);
            match text.rsplit_once('/') {
                Some((_, tail)) if member.tail => tail.to_owned(),
                _ => text,
            }
        };
        match member.place {
            InMessage::Path => {
                let text = sent(value);
                path = path.replace(&format!("{{{}}}", member.wire), &escaped(&text, false));
                path = path.replace(&format!("{{{}+}}", member.wire), &escaped(&text, true));
            }
            InMessage::Query => {
                for one in singles(value) {
                    query.push(format!("{}={}", escaped(&member.wire, false), escaped(&sent(&one), false)));
                }
            }
            InMessage::Header => headers.push((member.wire.to_lowercase(), plain(value))),
            _ => inside.push((*member, *value)),
        }
    }
    let json = service.protocol == Protocol::RestJson;
    let body = if json && (!inside.is_empty() || operation.method == "POST") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        object(service, &inside)
    } else {
        String::new()
    };
    if !query.is_empty() {
        let _ = write!(path, "?{}", query.join("&"));
    }
    Request { method: operation.method.clone(), path, headers, body }
}

fn object(service: &Service, members: &[(&Member, &Value)]) -> String {
    let pairs = members.iter().map(|(member, value)| (member.wire.clone(), json(service, member, value)));
    serde_json::Value::Object(pairs.collect()).to_string()
}

fn json(service: &Service, member: &Member, value: &Value) -> serde_json::Value {
    if let Type::Shape(name) = &member.ty {
        return match (service.shape(name), value) {
            (Some(Shape::List(inside)), _) => {
                singles(value).iter().map(|one| json(service, inside, one)).collect::<Vec<_>>().into()
            }
            (Some(Shape::Structure(members)), Value::Map(map)) => {
                let known = map.entries().iter().filter_map(|entry| {
                    let (_, member) = members.iter().find(|(name, _)| *name == entry.key.as_str())?;
                    Some((member.wire.clone(), json(service, member, &entry.node.value)))
                });
                serde_json::Value::Object(known.collect())
            }
            (Some(Shape::Map(_, inside)), Value::Map(map)) => {
                let pair =
                    |entry: &redan_model::Entry| (entry.key.to_string(), json(service, inside, &entry.node.value));
                serde_json::Value::Object(map.entries().iter().map(pair).collect())
            }
            _ => serde_json::Value::Null,
        };
    }
    let text = plain(value);
    match member.ty {
        Type::Integer => text.parse::<i64>().map_or_else(|_| text.clone().into(), Into::into),
        Type::Float => text.parse::<f64>().map_or_else(|_| text.clone().into(), Into::into),
        Type::Bool => text.parse::<bool>().map_or_else(|_| text.clone().into(), Into::into),
        _ => text.into(),
    }
}

/// Members as `name=value` of a form; lists are numbered from 1.
fn form(service: &Service, name: &str, member: &Member, value: &Value, body: &mut String) {
    let Type::Shape(shape) = &member.ty else {
        let _ = write!(body, "&{}={}", escaped(name, false), escaped(&plain(value), false));
        return;
    };
    match (service.shape(shape), value) {
        (Some(Shape::List(inside)), _) => {
            let prefix = if service.protocol == Protocol::Ec2 {
                name.to_owned()
            } else if member.flat {
                let before = name.rsplit_once('.').map(|(before, _)| format!("{before}.")).unwrap_or_default();
                if inside.wire == "member" { name.to_owned() } else { format!("{before}{}", inside.wire) }
            } else {
                format!("{name}.{}", inside.wire)
            };
            for (at, one) in singles(value).iter().enumerate() {
                form(service, &format!("{prefix}.{}", at + 1), inside, one, body);
            }
        }
        (Some(Shape::Structure(members)), Value::Map(map)) => {
            for entry in map.entries() {
                let Some((_, member)) = members.iter().find(|(name, _)| *name == entry.key.as_str()) else { continue };
                let wire = if service.protocol == Protocol::Ec2 { capital(&member.wire) } else { member.wire.clone() };
                form(service, &format!("{name}.{wire}"), member, &entry.node.value, body);
            }
        }
        _ => {}
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The elements of a list, or the one value.
fn singles(value: &Value) -> Vec<Value> {
    match value {
        Value::List(list) => list.items.iter().map(|item| item.value.clone()).collect(),
        one => vec![one.clone()],
    }
}

pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        other => other.as_text().map(|text| text.to_string()).unwrap_or_default(),
    }
}

/// Percent-encoded but for the unreserved characters (RFC 3986, 2.3), and slashes where they are the path's own.
fn escaped(text: &str, slashes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (slashes && byte == b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
