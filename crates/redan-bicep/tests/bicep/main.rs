//! Folders of Bicep through the whole crate: what is deployed, with which values, and what is said of the rest.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod common;
mod hostile;
mod language;
mod modules;
mod parameters;
mod resources;
