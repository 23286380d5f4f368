//! From evaluated configuration to raw resources: the language's values in the vocabulary of the model.

mod lift;
mod node;
mod raw;
mod references;

pub(crate) use lift::lift_attributes;
pub(crate) use node::written_body;
pub(crate) use raw::{evaluation_problems, raw_resources};
pub(crate) use references::references;
