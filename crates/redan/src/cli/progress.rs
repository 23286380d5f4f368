//! What is being done, on a terminal only: one line that goes away.

use std::io::{self, IsTerminal, Write};

pub(crate) struct Progress {
    shown: bool,
}

impl Progress {
    /// Says something if standard error is a terminal and something is still to be waited for.
    pub(crate) fn start(what: &str) -> Self {
        let shown = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        if shown {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{what}…");
        }
        Self { shown }
    }

    /// Says something else in its place.
    pub(crate) fn say(&self, what: &str) {
        if self.shown {
            let width = terminal_size::terminal_size().map_or(79, |(width, _)| usize::from(width.0).saturating_sub(1));
            let line: String = what.chars().take(width).collect();
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{line}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
        }
    }
}
