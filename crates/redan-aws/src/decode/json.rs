//! JSON bodies by their shapes: members by their own names, times as text, what no shape knows left out.

use super::time;
use crate::table::{InMessage, Member, Service, Shape, Type};
use redan_model::{Node, Origin, Str, Value};

/// Any JSON.
pub(super) fn parse(text: &str) -> Result<Node, String> {
    redan_model::json::parse_with(text, &|_, _| Origin::NOWHERE)
        .map_err(|error| format!("{} at byte {}", error.message, error.at))
}

/// A body that is a structure; an empty one has no members.
pub(super) fn structure(service: &Service, members: &[(String, Member)], text: &str) -> Result<Node, String> {
    if text.trim().is_empty() {
        return Ok(super::empty());
    }
    let node = parse(text)?;
    if !matches!(node.value, Value::Map(_)) {
        return Err("the body is not an object".to_owned());
    }
    Ok(of_members(service, members, &node))
}

/// A body that is one member.
pub(super) fn payload(service: &Service, member: &Member, text: &str) -> Result<Option<Node>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(shaped(service, member, &parse(text)?)))
}

fn of_members(service: &Service, members: &[(String, Member)], node: &Node) -> Node {
    let mut entries = Vec::new();
    for (name, member) in members.iter().filter(|(_, member)| member.place == InMessage::Body) {
        let Some(inner) = node.get(Str::new(&member.wire)).filter(|inner| inner.value != Value::Null) else { continue };
        entries.push((Str::new(name), shaped(service, member, inner)));
    }
    Node::map(entries, Origin::NOWHERE)
}

fn shaped(service: &Service, member: &Member, node: &Node) -> Node {
    match &member.ty {
        Type::Shape(name) => match (service.shape(name), &node.value) {
            (Some(Shape::Structure(members)), Value::Map(_)) => of_members(service, members, node),
            (Some(Shape::List(element)), Value::List(list)) => {
                let items = list.items.iter().map(|item| shaped(service, element, item)).collect();
                Node::list(items, Origin::NOWHERE)
            }
            (Some(Shape::Map(_, value)), Value::Map(map)) => {
                let pair = |entry: &redan_model::Entry| (entry.key, shaped(service, value, &entry.node));
                Node::map(map.entries().iter().map(pair).collect(), Origin::NOWHERE)
            }
            _ => Node::null(),
        },
        Type::Time => moment(node),
        Type::Policy => node.value.as_text().map_or_else(Node::null, |text| super::policy(&text)),
        _ if member.json => node.value.as_text().and_then(|text| parse(&text).ok()).unwrap_or_else(|| node.clone()),
        _ => node.clone(),
    }
}

fn moment(node: &Node) -> Node {
    #[expect(clippy::cast_precision_loss, reason = "seconds of the epoch are far below 2^52")]
    let text = match &node.value {
        Value::Int(seconds) => time::of_epoch(*seconds as f64),
        Value::Float(seconds) => time::of_epoch(*seconds),
        other => other.as_text().map(|text| time::normal(&text)),
    };
    text.map_or_else(Node::null, |text| Node::text(&text, Origin::NOWHERE))
}
