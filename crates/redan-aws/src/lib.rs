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

use redan_model::Node;

/// The answer that a body is, in botocore's shape, without asking anybody: for tests.
///
/// # Errors
/// What is wrong with the body, or the code of the error that it is.
pub fn decode_answer(name: &str, status: u16, body: &[u8]) -> Result<Node, String> {
    let (service, operation) = table::operation(name).ok_or_else(|| format!("{name} is not in the table"))?;
    let message = decode::Message { status, headers: &[], body };
    if (200..300).contains(&status) {
        decode::answer(service, operation, &message)
    } else {
        Err(decode::fault(service.protocol, &message).code)
    }
}

pub use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
pub use client::{Client, Outcome, Settings};
pub use collect::{Collected, Gap, Options, Step, collect, gaps};
pub use endpoint::{Endpoints, home};
pub use identity::Identity;
pub use table::{operation_names, permission};
