//! The way in: files of both languages to raw resources and problems.

use crate::eval::evaluate;
use crate::ir::{Place, Root, Template};
use crate::json;
use crate::lower::raw_resources;
use crate::{beside, bicep};
use redan_files::{Boundary, Tree, decode};
use redan_kinds::RawResource;
use redan_model::{Origin, Problem, ProblemKind, Reason, ReasonClass, Sources, Str};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something to read.
#[derive(Clone, Debug)]
pub enum Input {
    /// A folder with all below it: the Bicep files and the ARM templates in it.
    Tree(Arc<Tree>),
    /// Text by itself. Its name tells the language (`.bicep`, `.bicepparam`); anything else is JSON.
    Text {
        /// Shown to people.
        name: String,
        /// The text itself.
        text: Arc<str>,
        /// The file it was read from; none if it lies in no folder.
        path: Option<PathBuf>,
    },
}

/// What is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of parameters by name, as JSON or, where it is none, as text.
    pub parameters: Vec<(String, String)>,
    /// Files of parameters: `.parameters.json`, `.bicepparam`.
    pub parameter_files: Vec<PathBuf>,
    /// The folder in which Bicep keeps restored modules; its `br` holds those of registries.
    pub installed: Option<PathBuf>,
    /// Where templates are deployed to.
    pub place: Place,
    /// Beyond which a text's file reads nothing; the repository around it if none is given.
    pub boundary: Option<Boundary>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The resources, evaluated.
    pub resources: Vec<RawResource>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Evaluation nests deeply in hostile input; each level takes some stack.
const STACK_BYTES: usize = 64 << 20;

/// Whether a JSON text is for this crate: an ARM template, or resources as the portal shows them.
#[must_use]
pub fn is_template(text: &str) -> bool {
    let sources = Sources::new();
    let source = sources.add_file("", Arc::from(""));
    json::read(text, source)
        .is_ok_and(|json| matches!(json::document(&json.node), json::Document::Template | json::Document::Resources))
}

/// Reads files into raw resources. Never fails as a whole.
#[must_use]
pub fn load(inputs: &[Input], options: &Options, sources: &Sources) -> Loaded {
    let read = || {
        let mut loader = Loader { options, sources, loaded: Loaded::default() };
        for input in inputs {
            match input {
                Input::Tree(tree) => loader.tree(tree),
                Input::Text { name, text, path } => loader.text(name, text, path.as_deref()),
            }
        }
        loader.loaded
    };
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, read);
        match worker.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(_)) | Err(_) => {
                let problem =
                    Problem::path("", ProblemKind::Limit, "templates were not read: no thread could be started");
                Loaded { resources: Vec::new(), problems: vec![problem] }
            }
        }
    })
}

struct Loader<'a> {
    options: &'a Options,
    sources: &'a Sources,
    loaded: Loaded,
}

/// A template file that was read.
struct File {
    shown: String,
    real: Option<PathBuf>,
    template: Arc<Template>,
}

impl Loader<'_> {
    fn tree(&mut self, tree: &Tree) {
        let mut files = Vec::new();
        let mut linked = FxHashSet::default();
        for listing in &tree.folders {
            for name in listing.names.iter().filter(|name| has_ending(name, ".json")) {
                let real = listing.folder.real.join(name);
                let Ok(bytes) = tree.boundary.read(&real) else { continue };
                if !mentions_template(&bytes) || has_source(&listing.names, name, &bytes) {
                    continue;
                }
                let shown = listing.folder.file(name);
                files.extend(self.file(&shown, &decode(bytes).text, Some(&real), &tree.boundary, &mut linked));
            }
        }
        let mut problems = Vec::new();
        let roots = bicep::roots(tree, self.options, self.sources, &mut problems);
        self.loaded.problems.extend(problems);
        for root in roots {
            self.evaluate(root);
        }
        // What another template deploys is part of that one.
        files.retain(|file| !file.real.as_ref().is_some_and(|real| linked.contains(real)));
        for file in files {
            self.template(&file, &tree.boundary);
        }
    }

    fn text(&mut self, name: &str, text: &Arc<str>, path: Option<&Path>) {
        let around = || path.map_or_else(Boundary::nowhere, Boundary::around);
        let boundary = self.options.boundary.clone().unwrap_or_else(around);
        let real = path.and_then(|path| std::fs::canonicalize(path).ok());
        if bicep::is_bicep(name) {
            let file = bicep::FilePath { shown: name.to_owned(), real };
            let mut problems = Vec::new();
            let root = bicep::root(&file, text, boundary, self.options, self.sources, &mut problems);
            self.loaded.problems.extend(problems);
            if let Some(root) = root {
                self.evaluate(root);
            }
            return;
        }
        if let Some(file) = self.file(name, text, real.as_deref(), &boundary, &mut FxHashSet::default()) {
            self.template(&file, &boundary);
        }
    }

    fn file(
        &mut self,
        shown: &str,
        text: &Arc<str>,
        real: Option<&Path>,
        boundary: &Boundary,
        linked: &mut FxHashSet<PathBuf>,
    ) -> Option<File> {
        let source = self.sources.add_file(shown, Arc::clone(text));
        let json = match json::read(text, source) {
            Ok(json) => json,
            Err(problem) => {
                self.loaded.problems.push(problem);
                return None;
            }
        };
        let mut files = Linked {
            sources: self.sources,
            boundary,
            folders: vec![(real.and_then(Path::parent).map(Path::to_owned), folder_of(shown).to_owned())],
            open: real.map(Path::to_owned).into_iter().collect(),
            known: FxHashMap::default(),
            linked,
            problems: Vec::new(),
        };
        let template = json::template(&json, &mut files, &mut self.loaded.problems);
        self.loaded.problems.append(&mut files.problems);
        Some(File { shown: shown.to_owned(), real: real.map(Path::to_owned), template: Arc::new(template) })
    }

    fn template(&mut self, file: &File, boundary: &Boundary) {
        let beside =
            |real: &PathBuf| beside::values((real, &file.shown), boundary, self.sources, &mut self.loaded.problems);
        let arguments = file.real.as_ref().map(beside).unwrap_or_default();
        let (template, shown) = (Arc::clone(&file.template), Str::new(folder_of(&file.shown)));
        let place = self.options.place.clone();
        self.evaluate(Root { template, arguments, around: Arc::default(), shown, place });
    }

    /// Evaluates a root; what is given from outside counts more than what a file of parameters in the tree says.
    fn evaluate(&mut self, mut root: Root) {
        let given = self.arguments(&root.template);
        root.arguments.extend(given);
        let evaluation = evaluate(&root, self.sources);
        self.loaded.problems.extend(evaluation.problems);
        self.loaded.resources.extend(raw_resources(evaluation.resources, root.shown));
    }

    /// The values that are given from outside for parameters of a template; a later one counts.
    fn arguments(&mut self, template: &Template) -> Vec<(Str, crate::ir::Expr)> {
        let mut arguments = Vec::new();
        for path in &self.options.parameter_files {
            let shown = redan_files::shown(path);
            match redan_files::read_document(path) {
                Ok(text) => arguments.extend(self.parameter_file(&shown, &text)),
                Err(error) => {
                    let message = format!("file of parameter values {error}");
                    self.loaded.problems.push(Problem::path(&shown, ProblemKind::Unreadable, message));
                }
            }
        }
        for (name, text) in &self.options.parameters {
            let source = self.sources.add_file(&format!("--parameter {name}"), Arc::from(text.as_str()));
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let value = match json::read(text, source) {
                Ok(json) => json::literal(&json.node),
                Err(_) => crate::ir::Expr::text(text, Origin::new(source, 0, end)),
            };
            arguments.push((Str::new(name), value));
        }
        let declared = |name: &Str| template.parameters.iter().any(|known| known.name.eq_ignore_ascii_case(name));
        arguments.retain(|(name, _)| declared(name));
        arguments
    }

    fn parameter_file(&mut self, shown: &str, text: &str) -> Vec<(Str, crate::ir::Expr)> {
        let source = self.sources.add_file(shown, Arc::from(text));
        match json::read(text, source) {
            Ok(json) => json::parameter_values(&json, &mut json::Alone, &mut self.loaded.problems),
            Err(problem) => {
                self.loaded.problems.push(problem);
                Vec::new()
            }
        }
    }
}

/// The folder of a shown path.
pub(crate) fn folder_of(shown: &str) -> &str {
    shown.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.len()
        .checked_sub(ending.len())
        .and_then(|at| name.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
}

/// Whether the schema of a template is named at all: most JSON files are no templates, and are not parsed.
fn mentions_template(bytes: &[u8]) -> bool {
    [&b"eploymentTemplate.json"[..], b"eploymenttemplate.json"]
        .iter()
        .any(|word| memchr::memmem::find(bytes, word).is_some())
}

/// Whether a template was compiled from the Bicep file beside it, which is read instead.
fn has_source(names: &[String], name: &str, bytes: &[u8]) -> bool {
    let stem = name.get(..name.len().saturating_sub(".json".len())).unwrap_or_default();
    names.binary_search(&format!("{stem}.bicep")).is_ok() && memchr::memmem::find(bytes, b"\"_generator\"").is_some()
}

/// Templates that others link to, read once.
struct Linked<'a> {
    sources: &'a Sources,
    boundary: &'a Boundary,
    /// The folders of the templates under reading: real, if it is known, and shown.
    folders: Vec<(Option<PathBuf>, String)>,
    /// The files under reading: a template that links itself goes on for ever.
    open: Vec<PathBuf>,
    known: FxHashMap<PathBuf, Arc<Template>>,
    linked: &'a mut FxHashSet<PathBuf>,
    problems: Vec<Problem>,
}

impl json::Links for Linked<'_> {
    fn linked(&mut self, path: &str, origin: Origin) -> Result<Arc<Template>, Reason> {
        let why = |what: &str| Reason { class: ReasonClass::Module, what: Str::new(what), origin };
        let Some((Some(folder), shown)) = self.folders.last().cloned() else { return Err(why(path)) };
        let real = self.boundary.admit(&folder.join(path)).map_err(|error| why(&format!("{path} {error}")))?;
        if let Some(template) = self.known.get(&real) {
            return Ok(Arc::clone(template));
        }
        if self.open.contains(&real) {
            return Err(why(&format!("{path} links itself")));
        }
        let bytes = self.boundary.read(&real).map_err(|error| why(&format!("{path} {error}")))?;
        let text = decode(bytes).text;
        let shown = redan_files::join(&shown, path);
        let source = self.sources.add_file(&shown, Arc::clone(&text));
        let json = json::read(&text, source).map_err(|problem| {
            let message = why(&format!("{path} does not parse"));
            self.problems.push(problem);
            message
        })?;
        self.folders.push((real.parent().map(Path::to_owned), folder_of(&shown).to_owned()));
        self.open.push(real.clone());
        let mut problems = Vec::new();
        let template = Arc::new(json::template(&json, self, &mut problems));
        self.problems.append(&mut problems);
        self.open.pop();
        self.folders.pop();
        self.linked.insert(real.clone());
        self.known.insert(real, Arc::clone(&template));
        Ok(template)
    }
}
