//! Bicep and ARM templates as raw resources: one intermediate form, one evaluator, two languages.
//!
//! `ir` is the form; `json` reads ARM JSON into it, `syntax`, `bind` and `bicep` read Bicep into it; `eval` evaluates it
//! with the functions of `functions`; `lower` makes raw resources of what comes out. It knows the languages, neither
//! kinds of resources nor rules.

mod beside;
mod bicep;
mod bind;
mod eval;
mod functions;
mod ir;
mod json;
mod load;
mod lower;
mod sample;
mod syntax;
mod usage;

pub use bicep::{is_bicep, syntax_problems};
pub use ir::Place;
pub use load::{Input, Loaded, Options, is_template, load};
pub use sample::sample_parameters;
