//! ARM templates in JSON, through the public entry.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod common;
mod files;
mod hostile;
mod scopes;
mod templates;
