//! Text from outside made harmless: no control characters, no escape sequences, nothing that reads as what it is not.

use std::borrow::Cow;
use std::io::{self, Write};

/// A writer of JSON that writes characters which steer a terminal or hide text as `\u` escapes. They can only stand
/// inside of texts, where an escape means the same.
pub(crate) struct Escaped<'a>(pub(crate) &'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Ok(text) = std::str::from_utf8(bytes) else { return self.0.write(bytes) };
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| harmful(*c)) {
            let (before, from) = rest.split_at(at);
            self.0.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(self.0, "\\u{unit:04x}")?;
            }
            rest = from.get(c.len_utf8()..).unwrap_or_default();
        }
        self.0.write_all(rest.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// One line of text from outside, fit for a terminal or a log: line breaks become spaces, and characters that steer a
/// terminal or hide text become U+FFFD.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c == '\n' || harmful(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { harmless(c) }).collect())
}

/// A character as it may be shown.
pub(crate) fn harmless(c: char) -> char {
    if harmful(c) { '\u{fffd}' } else { c }
}

/// Controls (C0, C1, DEL), bidirectional controls, zero-width characters, tags and line separators.
fn harmful(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// At most `limit` characters, then an ellipsis.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((at, _)) => Cow::Owned(format!("{}…", text.get(..at).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}
