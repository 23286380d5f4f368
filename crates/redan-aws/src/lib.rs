//! Live AWS: asks what the tables of the kinds want to know.
//!
//! Must not know rules.

mod client;
mod collect;
mod decode;
mod encode;
mod endpoint;
mod identity;
mod pace;
mod pages;
mod sign;
mod table;
mod transport;

pub use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
pub use client::{Client, Outcome, Settings};
pub use collect::{Collected, Gap, Options, Step, collect, gaps};
pub use endpoint::{Endpoints, home};
pub use identity::Identity;
pub use table::{operation_names, permission};
