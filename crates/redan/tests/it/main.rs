//! The whole program: arguments and files in, output and exit code out.

#![cfg(test)]

mod allow;
mod cli;
mod common;
mod examples;
mod iam;
mod init;
mod net;
mod pages;
mod scan;
mod secrets;
