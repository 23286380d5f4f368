//! `.bicepparam` files: the template that they use, and the values that they give it.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files>

use std::sync::Arc;

use redan_model::{Origin, Problem, ProblemKind, Reason, Str};

use super::compiler::Compiler;
use super::files::FilePath;
use super::template::Lower;
use super::unit::Unit;
use crate::ir::{Expr, ExprKind, Template, Variable};
use crate::syntax::ast::{self, DeclarationKind};

/// Files that extend each other, no further than this.
const MAX_EXTENDS: usize = 8;

/// What a file of parameters says.
pub(crate) struct Given {
    /// What stands after `using`, unless it is `none`.
    pub(crate) template: Option<FilePath>,
    /// Where it stands.
    pub(crate) origin: Origin,
    /// The values by name, evaluated in `around`.
    pub(crate) arguments: Vec<(Str, Expr)>,
    /// Variables and functions that the values use; each value is a variable too.
    pub(crate) around: Arc<Template>,
}

impl Compiler<'_> {
    /// Reads a file of parameters.
    pub(crate) fn parameters(&mut self, path: &FilePath) -> Result<Given, Reason> {
        self.unit(path, Origin::NOWHERE).map(|unit| self.given_by(unit))
    }

    /// Reads a text of parameters.
    pub(crate) fn parameters_of_text(&mut self, path: &FilePath, text: &Arc<str>) -> Given {
        let unit = self.unit_of_text(path, text);
        self.given_by(unit)
    }

    fn given_by(&mut self, unit: Arc<Unit>) -> Given {
        let mut units = vec![unit];
        while let Some(base) = units.last().and_then(|unit| extended(unit)) {
            let (path, origin) = base;
            if units.len() >= MAX_EXTENDS || units.iter().any(|unit| unit.path == path) {
                self.problems.push(Problem::at(origin, ProblemKind::Limit, "files of parameters extend each other"));
                break;
            }
            match self.unit(&path, origin) {
                Ok(unit) => units.push(unit),
                Err(reason) => {
                    self.problems.push(Problem::at(origin, ProblemKind::Unreadable, reason.what.to_string()));
                    break;
                }
            }
        }
        self.given(&units)
    }

    /// The values of a file and of those that it extends; the nearest counts.
    fn given(&mut self, units: &[Arc<Unit>]) -> Given {
        let mut given =
            Given { template: None, origin: Origin::NOWHERE, arguments: Vec::new(), around: Arc::default() };
        let Some(first) = units.first() else { return given };
        let mut lower = Lower::new(self, Arc::clone(first));
        for unit in units {
            lower.unit = Arc::clone(unit);
            for (at, declaration) in unit.file.declarations.iter().enumerate() {
                match &declaration.kind {
                    DeclarationKind::Using(Some(path)) if given.template.is_none() => {
                        if let ast::ExprKind::Text(text) = &path.kind {
                            given.origin = lower.origin(path.span);
                            given.template = lower.compiler.resolve(unit, text, given.origin).ok();
                        }
                    }
                    DeclarationKind::Assignment { name, value } => {
                        let key = Str::new(&name.text);
                        if given.arguments.iter().any(|(known, _)| *known == key) {
                            continue;
                        }
                        let value = lower.expr(value);
                        given.arguments.push((key, Expr::new(ExprKind::Variable(key), value.origin)));
                        lower.template.variables.push(Variable { name: key, value });
                    }
                    _ => lower.declaration(at, declaration),
                }
            }
        }
        lower.imported();
        given.around = Arc::new(lower.template);
        given
    }
}

/// The file that this one extends.
fn extended(unit: &Unit) -> Option<(FilePath, Origin)> {
    unit.file.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Extends(path) => match &path.kind {
            ast::ExprKind::Text(text) => Some((unit.path.beside(text), unit.origin(path.span))),
            _ => None,
        },
        _ => None,
    })
}
