//! What the evaluator of Terraform asks of those who know the providers: policy documents that data sources compute.
//!
//! `aws_iam_policy_document`:
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>.

use crate::forward::document;
use crate::raw::Hooks;
use redan_model::{List, Map, Node, Origin, Rest, Str, Value};
use std::sync::Arc;

/// The hooks of the AWS and Azure providers.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProviderHooks;

impl Hooks for ProviderHooks {
    fn data(&self, kind: &str, arguments: &Node) -> Option<Node> {
        if kind != "aws_iam_policy_document" {
            return None;
        }
        let document = policy_document(arguments);
        Some(Node::map(
            vec![(Str::new("json"), document.clone()), (Str::new("minified_json"), document)],
            arguments.origin,
        ))
    }
}

/// The document: source documents first, then the statements of the block, then overriding documents; a statement
/// replaces an earlier one of the same `sid`.
fn policy_document(arguments: &Node) -> Node {
    let mut statements = Statements::default();
    for argument in ["source_json", "source_policy_documents"] {
        statements.merge_documents(arguments.get(Str::new(argument)));
    }
    if let Some(blocks) = arguments.get(Str::new("statement")) {
        statements.add_blocks(blocks);
    }
    for argument in ["override_json", "override_policy_documents"] {
        statements.merge_documents(arguments.get(Str::new(argument)));
    }
    let version = arguments.get(Str::new("version")).cloned();
    let origin = arguments.origin;
    let list = List { items: statements.all.into_boxed_slice(), rest: statements.rest };
    let mut entries = vec![
        (Str::new("Version"), version.unwrap_or_else(|| Node::text("2012-10-17", origin))),
        (Str::new("Statement"), Node::new(Value::List(Arc::new(list)), origin)),
    ];
    if let Some(id) = arguments.get(Str::new("policy_id")) {
        entries.push((Str::new("Id"), id.clone()));
    }
    Node::map(entries, origin)
}

#[derive(Default)]
struct Statements {
    all: Vec<Node>,
    rest: Option<Arc<redan_model::Unknown>>,
}

impl Statements {
    fn add(&mut self, statement: Node) {
        let sid =
            |node: &Node| node.get(Str::new("Sid")).and_then(|sid| sid.value.as_text()).filter(|sid| !sid.is_empty());
        if let Some(own) = sid(&statement)
            && let Some(known) = self.all.iter_mut().find(|known| sid(known) == Some(own))
        {
            *known = statement;
            return;
        }
        self.all.push(statement);
    }

    fn doubt(&mut self, unknown: &Arc<redan_model::Unknown>) {
        self.rest = Some(match &self.rest {
            Some(rest) => redan_model::Unknown::merge(rest, unknown),
            None => Arc::clone(unknown),
        });
    }

    fn merge_documents(&mut self, documents: Option<&Node>) {
        let Some(node) = documents else { return };
        let (items, rest) = match &node.value {
            Value::List(list) => (list.items.to_vec(), list.rest.clone()),
            Value::Unknown(unknown) => (Vec::new(), Some(Arc::clone(unknown))),
            _ => (vec![node.clone()], None),
        };
        for item in items {
            let tree = document(item);
            match tree.get(Str::new("Statement")).map(|statement| (&statement.value, statement)) {
                Some((Value::List(list), _)) => {
                    list.items.iter().for_each(|statement| self.add(statement.clone()));
                    if let Some(rest) = &list.rest {
                        self.doubt(rest);
                    }
                }
                Some((Value::Map(_), statement)) => self.add(statement.clone()),
                _ => self.doubt_value(&tree),
            }
        }
        if let Some(rest) = rest {
            self.doubt(&rest);
        }
    }

    fn doubt_value(&mut self, node: &Node) {
        match &node.value {
            Value::Unknown(unknown) => {
                let unknown = Arc::clone(unknown);
                self.doubt(&unknown);
            }
            Value::Text(text) if text.is_empty() => {}
            Value::Null | Value::Map(_) => {}
            other => {
                let what = redan_model::Shown(other).to_string();
                let unknown = redan_model::Unknown::new(redan_model::ReasonClass::Computed, &what, node.origin);
                self.doubt(&unknown);
            }
        }
    }

    fn add_blocks(&mut self, blocks: &Node) {
        match &blocks.value {
            Value::List(list) => {
                for block in &list.items {
                    match &block.value {
                        Value::Unknown(unknown) => {
                            let unknown = Arc::clone(unknown);
                            self.doubt(&unknown);
                        }
                        _ => self.add(statement(block)),
                    }
                }
                if let Some(rest) = &list.rest {
                    self.doubt(rest);
                }
            }
            Value::Unknown(unknown) => {
                let unknown = Arc::clone(unknown);
                self.doubt(&unknown);
            }
            _ => {}
        }
    }
}

fn statement(block: &Node) -> Node {
    let mut entries = Vec::new();
    let effect = block.get(Str::new("effect")).cloned();
    entries.push((Str::new("Effect"), effect.unwrap_or_else(|| Node::text("Allow", block.origin))));
    for (from, to) in [
        ("sid", "Sid"),
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        if let Some(node) = block.get(Str::new(from)).filter(|node| !is_empty(node)) {
            entries.push((Str::new(to), dollar(node)));
        }
    }
    for (from, to) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(node) = block.get(Str::new(from)).filter(|node| !is_empty(node)) {
            entries.push((Str::new(to), principals(node)));
        }
    }
    if let Some(node) = block.get(Str::new("condition")).filter(|node| !is_empty(node)) {
        entries.push((Str::new("Condition"), conditions(node)));
    }
    Node::map(entries, block.origin)
}

fn is_empty(node: &Node) -> bool {
    node.value.as_list().is_some_and(|list| list.items.is_empty() && list.rest.is_none())
}

/// The provider writes policy variables as `&{…}`, since `${…}` is Terraform's own.
fn dollar(node: &Node) -> Node {
    let value = match &node.value {
        Value::Text(text) if text.contains("&{") => Value::text(&text.replace("&{", "${")),
        Value::List(list) => {
            let items = list.items.iter().map(dollar).collect();
            Value::List(Arc::new(List { items, rest: list.rest.clone() }))
        }
        other => other.clone(),
    };
    Node::new(value, node.origin)
}

/// The type `*` with the identifier `*` alone is written as plain `"*"`.
fn principals(node: &Node) -> Node {
    let Some(list) = node.value.as_list() else { return node.clone() };
    let mut groups: Vec<(Str, Vec<Node>, Origin)> = Vec::new();
    let mut rest = list.rest.clone().map_or(Rest::Absent, Rest::Unknown);
    for block in &list.items {
        let Some(kind) = block.get(Str::new("type")).and_then(|kind| kind.value.as_text()) else {
            if let Some(reason) = block.value.unknowns().first() {
                rest = Rest::Unknown(redan_model::Unknown::of(*reason));
            }
            continue;
        };
        let identifiers = block.get(Str::new("identifiers")).map(dollar);
        let values = match identifiers.as_ref().map(|node| (&node.value, node)) {
            Some((Value::List(list), node)) => {
                let rest = list.rest.iter().map(|rest| Node::new(Value::Unknown(Arc::clone(rest)), node.origin));
                list.items.iter().cloned().chain(rest).collect()
            }
            Some((_, node)) => vec![node.clone()],
            None => Vec::new(),
        };
        match groups.iter_mut().find(|(known, _, _)| *known == kind) {
            Some((_, known, _)) => known.extend(values),
            None => groups.push((kind, values, block.origin)),
        }
    }
    if let ([(kind, values, _)], Rest::Absent) = (groups.as_slice(), &rest)
        && let ("*", [everyone]) = (kind.as_str(), values.as_slice())
        && everyone.value.as_text().is_some_and(|text| text == "*")
    {
        return everyone.clone();
    }
    let entries = groups.into_iter().map(|(kind, values, origin)| (kind, Node::list(values, origin))).collect();
    Node::new(Value::Map(Arc::new(Map::new(entries, rest))), node.origin)
}

/// A condition operator, its keys with their values, and where it first stands.
type Operator = (Str, Vec<(Str, Node)>, Origin);

fn conditions(node: &Node) -> Node {
    let Some(list) = node.value.as_list() else { return node.clone() };
    let mut operators: Vec<Operator> = Vec::new();
    let mut rest = list.rest.clone().map_or(Rest::Absent, Rest::Unknown);
    for block in &list.items {
        let text = |key: &str| block.get(Str::new(key)).and_then(|node| node.value.as_text());
        let (Some(test), Some(variable)) = (text("test"), text("variable")) else {
            if let Some(reason) = block.value.unknowns().first() {
                rest = Rest::Unknown(redan_model::Unknown::of(*reason));
            }
            continue;
        };
        let values = block.get(Str::new("values")).map_or_else(|| Node::list(Vec::new(), block.origin), dollar);
        let entry = (variable, values);
        match operators.iter_mut().find(|(known, _, _)| *known == test) {
            Some((_, keys, _)) => keys.push(entry),
            None => operators.push((test, vec![entry], block.origin)),
        }
    }
    let entries = operators.into_iter().map(|(test, keys, origin)| (test, Node::map(keys, origin))).collect();
    Node::new(Value::Map(Arc::new(Map::new(entries, rest))), node.origin)
}
