//! The expression language of pages and defaults: parse, check, three-valued evaluation with evidence.
//!
//! An expression is read ([`parse`]), checked and compiled for one kind of resource ([`Program::compile`]), and
//! evaluated on resources of an estate ([`Program::truth`], [`Program::value`]). [`Program::explain`] tells which leaves
//! decided. This crate knows no kind, no page and no engine: schemas come through [`redan_model::Schemas`], questions
//! go through [`Ask`].
//!
//! What questions receive beside plain values: `anyone` is the map `{anyone: true}`, `outside(account)` the map
//! `{outside: reference to the account}`, a resource (`self`) a [`redan_model::Ref`] to it, and a parameter that takes
//! any number of values one list of them.

mod ast;
mod check;
mod code;
mod eval;
mod lexer;
mod parser;
mod program;
mod questions;
mod time;
mod version;

pub use ast::{Comparison, Expr, ExprError, ExprKind, Span};
pub use check::{Vocabulary, Wanted};
pub use eval::{Context, Explanation, Leaf, Truth};
pub use parser::parse;
pub use program::Program;
pub use questions::{Ask, Engines, QuestionId};
pub use time::instant;
