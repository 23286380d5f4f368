//! A policy document of the estate as the engine's own policy, with the origins of its statements.
//!
//! Must not know questions. What is unknown in the estate is a hole or unknown in the policy.

use redan_model::{Estate, Node, Origin, Part as ModelPart, Reason, ResourceId, Rest, Str, Value};

use super::names;
use crate::json::{self, Tree, read_json};
use crate::policy::{Policy, Problem, Span};
use crate::text::{Part, Text};

/// A document, read.
pub(crate) struct Read {
    pub(crate) policy: Policy,
    pub(crate) holder: ResourceId,
    /// The attribute that holds the document.
    pub(crate) path: Str,
    pub(crate) origin: Origin,
    pub(crate) reasons: Vec<Reason>,
    origins: Vec<Origin>,
}

/// A document before it is read as a policy: a tree whose holes may still be filled.
pub(crate) struct Document {
    pub(crate) holder: ResourceId,
    pub(crate) path: Str,
    pub(crate) origin: Origin,
    pub(crate) tree: json::Node,
    problems: Vec<Problem>,
    reasons: Vec<Reason>,
    origins: Vec<Origin>,
}

impl Document {
    pub(crate) fn new(estate: &Estate, holder: ResourceId, node: &Node) -> Self {
        Self::at(estate, holder, node, path_of(estate, holder, node))
    }

    pub(crate) fn at(estate: &Estate, holder: ResourceId, node: &Node, path: Str) -> Self {
        let mut origins = Vec::new();
        let (tree, problems) = match &node.value {
            Value::Text(text) => read_json(text),
            Value::Template(template) => templated(estate, &template.parts),
            _ => (tree(estate, node, &mut origins), Vec::new()),
        };
        Self { holder, path, origin: node.origin, tree, problems, reasons: node.value.unknowns(), origins }
    }

    /// A document that other attributes amount to.
    pub(crate) fn made(holder: ResourceId, tree: json::Node, path: Str, origin: Origin, reasons: Vec<Reason>) -> Self {
        Self { holder, path, origin, tree, problems: Vec::new(), reasons, origins: Vec::new() }
    }

    pub(crate) fn read(self) -> Read {
        let policy = Policy::from_node(&self.tree, self.problems);
        Read {
            policy,
            holder: self.holder,
            path: self.path,
            origin: self.origin,
            reasons: self.reasons,
            origins: self.origins,
        }
    }
}

const PLACES: u32 = 0xE000;

impl Read {
    pub(crate) fn new(estate: &Estate, holder: ResourceId, node: &Node) -> Self {
        let path = path_of(estate, holder, node);
        Self::at(estate, holder, node, path)
    }

    pub(crate) fn at(estate: &Estate, holder: ResourceId, node: &Node, path: Str) -> Self {
        Document::at(estate, holder, node, path).read()
    }

    /// The place of a statement.
    pub(crate) fn leaf(&self, index: usize) -> Option<(ResourceId, Str, Origin)> {
        let statement = self.policy.statements.get(index)?;
        let origin = self.origins.get(statement.span.start).copied().unwrap_or(self.origin);
        Some((self.holder, Str::from(format!("{}.Statement[{index}]", self.path)), origin))
    }
}

/// The attribute of the resource that holds this node.
fn path_of(estate: &Estate, holder: ResourceId, node: &Node) -> Str {
    let body = estate.get(holder).and_then(|resource| resource.body.value.as_map());
    let own = |entry: &&redan_model::Entry| entry.node.origin == node.origin && entry.node.value == node.value;
    let entry = body.into_iter().flat_map(|map| map.entries()).find(own);
    entry.map_or_else(|| Str::new("PolicyDocument"), |entry| entry.key)
}

/// The tree with spans that number the origins.
fn tree(estate: &Estate, node: &Node, origins: &mut Vec<Origin>) -> json::Node {
    let at = origins.len();
    origins.push(node.origin);
    let tree = match &node.value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Bool(*value),
        Value::Int(value) => Tree::Number(value.to_string()),
        Value::Float(value) => Tree::Number(value.to_string()),
        Value::List(list) => {
            let mut items: Vec<json::Node> = list.items.iter().map(|item| tree(estate, item, origins)).collect();
            if list.rest.is_some() {
                items.push(unknown(at));
            }
            Tree::List(items)
        }
        Value::Map(map) => {
            let stated = map.entries().iter().filter(|entry| !entry.node.value.is_null());
            let mut entries: Vec<(Text, json::Node)> =
                stated.map(|entry| (Text::from(entry.key.as_str()), tree(estate, &entry.node, origins))).collect();
            if matches!(map.rest, Rest::Unknown(_)) {
                entries.push((Text::hole("rest"), unknown(at)));
            }
            Tree::Map(entries)
        }
        Value::Unknown(_) => Tree::Unknown("not known".to_owned()),
        Value::Text(_) | Value::Template(_) | Value::Ref(_) => Tree::Text(names::text(estate, node)),
    };
    json::Node { span: Span { start: at, end: at }, tree }
}

fn unknown(at: usize) -> json::Node {
    json::Node { span: Span { start: at, end: at }, tree: Tree::Unknown("not known".to_owned()) }
}

/// JSON text with holes in it: each hole stands as one character while the text is read.
fn templated(estate: &Estate, parts: &[ModelPart]) -> (json::Node, Vec<crate::policy::Problem>) {
    let mut holes = Vec::new();
    let mut source = String::new();
    for part in parts {
        match part {
            ModelPart::Literal(text) => source.push_str(text),
            ModelPart::Hole(node) => {
                let place = u32::try_from(holes.len()).ok().and_then(|number| char::from_u32(PLACES + number));
                source.push(place.unwrap_or('\u{fffd}'));
                holes.push(names::text(estate, node));
            }
        }
    }
    let (mut node, problems) = read_json(&source);
    restore(&mut node, &holes);
    (node, problems)
}

fn restore(node: &mut json::Node, holes: &[Text]) {
    match &mut node.tree {
        Tree::Text(text) => *text = filled(text, holes),
        Tree::List(items) => items.iter_mut().for_each(|item| restore(item, holes)),
        Tree::Map(entries) => {
            for (name, value) in entries {
                *name = filled(name, holes);
                restore(value, holes);
            }
        }
        _ => {}
    }
}

fn filled(text: &Text, holes: &[Text]) -> Text {
    let Some(known) = text.known() else { return text.clone() };
    let pieces = known.chars().flat_map(|c| {
        let number = u32::from(c).checked_sub(PLACES).and_then(|number| usize::try_from(number).ok());
        match number.and_then(|number| holes.get(number)) {
            Some(hole) => hole.parts().to_vec(),
            None => vec![Part::Known(c.to_string())],
        }
    });
    Text::new(pieces)
}
