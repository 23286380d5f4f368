//! Any JSON value as an expression: text may hold expressions, objects may hold `copy` loops.

use super::Links;
use super::expression::{self, Within};
use super::place::Text;
use crate::ir::{Expr, ExprKind, Item, Loop, Member, Over};
use redan_model::{Entry, Node, Problem, Str, Value};

/// Reads one file.
pub(super) struct Reader<'a> {
    file: &'a str,
    pub(super) links: &'a mut dyn Links,
    pub(super) problems: &'a mut Vec<Problem>,
    pub(super) within: Within,
    /// How many templates stand around this one in the file.
    pub(super) depth: usize,
}

/// The value of a key, in any case.
pub(super) fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let map = node.value.as_map()?;
    map.get(Str::new(key))
        .or_else(|| map.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(key)).map(|entry| &entry.node))
}

/// The text of a key.
pub(super) fn text(node: &Node, key: &str) -> Option<Str> {
    get(node, key)?.value.as_text()
}

/// The entries of an object in the order of the file.
pub(super) fn entries(node: &Node) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = node.value.as_map().map(|map| map.entries().iter().collect()).unwrap_or_default();
    entries.sort_by_key(|entry| entry.node.origin.start);
    entries
}

/// The elements of a list.
pub(super) fn items(node: Option<&Node>) -> &[Node] {
    node.and_then(|node| node.value.as_list()).map_or(&[], |list| &list.items)
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, links: &'a mut dyn Links, problems: &'a mut Vec<Problem>) -> Self {
        Self { file, links, problems, within: Within::Template, depth: 0 }
    }

    /// A value.
    pub(super) fn expr(&mut self, node: &Node) -> Expr {
        let origin = node.origin;
        let kind = match &node.value {
            Value::Bool(value) => ExprKind::Bool(*value),
            Value::Int(value) => ExprKind::Int(*value),
            Value::Float(value) => ExprKind::Float(*value),
            Value::Text(_) => return self.text(node),
            Value::List(list) => ExprKind::Array(list.items.iter().map(|item| Item::One(self.expr(item))).collect()),
            Value::Map(_) => return self.object(node, &[]),
            Value::Null | Value::Template(_) | Value::Unknown(_) | Value::Ref(_) => ExprKind::Null,
        };
        Expr::new(kind, origin)
    }

    fn text(&mut self, node: &Node) -> Expr {
        match Text::of(node, self.file) {
            Some(text) => expression::read(&text, self.within, self.problems),
            None => Expr::new(ExprKind::Null, node.origin),
        }
    }

    /// An object without some of its keys.
    pub(super) fn object(&mut self, node: &Node, without: &[&str]) -> Expr {
        let mut members = Vec::new();
        for entry in entries(node) {
            if without.iter().any(|key| entry.key.eq_ignore_ascii_case(key)) {
                continue;
            }
            if entry.key.eq_ignore_ascii_case("copy") && is_copy(&entry.node) {
                members.extend(items(Some(&entry.node)).iter().filter_map(|copy| self.copy(copy)));
                continue;
            }
            let key = expression::read(&Text::new(&entry.key, entry.node.origin, ""), self.within, self.problems);
            let value = self.expr(&entry.node);
            members.push(Member::Property(key, value));
        }
        Expr::new(ExprKind::Object(members), node.origin)
    }

    /// An entry of a `copy` list: a property, or a variable, that is a list made by a loop.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-properties>
    fn copy(&mut self, copy: &Node) -> Option<Member> {
        let (name, value) = self.copied(copy)?;
        Some(Member::Property(Expr::text(&name, copy.origin), value))
    }

    /// The name and the list of an entry of a `copy` list.
    pub(super) fn copied(&mut self, copy: &Node) -> Option<(Str, Expr)> {
        let name = text(copy, "name")?;
        let count = self.expr(get(copy, "count")?);
        let body = self.expr(get(copy, "input")?);
        let repeat =
            Loop { over: Over::Count(count), index: Some(name), item: None, filter: None, origin: copy.origin };
        Some((name, Expr::new(ExprKind::For(Box::new(repeat), Box::new(body)), copy.origin)))
    }
}

/// Whether the value of a key `copy` is a list of loops, and not data of that name.
pub(super) fn is_copy(node: &Node) -> bool {
    let items = items(Some(node));
    !items.is_empty() && items.iter().all(|item| get(item, "count").is_some() && get(item, "input").is_some())
}
