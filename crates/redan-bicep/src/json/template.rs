//! The parts of a template.

use super::expression::Within;
use super::tree::{Reader, entries, get, is_copy, items, text};
use super::types;
use crate::ir::{Expr, Function, Output, Parameter, Resource, Scope, Template, TypeDeclaration, Variable};
use redan_model::{Node, Str};

impl Reader<'_> {
    /// A template.
    pub(super) fn template(&mut self, node: &Node) -> Template {
        Template {
            scope: scope(&text(node, "$schema").unwrap_or_default()),
            parameters: self.parameters(node),
            variables: self.variables(node),
            functions: self.functions(node),
            types: self.types(node),
            resources: get(node, "resources").map(|resources| self.resources(resources)).unwrap_or_default(),
            outputs: self.outputs(node),
        }
    }

    /// Resources that stand in no template.
    pub(super) fn loose_resources(&mut self, node: &Node) -> Template {
        let listed = items(Some(node));
        let all = if listed.is_empty() { std::slice::from_ref(node) } else { listed };
        let resources: Vec<Resource> = all.iter().filter_map(|node| self.resource(None, node)).collect();
        Template { resources, ..Template::default() }
    }

    fn parameters(&mut self, node: &Node) -> Vec<Parameter> {
        let Some(section) = get(node, "parameters") else { return Vec::new() };
        entries(section)
            .into_iter()
            .map(|entry| {
                let node = &entry.node;
                let ty = types::read(self, node);
                Parameter {
                    name: entry.key,
                    ty,
                    default: get(node, "defaultValue").map(|default| self.expr(default)),
                    origin: node.origin,
                }
            })
            .collect()
    }

    fn variables(&mut self, node: &Node) -> Vec<Variable> {
        let Some(section) = get(node, "variables") else { return Vec::new() };
        let mut variables = Vec::new();
        for entry in entries(section) {
            if entry.key.eq_ignore_ascii_case("copy") && is_copy(&entry.node) {
                let copies = items(Some(&entry.node)).iter().filter_map(|copy| self.copied(copy));
                variables.extend(copies.map(|(name, value)| Variable { name, value }));
            } else {
                variables.push(Variable { name: entry.key, value: self.expr(&entry.node) });
            }
        }
        variables
    }

    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/user-defined-functions>
    fn functions(&mut self, node: &Node) -> Vec<Function> {
        let mut functions = Vec::new();
        self.within = Within::Function;
        for group in items(get(node, "functions")) {
            let namespace = text(group, "namespace");
            let members = get(group, "members").map(entries).unwrap_or_default();
            for member in members {
                let parameters = items(get(&member.node, "parameters")).iter().filter_map(|node| text(node, "name"));
                let Some(value) = get(&member.node, "output").and_then(|output| get(output, "value")) else { continue };
                functions.push(Function {
                    namespace,
                    name: member.key,
                    parameters: parameters.collect(),
                    body: self.expr(value),
                });
            }
        }
        self.within = Within::Template;
        functions
    }

    fn types(&mut self, node: &Node) -> Vec<TypeDeclaration> {
        let definitions = get(node, "definitions").map(entries).unwrap_or_default();
        let read = |entry: &redan_model::Entry| TypeDeclaration { name: entry.key, ty: types::read(self, &entry.node) };
        definitions.into_iter().map(read).collect()
    }

    fn outputs(&mut self, node: &Node) -> Vec<Output> {
        let section = get(node, "outputs").map(entries).unwrap_or_default();
        let mut outputs = Vec::new();
        for entry in section {
            let value = match (get(&entry.node, "value"), get(&entry.node, "copy")) {
                (Some(value), _) => self.expr(value),
                (None, Some(copy)) => match self.output_loop(copy) {
                    Some(value) => value,
                    None => continue,
                },
                (None, None) => continue,
            };
            let condition = get(&entry.node, "condition").map(|condition| self.expr(condition));
            outputs.push(Output { name: entry.key, value, condition });
        }
        outputs
    }

    fn output_loop(&mut self, copy: &Node) -> Option<Expr> {
        let count = self.expr(get(copy, "count")?);
        let body = self.expr(get(copy, "input")?);
        let over = crate::ir::Over::Count(count);
        let repeat =
            crate::ir::Loop { over, index: Some(Str::default()), item: None, filter: None, origin: copy.origin };
        Some(Expr::new(crate::ir::ExprKind::For(Box::new(repeat), Box::new(body)), copy.origin))
    }
}

/// The scope of a template, by its schema.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#template-format>
fn scope(schema: &str) -> Scope {
    let schema = schema.to_ascii_lowercase();
    match () {
        () if schema.contains("subscriptiondeploymenttemplate") => Scope::Subscription,
        () if schema.contains("managementgroupdeploymenttemplate") => Scope::ManagementGroup,
        () if schema.contains("tenantdeploymenttemplate") => Scope::Tenant,
        () => Scope::ResourceGroup,
    }
}
