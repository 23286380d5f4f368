//! The credentials in the attributes of a resource.

use super::{Secret, path};
use crate::find::{find, find_named};
use redan_model::{Entry, Map, Node, Part, Reason, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// Deeper trees are not walked.
const DEPTH: usize = 24;

/// More are not listed.
const MOST: usize = 256;

/// What stands in text for what is not known.
const HOLE: &str = "${…}";

/// The credentials in a tree, and why there may be more.
pub(super) fn of(body: &Node, may_be_text: &dyn Fn(Str) -> bool) -> (Vec<Secret>, Option<Arc<Unknown>>) {
    let mut walk = Walk { secrets: Vec::new(), doubts: Vec::new() };
    match &body.value {
        Value::Map(map) => {
            let texts = |entry: &&Entry| !matches!(entry.node.value, Value::Unknown(_)) || may_be_text(entry.key);
            let entries = map.entries().iter().filter(texts).map(|entry| (entry.key, entry.node.clone()));
            walk.map(&Map::new(entries.collect(), map.rest.clone()), "", DEPTH);
        }
        _ => walk.node(body, "", "", DEPTH),
    }
    (walk.secrets, Unknown::all(walk.doubts))
}

struct Walk {
    secrets: Vec<Secret>,
    doubts: Vec<Reason>,
}

impl Walk {
    fn node(&mut self, node: &Node, path: &str, name: &str, depth: usize) {
        if depth == 0 || self.secrets.len() >= MOST {
            return self.doubts.push(Reason { class: ReasonClass::Bound, what: path.into(), origin: node.origin });
        }
        match &node.value {
            Value::Text(text) => self.text(text, node, path, name),
            Value::Template(template) => {
                let text: String = template.parts.iter().map(|part| self.part(part)).collect();
                self.text(&text, node, path, name);
            }
            Value::List(list) => {
                for (index, item) in list.items.iter().enumerate() {
                    self.node(item, &path::entry(path, index, &item.value), name, depth - 1);
                }
                self.doubt(list.rest.as_ref());
            }
            Value::Map(map) => self.map(map, path, depth),
            Value::Unknown(unknown) => self.doubt(Some(unknown)),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Ref(_) => {}
        }
    }

    fn part(&mut self, part: &Part) -> String {
        match part {
            Part::Literal(text) => text.to_string(),
            Part::Hole(node) => {
                if let Value::Unknown(unknown) = &node.value {
                    self.doubt(Some(unknown));
                }
                HOLE.to_owned()
            }
        }
    }

    fn map(&mut self, map: &Map, path: &str, depth: usize) {
        let named = path::name_of(map);
        for entry in map.entries() {
            let below = path::step(path, &entry.key);
            let value = entry.key.eq_ignore_ascii_case("value") || entry.key.eq_ignore_ascii_case("parametervalue");
            let name = named.filter(|_| value).unwrap_or(entry.key);
            let below = if value && named.is_some() { path } else { &below };
            self.node(&entry.node, below, &name, depth - 1);
        }
        if let Rest::Unknown(unknown) = &map.rest {
            self.doubt(Some(unknown));
        }
    }

    fn text(&mut self, text: &str, node: &Node, path: &str, name: &str) {
        let found = if text.contains('\n') { find(text) } else { find_named(name, text) };
        let place = |inner: &str| {
            let said = inner.is_empty() || path.ends_with(inner) || path.ends_with(&format!("[\"{inner}\"]"));
            if said { path.to_owned() } else { format!("{path}: {inner}") }
        };
        self.secrets.extend(found.iter().map(|one| Secret::new(one, place(&one.name), node.origin)));
    }

    /// What is not known, and could be a text that someone wrote.
    fn doubt(&mut self, unknown: Option<&Arc<Unknown>>) {
        let written = |reason: &&Reason| {
            !matches!(
                reason.class,
                ReasonClass::DataSource | ReasonClass::Computed | ReasonClass::Impure | ReasonClass::NotInEstate
            )
        };
        self.doubts.extend(unknown.iter().flat_map(|unknown| unknown.reasons()).filter(written).copied());
    }
}
