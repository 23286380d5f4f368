//! Answers on the wire into trees of botocore's shape, and errors into their codes.
//!
//! Must not know how requests are made.

mod error;
mod json;
mod time;
mod xml;

pub(crate) use error::{Fault, fault};

use crate::table::{InMessage, Member, Operation, Protocol, Service, Shape, Type};
use redan_model::{Node, Origin, Str, Value};

/// What came back: status, headers in small letters, body.
pub(crate) struct Message<'m> {
    pub(crate) status: u16,
    pub(crate) headers: &'m [(String, String)],
    pub(crate) body: &'m [u8],
}

impl Message<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The answer of an operation. The error says what is wrong with the text.
pub(crate) fn answer(service: &Service, operation: &Operation, message: &Message<'_>) -> Result<Node, String> {
    let Some(Shape::Structure(members)) = service.shape(&operation.output) else { return Ok(empty()) };
    let mut entries = Vec::new();
    for (name, member) in members.iter().filter(|(_, member)| member.place != InMessage::Body) {
        if let Some(value) = outside(member, message) {
            entries.push((Str::new(name), value));
        }
    }
    let payload = operation.payload.as_ref().and_then(|name| members.iter().find(|(known, _)| known == name));
    let body = match (service.protocol, payload) {
        (Protocol::RestJson | Protocol::RestXml, Some((name, member))) if !matches!(member.ty, Type::Shape(_)) => {
            let text = text(message.body)?;
            if !text.is_empty() {
                // A policy is JSON inside text: what ends early must not count as one that grants nothing.
                if text.trim_start().starts_with('{') {
                    json::parse(text)?;
                }
                let value =
                    if member.ty == Type::Document { json::parse(text)? } else { Node::text(text, Origin::NOWHERE) };
                entries.push((Str::new(name), value));
            }
            return Ok(Node::map(entries, Origin::NOWHERE));
        }
        (Protocol::Json, _) => json::structure(service, members, text(message.body)?)?,
        (Protocol::RestJson, None) => json::structure(service, members, text(message.body)?)?,
        (Protocol::RestJson, Some((name, member))) => {
            wrapped(name, json::payload(service, member, text(message.body)?)?)
        }
        (Protocol::RestXml, Some((name, member))) => wrapped(name, xml::payload(service, member, text(message.body)?)?),
        (Protocol::Query | Protocol::Ec2 | Protocol::RestXml, _) => {
            xml::structure(service, members, &operation.wrapper, text(message.body)?)?
        }
    };
    if let Value::Map(map) = &body.value {
        entries.extend(map.pairs());
    }
    Ok(Node::map(entries, Origin::NOWHERE))
}

fn wrapped(name: &str, inner: Option<Node>) -> Node {
    Node::map(inner.map(|inner| (Str::new(name), inner)).into_iter().collect(), Origin::NOWHERE)
}

fn empty() -> Node {
    Node::map(Vec::new(), Origin::NOWHERE)
}

fn text(body: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(body).map_err(|_| "the body is not UTF-8".to_owned())
}

/// A member that stands in a header or is the status.
fn outside(member: &Member, message: &Message<'_>) -> Option<Node> {
    match member.place {
        InMessage::Status => Some(Node::new(Value::Int(i64::from(message.status)), Origin::NOWHERE)),
        InMessage::Header => {
            let text = message.header(&member.wire.to_lowercase())?;
            Some(scalar(&member.ty, text))
        }
        InMessage::Headers => {
            let prefix = member.wire.to_lowercase();
            let named = message.headers.iter().filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?, value)));
            let pairs = named.map(|(name, value)| (Str::new(name), Node::text(value, Origin::NOWHERE))).collect();
            Some(Node::map(pairs, Origin::NOWHERE))
        }
        _ => None,
    }
}

/// A scalar that is written as text.
fn scalar(ty: &Type, text: &str) -> Node {
    let value = match ty {
        Type::Integer => text.trim().parse().map(Value::Int).ok(),
        Type::Float => text.trim().parse().map(Value::Float).ok(),
        Type::Bool => match text.trim() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Type::Time => Some(Value::text(&time::normal(text.trim()))),
        Type::Policy => return policy(text),
        _ => None,
    };
    Node::new(value.unwrap_or_else(|| Value::text(text)), Origin::NOWHERE)
}

/// A policy document: URL-encoded JSON text, handed on as the tree that it holds.
fn policy(text: &str) -> Node {
    let decoded = unquoted(text);
    json::parse(&decoded).unwrap_or_else(|_| Node::text(&decoded, Origin::NOWHERE))
}

/// Text without percent encoding (RFC 3986, 2.1).
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        if let (b'%', Some(byte)) = (first, pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
