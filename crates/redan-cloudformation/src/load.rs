//! The way in: texts and options to raw resources and problems.

use crate::lower::{self, Shared};
use crate::nested::{File, Nest};
use crate::parameters::Given;
use crate::stack::Stack;
use crate::syntax::{Tree, parse};
use crate::template::{is_template_tree, looks_like_template};
use rayon::prelude::*;
use redan_files::Boundary;
use redan_kinds::RawResource;
use redan_model::{Existence, Problem, ProblemKind, Sources};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Endings of files that may hold a template.
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "template", "cfn"];

/// Something to read.
#[derive(Clone, Debug)]
pub enum Input {
    /// A folder with all below it: every file that is a template by its content.
    Tree(Arc<redan_files::Tree>),
    /// A template.
    Text {
        /// The path as it is shown to people.
        name: String,
        /// The text.
        text: Arc<str>,
        /// The file it was read from, beside which nested templates and included files are looked for; none if it lies
        /// in no folder.
        path: Option<PathBuf>,
    },
}

/// What a person may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of parameters, and of pseudo parameters such as `AWS::Region`; a later one counts more.
    pub parameters: Vec<(String, String)>,
    /// Files of parameters, in either of the vendor's two formats; values beside them count more.
    pub parameter_files: Vec<PathBuf>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Resources, template by template, in the order of the text.
    pub resources: Vec<RawResource>,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
}

/// Whether a text is a template, by its content.
#[must_use]
pub fn is_template(text: &str) -> bool {
    let nowhere = redan_model::SourceId::from_index(0);
    looks_like_template(text) && parse(text, nowhere).0.iter().any(is_template_tree)
}

/// A file that is a template.
struct Found {
    name: String,
    text: Arc<str>,
    place: Option<(Boundary, PathBuf)>,
}

/// Reads and evaluates templates. A template that another one nests is read as part of it.
#[must_use]
pub fn load(inputs: &[Input], options: &Options, sources: &Sources) -> Loaded {
    let mut loaded = Loaded::default();
    let given = given(options, sources, &mut loaded.problems);
    let mut found = Vec::new();
    for input in inputs {
        match input {
            Input::Tree(tree) => in_tree(tree, &mut found, &mut loaded.problems),
            Input::Text { name, text, path } => {
                let place = path.as_ref().map(|path| (Boundary::around(path), path.clone()));
                found.push(Found { name: name.clone(), text: Arc::clone(text), place });
            }
        }
    }
    let mut read: Vec<(Found, Vec<Tree>, Vec<Problem>)> = found
        .into_par_iter()
        .filter_map(|found| {
            let source = sources.add_file(&found.name, Arc::clone(&found.text));
            let (mut documents, problems) = parse(&found.text, source);
            documents.retain(is_template_tree);
            (!documents.is_empty()).then_some((found, documents, problems))
        })
        .collect();
    let nested = nested(&read);
    read.retain(|(found, ..)| {
        let real = found.place.as_ref().and_then(|(_, path)| std::fs::canonicalize(path).ok());
        real.is_none_or(|real| !nested.contains(&real))
    });
    let parts: Vec<Loaded> = read
        .into_par_iter()
        .map(|(found, documents, problems)| one(&found, documents, problems, &given, sources))
        .collect();
    for part in parts {
        loaded.resources.extend(part.resources);
        loaded.problems.extend(part.problems);
    }
    loaded
}

/// The files of a tree that look like templates.
fn in_tree(tree: &redan_files::Tree, found: &mut Vec<Found>, problems: &mut Vec<Problem>) {
    for listing in &tree.folders {
        for name in &listing.names {
            if !Path::new(name).extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
                continue;
            }
            let (path, shown) = (listing.folder.real.join(name), listing.folder.file(name));
            match tree.boundary.read(&path) {
                Ok(bytes) => {
                    let text = redan_files::decode(bytes).text;
                    if looks_like_template(&text) {
                        found.push(Found { name: shown, text, place: Some((tree.boundary.clone(), path)) });
                    }
                }
                Err(redan_files::ReadError::Failed(error)) => {
                    problems.push(Problem::path(
                        &shown,
                        ProblemKind::Unreadable,
                        format!("file cannot be read: {error}"),
                    ));
                }
                Err(_) => {}
            }
        }
    }
}

/// The files that others nest by a literal path; none of those that go round in a circle.
fn nested(read: &[(Found, Vec<Tree>, Vec<Problem>)]) -> FxHashSet<PathBuf> {
    let mut nested = FxHashSet::default();
    for (found, documents, _) in read {
        let Some(folder) = found.place.as_ref().and_then(|(_, path)| path.parent()) else { continue };
        let resources = documents.iter().filter_map(|tree| tree.get("Resources")).flat_map(Tree::entries);
        let paths = resources.filter_map(|entry| crate::nested::template_path(&entry.value)?.as_str());
        nested.extend(paths.filter_map(|path| std::fs::canonicalize(folder.join(path.as_str())).ok()));
    }
    let all_nested = read.iter().all(|(found, ..)| {
        let real = found.place.as_ref().and_then(|(_, path)| std::fs::canonicalize(path).ok());
        real.is_some_and(|real| nested.contains(&real))
    });
    if all_nested { FxHashSet::default() } else { nested }
}

fn given(options: &Options, sources: &Sources, problems: &mut Vec<Problem>) -> Given {
    let mut given = Given::default();
    for path in &options.parameter_files {
        let shown = path.to_string_lossy().replace('\\', "/");
        match std::fs::read_to_string(path) {
            Ok(text) => problems.extend(given.add_file(&shown, &text, sources)),
            Err(error) => {
                let message = format!("file of parameters: {error}");
                problems.push(Problem::path(&shown, ProblemKind::Unreadable, message));
            }
        }
    }
    for (name, text) in &options.parameters {
        given.add_text(name, text, sources);
    }
    given
}

fn one(found: &Found, documents: Vec<Tree>, problems: Vec<Problem>, given: &Given, sources: &Sources) -> Loaded {
    let mut loaded = Loaded { resources: Vec::new(), problems };
    let shared = Shared::new(&found.name);
    let calls: Arc<[redan_model::Origin]> = Arc::from([]);
    let nest = found.place.as_ref().map(|(boundary, path)| {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        Nest::new(boundary.clone(), File { real, shown: found.name.clone() })
    });
    for template in documents {
        let stack = Stack::new(template, given, sources, String::new(), nest.clone());
        crate::rules::check(&stack);
        lower::resources(&stack, &shared, &Existence::Certain, &calls, &mut loaded.resources, &mut loaded.problems);
    }
    loaded
}
