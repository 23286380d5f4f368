//! Live AWS: asks what the tables of the kinds want to know.
//!
//! Must not know rules.

#[expect(dead_code, reason = "the client reads it")]
mod table;

pub use table::{operation_names, permission};
