//! The languages of declarations, each in a file of its own: what it claims, and how its source crate is asked.
//!
//! A tree goes to every language, which picks the files it understands; a single text goes to the first that claims it.

mod bicep;
mod cloudformation;
mod details;
mod recorded;
mod terraform;

use crate::Input;
use redan_files::{Tree, read_document, shown, walk};
use redan_model::{Problem, ProblemKind, Sources};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something to read.
pub(crate) enum Item {
    /// A folder with all below it.
    Tree(Arc<Tree>),
    /// One text by itself.
    Text {
        /// Shown to people; its ending may tell the language.
        name: String,
        /// The text itself.
        text: Arc<str>,
        /// The file it was read from; none if it lies in no folder.
        path: Option<PathBuf>,
    },
}

impl Item {
    /// What lies at a path, without what the globs exclude.
    pub(crate) fn at(path: &Path, exclude: &[String]) -> Result<Self, Problem> {
        if path.is_dir() {
            return Ok(Self::Tree(Arc::new(walk(path, exclude))));
        }
        let name = shown(path);
        match read_document(path) {
            Ok(text) => Ok(Self::Text { name, text: text.into(), path: Some(path.to_owned()) }),
            Err(error) => Err(Problem::path(&name, ProblemKind::Unreadable, format!("file {error}"))),
        }
    }

    /// Text that lies in no folder.
    pub(crate) fn text(name: &str, text: &Arc<str>) -> Self {
        Self::Text { name: name.to_owned(), text: Arc::clone(text), path: None }
    }
}

/// A language of declarations.
pub(crate) struct Language {
    /// Whether a single text, by its name and what it holds, is of this language.
    pub(crate) claims: fn(name: &str, text: &str) -> bool,
    /// Reads its share of trees and the texts it claimed.
    pub(crate) read: fn(items: &[&Item], input: &Input, sources: &Sources) -> redan_kinds::Input,
}

/// In the order in which they may claim a text; the last takes what nobody claims.
const LANGUAGES: &[Language] =
    &[details::LANGUAGE, bicep::LANGUAGE, cloudformation::LANGUAGE, recorded::LANGUAGE, terraform::LANGUAGE];

/// Reads everything, language by language.
pub(crate) fn read(items: Vec<Item>, input: &Input, sources: &Sources) -> redan_kinds::Input {
    let claimed: Vec<Option<usize>> = items.iter().map(claimant).collect();
    let mut read = redan_kinds::Input::default();
    for (at, language) in LANGUAGES.iter().enumerate() {
        let mine = |owner: &Option<usize>| owner.is_none_or(|owner| owner == at);
        let share: Vec<&Item> =
            items.iter().zip(&claimed).filter(|(_, owner)| mine(owner)).map(|(item, _)| item).collect();
        if !share.is_empty() {
            read.append((language.read)(&share, input, sources));
        }
    }
    let trees = items.iter().filter_map(|item| if let Item::Tree(tree) = item { Some(tree) } else { None });
    read.problems.extend(trees.flat_map(|tree| tree.problems.iter().cloned()));
    read
}

/// The trees among what is read.
pub(crate) fn trees(items: &[Item]) -> Vec<Arc<Tree>> {
    items.iter().filter_map(|item| if let Item::Tree(tree) = item { Some(Arc::clone(tree)) } else { None }).collect()
}

/// The language that claims a text; none for a tree, which is everyone's.
fn claimant(item: &Item) -> Option<usize> {
    let Item::Text { name, text, .. } = item else { return None };
    let first = LANGUAGES.iter().position(|language| (language.claims)(name, text));
    Some(first.unwrap_or(LANGUAGES.len() - 1))
}
