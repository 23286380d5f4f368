//! Which folders hold modules, which modules they call, and which of them nobody calls: those are the roots.

use std::path::PathBuf;
use std::sync::Arc;

use redan_files::{Folder, Listing, Tree};
use redan_model::Problem;
use rustc_hash::{FxHashMap, FxHashSet};

use super::files::file_kind;
use super::installed::Installed;
use super::module::ModuleConfig;
use super::read::Loader;

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

/// Loads the modules of a tree and what they call, as far as the loader's boundary.
pub(crate) fn discover(loader: &Loader<'_>, tree: &Tree) -> Discovered {
    let mut found = Discovered::default();
    let is_module = |listing: &&Listing| listing.names.iter().any(|name| file_kind(name).is_some());
    let folders: Vec<Folder> = tree.folders.iter().filter(is_module).map(|listing| listing.folder.clone()).collect();
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
            real.is_dir().then(|| Folder { shown: redan_files::join(&module.shown, source), real })
        })
        .collect()
}
