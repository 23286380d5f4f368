//! The files that a root's file functions see: relative to the root's folder, never beyond the boundary.

use std::path::{Path, PathBuf};

use redan_files::{Boundary, ReadError};

use crate::eval::{FileError, Files};

/// Files that one `fileset` lists.
const MAX_LISTED: usize = 20_000;
const MAX_DEPTH: usize = 32;

pub(super) struct RootFiles<'a> {
    /// None for text that lies in no folder.
    pub(super) folder: Option<&'a Path>,
    pub(super) boundary: &'a Boundary,
}

impl RootFiles<'_> {
    fn locate(&self, path: &str) -> Result<PathBuf, FileError> {
        let folder = self.folder.ok_or_else(|| FileError::Refused("text from no folder has no files".to_owned()))?;
        self.boundary.admit(&folder.join(path)).map_err(refused)
    }
}

fn refused(error: ReadError) -> FileError {
    match error {
        ReadError::Missing => FileError::NotFound,
        other => FileError::Refused(other.to_string()),
    }
}

impl Files for RootFiles<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let real = self.locate(path)?;
        self.boundary.read(&real).map_err(refused)
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        match self.locate(path) {
            Ok(real) if real.is_file() => Ok(true),
            Ok(_) => Err(FileError::Refused("is not a regular file".to_owned())),
            Err(FileError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let base = self.locate(path)?;
        let mut found = Vec::new();
        let mut queue = vec![(base, String::new(), 0)];
        while let Some((folder, prefix, depth)) = queue.pop() {
            let entries = std::fs::read_dir(&folder).map_err(|error| FileError::Refused(error.to_string()))?;
            for entry in entries.flatten() {
                let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else { continue };
                let relative = format!("{prefix}{name}");
                if kind.is_dir() && depth < MAX_DEPTH {
                    queue.push((entry.path(), format!("{relative}/"), depth + 1));
                } else if kind.is_file() {
                    found.push(relative);
                }
                if found.len() > MAX_LISTED {
                    return Err(FileError::Refused(format!("holds more than {MAX_LISTED} files")));
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn absolute(&self, _path: &str) -> Option<String> {
        None
    }
}
