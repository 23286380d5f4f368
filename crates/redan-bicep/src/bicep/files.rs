//! The files that a compilation reads: each once, inside the boundary only.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redan_files::{Boundary, ReadError};
use redan_model::{Origin, Reason, ReasonClass, Str};

/// A file: as people read it, and where it really is. Text that lies in no folder has no place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FilePath {
    pub(crate) shown: String,
    pub(crate) real: Option<PathBuf>,
}

impl FilePath {
    /// The file at a path relative to the folder of this one.
    pub(super) fn beside(&self, relative: &str) -> Self {
        let folder = self.shown.rsplit_once('/').map_or("", |(folder, _)| folder);
        let real = self.real.as_deref().and_then(Path::parent);
        Self {
            shown: redan_files::join(folder, relative),
            real: real.map(|folder| redan_files::clean(&folder.join(relative))),
        }
    }
}

/// The bytes of a file that another one names at `origin`, or why they cannot be read.
pub(super) fn read(boundary: &Boundary, path: &FilePath, origin: Origin) -> Result<Vec<u8>, Reason> {
    let class = |error: &ReadError| match error {
        ReadError::Missing | ReadError::Outside => ReasonClass::Module,
        _ => ReasonClass::Problem,
    };
    let fail =
        |error: ReadError| Reason { class: class(&error), what: Str::from(format!("{} {error}", path.shown)), origin };
    match &path.real {
        Some(real) => boundary.read(real).map_err(fail),
        None => Err(fail(ReadError::Outside)),
    }
}

/// The text of a file, without its byte order mark.
pub(super) fn text(bytes: Vec<u8>) -> Arc<str> {
    redan_files::decode(bytes).text
}
