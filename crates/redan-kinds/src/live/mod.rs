//! API answers into canonical resources. Answers come from a client, a snapshot or a page's case; there is no client here.

mod aws;
mod azure;

pub use aws::{Answers, read_aws};
pub use azure::read_azure;
