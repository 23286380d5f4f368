//! Writing: standard output without panics, files whole or not at all.

use crate::cli::args::When;
use redan::Error;
use redan_report::{Beside, Look, Report};
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

const WIDTH: usize = 120;

/// How standard output is to look.
pub(crate) fn look(color: When) -> Look {
    let terminal = io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    let color = match color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = if terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
    Look { color, links: color && terminal, width: width.unwrap_or(WIDTH).max(40) }
}

/// How a file is to look.
pub(crate) const fn plain_look() -> Look {
    Look { color: false, links: false, width: WIDTH }
}

/// Writes to standard output. A reader that went away is no error: it has seen what it wanted.
pub(crate) fn stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let result = write(&mut out).and_then(|()| out.flush());
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Appends what a format writes besides to the file that the environment names, if it names one.
pub(crate) fn beside(beside: &Beside, report: &Report<'_>) -> Result<(), Error> {
    let Some(path) = std::env::var_os(beside.variable).filter(|path| !path.is_empty()) else { return Ok(()) };
    let append = || {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&path)?;
        let there = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let mut text = Vec::new();
        (beside.write)(report, beside.limit.saturating_sub(there), &mut text)?;
        file.write_all(&text)
    };
    append().map_err(|error: io::Error| {
        Error::new(format!("cannot write {} ({}): {error}", Path::new(&path).display(), beside.variable))
    })
}

/// Writes a line to standard error, if anybody reads it.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Reports an error on standard error.
pub(crate) fn error(error: &Error) {
    let color = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let (red, cyan, reset) = if color { ("\x1b[31;1m", "\x1b[36;1m", "\x1b[0m") } else { ("", "", "") };
    note(&format!("{red}error:{reset} {}", redan_report::plain(&error.message)));
    if let Some(help) = &error.help {
        note(&format!("{cyan}help:{reset} {}", redan_report::plain(help)));
    }
}

/// Writes a file whole or not at all: beside its place first, then over it. What is no regular file (`/dev/stderr`) is
/// written directly.
pub(crate) fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let result = if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        fs::OpenOptions::new().write(true).open(path).and_then(|file| through(file, write))
    } else {
        whole(path, write)
    };
    result.map_err(|error| Error::new(format!("cannot write {}: {error}", path.display())))
}

fn whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(hidden);
    let result = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|file| through(file, write))
        .and_then(|()| fs::rename(&beside, path));
    if result.is_err() {
        let _ = fs::remove_file(&beside);
    }
    result
}

fn through(file: fs::File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write(&mut out)?;
    out.flush()
}
