//! A file as a template: its declarations one by one, then what they use of other files.

use std::sync::Arc;

use redan_model::{Origin, Problem, ProblemKind, Reason, ReasonClass, Str};

use super::compiler::Compiler;
use super::unit::Unit;
use crate::ir::{ExprKind, Function, Output, Parameter, Scope, Template, Variable};
use crate::syntax::ast::{self, DeclarationKind, Span, Text};

/// The namespace that the compiler gives to a template's own functions.
pub(super) const OWN: &str = "__bicep";

/// Lowers one file.
pub(super) struct Lower<'c, 'a> {
    pub(super) compiler: &'c mut Compiler<'a>,
    /// The file whose declarations are being lowered: the template's, or one that it imports from.
    pub(super) unit: Arc<Unit>,
    /// Before the names of what comes from another file.
    pub(super) prefix: String,
    pub(super) template: Template,
    /// Names of loops, lambdas, functions and nested resources, innermost last.
    pub(super) scopes: Vec<super::scope::Scope>,
    pub(super) imports: super::import::Imports,
    /// Bytes of conditions that were repeated where what they make is asked for.
    pub(super) conditions: u64,
}

pub(super) fn lower(compiler: &mut Compiler<'_>, unit: &Arc<Unit>) -> Template {
    let mut lower = Lower::new(compiler, Arc::clone(unit));
    for (at, declaration) in unit.file.declarations.iter().enumerate() {
        lower.declaration(at, declaration);
    }
    lower.imported();
    lower.template
}

impl<'c, 'a> Lower<'c, 'a> {
    pub(super) fn new(compiler: &'c mut Compiler<'a>, unit: Arc<Unit>) -> Self {
        Self {
            compiler,
            unit,
            prefix: String::new(),
            template: Template::default(),
            scopes: Vec::new(),
            imports: super::import::Imports::default(),
            conditions: 0,
        }
    }

    pub(super) fn origin(&self, span: Span) -> Origin {
        self.unit.origin(span)
    }

    pub(super) fn wrong(&mut self, span: Span, message: &str) -> ExprKind {
        let origin = self.origin(span);
        self.compiler.problems.push(Problem::at(origin, ProblemKind::Evaluation, message));
        ExprKind::Unknown(Reason { class: ReasonClass::Problem, what: Str::new(message), origin })
    }

    /// The name of something that this file declares, in the template.
    pub(super) fn own(&self, name: &Text) -> Str {
        if self.prefix.is_empty() { Str::new(name) } else { Str::from(format!("{}{name}", self.prefix)) }
    }

    pub(super) fn declaration(&mut self, at: usize, declaration: &ast::Declaration) {
        match &declaration.kind {
            DeclarationKind::TargetScope(scope) => self.target_scope(scope),
            DeclarationKind::Param { name, of, default } => {
                let parameter = Parameter {
                    name: Str::new(&name.text),
                    ty: self.type_of(of),
                    default: default.as_ref().map(|default| self.expr(default)),
                    origin: self.origin(declaration.span),
                };
                self.template.parameters.push(parameter);
            }
            DeclarationKind::Variable { name, value, .. } => {
                let value = self.expr(value);
                self.template.variables.push(Variable { name: self.own(&name.text), value });
            }
            DeclarationKind::Function(function) => self.function(function),
            DeclarationKind::Resource(resource) => {
                let resource = self.resource(declaration, resource, None);
                self.template.resources.push(resource);
            }
            DeclarationKind::Module(module) => {
                let module = self.module(declaration, module);
                self.template.resources.push(module);
            }
            DeclarationKind::Output { name, value, .. } => {
                let value = self.expr(value);
                self.template.outputs.push(Output { name: Str::new(&name.text), value, condition: None });
            }
            DeclarationKind::Import { .. } => self.check_import(at),
            DeclarationKind::Type { .. }
            | DeclarationKind::Metadata { .. }
            | DeclarationKind::Assert { .. }
            | DeclarationKind::Test(_)
            | DeclarationKind::Extension(_)
            | DeclarationKind::Assignment { .. }
            | DeclarationKind::Using(_)
            | DeclarationKind::Extends(_) => {}
        }
    }

    fn target_scope(&mut self, scope: &ast::Expr) {
        let ast::ExprKind::Text(name) = &scope.kind else { return };
        match &**name {
            "resourceGroup" => self.template.scope = Scope::ResourceGroup,
            "subscription" => self.template.scope = Scope::Subscription,
            "managementGroup" => self.template.scope = Scope::ManagementGroup,
            "tenant" => self.template.scope = Scope::Tenant,
            _ => {}
        }
    }

    pub(super) fn function(&mut self, function: &ast::Function) {
        let parameters: Vec<Text> = function.parameters.iter().map(|(name, _)| name.text.clone()).collect();
        let body = self.within(super::scope::Scope::Locals(parameters.clone()), |lower| lower.expr(&function.body));
        self.template.functions.push(Function {
            namespace: Some(Str::new(OWN)),
            name: self.own(&function.name.text),
            parameters: parameters.iter().map(|name| Str::new(name)).collect(),
            body,
        });
    }
}
