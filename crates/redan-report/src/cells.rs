//! Rows of CSV (RFC 4180).

use crate::escape::plain;
use std::io::{self, Write};

/// Writes a row.
pub(crate) fn row(cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    let quoted: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    write!(out, "{}\r\n", quoted.join(","))
}

/// A quoted cell that no spreadsheet takes for a formula (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn cell(text: &str) -> String {
    let text = plain(text);
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '|', '%', '\u{fffd}']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}
