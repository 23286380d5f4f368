//! The boundary of a scan: only regular files, only of bounded size, never outside. It knows nothing of their contents.

use crate::path::clean;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files larger than this are a problem, not read.
const MAX_FILE_BYTES: u64 = 8 << 20;

/// The folder beyond which nothing is read: the repository's root, or the path of the scan.
#[derive(Clone, Debug)]
pub struct Boundary(PathBuf);

/// Why a file was not read. Its text follows the name of what should have been read: "file is not a regular file …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    Missing,
    /// It lies outside the boundary.
    Outside,
    /// A folder, a device, a pipe, a socket.
    Irregular,
    /// It holds more than this many bytes.
    TooLarge(u64),
    /// The operating system refused.
    Failed(String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("no such file"),
            Self::Outside => f.write_str("lies outside the scanned repository and is not read"),
            Self::Irregular => f.write_str("is not a regular file and is not read"),
            Self::TooLarge(limit) => write!(f, "is larger than {} MB and is not read", limit >> 20),
            Self::Failed(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

impl Boundary {
    /// The nearest folder at or above `path` that holds `.git`, else the path's own folder.
    #[must_use]
    pub fn around(path: &Path) -> Self {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
        let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
        Self(repository.unwrap_or(folder).to_owned())
    }

    /// A boundary that admits nothing: for text that lies in no folder.
    #[must_use]
    pub fn nowhere() -> Self {
        Self(PathBuf::new())
    }

    /// Whether this is the outermost folder, whose own name is not the repository's matter.
    #[must_use]
    pub fn is_edge(&self, folder: &Path) -> bool {
        self.0 == folder
    }

    /// The real path, if it exists and lies inside.
    ///
    /// # Errors
    /// What is missing, lies outside, or cannot be resolved.
    pub fn admit(&self, path: &Path) -> Result<PathBuf, ReadError> {
        if self.0.as_os_str().is_empty() {
            return Err(ReadError::Outside);
        }
        let lexical = clean(path);
        let real = fs::canonicalize(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory if !lexical.starts_with(&self.0) => {
                ReadError::Outside
            }
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
            _ => ReadError::Failed(error.to_string()),
        })?;
        if real.starts_with(&self.0) { Ok(real) } else { Err(ReadError::Outside) }
    }

    /// The bytes of a file inside, at most 8 MB.
    ///
    /// # Errors
    /// What cannot be admitted, is no regular file, or is too large.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        read_bounded(&self.admit(path)?, MAX_FILE_BYTES)
    }
}

pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ReadError::Missing,
        _ => ReadError::Failed(error.to_string()),
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(ReadError::Irregular);
    }
    if metadata.len() > limit {
        return Err(ReadError::TooLarge(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    fs::File::open(path).map_err(failed)?.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge(limit)) } else { Ok(bytes) }
}
