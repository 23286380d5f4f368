//! `--format NAME[=FILE]`: which reports go where.

use redan_report::{Look, Report, concise, json, sarif, terminal};
use std::io::{self, Write};
use std::path::PathBuf;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Full,
    Concise,
    Json,
    Sarif,
}

const NAMES: [(&str, Format); 4] =
    [("full", Format::Full), ("concise", Format::Concise), ("json", Format::Json), ("sarif", Format::Sarif)];

/// A format and the file it goes to; without one, standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
}

impl Format {
    pub(crate) const fn for_machines(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }

    pub(crate) fn write(self, report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Full => terminal(report, look, out),
            Self::Concise => concise(report, out),
            Self::Json => json(report, out),
            Self::Sarif => sarif(report, out),
        }
    }
}

pub(crate) fn parse(text: &str) -> Result<Target, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("write NAME=FILE".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    match NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, format)) => Ok(Target { format: *format, file }),
        None => {
            let known: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            Err(format!("no such format; there are {}", known.join(", ")))
        }
    }
}
