//! The program itself, built for tests and for release.

use crate::run::{output, root, succeeds};
use serde_json::Value;
use std::path::PathBuf;

/// The program as `cargo build` makes it.
pub(crate) fn program() -> Result<PathBuf, String> {
    build(&["build", "--quiet", "--package", "redan"], "debug")
}

/// The program as it is released.
pub(crate) fn release() -> Result<PathBuf, String> {
    build(&["build", "--quiet", "--release", "--locked", "--package", "redan"], "release")
}

fn build(arguments: &[&str], profile: &str) -> Result<PathBuf, String> {
    if !succeeds("cargo", arguments, &root(), false)? {
        return Err(format!("`cargo {}` failed", arguments.join(" ")));
    }
    Ok(target()?.join(profile).join(format!("redan{}", std::env::consts::EXE_SUFFIX)))
}

/// The folder that cargo builds in.
pub(crate) fn target() -> Result<PathBuf, String> {
    metadata(|metadata| metadata.get("target_directory")?.as_str().map(PathBuf::from))
}

/// The version of the program.
pub(crate) fn version() -> Result<String, String> {
    metadata(|metadata| {
        let packages = metadata.get("packages")?.as_array()?;
        let redan = packages.iter().find(|package| package.get("name").is_some_and(|name| name == "redan"))?;
        redan.get("version")?.as_str().map(str::to_owned)
    })
}

fn metadata<T>(read: impl FnOnce(&Value) -> Option<T>) -> Result<T, String> {
    let text = output("cargo", &["metadata", "--format-version", "1", "--no-deps"], &root())?;
    let metadata: Value = serde_json::from_slice(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    read(&metadata).ok_or_else(|| "cargo metadata does not say what is asked".to_owned())
}
