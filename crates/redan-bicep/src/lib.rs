//! Bicep and ARM templates as raw resources: one intermediate form, one evaluator, two languages.
//!
//! `ir` is the form; `json` reads ARM JSON into it, `syntax`, `bind` and `bicep` read Bicep into it; `eval` evaluates it
//! with the functions of `functions`; `lower` makes raw resources of what comes out. It knows the languages, neither
//! kinds of resources nor rules.

mod bicep;
mod eval;
mod functions;
#[expect(dead_code, reason = "Bicep has forms that JSON has not; its lowering lands next")]
mod ir;
mod json;
mod load;
mod lower;
#[expect(dead_code, reason = "the lowering of Bicep lands next")]
mod syntax;

pub use bicep::syntax_problems;
pub use load::{Input, Loaded, Options, is_template, load};
