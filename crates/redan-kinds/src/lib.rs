//! Resource kinds as tables, and assembling raw resources into an estate.

mod raw;

pub use raw::{Hooks, Mode, ProviderConfig, RawResource};
