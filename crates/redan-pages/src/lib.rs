//! Rule pages: one Markdown file is one rule, with its reason, its fix and the cases that prove it.
//!
//! [`PageSet`] holds the built-in pages and a user's own; a [`Page`] is read ([`Page::parse`]), checked against the kinds
//! and the engines ([`Page::check`]) and compiled for a kind ([`Page::compile`]); the [`Judge`] that comes out says
//! what the page thinks of a resource. This crate knows no source language: cases are text with an expectation.

mod alias;
mod case;
mod check;
mod error;
mod front;
mod judge;
mod markdown;
mod mutate;
mod other;
mod page;
mod patch;
mod set;

pub use alias::Alias;
pub use case::{Case, Expected, Language, Mark};
pub use error::PageError;
pub use judge::{Judge, Judgement};
pub use mutate::Mutant;
pub use other::check_id;
pub use page::{Page, Param, Rule, Side};
pub use patch::{Patch, Scope};
pub use set::PageSet;
