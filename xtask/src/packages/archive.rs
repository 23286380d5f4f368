//! Files on their way into an archive.

use crate::tools::read;
use std::path::Path;

/// A file with its path in the archive, with slashes.
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether it is a program.
    pub(crate) runs: bool,
}

impl Entry {
    pub(crate) fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), runs: false }
    }

    /// A text of the repository.
    pub(crate) fn text(path: impl Into<String>, file: &Path) -> Result<Self, String> {
        Ok(Self::new(path, read(file)?))
    }

    /// A program.
    pub(crate) fn program(path: impl Into<String>, file: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        Ok(Self { path: path.into(), bytes, runs: true })
    }

    /// Its permissions on Unix.
    pub(crate) const fn mode(&self) -> u32 {
        if self.runs { 0o755 } else { 0o644 }
    }
}
