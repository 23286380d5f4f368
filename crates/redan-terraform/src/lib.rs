//! Terraform configuration, plans and states as raw resources. It knows the language, neither clouds nor rules.

mod config;
mod syntax;
mod value;
