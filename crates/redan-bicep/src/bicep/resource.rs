//! Resources and modules.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/resource-declaration>,
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/modules>

use redan_model::{Reason, ReasonClass, Str};

use super::scope::Scope;
use super::template::Lower;
use crate::ir::{EXTENSION_NAMES, Expr, ExprKind, Loop, Module, Resource};
use crate::syntax::ast::{self, Declaration, Object, Span, Text};

/// The body of a resource or module, without its loop and condition.
struct Body {
    repeat: Option<Loop>,
    condition: Option<Expr>,
}

const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// Properties of a resource that are not attributes of what is deployed.
const STRUCTURE: [&str; 4] = ["name", "parent", "scope", "dependsOn"];

impl Lower<'_, '_> {
    pub(super) fn resource(
        &mut self,
        declaration: &Declaration,
        resource: &ast::Resource,
        outer: Option<&Resource>,
    ) -> Resource {
        let name = &resource.name.text;
        let symbol = match outer.and_then(|outer| outer.symbol) {
            Some(outer) => Str::from(format!("{outer}::{name}")),
            None => Str::new(name),
        };
        let written = match &resource.of.kind {
            ast::ExprKind::Text(text) => Text::clone(text),
            _ => Text::from(""),
        };
        let (ty, version) = written.split_once('@').unwrap_or((&written, ""));
        // `az:Microsoft.Storage/…` names the extension that has the type.
        let ty = ty.split_once(':').map_or(ty, |(_, ty)| ty);
        let version = (!version.is_empty()).then(|| Expr::text(version, self.origin(resource.of.span)));
        let mut lowered = Resource {
            symbol: Some(symbol),
            ty: Str::new(ty),
            // A nested child without a version has that of what contains it.
            version: version.or_else(|| outer.and_then(|outer| outer.version.clone())),
            extension: outer.map_or_else(|| self.is_of_extension(ty), |outer| outer.extension),
            name: None,
            body: Expr::new(ExprKind::Object(Vec::new()), self.origin(resource.body.span)),
            condition: None,
            repeat: None,
            existing: resource.existing,
            parent: None,
            scope: None,
            children: Vec::new(),
            module: None,
            origin: self.origin(declaration.span),
        };
        let body = self.body(&resource.body, |lower, object, span| {
            let children = children(object, symbol);
            lower.within(Scope::Children(children), |lower| lower.attributes(object, span, &mut lowered));
        });
        lowered.condition = body.condition;
        lowered.repeat = body.repeat;
        lowered
    }

    /// Whether an extension that the file declares makes resources of a type: those of Resource Manager are named after a
    /// namespace with a dot, among which Microsoft Graph's is none.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-extension>
    fn is_of_extension(&self, ty: &str) -> bool {
        let namespace = ty.split('/').next().unwrap_or_default();
        let foreign = !namespace.contains('.') || namespace.eq_ignore_ascii_case("Microsoft.Graph");
        let extends = |declaration: &Declaration| matches!(declaration.kind, ast::DeclarationKind::Extension(_));
        foreign && self.unit.file.declarations.iter().any(extends)
    }

    fn attributes(&mut self, object: &Object, span: Span, lowered: &mut Resource) {
        if lowered.extension {
            self.extension_attributes(object, span, lowered);
            return;
        }
        let members = self.members(object, span, &STRUCTURE);
        lowered.body = Expr::new(ExprKind::Object(members), self.origin(span));
        lowered.name = property(object, "name").map(|name| self.expr(name));
        lowered.parent = property(object, "parent").map(|parent| self.expr(parent));
        lowered.scope = property(object, "scope").map(|scope| self.expr(scope));
        if lowered.ty.eq_ignore_ascii_case(DEPLOYMENT) && !lowered.existing {
            lowered.module = Some(self.deployment(object, span));
        }
        self.children(object, lowered);
    }

    /// Of an extension's resource everything is an attribute, whatever its name means elsewhere.
    fn extension_attributes(&mut self, object: &Object, span: Span, lowered: &mut Resource) {
        let members = self.members(object, span, &["dependsOn"]);
        lowered.body = Expr::new(ExprKind::Object(members), self.origin(span));
        let name = EXTENSION_NAMES.iter().find_map(|key| property(object, key));
        lowered.name = name.map(|name| self.expr(name));
        self.children(object, lowered);
    }

    fn children(&mut self, object: &Object, lowered: &mut Resource) {
        for item in &object.items {
            if let ast::ObjectItem::Resource(child) = item
                && let ast::DeclarationKind::Resource(resource) = &child.kind
            {
                let child = self.resource(child, resource, Some(lowered));
                lowered.children.push(child);
            }
        }
    }

    /// Takes a body apart: its loop, its condition, and the object, which `read` reads inside the loop.
    fn body(&mut self, body: &ast::Expr, read: impl FnOnce(&mut Self, &Object, Span)) -> Body {
        match &body.kind {
            ast::ExprKind::For(inner) => {
                let (repeat, ()) = self.looped(inner, body.span, |lower, inner| {
                    let inner = lower.conditional(inner, read);
                    ((), inner)
                });
                Body { repeat: Some(repeat), condition: None }
            }
            _ => Body { repeat: None, condition: self.conditional(body, read) },
        }
    }

    /// Reads an object, and says on which condition it holds.
    fn conditional(&mut self, body: &ast::Expr, read: impl FnOnce(&mut Self, &Object, Span)) -> Option<Expr> {
        let (condition, object) = match &body.kind {
            ast::ExprKind::If(inner) => (Some(self.expr(&inner.0)), &inner.1),
            _ => (None, body),
        };
        if let ast::ExprKind::Object(members) = &object.kind {
            read(self, members, object.span);
        }
        condition
    }

    pub(super) fn module(&mut self, declaration: &Declaration, module: &ast::Module) -> Resource {
        let origin = self.origin(module.path.span);
        let mut lowered = Resource {
            symbol: Some(Str::new(&module.name.text)),
            ty: Str::new(DEPLOYMENT),
            version: None,
            extension: false,
            name: None,
            body: Expr::new(ExprKind::Object(Vec::new()), self.origin(module.body.span)),
            condition: None,
            repeat: None,
            existing: false,
            parent: None,
            scope: None,
            children: Vec::new(),
            module: None,
            origin: self.origin(declaration.span),
        };
        let template = match &module.path.kind {
            ast::ExprKind::Text(path) => {
                let unit = std::sync::Arc::clone(&self.unit);
                self.compiler.module(&unit, path, origin)
            }
            _ => {
                let what = Str::new("the path of a module is no plain text");
                Err(Reason { class: ReasonClass::Module, what, origin })
            }
        };
        let mut deployed = Module { template, arguments: Vec::new(), computed: None, outer: false };
        let body = self.body(&module.body, |lower, object, span| {
            lowered.name = property(object, "name").map(|name| lower.expr(name));
            lowered.scope = property(object, "scope").map(|scope| lower.expr(scope));
            if object.damaged {
                let what = Str::new("parameters that do not parse");
                let reason = Reason { class: ReasonClass::Problem, what, origin: lower.origin(span) };
                deployed.computed = Some(Expr::new(ExprKind::Unknown(reason), reason.origin));
            }
            if let Some(parameters) = property(object, "params") {
                lower.arguments(parameters, &mut deployed);
            }
        });
        lowered.condition = body.condition;
        lowered.repeat = body.repeat;
        lowered.module = Some(deployed);
        lowered
    }

    /// The values that a module is given.
    fn arguments(&mut self, parameters: &ast::Expr, deployed: &mut Module) {
        let ast::ExprKind::Object(object) = &parameters.kind else {
            deployed.computed = Some(self.expr(parameters));
            return;
        };
        let named =
            |item: &ast::ObjectItem| matches!(item, ast::ObjectItem::Property { key: ast::ObjectKey::Name(_), .. });
        if object.damaged || !object.items.iter().all(named) {
            deployed.computed = Some(self.expr(parameters));
            return;
        }
        for item in &object.items {
            if let ast::ObjectItem::Property { key: ast::ObjectKey::Name(name), value } = item {
                let value = self.expr(value);
                deployed.arguments.push((Str::new(&name.text), value));
            }
        }
    }
}

/// The value of a property with a plain name.
pub(super) fn property<'o>(object: &'o Object, wanted: &str) -> Option<&'o ast::Expr> {
    object.items.iter().find_map(|item| match item {
        ast::ObjectItem::Property { key: ast::ObjectKey::Name(name), value } if &*name.text == wanted => Some(value),
        _ => None,
    })
}

/// The children of a resource by name, with their symbols.
fn children(object: &Object, symbol: Str) -> Vec<(Text, Str)> {
    let child = |item: &ast::ObjectItem| match item {
        ast::ObjectItem::Resource(child) => match &child.kind {
            ast::DeclarationKind::Resource(child) => {
                let name = &child.name.text;
                Some((name.clone(), Str::from(format!("{symbol}::{name}"))))
            }
            _ => None,
        },
        _ => None,
    };
    object.items.iter().filter_map(child).collect()
}
