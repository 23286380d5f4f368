//! Which files of a tree are deployed: those that no other file deploys, with the values of the parameter files that use
//! them.

use std::path::PathBuf;
use std::sync::Arc;

use redan_files::{Boundary, Tree};
use redan_model::{Origin, Problem, ProblemKind, Reason, Sources, Str};

use super::compiler::Compiler;
use super::files::FilePath;
use super::parameters::Given;
use crate::ir::{Expr, Root};
use crate::load::{Options, folder_of};

/// Whether a file is of one of Bicep's languages, by its name.
#[must_use]
pub fn is_bicep(name: &str) -> bool {
    is_template(name) || is_parameters(name)
}

fn is_template(name: &str) -> bool {
    name.ends_with(".bicep")
}

fn is_parameters(name: &str) -> bool {
    name.ends_with(".bicepparam")
}

/// The roots among the files of a tree.
pub(crate) fn roots(tree: &Tree, options: &Options, sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Root> {
    let mut compiler = Compiler::new(sources, tree.boundary.clone(), options.installed.clone());
    let files = |wanted: fn(&str) -> bool| {
        tree.folders.iter().flat_map(move |listing| {
            let named = listing.names.iter().filter(move |name| wanted(name));
            named.map(|name| FilePath { shown: listing.folder.file(name), real: Some(listing.folder.real.join(name)) })
        })
    };
    let mut templates = Vec::new();
    for path in files(is_template) {
        match compiler.template(&path, Origin::NOWHERE) {
            Ok(template) => templates.push((path, template)),
            Err(reason) => problems.push(unread(&path, &reason)),
        }
    }
    let mut used: Vec<(FilePath, Given)> = Vec::new();
    for path in files(is_parameters) {
        match compiler.parameters(&path) {
            Ok(given) => used.push((path, given)),
            Err(reason) => problems.push(unread(&path, &reason)),
        }
    }
    let uses =
        |template: &FilePath, given: &Given| given.template.as_ref().is_some_and(|used| used.real == template.real);
    let mut roots = Vec::new();
    for (path, template) in templates {
        if compiler.is_called(&path) {
            continue;
        }
        let mine: Vec<&(FilePath, Given)> = used.iter().filter(|(_, given)| uses(&path, given)).collect();
        let alone = mine.len() < 2;
        let root = |arguments, around, shown: &str| {
            let template = Arc::clone(&template);
            Root { template, arguments, around, shown: Str::new(shown), place: options.place.clone() }
        };
        if mine.is_empty() {
            let arguments = beside(&path, &tree.boundary, sources, problems);
            roots.push(root(arguments, Arc::default(), folder_of(&path.shown)));
        }
        for (file, given) in mine {
            // Where a template is deployed several times, the file of values tells which deployment it is.
            let shown = if alone { folder_of(&path.shown) } else { &file.shown };
            roots.push(root(given.arguments.clone(), Arc::clone(&given.around), shown));
        }
    }
    problems.append(&mut compiler.problems);
    roots
}

/// One file as a root, whoever else deploys it: a template, or the template that a file of parameters uses.
pub(crate) fn root(
    path: &FilePath,
    text: &Arc<str>,
    boundary: Boundary,
    options: &Options,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Option<Root> {
    let mut compiler = Compiler::new(sources, boundary, options.installed.clone());
    let shown = Str::new(folder_of(&path.shown));
    let place = options.place.clone();
    let root = if is_template(&path.shown) {
        let arguments = beside(path, &compiler.boundary, sources, problems);
        let template = compiler.template_of_text(path, text);
        Some(Root { template, arguments, around: Arc::default(), shown, place })
    } else {
        let Given { template, origin, arguments, around } = compiler.parameters_of_text(path, text);
        let template = template.map(|used| compiler.template(&used, origin));
        match template {
            Some(Ok(template)) => Some(Root { template, arguments, around, shown, place }),
            Some(Err(reason)) => {
                compiler.problems.push(unread(path, &reason));
                None
            }
            None => None,
        }
    };
    problems.append(&mut compiler.problems);
    root
}

/// The values of the file of parameters beside a template.
fn beside(path: &FilePath, boundary: &Boundary, sources: &Sources, problems: &mut Vec<Problem>) -> Vec<(Str, Expr)> {
    let values = |real: &PathBuf| crate::beside::values((real, &path.shown), boundary, sources, problems);
    path.real.as_ref().map(values).unwrap_or_default()
}

fn unread(path: &FilePath, reason: &Reason) -> Problem {
    let kind = if reason.class == redan_model::ReasonClass::Module {
        ProblemKind::ModuleMissing
    } else {
        ProblemKind::Unreadable
    };
    if reason.origin == Origin::NOWHERE {
        return Problem::path(&path.shown, kind, reason.what.to_string());
    }
    Problem::at(reason.origin, kind, reason.what.to_string())
}
