//! One walk over a tree: every folder and the names of its files. Links to folders are not followed, folders of tools are
//! left out, what is excluded is not entered.

use crate::boundary::Boundary;
use crate::{glob, path};
use redan_model::{Problem, ProblemKind};
use std::path::{Path, PathBuf};

const MAX_FOLDERS: usize = 50_000;
const MAX_DEPTH: usize = 64;
/// Folders of tools: what they hold is generated, cached or installed.
const SKIPPED: [&str; 6] = [".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", ".external_modules"];

/// A folder: as people read it, and where it really is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folder {
    /// As people read it; empty for the folder of the scan.
    pub shown: String,
    /// Where it is.
    pub real: PathBuf,
}

impl Folder {
    /// The shown path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        if self.shown.is_empty() { name.to_owned() } else { format!("{}/{name}", self.shown) }
    }
}

/// A folder and the names of the files in it, sorted. What is not a regular file (a pipe, a link) is listed too:
/// reading says what is wrong with it.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The folder.
    pub folder: Folder,
    /// Names of files.
    pub names: Vec<String>,
}

/// Everything at or below a folder.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Beyond which nothing is read.
    pub boundary: Boundary,
    /// Folders that hold files, in order of their paths.
    pub folders: Vec<Listing>,
    /// What could not be listed.
    pub problems: Vec<Problem>,
}

/// Lists `start` and all below it, without what the globs of `exclude` match (paths as shown).
#[must_use]
pub fn walk(start: &Path, exclude: &[String]) -> Tree {
    let shown = path::shown(start);
    let mut tree = Tree { boundary: Boundary::around(start), folders: Vec::new(), problems: Vec::new() };
    let Ok(real) = std::fs::canonicalize(start) else {
        tree.problems.push(Problem::path(&shown, ProblemKind::Unreadable, "no such folder"));
        return tree;
    };
    let excluded = |path: &str| exclude.iter().any(|glob| glob::matches(glob, path));
    let mut queue = vec![(Folder { shown: shown.clone(), real }, 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = queue.pop() {
        seen += 1;
        if seen > MAX_FOLDERS {
            let message = format!("more than {MAX_FOLDERS} folders; the others are not read");
            tree.problems.push(Problem::path(&shown, ProblemKind::Limit, message));
            break;
        }
        let (names, below) = match list(&folder, &excluded) {
            Ok(found) => found,
            Err(error) => {
                let message = format!("folder cannot be read: {error}");
                tree.problems.push(Problem::path(&folder.shown, ProblemKind::Unreadable, message));
                continue;
            }
        };
        if depth < MAX_DEPTH {
            queue.extend(below.into_iter().map(|folder| (folder, depth + 1)));
        } else if !below.is_empty() {
            let message = "folders below here are nested too deeply";
            tree.problems.push(Problem::path(&folder.shown, ProblemKind::Limit, message));
        }
        if !names.is_empty() {
            tree.folders.push(Listing { folder, names });
        }
    }
    tree.folders.sort_by(|a, b| a.folder.cmp(&b.folder));
    tree
}

/// The names of the files in a folder, and the folders in it.
fn list(folder: &Folder, excluded: &dyn Fn(&str) -> bool) -> std::io::Result<(Vec<String>, Vec<Folder>)> {
    let (mut names, mut below) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(&folder.real)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let shown = folder.file(&name);
        if excluded(&shown) {
            continue;
        }
        if !entry.file_type()?.is_dir() {
            names.push(name);
        } else if !SKIPPED.contains(&name.as_str()) {
            below.push(Folder { shown, real: entry.path() });
        }
    }
    names.sort();
    Ok((names, below))
}
