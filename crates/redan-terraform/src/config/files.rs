//! Reading files of a repository that may be hostile: only regular files, only of bounded size, never outside the boundary.
//! It knows nothing of their contents.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Files larger than this are a problem, not read.
const MAX_FILE_BYTES: u64 = 8 << 20;
/// Plans and states, which are read only when named.
const MAX_DOCUMENT_BYTES: u64 = 1 << 30;

/// The folder beyond which nothing is read: the repository's root, or the path of the scan.
#[derive(Clone, Debug)]
pub(crate) struct Boundary(PathBuf);

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    Missing,
    Outside,
    Irregular,
    TooLarge(u64),
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
    pub(crate) fn around(path: &Path) -> Self {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
        let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
        Self(repository.unwrap_or(folder).to_owned())
    }

    /// A boundary that admits nothing: for text that lies in no folder.
    pub(crate) fn nowhere() -> Self {
        Self(PathBuf::new())
    }

    /// Whether this is the outermost folder, whose own name is not the repository's matter.
    pub(crate) fn is_edge(&self, folder: &Path) -> bool {
        self.0 == folder
    }

    /// The real path, if it exists and lies inside.
    pub(crate) fn admit(&self, path: &Path) -> Result<PathBuf, ReadError> {
        if self.0.as_os_str().is_empty() {
            return Err(ReadError::Outside);
        }
        let lexical = clean_path(path);
        let real = fs::canonicalize(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory if !lexical.starts_with(&self.0) => {
                ReadError::Outside
            }
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
            _ => ReadError::Failed(error.to_string()),
        })?;
        if real.starts_with(&self.0) { Ok(real) } else { Err(ReadError::Outside) }
    }

    /// The bytes of a file inside.
    pub(crate) fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        read_bounded(&self.admit(path)?, MAX_FILE_BYTES)
    }
}

/// A document that was named on the command line; some shells write UTF-16.
pub(crate) fn read_text(path: &Path) -> Result<String, ReadError> {
    let bytes = read_bounded(path, MAX_DOCUMENT_BYTES)?;
    let utf16 = |tail: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = tail.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
        String::from_utf16_lossy(&units)
    };
    Ok(match bytes.as_slice() {
        [0xff, 0xfe, tail @ ..] => utf16(tail, u16::from_le_bytes),
        [0xfe, 0xff, tail @ ..] => utf16(tail, u16::from_be_bytes),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    })
}

fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
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

/// The path without `.` and with `..` resolved by name alone.
pub(crate) fn clean_path(path: &Path) -> PathBuf {
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

/// What a file of a module folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Hcl,
    Json,
}

/// Whether a file belongs to a module, and whether it overrides the others.
pub(crate) fn file_kind(name: &str) -> Option<(FileKind, bool)> {
    let ignored = name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
    if ignored {
        return None;
    }
    let endings = [
        (".tf.json", FileKind::Json),
        (".tofu.json", FileKind::Json),
        (".tf", FileKind::Hcl),
        (".tofu", FileKind::Hcl),
    ];
    let (stem, kind) = endings.iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, *kind)))?;
    Some((kind, stem == "override" || stem.ends_with("_override")))
}
