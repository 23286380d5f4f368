//! API answers into canonical resources, and which calls the tables want. Answers come from a client, a snapshot or a
//! page's case; there is no client here.

mod answers;
mod aws;
mod azure;
mod item;
mod plan;
mod shape;

pub use answers::{Answers, NOT_OFFERED, is_denial};
pub use aws::read_aws;
pub use azure::read_azure;
pub use plan::{Ask, Operation, Scope, operations, wanted};
