//! `cargo xtask tidy`: the house rules that neither the compiler nor clippy knows.

mod layers;
mod licences;
mod metadata;
mod text;

use crate::out;
use metadata::Metadata;

/// Runs all checks; false if something is wrong.
pub(crate) fn run() -> Result<bool, String> {
    let metadata = Metadata::read()?;
    let files = text::files()?;
    let mut wrong = layers::check(&metadata);
    wrong.extend(licences::check(&metadata));
    wrong.extend(text::check(&files));
    for message in &wrong {
        out::line(&format!("tidy: {message}"));
    }
    if wrong.is_empty() {
        out::line(&format!("tidy: {} files, {} dependencies, all in order", files.len(), metadata.packages.len()));
    }
    Ok(wrong.is_empty())
}
