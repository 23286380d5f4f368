//! Configuration as it is declared: which files make a module, what the module declares, what each declaration refers to.
//! Nothing is evaluated here.

mod discover;
mod files;
mod installed;
mod merge;
mod module;
mod read;
mod references;

pub(crate) use discover::{Discovered, discover, is_local};
pub(crate) use files::{Boundary, FileKind, ReadError, file_kind, read_text};
pub(crate) use installed::{Installed, locked_versions};
pub(crate) use module::{Call, ModuleConfig, Placed, Resource, Section, Variable};
pub(crate) use read::{Folder, Loader, SourceFile};
pub(crate) use references::{Dependency, output_name};
