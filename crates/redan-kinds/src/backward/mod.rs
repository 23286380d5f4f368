//! Lenses backwards: from a tree in the vendor's schema to a source's arguments.
//!
//! Law: what the table maps comes back as it was, `backward(forward(x)) == x`. Where two arguments state one place
//! (an old and a new name), the first that the table names comes back.

mod steps;

use crate::forward::join;
use crate::table::lens::Piece;
use crate::table::{Block, Lens, Spread};
use redan_model::{Map, Node, Origin, Rest, Str, Target, Value};
use std::sync::Arc;

/// The arguments that a structure of the vendor's schema stands for.
pub(crate) fn block(block: &Block, tree: &Node, base: &[Str]) -> Vec<(Str, Node)> {
    let mut arguments: Vec<(Str, Node)> = Vec::new();
    let mut taken: Vec<Vec<Str>> = Vec::new();
    let mut claimed: Vec<(Vec<Str>, Origin)> = Vec::new();
    for argument in &block.arguments {
        let Some(lens) = argument.lenses.first() else { continue };
        let target = target(lens, base);
        let used = |target: &Vec<Str>| taken.contains(target) || claimed.iter().any(|(known, _)| known == target);
        if target.as_ref().is_some_and(used) {
            continue;
        }
        if let Some(node) = one(lens, tree, base, &mut claimed) {
            taken.extend(target);
            match arguments.iter_mut().find(|(name, _)| *name == argument.argument) {
                Some((_, known)) => *known = node,
                None => arguments.push((argument.argument, node)),
            }
        }
    }
    for (to, pieces) in &block.compose {
        if let Some(node) = at(tree, &join(base, to)) {
            arguments.extend(decompose(pieces, node));
        }
    }
    arguments
}

fn target(lens: &Lens, base: &[Str]) -> Option<Vec<Str>> {
    match lens {
        Lens::Move { to, .. } | Lens::Keyed { to, .. } => Some(join(base, to)),
        Lens::Block { to, many: false, .. } if !to.is_empty() => Some(join(base, to)),
        Lens::Block { .. } | Lens::Entry { .. } | Lens::Makes(_) => None,
    }
}

fn one(lens: &Lens, tree: &Node, base: &[Str], claimed: &mut Vec<(Vec<Str>, Origin)>) -> Option<Node> {
    match lens {
        Lens::Move { to, steps } => steps::undo(steps, at(tree, &join(base, to))?.clone()),
        Lens::Block { to, many: false, body } => {
            let path = join(base, to);
            let own = at(tree, &path)?;
            let origin = own.origin;
            if !to.is_empty() && !holds(body, own) {
                return None;
            }
            let inner = block(body, tree, &path);
            let stands = !inner.is_empty() || (!to.is_empty() && only_constants(body, tree, &path));
            stands.then(|| Node::list(vec![Node::map(inner, origin)], origin))
        }
        Lens::Block { to, many: true, body } => {
            let path = join(base, to);
            let list = at(tree, &path)?;
            let free = |item: &&Node| !claimed.iter().any(|(known, origin)| *known == path && *origin == item.origin);
            let items: Vec<Node> =
                list.value.as_list()?.items.iter().filter(free).filter(|item| expresses(body, item)).cloned().collect();
            if items.is_empty() {
                return None;
            }
            claimed.extend(items.iter().map(|item| (path.clone(), item.origin)));
            many(body, &items, list.origin)
        }
        Lens::Keyed { to, key, value } => pairs(at(tree, &join(base, to))?, *key, *value),
        Lens::Entry { to, key, value, entry, steps } => {
            let list = at(tree, &join(base, to))?.value.as_list()?;
            let found =
                list.items.iter().find(|item| item.get(*key).and_then(|name| name.value.as_text()) == Some(*entry))?;
            steps::undo(steps, found.get(*value)?.clone())
        }
        Lens::Makes(_) => None,
    }
}

/// Whether the structure at a path is an empty block, or one that only `$set` fills.
fn only_constants(body: &Block, tree: &Node, path: &[Str]) -> bool {
    let Some(map) = at(tree, path).and_then(|node| node.value.as_map()) else { return false };
    map.entries().iter().all(|entry| body.set.iter().chain(&body.absent).any(|(to, _)| to.first() == Some(&entry.key)))
}

/// Whether a block can state a structure in whole: its constants hold there, and every field has a lens.
fn expresses(body: &Block, structure: &Node) -> bool {
    let Some(map) = structure.value.as_map() else { return true };
    let mut targets = Vec::new();
    first_steps(body, &mut targets);
    holds(body, structure) && map.entries().iter().all(|entry| targets.contains(&entry.key))
}

/// Whether the constants of a block hold in a structure.
fn holds(body: &Block, structure: &Node) -> bool {
    body.set.iter().all(|(to, value)| at(structure, to).is_none_or(|node| node.value == *value))
}

fn first_steps(body: &Block, into: &mut Vec<Str>) {
    for lens in body.arguments.iter().flat_map(|argument| &argument.lenses) {
        match lens {
            Lens::Move { to, .. } | Lens::Keyed { to, .. } | Lens::Entry { to, .. } => into.extend(to.first()),
            Lens::Block { to, .. } if !to.is_empty() => into.extend(to.first()),
            Lens::Block { body, .. } => first_steps(body, into),
            Lens::Makes(_) => {}
        }
    }
    into.extend(body.set.iter().chain(&body.absent).filter_map(|(to, _)| to.first()));
    into.extend(body.compose.iter().filter_map(|(to, _)| to.first()));
    for spread in &body.spread {
        into.extend(spread.field.first());
        if let Some(body) = &spread.body {
            first_steps(body, into);
        }
    }
}

fn many(body: &Block, items: &[Node], origin: Origin) -> Option<Node> {
    let mut blocks: Vec<Node> = Vec::new();
    let mut rest: &[Node] = items;
    while let Some(first) = rest.first() {
        let same =
            if body.spread.is_empty() { 1 } else { rest.iter().take_while(|item| item.origin == first.origin).count() };
        let (group, after) = rest.split_at_checked(same.max(1))?;
        rest = after;
        let mut inner = block(body, first, &[]);
        for spread in &body.spread {
            inner.extend(gather(spread, group));
        }
        blocks.push(Node::map(inner, first.origin));
    }
    Some(Node::list(blocks, origin))
}

/// The values that a group of entries holds in the field of one spread argument.
fn gather(spread: &Spread, group: &[Node]) -> Option<(Str, Node)> {
    if let Some(body) = &spread.body {
        let blocks: Vec<Node> = group
            .iter()
            .map(|item| Node::map(block(body, item, &[]), item.origin))
            .filter(|node| node.value.as_map().is_some_and(|map| !map.entries().is_empty()))
            .collect();
        let origin = blocks.first()?.origin;
        return Some((spread.argument, Node::list(blocks, origin)));
    }
    let values: Vec<Node> = group.iter().filter_map(|item| at(item, &spread.field).cloned()).collect();
    let (own, others): (Vec<Node>, Vec<Node>) = values.into_iter().partition(is_own);
    if spread.when_true {
        let origin = own.first()?.origin;
        return Some((spread.argument, Node::new(Value::Bool(true), origin)));
    }
    let origin = others.first()?.origin;
    Some((spread.argument, Node::list(others, origin)))
}

/// A reference to the resource itself, as `self = true` writes it: without an attribute.
fn is_own(node: &Node) -> bool {
    match &node.value {
        Value::Ref(reference) => {
            reference.attribute.is_empty() && reference.text.is_none() && matches!(reference.target, Target::Address(_))
        }
        _ => false,
    }
}

fn pairs(list: &Node, key: Str, value: Str) -> Option<Node> {
    let mut entries = Vec::new();
    for item in &list.value.as_list()?.items {
        entries.push((item.get(key)?.value.as_text()?, item.get(value)?.clone()));
    }
    Some(Node::new(Value::Map(Arc::new(Map::new(entries, Rest::Absent))), list.origin))
}

/// The arguments whose values a composed text joins, cut at the literals between them.
fn decompose(pieces: &[Piece], node: &Node) -> Vec<(Str, Node)> {
    let Some(text) = node.value.as_text() else { return Vec::new() };
    let mut rest = text.as_str();
    let mut arguments = Vec::new();
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Literal(literal) => match rest.strip_prefix(literal.as_str()) {
                Some(tail) => rest = tail,
                None => return Vec::new(),
            },
            Piece::Argument(name) => {
                let end = match pieces.peek() {
                    Some(Piece::Literal(next)) => rest.find(next.as_str()).unwrap_or(rest.len()),
                    _ => rest.len(),
                };
                let (own, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
                arguments.push((*name, Node::text(own, node.origin)));
                rest = tail;
            }
        }
    }
    arguments
}

fn at<'n>(node: &'n Node, path: &[Str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, step| node.get(*step))
}

/// The body of a source block from the canonical body of a resource.
pub(crate) fn body(table: &Block, canonical: &Node, origin: Origin) -> Node {
    Node::map(block(table, canonical, &[]), origin)
}

#[cfg(test)]
mod tests;
