//! What an output format is, and which there are. It knows no format by name.

use crate::{Report, Show};
use std::io::{self, Write};

/// An output format.
#[derive(Debug)]
pub struct Format {
    /// What people write after `--format`.
    pub name: &'static str,
    /// What it is, on one line of help.
    pub about: &'static str,
    /// Which results it shows if nothing else is said.
    pub shows: Show,
    /// Writes a report.
    pub write: fn(&Report<'_>, Look, &mut dyn Write) -> io::Result<()>,
    /// What it writes besides, where the environment asks for it.
    pub beside: Option<Beside>,
}

/// A second text of a format, appended to the file that a variable of the environment names.
#[derive(Debug)]
pub struct Beside {
    /// The variable.
    pub variable: &'static str,
    /// How many bytes the file may have in the end.
    pub limit: usize,
    /// Writes the text in at most so many bytes.
    pub write: fn(&Report<'_>, usize, &mut dyn Write) -> io::Result<()>,
}

/// How a report looks on a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours.
    pub color: bool,
    /// Links that a terminal can follow (OSC 8).
    pub links: bool,
    /// Columns.
    pub width: usize,
}

/// All formats, by name.
#[must_use]
pub fn formats() -> &'static [&'static Format] {
    list::ALL
}

/// The format of a name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    formats().iter().find(|format| format.name == name).copied()
}

mod list {
    use crate::Format;

    include!(concat!(env!("OUT_DIR"), "/formats.rs"));
}
