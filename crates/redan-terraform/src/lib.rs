//! Terraform configuration, plans and states as raw resources. It knows the language, neither clouds nor rules.
//!
//! [`load`] reads folders, files and text; each root module is evaluated with all its module instances. Nothing fails as
//! a whole: what was understood comes back together with [`redan_model::Problem`]s, and what depends on something that
//! was not understood is unknown, with its reason.

mod config;
mod eval;
mod functions;
mod load;
mod lower;
mod module;
mod plan;
mod syntax;
#[cfg(test)]
mod tests;
mod value;

pub use eval::console;
pub use load::{Input, Loaded, Options, Statistics, VariableInput, load};
