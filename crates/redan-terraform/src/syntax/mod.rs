//! Source text to syntax tree: HCL, JSON configuration and templates.

pub(crate) mod ast;
mod body;
mod expr;
pub(crate) mod json;
mod json_body;
mod parser;
mod skip;
mod template;

pub(crate) use body::parse_file;
pub(crate) use expr::parse_expression;
pub(crate) use json::parse_json;
pub(crate) use json_body::{file_body, values_body};
pub(crate) use parser::SyntaxError;
pub(crate) use template::parse_template;
