//! The way in: inputs and options to raw resources and problems.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use redan_files::{Boundary, Folder, Tree, read_document, shown};
use redan_kinds::{Hooks, RawResource};
use redan_model::{Origin as Place, Problem, ProblemKind, Sources};
use rustc_hash::FxHashSet;

use crate::config::{Discovered, FileKind, Loader, SourceFile, discover, file_kind, locked_versions};
use crate::lower;
use crate::module::{Inputs, Run, Setting, VariableText, World, variable_files};
use crate::plan::{self, Document};
use crate::syntax::parse_json;

/// Roots that are evaluated side by side before their resources are handed over, so that memory stays bounded.
const BATCH: usize = 64;

/// Something to read.
#[derive(Clone, Debug)]
pub enum Input {
    /// A folder with all below it.
    Tree(Arc<Tree>),
    /// One text by itself: a configuration file, a plan or a state in JSON. The name is shown to people and, by its ending
    /// (`.tf`, `.tf.json`), tells the syntax.
    Text {
        /// Shown to people.
        name: String,
        /// The text itself.
        text: Arc<str>,
        /// The file it was read from; none if it lies in no folder.
        path: Option<PathBuf>,
    },
}

/// A value for variables, in the order of the command line.
#[derive(Clone, Debug)]
pub enum VariableInput {
    /// `-var name=text`
    Value {
        /// The variable.
        name: String,
        /// Its value as written.
        text: String,
    },
    /// `-var-file path`
    File(PathBuf),
}

/// What a person may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Variables from the command line; a later one counts more.
    pub variables: Vec<VariableInput>,
    /// Environment variables; those that begin with `TF_VAR_`, and `TF_WORKSPACE`, count.
    pub environment: Vec<(String, String)>,
    /// The workspace; if neither this nor the environment nor the root's folder tells, it is unknown.
    pub workspace: Option<String>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Resources and data sources, root by root, in the order of the configuration.
    pub resources: Vec<RawResource>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
    /// How much was read.
    pub statistics: Statistics,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Module folders.
    pub modules: usize,
    /// Modules that nobody calls.
    pub roots: usize,
    /// Module instances, roots included.
    pub instances: usize,
}

/// Reads and evaluates all inputs.
#[must_use]
pub fn load(inputs: &[Input], options: &Options, sources: &Sources, hooks: &dyn Hooks) -> Loaded {
    let mut reader = Reader { options, sources, hooks, loaded: Loaded::default() };
    for input in inputs {
        match input {
            Input::Tree(tree) => reader.tree(tree),
            Input::Text { name, text, path } => reader.text(name, text, path.as_deref()),
        }
    }
    let mut seen: FxHashSet<Problem> = FxHashSet::default();
    reader.loaded.problems.retain(|problem| seen.insert(problem.clone()));
    reader.loaded
}

struct Reader<'a> {
    options: &'a Options,
    sources: &'a Sources,
    hooks: &'a dyn Hooks,
    loaded: Loaded,
}

impl Reader<'_> {
    fn tree(&mut self, tree: &Tree) {
        let found = discover(&Loader { sources: self.sources, boundary: &tree.boundary }, tree);
        self.evaluate(found, &tree.boundary);
    }

    fn text(&mut self, name: &str, text: &Arc<str>, path: Option<&Path>) {
        let file_name = name.rsplit('/').next().unwrap_or(name);
        let kind = match file_kind(file_name) {
            Some((kind, _)) => kind,
            None if !text.trim_start().starts_with('{') => FileKind::Hcl,
            None if self.document(name, text) => return,
            None => FileKind::Json,
        };
        let real = path.and_then(|path| std::fs::canonicalize(path).ok());
        let folder = real.as_deref().and_then(Path::parent).map(Path::to_owned);
        self.configuration(name, kind, text, &path.map_or_else(Boundary::nowhere, Boundary::around), folder);
    }

    /// Reads a plan or a state, if the text is one.
    fn document(&mut self, name: &str, text: &Arc<str>) -> bool {
        let (json, broken) = parse_json(text);
        let read = match plan::document(&json) {
            Document::Plan => plan::plan_resources,
            Document::State => plan::state_resources,
            Document::Other => return false,
        };
        let source = self.sources.add_file(name, Arc::clone(text));
        if let Some(error) = broken {
            let place = Place::new(source, error.span.start, error.span.end);
            self.loaded.problems.push(Problem::at(place, ProblemKind::Syntax, error.message.into_owned()));
        }
        let resources = read(&json, source, &mut self.loaded.problems);
        self.loaded.resources.extend(resources);
        true
    }

    /// One configuration text is a root module by itself.
    fn configuration(
        &mut self,
        name: &str,
        kind: FileKind,
        text: &Arc<str>,
        boundary: &Boundary,
        folder: Option<PathBuf>,
    ) {
        let file_name = name.rsplit('/').next().unwrap_or(name);
        let loader = Loader { sources: self.sources, boundary };
        let mut module = loader.load_files(vec![SourceFile::of_text(name, kind, Arc::clone(text))]);
        module.shown = name.strip_suffix(file_name).unwrap_or_default().trim_end_matches('/').to_owned();
        module.folder = folder;
        self.evaluate(Discovered::alone(&loader, module), boundary);
    }

    fn evaluate(&mut self, mut found: Discovered, boundary: &Boundary) {
        self.loaded.problems.append(&mut found.problems);
        for module in &found.modules {
            self.loaded.problems.extend(module.problems.iter().cloned());
        }
        let mut settings: Vec<(usize, Setting<'_>)> = Vec::with_capacity(found.roots.len());
        for &root in &found.roots {
            let setting = self.setting(&found, root, boundary);
            settings.push((root, setting));
        }
        let world = World { found: &found, boundary, hooks: self.hooks };
        self.loaded.statistics.modules += found.modules.len();
        self.loaded.statistics.roots += found.roots.len();
        let mut settings = settings.into_iter();
        loop {
            let batch: Vec<_> = settings.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let runs: Vec<Run<'_>> = batch
                .into_par_iter()
                .map(|(root, setting)| {
                    let mut run = Run::new(&world, root, setting);
                    run.evaluate_all();
                    run
                })
                .collect();
            for mut run in runs {
                self.loaded.statistics.instances += run.instances.len();
                self.loaded.resources.extend(lower::raw_resources(&run, self.sources));
                self.loaded.problems.append(&mut run.problems);
                self.loaded.problems.extend(lower::evaluation_problems(&run));
            }
        }
    }

    /// Everything that is given to a root from outside its configuration.
    fn setting<'f>(&mut self, found: &'f Discovered, root: usize, boundary: &Boundary) -> Setting<'f> {
        let mut inputs = Inputs::default();
        for (name, text) in &self.options.environment {
            if let Some(variable) = name.strip_prefix("TF_VAR_") {
                let text = VariableText { name: variable.to_owned(), text: text.clone(), shown: name.clone() };
                inputs.add_text(&text, self.sources);
            }
        }
        let folder = found.folder(root);
        for (shown, text) in folder.iter().flat_map(|folder| variable_files(boundary, folder)) {
            match text {
                Ok(text) => self.loaded.problems.extend(inputs.add_file(&shown, &text, self.sources)),
                Err(problem) => self.loaded.problems.push(problem),
            }
        }
        for variable in &self.options.variables {
            match variable {
                VariableInput::Value { name, text } => {
                    let shown = format!("-var {name}");
                    let text = VariableText { name: name.clone(), text: text.clone(), shown };
                    inputs.add_text(&text, self.sources);
                }
                VariableInput::File(path) => match read_document(path) {
                    Ok(text) => self.loaded.problems.extend(inputs.add_file(&shown(path), &text, self.sources)),
                    Err(error) => {
                        let message = format!("file of variable values {error}");
                        self.loaded.problems.push(Problem::path(&shown(path), ProblemKind::Unreadable, message));
                    }
                },
            }
        }
        Setting {
            installed: found.installed.get(&root),
            inputs,
            locked: folder.as_ref().map(|folder| locked_versions(boundary, folder)).unwrap_or_default(),
            workspace: self.workspace(folder.as_ref(), boundary),
        }
    }

    fn workspace(&self, folder: Option<&Folder>, boundary: &Boundary) -> Option<String> {
        let chosen = self.options.workspace.clone();
        let environment = || self.options.environment.iter().find(|(name, _)| name == "TF_WORKSPACE");
        let chosen = chosen.or_else(|| environment().map(|(_, workspace)| workspace.clone()));
        chosen.or_else(|| {
            let bytes = boundary.read(&folder?.real.join(".terraform/environment")).ok()?;
            Some(String::from_utf8_lossy(&bytes).trim().to_owned())
        })
    }
}
