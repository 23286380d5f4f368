//! From a folder to what it declares: reads the files, registers their text as sources, parses them, merges overrides.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use redan_files::{Boundary, Folder, ReadError, Text, decode};
use redan_model::{Origin as Place, Problem, ProblemKind, SourceId, Sources};

use super::files::{FileKind, file_kind};
use super::merge;
use super::module::ModuleConfig;
use crate::syntax::{self, SyntaxError, ast::Body};

/// Files of one folder that are read at most.
const MAX_FILES_IN_FOLDER: usize = 5_000;

/// A file that was read, or why not.
pub(crate) struct SourceFile {
    pub(crate) shown: String,
    pub(crate) kind: FileKind,
    pub(crate) overrides: bool,
    pub(crate) text: Result<Arc<str>, ReadError>,
    /// Where the text stops being UTF-8.
    invalid_at: Option<usize>,
}

impl SourceFile {
    /// Text that lies in no file.
    pub(crate) fn of_text(shown: &str, kind: FileKind, text: Arc<str>) -> Self {
        Self { shown: shown.to_owned(), kind, overrides: false, text: Ok(text), invalid_at: None }
    }
}

pub(crate) struct Loader<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) boundary: &'a Boundary,
}

impl Loader<'_> {
    /// The modules in these folders, in the order of the folders. Sources are numbered in that order too.
    pub(crate) fn load(&self, folders: Vec<Folder>) -> Vec<ModuleConfig> {
        let read: Vec<(Vec<SourceFile>, Vec<Problem>)> =
            folders.par_iter().map(|folder| read_folder(self.boundary, folder)).collect();
        let numbered: Vec<_> = folders
            .into_iter()
            .zip(read)
            .map(|(folder, (files, problems))| (folder, self.register(files), problems))
            .collect();
        numbered
            .into_par_iter()
            .map(|(folder, files, problems)| {
                let mut module = parse(files);
                module.problems.extend(problems);
                module.shown = folder.shown;
                module.folder = Some(folder.real);
                module
            })
            .collect()
    }

    /// The module that consists of these files alone.
    pub(crate) fn load_files(&self, files: Vec<SourceFile>) -> ModuleConfig {
        parse(self.register(files))
    }

    fn register(&self, files: Vec<SourceFile>) -> Vec<(SourceFile, SourceId)> {
        files
            .into_iter()
            .map(|file| {
                let text = file.text.as_ref().map_or_else(|_| Arc::from(""), Arc::clone);
                let id = self.sources.add_file(&file.shown, text);
                (file, id)
            })
            .collect()
    }
}

fn read_folder(boundary: &Boundary, folder: &Folder) -> (Vec<SourceFile>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut names = match config_names(&folder.real) {
        Ok(names) => names,
        Err(error) => {
            let message = format!("folder cannot be read: {error}");
            return (Vec::new(), vec![Problem::path(&folder.shown, ProblemKind::Unreadable, message)]);
        }
    };
    if names.len() > MAX_FILES_IN_FOLDER {
        let message =
            format!("folder holds more than {MAX_FILES_IN_FOLDER} configuration files; the others are not read");
        problems.push(Problem::path(&folder.shown, ProblemKind::Limit, message));
        names.truncate(MAX_FILES_IN_FOLDER);
    }
    let files = names.into_iter().map(|(name, kind, overrides)| {
        let shown = folder.file(&name);
        let (text, invalid_at) = match boundary.read(&folder.real.join(&name)) {
            Ok(bytes) => {
                let Text { text, invalid_at } = decode(bytes);
                (Ok(text), invalid_at)
            }
            Err(error) => (Err(error), None),
        };
        SourceFile { shown, kind, overrides, text, invalid_at }
    });
    (files.collect(), problems)
}

/// Names of a folder's configuration files: overrides last, else by name. `x.tofu` replaces `x.tf`.
fn config_names(folder: &Path) -> std::io::Result<Vec<(String, FileKind, bool)>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_str()
            && let Some((kind, overrides)) = file_kind(name)
        {
            names.push((name.to_owned(), kind, overrides));
        }
    }
    names.sort_by(|a, b| (a.2, &a.0).cmp(&(b.2, &b.0)));
    let tofu: Vec<String> = names.iter().filter_map(|(name, ..)| tofu_twin(name)).collect();
    names.retain(|(name, ..)| !tofu.contains(name));
    Ok(names)
}

fn tofu_twin(name: &str) -> Option<String> {
    let plain = name.strip_suffix(".tofu").map(|stem| format!("{stem}.tf"));
    plain.or_else(|| name.strip_suffix(".tofu.json").map(|stem| format!("{stem}.tf.json")))
}

fn parse(files: Vec<(SourceFile, SourceId)>) -> ModuleConfig {
    let mut problems = Vec::new();
    let mut damaged = false;
    let mut bodies = Vec::new();
    for (file, id) in files {
        let text = match &file.text {
            Ok(text) => text,
            Err(error) => {
                damaged = true;
                let kind =
                    if matches!(error, ReadError::TooLarge(_)) { ProblemKind::Limit } else { ProblemKind::Unreadable };
                problems.push(Problem::path(&file.shown, kind, format!("file {error}")));
                continue;
            }
        };
        if let Some(at) = file.invalid_at {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let place = Place::new(id, at, at + 1);
            problems.push(
                Problem::at(place, ProblemKind::Syntax, "file is not UTF-8 from here on").help("save it as UTF-8"),
            );
        }
        let (body, errors) = parse_text(text, file.kind);
        damaged |= body.damaged;
        problems.extend(errors.into_iter().map(|error| syntax_problem(id, error)));
        bodies.push(merge::FileBody { file: id.index(), body, overrides: file.overrides });
    }
    let mut module = merge::module(bodies);
    problems.append(&mut module.problems);
    module.problems = problems;
    module.damaged |= damaged;
    module
}

fn parse_text(text: &str, kind: FileKind) -> (Body, Vec<SyntaxError>) {
    match kind {
        FileKind::Hcl => syntax::parse_file(text),
        FileKind::Json => {
            let (json, broken) = syntax::parse_json(text);
            let (body, mut errors) = syntax::file_body(text, &json);
            errors.extend(broken);
            (body, errors)
        }
    }
}

pub(super) fn syntax_problem(source: SourceId, error: SyntaxError) -> Problem {
    let place = Place::new(source, error.span.start, error.span.end);
    Problem::at(place, ProblemKind::Syntax, error.message.into_owned())
}
