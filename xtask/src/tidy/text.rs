//! The texts of the repository: size and description of source files, words that do not belong, trailing space.

use crate::run::{output, root};

/// A file of the repository.
pub(crate) struct File {
    /// Relative to the root.
    path: String,
    text: String,
}

const LONGEST: usize = 800;
const MEDIAN: usize = 180;

/// Parts of paths of somebody's machine; written in two pieces so that this file does not hold them.
const FOREIGN: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("../sha", "red/"),
    concat!("/tm", "p/t/"),
    concat!("/tm", "p/cases"),
    concat!("/tm", "p/facts"),
    concat!("/tm", "p/commit"),
];

/// The files that git knows or would add, as far as they are text.
pub(crate) fn files() -> Result<Vec<File>, String> {
    let listing = output("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"], &root())?;
    let listing = String::from_utf8_lossy(&listing);
    let names = listing.split('\0').filter(|name| !name.is_empty());
    let texts = names.filter_map(|path| {
        let text = std::fs::read_to_string(root().join(path)).ok()?;
        Some(File { path: path.to_owned(), text })
    });
    Ok(texts.collect())
}

/// Says what is wrong with which file.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut wrong: Vec<String> = files.iter().flat_map(one).collect();
    let mut sizes: Vec<usize> =
        files.iter().filter(|file| is_source(file)).map(|file| file.text.lines().count()).collect();
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    if median > MEDIAN {
        wrong.push(format!("the median source file has {median} lines, more than {MEDIAN}"));
    }
    wrong.extend(without_readme(files));
    wrong.sort();
    wrong
}

fn is_source(file: &File) -> bool {
    file.path.ends_with(".rs")
}

/// Inputs that are odd on purpose.
fn is_fixture(file: &File) -> bool {
    ["/fixtures/", "/files/", "/corpus/", "/data/", "/snapshots/"].iter().any(|part| file.path.contains(part))
}

fn one(file: &File) -> Vec<String> {
    let mut wrong = Vec::new();
    let path = &file.path;
    if is_source(file) {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("{path}: {lines} lines, more than {LONGEST}; split it"));
        }
        if !file.text.starts_with("//!") {
            wrong.push(format!("{path}: does not begin with `//!` saying what it is for"));
        }
    }
    if is_fixture(file) {
        return wrong;
    }
    for (index, line) in file.text.lines().enumerate() {
        let number = index + 1;
        if let Some(word) = FOREIGN.iter().find(|word| line.contains(**word))
            && path != ".ci/run"
        {
            wrong.push(format!("{path}:{number}: `{word}` is a path of one machine"));
        }
        if line.ends_with([' ', '\t']) && is_ours(path) {
            wrong.push(format!("{path}:{number}: trailing space"));
        }
    }
    if is_ours(path) && !file.text.is_empty() && !file.text.ends_with('\n') {
        wrong.push(format!("{path}: no newline at the end"));
    }
    wrong
}

fn is_ours(path: &str) -> bool {
    [".rs", ".md", ".toml", ".yaml", ".yml"].iter().any(|ending| path.ends_with(ending)) || path.starts_with(".ci/")
}

fn without_readme(files: &[File]) -> Vec<String> {
    let has = |path: &str| files.iter().any(|file| file.path == path);
    let crates = files.iter().filter_map(|file| file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
    crates
        .filter(|name| !has(&format!("crates/{name}/README.md")))
        .map(|name| format!("crates/{name} has no README.md"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn what_is_refused() {
        let long = format!("//! x\n{}", "x\n".repeat(LONGEST));
        let machine = format!("{}{}\n", FOREIGN[0], "main");
        let wrong = check(&[
            file("crates/a/Cargo.toml", ""),
            file("crates/a/src/a.rs", "fn main() {}\n"),
            file("crates/a/src/b.rs", &long),
            file("docs/c.md", &machine),
            file("docs/d.md", "x \ny"),
            file("tests/fixtures/e.md", "x \ny"),
        ]);
        let wanted = [
            "crates/a has no README",
            "a.rs: does not begin",
            "b.rs: 801 lines",
            "c.md:1:",
            "d.md: no newline",
            "d.md:1: trailing",
        ];
        for part in wanted {
            assert!(wrong.iter().any(|message| message.contains(part)), "{part} in {wrong:?}");
        }
        assert_eq!(wrong.len(), wanted.len() + 1, "the median too: {wrong:?}");
    }
}
