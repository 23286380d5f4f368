//! CloudFormation templates as raw resources. It knows the language, neither clouds nor rules.
//!
//! [`load`] evaluates templates with their parameters, nested stacks and included files. Nothing fails as a whole: what
//! was understood comes back together with [`redan_model::Problem`]s, and what depends on something that was not
//! understood is unknown, with its reason.

mod arns;
mod eval;
mod expand;
mod load;
mod lower;
mod nested;
mod parameters;
mod rules;
mod sam;
mod stack;
mod syntax;
mod template;

pub use load::{Input, Loaded, Options, is_template, load};
