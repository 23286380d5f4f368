//! Text inside of XML and HTML.

use crate::escape::harmless;
use std::fmt;

/// Text as content or as a quoted attribute's value: no character of it is markup, controls and characters that hide
/// text are U+FFFD, and so are those that XML 1.0 forbids (<https://www.w3.org/TR/xml/#charsets>).
pub(crate) struct Markup<'a>(pub(crate) &'a str);

impl fmt::Display for Markup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(character)?,
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(harmless(character))?,
            }
        }
        Ok(())
    }
}
