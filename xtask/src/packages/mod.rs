//! `cargo xtask dist`, `wheel` and `packages`: what is given to people, and that it works.

mod archive;
mod dist;
mod prove;
mod tar;
mod wheel;
mod zip;

use crate::{out, product};
use std::path::{Path, PathBuf};

/// Where packages are put.
fn folder() -> Result<PathBuf, String> {
    Ok(product::target()?.join("dist"))
}

/// Builds the release archive.
pub(crate) fn dist() -> Result<bool, String> {
    let program = product::release()?;
    made(&dist::make(&program, &folder()?)?)
}

/// Builds the Python wheel.
pub(crate) fn wheel() -> Result<bool, String> {
    let program = product::release()?;
    made(&wheel::make(&program, &folder()?)?)
}

/// Packs the program of tests, and shows that the packages and the integrations work.
pub(crate) fn packages() -> Result<bool, String> {
    prove::run(&product::program()?)
}

fn made(file: &Path) -> Result<bool, String> {
    out::line(&file.to_string_lossy());
    Ok(true)
}
