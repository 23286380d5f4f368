//! From files to templates: each file is parsed and lowered once, however many modules name it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redan_files::Boundary;
use redan_model::{Origin, Problem, ProblemKind, Reason, ReasonClass, Sources, Str};
use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{self, FilePath};
use super::template;
use super::unit::Unit;
use crate::ir::Template;

/// Modules inside modules, no deeper than this.
const MAX_MODULES: usize = 24;

/// Compiles the files of one tree.
pub(crate) struct Compiler<'a> {
    pub(super) sources: &'a Sources,
    pub(super) boundary: Boundary,
    /// Where the compiler keeps the modules of registries, if that is known.
    pub(super) installed: Option<(PathBuf, Boundary)>,
    units: FxHashMap<PathBuf, Result<Arc<Unit>, Reason>>,
    templates: FxHashMap<PathBuf, Slot>,
    pub(super) libraries: FxHashMap<PathBuf, Result<Arc<super::json::Library>, Reason>>,
    /// By the folder of a file: the aliases of registries that hold there.
    pub(super) aliases: FxHashMap<PathBuf, Arc<super::registry::Aliases>>,
    /// The bytes of files that were loaded as values.
    pub(super) loaded: usize,
    depth: usize,
    called: FxHashSet<PathBuf>,
    pub(crate) problems: Vec<Problem>,
}

#[derive(Clone)]
enum Slot {
    /// Being lowered: who asks now calls itself.
    Open,
    Done(Result<Arc<Template>, Reason>),
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(sources: &'a Sources, boundary: Boundary, installed: Option<PathBuf>) -> Self {
        Self {
            sources,
            boundary,
            installed: installed.map(|folder| {
                let boundary = Boundary::around(&folder);
                (folder, boundary)
            }),
            units: FxHashMap::default(),
            templates: FxHashMap::default(),
            libraries: FxHashMap::default(),
            aliases: FxHashMap::default(),
            loaded: 0,
            depth: 0,
            called: FxHashSet::default(),
            problems: Vec::new(),
        }
    }

    /// Whether another file that was compiled deploys this one.
    pub(crate) fn is_called(&self, path: &FilePath) -> bool {
        path.real.as_ref().is_some_and(|real| self.called.contains(real))
    }

    /// The template of a file of Bicep.
    pub(crate) fn template(&mut self, path: &FilePath, origin: Origin) -> Result<Arc<Template>, Reason> {
        let Some(real) = path.real.clone() else { return Err(missing(path, origin)) };
        match self.templates.get(&real) {
            Some(Slot::Done(known)) => return known.clone().map_err(|reason| Reason { origin, ..reason }),
            Some(Slot::Open) => {
                let message = format!("{} deploys itself", path.shown);
                self.problems.push(Problem::at(origin, ProblemKind::Evaluation, message.clone()));
                return Err(Reason { class: ReasonClass::Problem, what: Str::from(message), origin });
            }
            None => {}
        }
        if self.depth >= MAX_MODULES {
            let message = format!("modules nested deeper than {MAX_MODULES} levels");
            self.problems.push(Problem::at(origin, ProblemKind::Limit, message));
            return Err(Reason { class: ReasonClass::Bound, what: Str::new("modules nested too deeply"), origin });
        }
        self.templates.insert(real.clone(), Slot::Open);
        self.depth += 1;
        let template = self.unit(path, origin).map(|unit| Arc::new(template::lower(self, &unit)));
        self.depth -= 1;
        self.templates.insert(real, Slot::Done(template.clone()));
        template
    }

    /// The template of a text.
    pub(crate) fn template_of_text(&mut self, path: &FilePath, text: &Arc<str>) -> Arc<Template> {
        let unit = self.unit_of_text(path, text);
        Arc::new(template::lower(self, &unit))
    }

    /// A text, parsed.
    pub(super) fn unit_of_text(&mut self, path: &FilePath, text: &Arc<str>) -> Arc<Unit> {
        let (unit, problems) = Unit::new(path.clone(), Arc::clone(text), self.sources);
        self.problems.extend(problems);
        let unit = Arc::new(unit);
        if let Some(real) = &path.real {
            self.units.insert(real.clone(), Ok(Arc::clone(&unit)));
        }
        unit
    }

    /// The template that a module names, of Bicep or JSON.
    pub(super) fn module(&mut self, from: &Unit, path: &str, origin: Origin) -> Result<Arc<Template>, Reason> {
        let path = self.resolve(from, path, origin)?;
        if let Some(real) = &path.real {
            self.called.insert(real.clone());
        }
        if is_json(&path) { self.json_template(&path, origin) } else { self.template(&path, origin) }
    }

    /// The file that a reference of a module or import leads to: a path, or an address in a registry.
    pub(super) fn resolve(&mut self, from: &Unit, reference: &str, origin: Origin) -> Result<FilePath, Reason> {
        if super::registry::is_address(reference) {
            return self.installed_module(from, reference, origin);
        }
        Ok(from.path.beside(reference))
    }

    /// A file of Bicep, parsed.
    pub(super) fn unit(&mut self, path: &FilePath, origin: Origin) -> Result<Arc<Unit>, Reason> {
        let Some(real) = path.real.clone() else { return Err(missing(path, origin)) };
        if let Some(known) = self.units.get(&real) {
            return known.clone().map_err(|reason| Reason { origin, ..reason });
        }
        let unit = files::read(&self.boundary, path, origin).map(|bytes| {
            let (unit, problems) = Unit::new(path.clone(), files::text(bytes), self.sources);
            self.problems.extend(problems);
            Arc::new(unit)
        });
        self.units.insert(real, unit.clone());
        unit
    }

    /// The text of a file that another one names; modules of registries lie outside the tree.
    pub(super) fn text(&self, path: &FilePath, origin: Origin) -> Result<Arc<str>, Reason> {
        let inside = |folder: &PathBuf| path.real.as_ref().is_some_and(|real| real.starts_with(folder));
        let boundary = match &self.installed {
            Some((folder, boundary)) if inside(folder) => boundary,
            _ => &self.boundary,
        };
        files::read(boundary, path, origin).map(files::text)
    }
}

/// Whether a file holds a template in JSON, by its name.
pub(super) fn is_json(path: &FilePath) -> bool {
    let ending = path.real.as_deref().and_then(Path::extension);
    ending.is_some_and(|ending| ["json", "jsonc", "arm"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn missing(path: &FilePath, origin: Origin) -> Reason {
    let what = format!("{}: a text without a folder names no files", path.shown);
    Reason { class: ReasonClass::Module, what: Str::from(what), origin }
}
