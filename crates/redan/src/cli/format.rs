//! `--format NAME[=FILE]`: which reports go where.

use redan_report::{Format, formats};
use std::fmt::Write;
use std::path::PathBuf;

/// A format and the file it goes to; without one, standard output.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) format: &'static Format,
    pub(crate) file: Option<PathBuf>,
}

/// The format that people get if they ask for none.
pub(crate) const DEFAULT: &str = "full";

pub(crate) fn parse(text: &str) -> Result<Target, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("write NAME=FILE".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    match redan_report::format(name) {
        Some(format) => Ok(Target { format, file }),
        None => {
            let known: Vec<&str> = formats().iter().map(|format| format.name).collect();
            Err(format!("no such format; there are {}", known.join(", ")))
        }
    }
}

/// The help of `--format`, with every format there is.
pub(crate) fn help() -> String {
    let mut text =
        String::from("How to write the report, and into which file instead of standard output. Repeatable.\n\n");
    for format in formats() {
        let _ = writeln!(text, "  {:<9}{}", format.name, format.about);
    }
    text.push_str("\nFiles are written whole or not at all.");
    text
}
