//! Evaluation of a root module: one evaluation per module instance, each declaration once, in the order of what it needs.

mod body;
mod expand;
mod files;
mod inputs;
mod instance;
mod providers;
mod run;
mod schedule;
mod scope;

pub(crate) use body::{BlockGroup, Evaluated};
pub(crate) use inputs::{Inputs, VariableText, variable_files};
pub(crate) use instance::{Instance, ResourceInstance};
pub(crate) use providers::newest_major;
pub(crate) use run::{Run, Setting, World};
