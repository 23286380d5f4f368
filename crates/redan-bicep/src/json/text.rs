//! The JSON that Resource Manager's clients accept, made strict without moving a byte: comments, trailing commas and line
//! breaks inside text become spaces.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#comments-and-metadata>,
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#multi-line-strings>.

use std::borrow::Cow;

/// The text with everything that strict JSON refuses blanked.
pub(crate) fn strict(text: &str) -> Cow<'_, str> {
    let mut blanks = Blanks { bytes: text.as_bytes(), at: 0, out: None };
    blanks.run();
    match blanks.out {
        // Whole characters are blanked: comments end at ASCII, and every byte of what they hold becomes a space.
        Some(bytes) => String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned),
        None => Cow::Borrowed(text),
    }
}

/// Whether text is an expression in brackets, and no literal.
pub(super) fn is_expression(text: &str) -> bool {
    text.starts_with('[') && !text.starts_with("[[") && text.trim_end().ends_with(']')
}

struct Blanks<'a> {
    bytes: &'a [u8],
    at: usize,
    out: Option<Vec<u8>>,
}

impl Blanks<'_> {
    fn run(&mut self) {
        let mut comma = None;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            let next = self.bytes.get(self.at + 1).copied();
            match (byte, next) {
                (b'"', _) => {
                    comma = None;
                    self.string();
                }
                (b'/', Some(b'/')) => self.comment(b"\n", 0),
                (b'/', Some(b'*')) => self.comment(b"*/", 2),
                (b',', _) => {
                    comma = Some(self.at);
                    self.at += 1;
                }
                (b'}' | b']', _) => {
                    if let Some(comma) = comma.take() {
                        self.blank(comma, comma + 1);
                    }
                    self.at += 1;
                }
                _ => {
                    if !byte.is_ascii_whitespace() {
                        comma = None;
                    }
                    self.at += 1;
                }
            }
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'"' => break,
                b'\\' => self.at += 1,
                b'\n' | b'\r' | b'\t' => self.blank(self.at, self.at + 1),
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
    }

    fn comment(&mut self, end: &[u8], length: usize) {
        let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        let stop = found.map_or(self.bytes.len(), |found| self.at + 2 + found + length);
        self.blank(self.at, stop);
        self.at = stop;
    }

    fn blank(&mut self, start: usize, end: usize) {
        let out = self.out.get_or_insert_with(|| self.bytes.to_vec());
        for byte in out.iter_mut().take(end).skip(start).filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        if let Some(byte) = out.get_mut(start).filter(|_| end == start + 1) {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strict;

    #[test]
    fn what_strict_json_refuses_becomes_spaces() {
        for (lenient, expected) in [
            ("{\"a\": 1, // one\n}", "{\"a\": 1        \n}"),
            ("[1, /* two\n */ 2,]", "[1,       \n    2 ]"),
            ("{\"a\": \"b // c, }\"}", "{\"a\": \"b // c, }\"}"),
            ("\"a\nb\"", "\"a b\""),
            ("\"a\\\"//\" //é", "\"a\\\"//\"     "),
            ("/* open", "       "),
        ] {
            assert_eq!(strict(lenient), expected, "{lenient}");
        }
    }
}
