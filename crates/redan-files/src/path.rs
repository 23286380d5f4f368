//! Paths by name alone, and as people read them.

use std::path::{Component, Path, PathBuf};

/// The path without `.` and with `..` resolved by name alone.
#[must_use]
pub fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// A path as people read it: without `./`, with `/`; the folder of the scan itself is empty.
#[must_use]
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
    if text == "." { String::new() } else { text.to_owned() }
}

/// A shown path below another, `.` and `..` resolved.
#[must_use]
pub fn join(base: &str, relative: &str) -> String {
    clean(&PathBuf::from(base).join(relative)).to_string_lossy().replace('\\', "/")
}
