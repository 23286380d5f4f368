//! Writing to the terminal; a closed pipe is not an error.

use std::io::Write;

/// Writes text to standard output as it is.
pub(crate) fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

/// Writes one line to standard output.
pub(crate) fn line(text: &str) {
    print(&format!("{text}\n"));
}

/// Writes one line about progress or trouble to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes an error to standard error.
pub(crate) fn error(text: &str) {
    note(&format!("error: {text}"));
}
