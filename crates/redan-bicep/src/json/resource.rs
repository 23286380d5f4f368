//! Resources, with their loops and nested children.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration>; symbolic names:
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#languageversion-20>.

use super::tree::{Reader, entries, get, items, text};
use crate::ir::{EXTENSION_NAMES, Loop, Over, Resource};
use redan_model::{Node, Str, Value};

/// Keys of a resource that are not attributes of what is deployed.
const STRUCTURE: [&str; 14] = [
    "type",
    "apiVersion",
    "name",
    "condition",
    "copy",
    "dependsOn",
    "scope",
    "existing",
    "resources",
    "comments",
    "metadata",
    "import",
    "extension",
    "$schema",
];

impl Reader<'_> {
    /// The resources of a template or of a parent: a list, or an object by symbolic names.
    pub(super) fn resources(&mut self, node: &Node) -> Vec<Resource> {
        match &node.value {
            Value::Map(_) => {
                entries(node).into_iter().filter_map(|entry| self.resource(Some(entry.key), &entry.node)).collect()
            }
            _ => items(Some(node)).iter().filter_map(|node| self.resource(None, node)).collect(),
        }
    }

    /// A resource; `None` if it has no type.
    pub(super) fn resource(&mut self, symbol: Option<Str>, node: &Node) -> Option<Resource> {
        let written = text(node, "type")?;
        let (ty, at) = written.split_once('@').unwrap_or((&written, ""));
        let version = match get(node, "apiVersion") {
            Some(version) => Some(self.expr(version)),
            None => (!at.is_empty()).then(|| crate::ir::Expr::text(at, node.origin)),
        };
        let children = get(node, "resources").map(|children| self.resources(children)).unwrap_or_default();
        let module = ty.eq_ignore_ascii_case("Microsoft.Resources/deployments").then(|| self.deployment(node));
        let without: Vec<&str> = match &module {
            Some(_) => STRUCTURE.into_iter().chain(["properties"]).collect(),
            None => STRUCTURE.to_vec(),
        };
        // What an extension makes has its attributes under `properties`; its type knows them without.
        let extension = text(node, "import").or_else(|| text(node, "extension"));
        let extension = extension.filter(|extension| !extension.eq_ignore_ascii_case("az"));
        let (attributes, without) = match (extension, get(node, "properties")) {
            (Some(_), Some(properties)) => (properties, Vec::new()),
            _ => (node, without),
        };
        let ty = ty.trim_end_matches('/');
        let mut name = get(node, "name");
        if extension.is_some() {
            name = name.or_else(|| EXTENSION_NAMES.iter().find_map(|key| get(attributes, key)));
        }
        Some(Resource {
            symbol,
            ty: Str::new(ty),
            version,
            extension: extension.is_some(),
            name: name.map(|name| self.expr(name)),
            body: self.object(attributes, &without),
            condition: get(node, "condition").map(|condition| self.expr(condition)),
            repeat: get(node, "copy").and_then(|copy| self.resource_loop(copy)),
            existing: matches!(get(node, "existing").map(|node| &node.value), Some(Value::Bool(true))),
            parent: None,
            scope: get(node, "scope").map(|scope| self.expr(scope)).or_else(|| self.place(node)),
            children,
            module,
            origin: node.origin,
        })
    }

    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources>
    fn resource_loop(&mut self, copy: &Node) -> Option<Loop> {
        let count = self.expr(get(copy, "count")?);
        let index = text(copy, "name");
        Some(Loop { over: Over::Count(count), index, item: None, filter: None, origin: copy.origin })
    }

    /// Where a deployment goes to, if it names another resource group or subscription.
    fn place(&mut self, node: &Node) -> Option<crate::ir::Expr> {
        let subscription = get(node, "subscriptionId");
        let group = get(node, "resourceGroup");
        let arguments: Vec<_> = subscription.into_iter().chain(group).map(|node| self.expr(node)).collect();
        let function = if group.is_some() { "resourceGroup" } else { "subscription" };
        let origin = group.or(subscription)?.origin;
        Some(crate::ir::Expr::call(function, arguments, origin))
    }
}
