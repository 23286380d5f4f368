//! `cargo xtask docs`: the folder `docs/pages/` out of the pages and the frameworks, and whether it is up to date.

mod index;
mod page;

use crate::out;
use crate::run::root;
use redan_model::Str;
use redan_pages::{Page, PageSet};
use redan_posture::Framework;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A page, and the controls that name it: framework and number.
struct Documented<'a> {
    page: &'a Page,
    controls: Vec<(&'a Framework, &'a str)>,
}

/// Writes the folder, or only compares it.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let check = match words {
        [] => false,
        ["--check"] => true,
        _ => return Err("write `cargo xtask docs` or `cargo xtask docs --check`".to_owned()),
    };
    let wanted = texts()?;
    let folder = root().join("docs/pages");
    let stale = difference(&folder, &wanted)?;
    if check {
        for path in stale.iter().take(10) {
            out::error(&format!("docs/pages/{path} is not up to date"));
        }
        if !stale.is_empty() {
            out::error(&format!("{} files differ: run `cargo xtask docs` and commit them", stale.len()));
        }
        return Ok(stale.is_empty());
    }
    for path in &stale {
        let file = folder.join(path);
        let done = match wanted.get(path) {
            Some(text) => file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text)),
            None => fs::remove_file(&file),
        };
        done.map_err(|error| format!("{}: {error}", file.display()))?;
    }
    out::line(&format!("docs/pages: {} files, {} changed", wanted.len(), stale.len()));
    Ok(true)
}

/// Every file of the folder with its text.
fn texts() -> Result<BTreeMap<String, String>, String> {
    let set = PageSet::builtin();
    if let Some(error) = set.errors().first() {
        return Err(error.to_string());
    }
    let frameworks = frameworks(&set)?;
    let mut controls: BTreeMap<Str, Vec<(&Framework, &str)>> = BTreeMap::new();
    for framework in frameworks.iter().filter(|framework| !framework.by_mission) {
        for control in &framework.controls {
            for page in &control.pages {
                controls.entry(*page).or_default().push((framework, &control.id));
            }
        }
    }
    let documented: Vec<Documented<'_>> = set
        .pages()
        .map(|page| Documented { page, controls: controls.get(&page.id).cloned().unwrap_or_default() })
        .collect();
    let mut texts: BTreeMap<String, String> =
        documented.iter().map(|one| (format!("{}.md", one.page.id), page::text(one))).collect();
    texts.insert("README.md".to_owned(), index::text(&documented, &frameworks));
    for framework in &frameworks {
        texts.insert(format!("frameworks/{}.md", framework.id), index::framework(framework, &set));
    }
    Ok(texts)
}

fn frameworks(set: &PageSet) -> Result<Vec<Framework>, String> {
    let read = |name| {
        let framework = Framework::builtin(name).ok_or("no such framework")?.map_err(|error| error.to_string())?;
        let missing = framework.pages().into_iter().find(|page| set.get(page).is_none());
        match missing {
            Some(page) => Err(format!("frameworks/{name}.yaml names a page that does not exist: {page}")),
            None => Ok(framework.with_pages(set.pages())),
        }
    };
    Framework::names().map(read).collect()
}

/// The files that are not as they should be, those that should not be there included.
fn difference(folder: &Path, wanted: &BTreeMap<String, String>) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeMap::new();
    collect(folder, "", &mut found).map_err(|error| format!("{}: {error}", folder.display()))?;
    let changed = wanted.iter().filter(|(path, text)| found.get(*path) != Some(*text)).map(|(path, _)| path.clone());
    let left = found.keys().filter(|path| !wanted.contains_key(*path)).cloned();
    Ok(changed.chain(left).collect())
}

fn collect(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, found)?;
        } else {
            found.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
