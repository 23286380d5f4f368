//! Text from outside made harmless: no control characters, no escape sequences, nothing that reads as what it is not.

use std::borrow::Cow;

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
