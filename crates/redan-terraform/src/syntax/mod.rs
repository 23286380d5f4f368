//! Source text to syntax tree: HCL, JSON configuration and templates.

pub(crate) mod ast;
