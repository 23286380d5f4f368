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
pub(crate) use files::{FileKind, file_kind};
pub(crate) use installed::{Installed, locked_versions};
pub(crate) use module::{Call, ModuleConfig, Placed, Resource, Section, Variable};
pub(crate) use read::{Loader, SourceFile};
pub(crate) use references::{Dependency, output_name};
