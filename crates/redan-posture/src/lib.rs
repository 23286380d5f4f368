//! Estate, facts and pages into verdicts and findings.
//!
//! A pure function: the same estate, pages, engines and settings give the same findings in the same order. This crate
//! knows neither files nor networks nor terminals.

mod allow;
mod answers;
mod evaluate;
mod finding;
mod framework;
mod secret;

pub use allow::{Allow, Allowing, Day, suppress};
pub use answers::Answers;
pub use evaluate::{Results, Settings, Variant, evaluate};
pub use finding::tell;
pub use framework::{Audited, Control, Coverage, Framework, FrameworkError, Standing, audit};
