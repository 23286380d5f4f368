//! Source text to syntax tree.

#[expect(dead_code, reason = "the tree is whole; values depend on a part of it")]
pub(crate) mod ast;
mod composite;
mod declaration;
mod expr;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;
mod token;
mod type_expr;
#[expect(dead_code, reason = "the tree is whole; values depend on a part of it")]
pub(crate) mod types;

pub(crate) use declaration::parse_file;
pub(crate) use parser::{Dialect, SyntaxError};
