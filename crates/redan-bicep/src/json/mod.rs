//! ARM templates in JSON, read into the intermediate form.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax>. Knows the file format, evaluates nothing.

mod deployment;
mod expression;
mod parameters;
mod place;
mod resource;
mod template;
mod text;
mod tree;
mod types;

pub(crate) use parameters::read as parameter_values;
pub(crate) use text::strict;

use crate::ir::{Expr, ExprKind, Item, Template};
use redan_model::{Node, Origin, Problem, ProblemKind, Reason, ReasonClass, SourceId, Str, Value, json};
use std::sync::Arc;

/// What a JSON file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// A template, by its `$schema`.
    Template,
    /// Values of parameters, by its `$schema`.
    Parameters,
    /// A resource, or a list of them, as the portal and the API show them.
    Resources,
    /// Something else.
    Other,
}

/// A JSON file, read.
pub(crate) struct Json {
    pub(crate) node: Node,
    /// The strict text that places refer to.
    text: String,
}

impl Json {
    /// A document that stands inside another file, whose whole text is given.
    pub(crate) const fn of(node: Node, text: String) -> Self {
        Self { node, text }
    }
}

/// Finds the templates that others link to.
pub(crate) trait Links {
    /// The template at a path relative to the one that links it, or why it cannot be read.
    fn linked(&mut self, path: &str, origin: Origin) -> Result<Arc<Template>, Reason>;
}

/// What lies in no folder links nothing: parameter files, templates inside other files.
pub(crate) struct Alone;

impl Links for Alone {
    fn linked(&mut self, path: &str, origin: Origin) -> Result<Arc<Template>, Reason> {
        Err(Reason { class: ReasonClass::Module, what: Str::new(path), origin })
    }
}

/// Reads the text of a file.
pub(crate) fn read(text: &str, source: SourceId) -> Result<Json, Problem> {
    let strict = text::strict(text);
    match json::parse(&strict, source, 0) {
        Ok(node) => Ok(Json { node, text: strict.into_owned() }),
        Err(error) => {
            let at = Origin::new(source, error.at, error.at.saturating_add(1));
            Err(Problem::at(at, ProblemKind::Syntax, error.message))
        }
    }
}

/// The template that stands inside an artifact of a blueprint, which has no schema of its own.
///
/// <https://learn.microsoft.com/azure/governance/blueprints/concepts/lifecycle>
fn wrapped(node: &Node) -> Option<&Node> {
    let inner = tree::get(tree::get(node, "properties")?, "template")?;
    let is_artifact = tree::text(node, "kind").is_some_and(|kind| kind.eq_ignore_ascii_case("template"))
        || tree::text(node, "type").is_none_or(|ty| ty.to_ascii_lowercase().starts_with("microsoft.blueprint/"));
    (is_artifact && tree::get(node, "$schema").is_none() && document(inner) == Document::Template).then_some(inner)
}

/// What a file is, by its content.
pub(crate) fn document(node: &Node) -> Document {
    if wrapped(node).is_some() {
        return Document::Template;
    }
    let schema = tree::text(node, "$schema").unwrap_or_default().to_ascii_lowercase();
    let schema = schema.trim_end_matches('#');
    if schema.ends_with("deploymenttemplate.json") {
        return Document::Template;
    }
    if schema.ends_with("deploymentparameters.json") {
        return Document::Parameters;
    }
    let is_resource = |node: &Node| {
        tree::text(node, "type").is_some_and(|ty| ty.contains('.') && ty.contains('/'))
            && (tree::text(node, "apiVersion").is_some() || tree::get(node, "properties").is_some())
    };
    let listed = node.value.as_list().is_some_and(|list| list.items.first().is_some_and(is_resource));
    let inside = tree::get(node, "resources").and_then(|resources| resources.value.as_list());
    let untitled = inside.is_some_and(|list| list.items.first().is_some_and(is_resource));
    match () {
        () if untitled => Document::Template,
        () if listed || is_resource(node) => Document::Resources,
        () => Document::Other,
    }
}

/// Reads a template.
pub(crate) fn template(json: &Json, links: &mut dyn Links, problems: &mut Vec<Problem>) -> Template {
    let mut reader = tree::Reader::new(&json.text, links, problems);
    match document(&json.node) {
        Document::Resources => reader.loose_resources(&json.node),
        _ => reader.template(wrapped(&json.node).unwrap_or(&json.node)),
    }
}

/// Why something is not known.
fn reason(class: redan_model::ReasonClass, what: &str, origin: Origin) -> Reason {
    Reason { class, what: Str::new(what), origin }
}

/// A JSON value as the expression that it is, without reading text as expressions.
pub(crate) fn literal(node: &Node) -> Expr {
    let kind = match &node.value {
        Value::Bool(value) => ExprKind::Bool(*value),
        Value::Int(value) => ExprKind::Int(*value),
        Value::Float(value) => ExprKind::Float(*value),
        Value::Text(text) => ExprKind::Text(*text),
        Value::List(list) => ExprKind::Array(list.items.iter().map(|item| Item::One(literal(item))).collect()),
        Value::Map(map) => {
            let entries = map.entries().iter().map(|entry| (entry.key, literal(&entry.node)));
            return Expr::object(entries.collect(), node.origin);
        }
        Value::Null | Value::Template(_) | Value::Unknown(_) | Value::Ref(_) => ExprKind::Null,
    };
    Expr::new(kind, node.origin)
}
