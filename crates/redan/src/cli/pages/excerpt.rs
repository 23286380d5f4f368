//! The line of a page that a fault is about.

use redan_report::plain;
use std::collections::BTreeMap;

/// Texts of pages by path, read once.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The text of a page, for paths that are no files.
    pub(crate) fn add(&mut self, path: &str, text: &str) {
        self.0.insert(path.to_owned(), text.to_owned());
    }

    /// A line, from 1, cut to what fits.
    pub(crate) fn line(&self, path: &str, line: usize) -> Option<String> {
        let text = self.0.get(path)?.lines().nth(line.checked_sub(1)?)?;
        let text: String = plain(text.trim_end()).chars().take(140).collect();
        if text.trim().is_empty() { None } else { Some(text) }
    }
}
