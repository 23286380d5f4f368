//! A template: one Bicep file, one ARM JSON file, or a template nested in a deployment.

use super::expr::{Expr, Loop};
use super::place::Place;
use super::types::TypeExpr;
use redan_model::{Origin, Reason, Str};
use std::sync::Arc;

/// Where a template is deployed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    #[default]
    ResourceGroup,
    Subscription,
    ManagementGroup,
    Tenant,
}

/// A template.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    pub(crate) scope: Scope,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) functions: Vec<Function>,
    pub(crate) types: Vec<TypeDeclaration>,
    /// Resources, `existing` ones and modules, in the order of the file; children are nested or name their parent.
    pub(crate) resources: Vec<Resource>,
    pub(crate) outputs: Vec<Output>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Str,
    pub(crate) ty: TypeExpr,
    /// Evaluated in the template that declares it.
    pub(crate) default: Option<Expr>,
    pub(crate) origin: Origin,
}

/// A variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) name: Str,
    pub(crate) value: Expr,
}

/// A function of the template's own. Its body sees its parameters (as locals) and other functions, nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// In Bicep the compiler's `__bicep`; then calls need none.
    pub(crate) namespace: Option<Str>,
    pub(crate) name: Str,
    pub(crate) parameters: Vec<Str>,
    pub(crate) body: Expr,
}

/// A type with a name.
#[derive(Clone, Debug)]
pub(crate) struct TypeDeclaration {
    pub(crate) name: Str,
    pub(crate) ty: TypeExpr,
}

/// An output.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) name: Str,
    pub(crate) value: Expr,
    pub(crate) condition: Option<Expr>,
}

/// What names the resource of an extension: Microsoft Graph finds by `uniqueName` what has no name of its own.
///
/// <https://learn.microsoft.com/graph/templates/bicep/reference/applications>
pub(crate) const EXTENSION_NAMES: [&str; 2] = ["name", "uniqueName"];

/// A resource, an `existing` one, or a module.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Its symbolic name: unique in the template. `None` in JSON without symbolic names; of a nested child `outer::inner`.
    pub(crate) symbol: Option<Str>,
    /// As written, without version: `Microsoft.Storage/storageAccounts`. Of a nested child only its last segments. A
    /// module has `Microsoft.Resources/deployments`.
    pub(crate) ty: Str,
    pub(crate) version: Option<Expr>,
    /// Whether an extension of the language makes it (Microsoft Graph, Kubernetes) and not Resource Manager: it has no id
    /// there, and need not have a name.
    pub(crate) extension: bool,
    /// The name as written: of a nested child, or beside `parent`, only its last segments. A module may have none.
    pub(crate) name: Option<Expr>,
    /// Everything else that is declared of it: an object with `location`, `sku`, `properties`, `tags` …
    pub(crate) body: Expr,
    pub(crate) condition: Option<Expr>,
    pub(crate) repeat: Option<Loop>,
    pub(crate) existing: bool,
    /// A resource: `parent: storage`.
    pub(crate) parent: Option<Expr>,
    /// What it extends (a resource, or its id as text), or where it is deployed to (`resourceGroup('x')`,
    /// `subscription()`, as the calls that they are).
    pub(crate) scope: Option<Expr>,
    /// Nested children. (`dependsOn` is not kept: nothing depends on the order.)
    pub(crate) children: Vec<Self>,
    /// What a module deploys.
    pub(crate) module: Option<Module>,
    /// The whole declaration.
    pub(crate) origin: Origin,
}

/// What a module, or a nested or linked deployment, deploys.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// The template, or why it could not be read. Files that are used often are shared.
    pub(crate) template: Result<Arc<Template>, Reason>,
    /// The values of its parameters, evaluated where the module is declared.
    pub(crate) arguments: Vec<(Str, Expr)>,
    /// An object, where the parameters are one expression.
    pub(crate) computed: Option<Expr>,
    /// Whether the template's expressions see the parameters and variables of the template around it (JSON:
    /// `expressionEvaluationOptions.scope` is `outer`, which is the default there).
    pub(crate) outer: bool,
}

/// A template to evaluate, with the values of its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) template: Arc<Template>,
    /// Values of parameters, evaluated in `around`.
    pub(crate) arguments: Vec<(Str, Expr)>,
    /// Variables, functions and types that the arguments may use: a `.bicepparam` file; else empty.
    pub(crate) around: Arc<Template>,
    /// The folder that people are shown as root; empty for the folder of the scan itself.
    pub(crate) shown: Str,
    /// Where it is deployed to, as far as that is given.
    pub(crate) place: Place,
}
