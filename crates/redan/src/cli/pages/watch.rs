//! Waiting until a file changes.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

const EVERY: Duration = Duration::from_millis(250);
const MAX_FILES: usize = 20_000;
const MAX_DEPTH: usize = 16;

/// Returns when a page below one of these paths was written, made or removed.
pub(crate) fn changed(paths: &[PathBuf]) {
    let before = state(paths);
    loop {
        sleep(EVERY);
        if state(paths) != before {
            return;
        }
    }
}

fn state(paths: &[PathBuf]) -> Vec<(PathBuf, SystemTime, u64)> {
    let mut all = Vec::new();
    paths.iter().for_each(|path| collect(path, 0, &mut all));
    all.sort();
    all
}

fn collect(path: &Path, depth: usize, all: &mut Vec<(PathBuf, SystemTime, u64)>) {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
    if metadata.is_dir() && depth < MAX_DEPTH {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| collect(&entry.path(), depth + 1, all));
    } else if metadata.is_file() && path.extension().is_some_and(|end| end == "md") && all.len() < MAX_FILES {
        all.push((path.to_owned(), metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len()));
    }
}
