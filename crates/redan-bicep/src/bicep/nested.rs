//! Deployments that are written as resources: the template in them is one of ARM, written with Bicep's literals.
//! <https://learn.microsoft.com/azure/templates/microsoft.resources/deployments>

use std::sync::Arc;

use redan_model::{Node, Reason, ReasonClass, Str, Value};

use super::resource::property;
use super::template::Lower;
use crate::ir::{Expr, Module, Template};
use crate::json;
use crate::syntax::ast::{self, Object, Span};

impl Lower<'_, '_> {
    /// What a resource of type `Microsoft.Resources/deployments` deploys.
    pub(super) fn deployment(&mut self, object: &Object, span: Span) -> Module {
        let properties = property(object, "properties").and_then(object_of);
        let template = properties.and_then(|properties| property(properties, "template"));
        let template = match template {
            Some(template) => self.nested_template(template),
            None => Err(self.unread(span, "the template that a deployment links")),
        };
        let mut module = Module { template, arguments: Vec::new(), computed: None, outer: false };
        if let Some(parameters) = properties.and_then(|properties| property(properties, "parameters")) {
            match self.deployment_arguments(parameters) {
                Some(arguments) => module.arguments = arguments,
                None => module.computed = Some(self.expr(parameters)),
            }
        }
        module
    }

    fn unread(&self, span: Span, what: &str) -> Reason {
        Reason { class: ReasonClass::Module, what: Str::new(what), origin: self.origin(span) }
    }

    fn nested_template(&mut self, template: &ast::Expr) -> Result<Arc<Template>, Reason> {
        let node = self.literal(template).ok_or_else(|| Reason {
            class: ReasonClass::Unsupported,
            what: Str::new("a template that is computed"),
            origin: self.origin(template.span),
        })?;
        let read = json::Json::of(node, self.unit.text.to_string());
        let mut problems = Vec::new();
        let lowered = json::template(&read, &mut json::Alone, &mut problems);
        self.compiler.problems.extend(problems);
        Ok(Arc::new(lowered))
    }

    /// `{ name: { value: … } }`
    fn deployment_arguments(&mut self, parameters: &ast::Expr) -> Option<Vec<(Str, Expr)>> {
        let object = object_of(parameters).filter(|object| !object.damaged)?;
        let mut arguments = Vec::new();
        for item in &object.items {
            let ast::ObjectItem::Property { key: ast::ObjectKey::Name(name), value } = item else { return None };
            let value = property(object_of(value)?, "value")?;
            arguments.push((Str::new(&name.text), self.expr(value)));
        }
        Some(arguments)
    }

    /// A value of literals only.
    fn literal(&self, expr: &ast::Expr) -> Option<Node> {
        let value = match &expr.kind {
            ast::ExprKind::Null => Value::Null,
            ast::ExprKind::Bool(value) => Value::Bool(*value),
            ast::ExprKind::Integer(value) => Value::Int(i64::try_from(*value).ok()?),
            ast::ExprKind::Text(text) => Value::text(text),
            ast::ExprKind::Array(array) => {
                let item = |item: &ast::ArrayItem| match item {
                    ast::ArrayItem::Value(value) => self.literal(value),
                    ast::ArrayItem::Spread(_) => None,
                };
                Value::list(array.items.iter().map(item).collect::<Option<Vec<Node>>>()?)
            }
            ast::ExprKind::Object(object) => {
                let entry = |item: &ast::ObjectItem| match item {
                    ast::ObjectItem::Property { key: ast::ObjectKey::Name(name), value } => {
                        Some((Str::new(&name.text), self.literal(value)?))
                    }
                    _ => None,
                };
                let entries = object.items.iter().map(entry).collect::<Option<Vec<(Str, Node)>>>()?;
                return Some(Node::map(entries, self.origin(expr.span)));
            }
            ast::ExprKind::Paren(inner) => return self.literal(inner),
            _ => return None,
        };
        Some(Node::new(value, self.origin(expr.span)))
    }
}

fn object_of(expr: &ast::Expr) -> Option<&Object> {
    match &expr.kind {
        ast::ExprKind::Object(object) => Some(object),
        _ => None,
    }
}
