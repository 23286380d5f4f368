//! What is wrong with a page: file, line, remedy.

use std::fmt;

/// An error of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageError {
    /// The file as it is shown to people.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1; 0 if it is the whole line.
    pub column: usize,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it: a lowercase fragment.
    pub help: Option<String>,
}

impl PageError {
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, column: 0, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)?;
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for PageError {}

/// The nearest of the known words, as a remedy.
pub(crate) fn did_you_mean<'a>(written: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let nearest =
        known.clone().map(|word| (strsim::jaro_winkler(written, word), word)).filter(|(score, _)| *score > 0.8);
    match nearest.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, word)) => format!("did you mean `{word}`?"),
        None => format!("one of {}", known.collect::<Vec<_>>().join(", ")),
    }
}
