//! Files of a tree that may be hostile: walked once, read within bounds, never outside the boundary.
//!
//! It knows neither languages nor clouds: a source picks from a [`Tree`] the files it understands.

mod boundary;
mod glob;
mod path;
mod text;
mod walk;

pub use boundary::{Boundary, ReadError};
pub use glob::matches;
pub use path::{clean, join, shown};
pub use text::{Text, decode, read_document};
pub use walk::{Folder, Listing, Tree, walk};
