//! What a template uses of other files: exported variables and functions, and what these use in turn. Each is copied
//! into the template under a name of its own, as the compiler does.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-import>

use std::collections::VecDeque;
use std::sync::Arc;

use redan_model::{Origin, Problem, ProblemKind, Reason, SourceId, Str};
use rustc_hash::{FxHashMap, FxHashSet};

use super::compiler::is_json;
use super::json::Library;
use super::template::Lower;
use super::unit::Unit;
use crate::bind::Symbol;
use crate::syntax::ast::{DeclarationKind, Text};

/// A file that is imported from.
#[derive(Clone)]
pub(super) enum Exporter {
    Bicep(Arc<Unit>),
    Json(Arc<Library>),
}

/// What a name of another file is.
pub(super) enum Exported {
    /// A variable, by its name in this template.
    Variable(Str),
    /// A function of the template's own, by its name in this template.
    Function(Str),
    /// A type, or nothing that has a value.
    Other,
    /// The other file cannot be read.
    Unread(Reason),
}

/// What has been imported so far.
#[derive(Default)]
pub(super) struct Imports {
    numbers: FxHashMap<SourceId, usize>,
    seen: FxHashSet<(SourceId, Text)>,
    queue: VecDeque<(Arc<Unit>, usize)>,
}

impl Lower<'_, '_> {
    /// Reports an import whose file cannot be read.
    pub(super) fn check_import(&mut self, at: usize) {
        let unit = Arc::clone(&self.unit);
        if let Err(reason) = self.exporter(&unit, at) {
            let help = "restore it with `bicep restore`, or mend the path";
            let problem = Problem::at(reason.origin, ProblemKind::ModuleMissing, format!("import of {}", reason.what));
            self.compiler.problems.push(problem.help(help));
        }
    }

    /// The file that an import of `unit` names.
    pub(super) fn exporter(&mut self, unit: &Arc<Unit>, at: usize) -> Result<Exporter, Reason> {
        let Some((path, origin)) = unit.import_path(at) else {
            let what = Str::new("the path of an import is no plain text");
            let class = redan_model::ReasonClass::Problem;
            return Err(Reason { class, what, origin: Origin::NOWHERE });
        };
        let path = self.compiler.resolve(unit, path, origin)?;
        if is_json(&path) {
            return self.compiler.library(&path, origin).map(Exporter::Json);
        }
        self.compiler.unit(&path, origin).map(Exporter::Bicep)
    }

    /// A name of the file that an import of the present file names.
    pub(super) fn exported(&mut self, at: usize, name: &Text) -> Exported {
        let unit = Arc::clone(&self.unit);
        match self.exporter(&unit, at) {
            Ok(exporter) => self.export_of(&exporter, name),
            Err(reason) => Exported::Unread(reason),
        }
    }

    fn export_of(&mut self, exporter: &Exporter, name: &Text) -> Exported {
        let mut exporter = exporter.clone();
        let mut name = name.clone();
        // What a file imports it may export again under the same name; files may do so in a circle.
        for _ in 0..16 {
            let unit = match &exporter {
                Exporter::Bicep(unit) => Arc::clone(unit),
                Exporter::Json(library) => return self.export_of_json(&Arc::clone(library), &name),
            };
            match unit.names.get(&name).or_else(|| unit.names.type_named(&name)).cloned() {
                Some(Symbol::Variable(at)) => {
                    self.enqueue(&unit, at, &name);
                    return Exported::Variable(self.mangled(unit.source, &name));
                }
                Some(Symbol::Function(at)) => {
                    self.enqueue(&unit, at, &name);
                    return Exported::Function(self.mangled(unit.source, &name));
                }
                Some(Symbol::Imported(at, original)) => match self.exporter(&unit, at) {
                    Ok(next) => (exporter, name) = (next, original),
                    Err(reason) => return Exported::Unread(reason),
                },
                _ => return Exported::Other,
            }
        }
        Exported::Other
    }

    fn export_of_json(&mut self, library: &Arc<Library>, name: &Text) -> Exported {
        let mangled = self.mangled(library.source, name);
        let prefix = self.prefix_of(library.source);
        if library.template.variables.iter().any(|variable| *variable.name == **name) {
            self.add_library(library, &prefix);
            return Exported::Variable(mangled);
        }
        if library.template.functions.iter().any(|function| *function.name == **name) {
            self.add_library(library, &prefix);
            return Exported::Function(mangled);
        }
        Exported::Other
    }

    fn add_library(&mut self, library: &Library, prefix: &str) {
        if self.imports.seen.insert((library.source, Text::from(""))) {
            let (variables, functions) = library.renamed(prefix);
            self.template.variables.extend(variables);
            self.template.functions.extend(functions);
        }
    }

    /// A name of another file in this template; the file's own names stay as they are.
    pub(super) fn mangled(&mut self, source: SourceId, name: &Text) -> Str {
        if source == self.unit.source { self.own(name) } else { Str::from(format!("{}{name}", self.prefix_of(source))) }
    }

    fn prefix_of(&mut self, source: SourceId) -> String {
        let next = self.imports.numbers.len() + 1;
        let number = *self.imports.numbers.entry(source).or_insert(next);
        format!("_{number}.")
    }

    fn enqueue(&mut self, unit: &Arc<Unit>, at: usize, name: &Text) {
        if self.imports.seen.insert((unit.source, name.clone())) {
            self.imports.queue.push_back((Arc::clone(unit), at));
        }
    }

    /// Notes that a declaration of the present file is used, if it is one that is imported from.
    pub(super) fn uses(&mut self, at: usize, name: &Text) {
        if !self.prefix.is_empty() {
            let unit = Arc::clone(&self.unit);
            self.enqueue(&unit, at, name);
        }
    }

    /// Lowers what is used of other files, until nothing new is.
    pub(super) fn imported(&mut self) {
        while let Some((unit, at)) = self.imports.queue.pop_front() {
            self.prefix = self.prefix_of(unit.source);
            self.unit = Arc::clone(&unit);
            let declared = unit.file.declarations.get(at).filter(|declaration| {
                matches!(declaration.kind, DeclarationKind::Variable { .. } | DeclarationKind::Function(_))
            });
            if let Some(declaration) = declared {
                self.declaration(at, declaration);
            }
        }
    }
}
