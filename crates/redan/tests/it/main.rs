//! The whole program: arguments and files in, output and exit code out.

#![cfg(test)]

mod allow;
mod baseline;
mod cli;
mod cloudformation;
mod common;
mod examples;
mod frameworks;
mod iam;
mod init;
mod languages;
mod net;
mod pages;
mod scan;
mod secrets;
mod templates;
