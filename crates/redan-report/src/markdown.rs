//! Text inside of Markdown (CommonMark, and GitHub's and GitLab's tables): nothing from outside is markup, a link, a
//! mention or HTML.

use crate::escape::{cut, plain};

/// A code span of any text, fit for a cell of a table: nothing inside is interpreted.
pub(crate) fn code(text: &str) -> String {
    let text = plain(text);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// A code span of at most so many characters.
pub(crate) fn short_code(text: &str, limit: usize) -> String {
    code(&cut(text, limit))
}

/// Prose on one line: every character that could be markup is escaped.
pub(crate) fn prose(text: &str) -> String {
    let text = plain(text);
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
