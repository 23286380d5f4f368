//! The walk over real folders: what it lists, what it leaves out, what it does not follow.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use redan_files::{Boundary, ReadError, walk};
use std::fs;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("redan-files-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn write(folder: &std::path::Path, path: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "text").unwrap();
}

fn listed(root: &std::path::Path, exclude: &[&str]) -> Vec<String> {
    let exclude: Vec<String> = exclude.iter().map(|glob| (*glob).to_owned()).collect();
    let tree = walk(root, &exclude);
    let files = tree.folders.iter().flat_map(|listing| listing.names.iter().map(|name| listing.folder.file(name)));
    let prefix = format!("{}/", root.to_string_lossy());
    files.map(|file| file.strip_prefix(&prefix).unwrap().to_owned()).collect()
}

#[test]
fn everything_in_order_but_folders_of_tools_and_what_is_excluded() {
    let root = folder("order");
    for path in ["b/two.tf", "a.tf", "b/c/three.yaml", ".terraform/x.tf", "node_modules/y.json", ".github/w.yml"] {
        write(&root, path);
    }
    assert_eq!(listed(&root, &[]), ["a.tf", ".github/w.yml", "b/two.tf", "b/c/three.yaml"]);
    assert_eq!(listed(&root, &["b"]), ["a.tf", ".github/w.yml"]);
    assert_eq!(listed(&root, &["*.yaml", "**/b/two.tf"]), ["a.tf", ".github/w.yml"]);
}

#[cfg(unix)]
#[test]
fn an_excluded_folder_is_not_entered_and_links_are_not_followed() {
    let root = folder("links");
    write(&root, "a/one.tf");
    std::os::unix::fs::symlink(&root, root.join("a/loop")).unwrap();
    assert_eq!(listed(&root, &[]), ["a/loop", "a/one.tf"]);
    let tree = walk(&root, &[]);
    assert_eq!(tree.boundary.read(&root.join("a/loop")), Err(ReadError::Irregular));
    std::os::unix::fs::symlink("/etc/hostname", root.join("out")).unwrap();
    assert_eq!(tree.boundary.read(&root.join("out")), Err(ReadError::Outside));
    assert_eq!(Boundary::nowhere().read(&root.join("a/one.tf")), Err(ReadError::Outside));
}

#[test]
fn a_missing_folder_is_a_problem() {
    let tree = walk(&folder("missing").join("none"), &[]);
    assert_eq!(tree.problems.len(), 1);
    assert!(tree.folders.is_empty());
}
