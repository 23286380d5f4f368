//! Resource kinds as tables, and assembling raw resources into an estate.
//!
//! A kind file says, once, what a resource looks like and how each source spells it. This crate reads the files, maps
//! what the sources read into the vendors' own schemas, folds satellites, links references and knows every default. It
//! knows no rule.

mod assemble;
mod backward;
mod defaults;
mod forward;
mod hooks;
mod inventory;
mod live;
mod raw;
mod registry;
mod sample;
mod table;
mod tree;

pub use assemble::{Input, assemble};
pub use hooks::ProviderHooks;
pub use inventory::Mapped;
pub use live::{Answers, Ask, NOT_OFFERED, Operation, Scope, is_denial, operations, read_aws, read_azure, wanted};
pub use raw::{Hooks, Mode, ProviderConfig, RawResource};
pub use registry::{KindError, Kinds};
