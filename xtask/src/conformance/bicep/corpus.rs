//! The files of a folder that are valid Bicep: not those under a folder named `invalid…`, nor those whose baseline
//! (`main.diagnostics.bicep` beside `main.bicep`, or the file itself) carries error diagnostics, nor the views that the
//! official compiler's tests write of a file, which repeat its lines with others between them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Views: `main.tokens.bicep` beside `main.bicep`.
const VIEWS: [&str; 6] = ["diagnostics", "ir", "sourcemap", "symbols", "syntax", "tokens"];
/// The tag of an error in a baseline.
const ERROR: &str = "(Error)] ";

/// A file of Bicep.
pub(super) struct File {
    /// The path below the folder, with `/`.
    pub(super) shown: String,
    pub(super) text: String,
}

/// The valid files of a folder, sorted.
pub(super) struct Corpus {
    pub(super) files: Vec<File>,
}

impl Corpus {
    pub(super) fn find(folder: &Path) -> Result<Self, String> {
        let mut paths = Vec::new();
        walk(folder, &mut paths).map_err(|error| format!("{}: {error}", folder.display()))?;
        paths.sort();
        let known: BTreeSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
        let mut corpus = Self { files: Vec::new() };
        for path in &paths {
            let below = path.strip_prefix(folder).unwrap_or(path);
            let shown = below.to_string_lossy().replace('\\', "/");
            if shown.split('/').rev().skip(1).any(|part| part.to_ascii_lowercase().starts_with("invalid")) {
                continue;
            }
            if is_view(path, &known) || baseline_has_errors(path, &known) {
                continue;
            }
            let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if !text.lines().any(|line| line.starts_with("//@[") && line.contains(ERROR)) {
                corpus.files.push(File { shown, text });
            }
        }
        Ok(corpus)
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "bicep" || ending == "bicepparam") {
            found.push(path);
        }
    }
    Ok(())
}

/// The name without its last ending, that ending, and the word before it.
fn parts(path: &Path) -> Option<(String, String, String)> {
    let name = path.file_name()?.to_str()?;
    let (rest, ending) = name.rsplit_once('.')?;
    let (stem, view) = rest.rsplit_once('.').unwrap_or((rest, ""));
    Some((stem.to_owned(), view.to_owned(), ending.to_owned()))
}

fn is_view(path: &Path, known: &BTreeSet<&Path>) -> bool {
    parts(path).is_some_and(|(stem, view, ending)| {
        VIEWS.contains(&view.as_str()) && known.contains(path.with_file_name(format!("{stem}.{ending}")).as_path())
    })
}

/// Whether the diagnostics beside this file carry errors.
fn baseline_has_errors(path: &Path, known: &BTreeSet<&Path>) -> bool {
    let Some((stem, _, ending)) = parts(path) else { return false };
    let baseline = path.with_file_name(format!("{stem}.diagnostics.{ending}"));
    known.contains(baseline.as_path()) && std::fs::read_to_string(&baseline).is_ok_and(|text| text.contains(ERROR))
}
