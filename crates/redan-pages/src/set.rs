//! All pages: the built-in ones, read when first asked for, and a user's own, which replace built-in ones of the same id.

use crate::{Page, PageError};
use redan_model::Str;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

const MAX_DEPTH: usize = 16;
const MAX_FILES: usize = 10_000;
const MAX_BYTES: u64 = 1 << 20;

/// A page that is part of the program.
pub(crate) struct Embedded {
    pub(crate) id: &'static str,
    pub(crate) kinds: &'static [&'static str],
    pub(crate) text: &'static str,
}

mod embedded {
    use super::Embedded;
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

struct Entry {
    path: String,
    text: Cow<'static, str>,
    kinds: Vec<Str>,
    page: OnceLock<Result<Page, Vec<PageError>>>,
}

/// Pages by id.
#[derive(Default)]
pub struct PageSet {
    entries: BTreeMap<String, Entry>,
}

impl PageSet {
    /// No pages.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The built-in pages. Nothing is parsed yet.
    #[must_use]
    pub fn builtin() -> Self {
        let entry = |page: &'static Embedded| {
            let kinds = page.kinds.iter().map(|kind| Str::new(kind)).collect();
            let path = format!("pages/{}.md", page.id);
            (page.id.to_owned(), Entry { path, text: Cow::Borrowed(page.text), kinds, page: OnceLock::new() })
        };
        Self { entries: embedded::PAGES.iter().map(entry).collect() }
    }

    /// Adds a page, in place of one of the same id. `path` is the file as it is shown to people.
    pub fn add(&mut self, id: &str, path: &str, text: String) {
        let parsed = Page::parse(id, path, &text);
        let kinds = parsed.as_ref().map(|page| page.kinds().collect()).unwrap_or_default();
        let page = OnceLock::from(parsed);
        self.entries.insert(id.to_owned(), Entry { path: path.to_owned(), text: Cow::Owned(text), kinds, page });
    }

    /// Adds all pages of a folder: `NAME.md` below it is a page, its path below the folder the id. Symbolic links are not
    /// followed. Gives what could not be read.
    pub fn add_directory(&mut self, folder: &Path) -> Vec<PageError> {
        let mut errors = Vec::new();
        let mut files = Vec::new();
        collect(folder, "", 0, &mut files, &mut errors);
        files.sort();
        for (id, path) in files {
            let shown = path.display().to_string();
            match fs::read_to_string(&path) {
                Ok(text) => self.add(&id, &shown, text),
                Err(error) => errors.push(PageError::new(&shown, 1, format!("the page cannot be read: {error}"))),
            }
        }
        errors
    }

    /// The ids, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// A page by its id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Page> {
        self.entries.get(id).and_then(|entry| parsed(id, entry).as_ref().ok())
    }

    /// The text of a page.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&str> {
        self.entries.get(id).map(|entry| entry.text.as_ref())
    }

    /// The file of a page as it is shown to people.
    #[must_use]
    pub fn path(&self, id: &str) -> Option<&str> {
        self.entries.get(id).map(|entry| entry.path.as_str())
    }

    /// All pages that could be read, by id.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.entries.iter().filter_map(|(id, entry)| parsed(id, entry).as_ref().ok())
    }

    /// The pages about any of these kinds, by id.
    pub fn about<'a>(&'a self, kinds: &'a [Str]) -> impl Iterator<Item = &'a Page> {
        let wanted = |entry: &&Entry| entry.kinds.iter().any(|kind| kinds.contains(kind));
        let entries = self.entries.iter().filter(move |(_, entry)| wanted(entry));
        entries.filter_map(|(id, entry)| parsed(id, entry).as_ref().ok())
    }

    /// What is wrong with pages that could not be read.
    #[must_use]
    pub fn errors(&self) -> Vec<PageError> {
        let entries = self.entries.iter();
        entries.filter_map(|(id, entry)| parsed(id, entry).as_ref().err()).flatten().cloned().collect()
    }
}

fn parsed<'a>(id: &str, entry: &'a Entry) -> &'a Result<Page, Vec<PageError>> {
    entry.page.get_or_init(|| Page::parse(id, &entry.path, &entry.text))
}

fn collect(
    folder: &Path,
    below: &str,
    depth: usize,
    files: &mut Vec<(String, std::path::PathBuf)>,
    errors: &mut Vec<PageError>,
) {
    let shown = folder.display().to_string();
    let entries = match fs::read_dir(folder) {
        Ok(entries) if depth <= MAX_DEPTH => entries,
        Ok(_) => return errors.push(PageError::new(&shown, 1, "the folder lies too deep")),
        Err(error) => return errors.push(PageError::new(&shown, 1, format!("the folder cannot be read: {error}"))),
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name().to_string_lossy().into_owned();
        let id = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if kind.is_dir() {
            collect(&entry.path(), &id, depth + 1, files, errors);
        } else if let (true, Some(id)) = (kind.is_file(), id.strip_suffix(".md")) {
            let small = entry.metadata().is_ok_and(|metadata| metadata.len() <= MAX_BYTES);
            if !small || files.len() >= MAX_FILES {
                let shown = entry.path().display().to_string();
                errors.push(PageError::new(&shown, 1, "the page is too large, or there are too many"));
            } else if name != "README.md" {
                files.push((id.to_owned(), entry.path()));
            }
        }
    }
}
