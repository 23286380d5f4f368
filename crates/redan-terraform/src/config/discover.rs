//! Which folders hold modules, which modules they call, and which of them nobody calls: those are the roots.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redan_model::{Problem, ProblemKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::installed::{Installed, join_shown};
use super::module::ModuleConfig;
use super::read::{Folder, Loader, config_names};

const MAX_FOLDERS: usize = 50_000;
const MAX_DEPTH: usize = 64;
/// Folders of tools: what they hold is generated, cached or installed.
const SKIPPED: [&str; 6] = [".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", ".external_modules"];

/// All modules that a scan can reach.
#[derive(Default)]
pub(crate) struct Discovered {
    pub(crate) modules: Vec<Arc<ModuleConfig>>,
    pub(crate) by_folder: FxHashMap<PathBuf, usize>,
    /// Modules that nobody calls, by position.
    pub(crate) roots: Vec<usize>,
    /// Installed modules by root position.
    pub(crate) installed: FxHashMap<usize, Installed>,
    pub(crate) problems: Vec<Problem>,
}

/// Walks `start`, loads what it finds and what that calls, as far as the loader's boundary.
pub(crate) fn discover(loader: &Loader<'_>, start: &Path, shown: &str) -> Discovered {
    let mut found = Discovered::default();
    let folders = walk(start, shown, &mut found.problems);
    let mut called: FxHashSet<PathBuf> = FxHashSet::default();
    let walked = folders.len();
    found.load(loader, folders);
    for at in 0..walked {
        found.load_installed(loader, at);
    }
    found.follow_calls(loader, &mut called);
    found.choose_roots(loader, walked, &called);
    found
}

impl Discovered {
    /// One module that is a root by itself, with what it calls.
    pub(crate) fn alone(loader: &Loader<'_>, module: ModuleConfig) -> Self {
        let mut found = Self { modules: vec![Arc::new(module)], roots: vec![0], ..Self::default() };
        found.load_installed(loader, 0);
        found.follow_calls(loader, &mut FxHashSet::default());
        found
    }

    /// Loads what the modules call, and what that calls.
    fn follow_calls(&mut self, loader: &Loader<'_>, called: &mut FxHashSet<PathBuf>) {
        let mut done = 0;
        while done < self.modules.len() {
            let mut missing: Vec<Folder> = Vec::new();
            for module in self.modules.get(done..).unwrap_or_default() {
                for folder in local_calls(loader, module) {
                    called.insert(folder.real.clone());
                    if !self.by_folder.contains_key(&folder.real) {
                        missing.push(folder);
                    }
                }
            }
            done = self.modules.len();
            missing.sort();
            missing.dedup_by(|a, b| a.real == b.real);
            self.load(loader, missing);
        }
    }

    fn load(&mut self, loader: &Loader<'_>, mut folders: Vec<Folder>) {
        folders.retain(|folder| !self.by_folder.contains_key(&folder.real));
        for module in loader.load(folders) {
            if let Some(folder) = &module.folder {
                self.by_folder.insert(folder.clone(), self.modules.len());
            }
            self.modules.push(Arc::new(module));
        }
    }

    fn load_installed(&mut self, loader: &Loader<'_>, at: usize) {
        let Some(root) = self.folder(at) else { return };
        let installed = Installed::of(loader.boundary, &root);
        if installed.folders.is_empty() && installed.problems.is_empty() {
            return;
        }
        let mut folders: Vec<Folder> = installed.folders.values().cloned().collect();
        folders.sort();
        folders.dedup_by(|a, b| a.real == b.real);
        self.load(loader, folders);
        self.installed.insert(at, installed);
    }

    pub(crate) fn folder(&self, at: usize) -> Option<Folder> {
        let module = self.modules.get(at)?;
        Some(Folder { shown: module.shown.clone(), real: module.folder.clone()? })
    }

    /// The walked modules that nobody calls; of modules that only call each other in a circle, the first.
    fn choose_roots(&mut self, loader: &Loader<'_>, walked: usize, called: &FxHashSet<PathBuf>) {
        let is_called = |at: usize| self.folder(at).is_some_and(|folder| called.contains(&folder.real));
        let mut roots: Vec<usize> = (0..walked).filter(|at| !is_called(*at)).collect();
        let mut reached = vec![false; self.modules.len()];
        let mut queue = roots.clone();
        let mut next = 0;
        loop {
            while let Some(at) = queue.pop() {
                if std::mem::replace(reached.get_mut(at).unwrap_or(&mut true), true) {
                    continue;
                }
                let module = self.modules.get(at).map(Arc::clone).unwrap_or_default();
                let calls = local_calls(loader, &module).into_iter();
                queue.extend(calls.filter_map(|folder| self.by_folder.get(&folder.real).copied()));
            }
            while next < walked && reached.get(next).copied().unwrap_or(true) {
                next += 1;
            }
            if next >= walked {
                break;
            }
            roots.push(next);
            queue.push(next);
        }
        roots.sort_unstable();
        self.roots = roots;
    }
}

/// Whether a module's source names a folder beside it.
pub(crate) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

fn local_calls(loader: &Loader<'_>, module: &ModuleConfig) -> Vec<Folder> {
    let Some(folder) = &module.folder else { return Vec::new() };
    let sources = module.calls.iter().filter_map(|call| call.source.as_ref()).map(|source| &source.item);
    sources
        .filter(|source| is_local(source))
        .filter_map(|source| {
            let real = loader.boundary.admit(&folder.join(&**source)).ok()?;
            real.is_dir().then(|| Folder { shown: join_shown(&module.shown, source), real })
        })
        .collect()
}

/// Folders with configuration at or below `start`, in order. Links to folders are not followed.
fn walk(start: &Path, shown: &str, problems: &mut Vec<Problem>) -> Vec<Folder> {
    let mut found = Vec::new();
    let Ok(real) = std::fs::canonicalize(start) else {
        problems.push(Problem::path(shown, ProblemKind::Unreadable, "no such folder"));
        return found;
    };
    let mut queue = vec![(Folder { shown: shown.to_owned(), real }, 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = queue.pop() {
        seen += 1;
        if seen > MAX_FOLDERS {
            let message = format!("more than {MAX_FOLDERS} folders; the others are not read");
            problems.push(Problem::path(shown, ProblemKind::Limit, message));
            break;
        }
        match config_names(&folder.real) {
            Ok(names) if !names.is_empty() => found.push(folder.clone()),
            Ok(_) => {}
            Err(error) => {
                let message = format!("folder cannot be read: {error}");
                problems.push(Problem::path(&folder.shown, ProblemKind::Unreadable, message));
                continue;
            }
        }
        if depth >= MAX_DEPTH {
            problems.push(Problem::path(&folder.shown, ProblemKind::Limit, "folders below here are nested too deeply"));
            continue;
        }
        queue.extend(subfolders(&folder).into_iter().map(|folder| (folder, depth + 1)));
    }
    found.sort();
    found
}

fn subfolders(folder: &Folder) -> Vec<Folder> {
    let Ok(entries) = std::fs::read_dir(&folder.real) else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            (!SKIPPED.contains(&name.as_str()))
                .then(|| Folder { shown: join_shown(&folder.shown, &name), real: entry.path() })
        })
        .collect()
}
