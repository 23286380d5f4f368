//! Nested and linked deployments.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates>

use super::tree::{Reader, entries, get, text};
use super::{reason, text as lenient};
use crate::ir::{Expr, ExprKind, Module, Step, Template};
use redan_model::{Node, Reason, ReasonClass, Str, Value};
use std::sync::Arc;

/// Templates nested deeper than this are not read.
const MAX_DEPTH: usize = 16;

impl Reader<'_> {
    /// What a resource of type `Microsoft.Resources/deployments` deploys.
    pub(super) fn deployment(&mut self, node: &Node) -> Module {
        let properties = get(node, "properties");
        let inner = properties
            .and_then(|properties| get(properties, "expressionEvaluationOptions"))
            .and_then(|options| text(options, "scope"))
            .is_some_and(|scope| scope.eq_ignore_ascii_case("inner"));
        let nested = properties.and_then(|properties| get(properties, "template"));
        let link = properties.and_then(|properties| get(properties, "templateLink"));
        let template = match (nested, link) {
            (Some(nested), _) => self.nested(nested),
            (None, Some(link)) => self.linked(link),
            (None, None) => Err(reason(ReasonClass::Module, "the deployment names no template", node.origin)),
        };
        let (arguments, computed) = self.arguments(properties.and_then(|properties| get(properties, "parameters")));
        Module { template, arguments, computed, outer: nested.is_some() && !inner }
    }

    fn nested(&mut self, node: &Node) -> Result<Arc<Template>, Reason> {
        if self.depth >= MAX_DEPTH {
            return Err(reason(ReasonClass::Bound, "templates nested too deeply", node.origin));
        }
        if node.value.as_map().is_none() {
            return Err(reason(ReasonClass::Module, "the template is computed", node.origin));
        }
        self.depth += 1;
        let template = self.template(node);
        self.depth -= 1;
        Ok(Arc::new(template))
    }

    /// Values of parameters: `{name: {value: …}}`, or one expression for all of them.
    fn arguments(&mut self, node: Option<&Node>) -> (Vec<(Str, Expr)>, Option<Expr>) {
        let Some(node) = node else { return (Vec::new(), None) };
        if node.value.as_map().is_none() {
            return (Vec::new(), Some(self.expr(node)));
        }
        let arguments = entries(node).into_iter().map(|entry| {
            let value = match (get(&entry.node, "value"), get(&entry.node, "reference")) {
                (Some(value), _) => self.expr(value),
                (None, Some(reference)) => {
                    let what = reason(ReasonClass::Input, "a secret of a key vault", reference.origin);
                    Expr::new(ExprKind::Unknown(what), reference.origin)
                }
                // `[if(…, createObject('value', …), …)]`
                (None, None) => {
                    let origin = entry.node.origin;
                    let step = Step { safe: true, ..Step::to(Expr::text("value", origin)) };
                    self.expr(&entry.node).access(step, origin)
                }
            };
            (entry.key, value)
        });
        (arguments.collect(), None)
    }

    fn linked(&mut self, link: &Node) -> Result<Arc<Template>, Reason> {
        let (path, origin) = match (get(link, "relativePath"), get(link, "uri"), get(link, "id")) {
            (Some(path), ..) => (path.value.as_text(), path.origin),
            (None, Some(uri), _) => (uri.value.as_text().and_then(|uri| local_path(&uri)), uri.origin),
            (None, None, id) => (None, id.map_or(link.origin, |id| id.origin)),
        };
        match path {
            Some(path) if !lenient::is_expression(&path) => self.links.linked(&path, origin),
            _ => {
                let what = written(get(link, "uri").or_else(|| get(link, "id")));
                Err(reason(ReasonClass::Module, &what, origin))
            }
        }
    }
}

fn written(node: Option<&Node>) -> String {
    match node.map(|node| &node.value) {
        Some(Value::Text(text)) => text.chars().take(80).collect(),
        _ => "the linked template".to_owned(),
    }
}

/// The path that the address of a linked template ends with, where it is built from where this template lies
/// (`uri(deployment().properties.templateLink.uri, 'nested/a.json')`, `concat(parameters('_artifactsLocation'), '/nested/a.json', …)`).
fn local_path(uri: &str) -> Option<Str> {
    if !lenient::is_expression(uri) {
        return None;
    }
    let literals = uri.split('\'').skip(1).step_by(2);
    let path = literals.filter(|text| text.ends_with(".json")).last()?;
    (!path.contains("://")).then(|| Str::new(path.trim_start_matches('/')))
}
