//! Source text to syntax tree.

pub(crate) mod ast;
mod composite;
mod declaration;
mod expr;
mod lexer;
mod parser;
mod token;
mod type_expr;
pub(crate) mod types;

pub(crate) use declaration::parse_file;
pub(crate) use parser::{Dialect, SyntaxError};
