//! Calls: of the file's own functions, of functions that the compiler evaluates itself, and of ARM's.
//! Functions: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions>

use std::sync::Arc;

use redan_model::{Reason, ReasonClass, Str};

use super::expr::call;
use super::import::Exported;
use super::template::{Lower, OWN};
use crate::bind::Symbol;
use crate::ir::{Expr, ExprKind, Step};
use crate::syntax::ast::{self, Ident, Span, Text};

impl Lower<'_, '_> {
    /// `name(arguments)`
    pub(super) fn call(&mut self, name: &Ident, arguments: &[ast::Expr], span: Span) -> ExprKind {
        let unit = Arc::clone(&self.unit);
        match unit.names.get(&name.text) {
            Some(Symbol::Function(at)) => {
                self.uses(*at, &name.text);
                let name = self.own(&name.text);
                self.own_call(name, arguments)
            }
            Some(Symbol::Imported(at, original)) => self.imported_call(*at, original, arguments, span),
            _ => self.built_in(name, arguments, span),
        }
    }

    fn own_call(&mut self, name: Str, arguments: &[ast::Expr]) -> ExprKind {
        let arguments = arguments.iter().map(|argument| self.expr(argument)).collect();
        ExprKind::Call { namespace: Some(Str::new(OWN)), name, arguments }
    }

    fn imported_call(&mut self, at: usize, name: &Text, arguments: &[ast::Expr], span: Span) -> ExprKind {
        match self.exported(at, name) {
            Exported::Function(name) => self.own_call(name, arguments),
            Exported::Unread(reason) => {
                let what = Str::from(format!("{name} of {}", reason.what));
                ExprKind::Unknown(Reason { what, origin: self.origin(span), ..reason })
            }
            Exported::Variable(_) | Exported::Other => self.wrong(span, &format!("{name} is no exported function")),
        }
    }

    /// `target.name(arguments)`: a function of a namespace, or of a resource.
    pub(super) fn method(&mut self, target: &ast::Expr, name: &Ident, arguments: &[ast::Expr], span: Span) -> ExprKind {
        if let ast::ExprKind::Name(namespace) = &target.kind {
            if self.is_namespace(namespace) {
                let unit = Arc::clone(&self.unit);
                if let Some(Symbol::Namespace(at)) = unit.names.get(namespace) {
                    return self.imported_call(*at, &name.text, arguments, span);
                }
            }
            let hidden = self.inner(namespace).is_some() || self.unit.names.get(namespace).is_some();
            if !hidden && ["az", "sys"].contains(&&**namespace) {
                return self.built_in(name, arguments, span);
            }
        }
        let origin = self.origin(target.span);
        let resource = self.expr(target);
        let id = resource.access(Step::to(Expr::text("id", origin)), origin);
        let mut all = vec![id];
        all.extend(arguments.iter().map(|argument| self.expr(argument)));
        call(&name.text, all)
    }

    fn built_in(&mut self, name: &Ident, arguments: &[ast::Expr], span: Span) -> ExprKind {
        match (&*name.text, arguments) {
            ("any", [only]) => self.expr(only).kind,
            ("nameof", [only]) => match name_of(only) {
                Some(name) => ExprKind::Text(Str::new(&name)),
                None => self.wrong(span, "nameof() needs a name"),
            },
            (
                "loadTextContent"
                | "loadFileAsBase64"
                | "loadJsonContent"
                | "loadYamlContent"
                | "loadDirectoryFileInfo",
                [path, rest @ ..],
            ) => self.content(&name.text, path, rest, span),
            ("readEnvironmentVariable" | "externalInput" | "readCliArg", _) => {
                let what = Str::from(format!("{}()", name.text));
                ExprKind::Unknown(Reason { class: ReasonClass::Input, what, origin: self.origin(span) })
            }
            _ => {
                let arguments = arguments.iter().map(|argument| self.expr(argument)).collect();
                call(&name.text, arguments)
            }
        }
    }
}

/// The last name of a chain.
fn name_of(expr: &ast::Expr) -> Option<Text> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(name.clone()),
        ast::ExprKind::Property { name, .. } | ast::ExprKind::Child(_, name) => Some(name.text.clone()),
        ast::ExprKind::Paren(inner) | ast::ExprKind::NotNull(inner) => name_of(inner),
        ast::ExprKind::Index { index, target, .. } => match &index.kind {
            ast::ExprKind::Text(text) => Some(text.clone()),
            _ => name_of(target),
        },
        _ => None,
    }
}
