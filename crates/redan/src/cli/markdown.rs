//! Markdown for terminals: headings, code, lists and emphasis, wrapped to the width. Knows the subset that pages use.

use anstyle::{AnsiColor, Style};
use redan_report::plain;

const HEADING: Style = AnsiColor::Green.on_default().bold();
const CODE: Style = AnsiColor::Cyan.on_default();
const FENCE: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();
const MAX_WIDTH: usize = 100;

/// Renders a text; `color` says whether styles may be used, `width` is that of the terminal.
pub(crate) fn render(text: &str, color: bool, width: usize) -> String {
    let mut page = Page { out: String::new(), color, width: width.min(MAX_WIDTH), paragraph: String::new() };
    let mut fence = false;
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(kind) = line.trim_start().strip_prefix("```") {
            page.end_paragraph();
            fence = !fence;
            if fence && !kind.trim_matches('`').trim().is_empty() {
                page.line(FENCE, &format!("  {}", kind.trim_matches('`').trim()));
            }
        } else if fence {
            page.line(CODE, &format!("    {line}"));
        } else {
            page.text(line);
        }
    }
    page.end_paragraph();
    let trimmed = page.out.trim_end().len();
    page.out.truncate(trimmed);
    page.out.push('\n');
    page.out
}

struct Page {
    out: String,
    color: bool,
    width: usize,
    paragraph: String,
}

impl Page {
    fn text(&mut self, line: &str) {
        let heading = line.trim_start_matches('#');
        let list = line.trim_start().starts_with("- ") || line.trim_start().starts_with("* ");
        if line.is_empty() {
            self.end_paragraph();
        } else if heading.len() < line.len() && heading.starts_with(' ') {
            self.end_paragraph();
            self.line(HEADING, heading.trim());
        } else if line.starts_with('|') {
            self.end_of_lines();
            let line = self.inline(line);
            self.out.push_str(&line);
            self.out.push('\n');
        } else if list {
            self.end_of_lines();
            self.paragraph.push_str(line.trim_end());
        } else {
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(line.trim());
        }
    }

    fn line(&mut self, style: Style, text: &str) {
        let text = plain_keeping_spaces(text);
        if self.color {
            self.out.push_str(&format!("{style}{text}{style:#}\n"));
        } else {
            self.out.push_str(&text);
            self.out.push('\n');
        }
    }

    fn end_paragraph(&mut self) {
        self.end_of_lines();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Ends a paragraph without an empty line.
    fn end_of_lines(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        if text.is_empty() {
            return;
        }
        let indent = if text.trim_start().starts_with("- ") { text.len() - text.trim_start().len() + 2 } else { 0 };
        for (at, line) in wrap(text.trim_end(), self.width, indent).iter().enumerate() {
            if at > 0 {
                self.out.push_str(&" ".repeat(indent));
            }
            let line = self.inline(line);
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    /// Code and strong text. A span that ends on another line stays as it is written.
    fn inline(&self, text: &str) -> String {
        let text = plain_keeping_spaces(text);
        if !self.color {
            return text;
        }
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['`', '*']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let (mark, style) = if from.starts_with('`') { ("`", CODE) } else { ("**", STRONG) };
            let span = from.strip_prefix(mark).and_then(|inner| inner.split_once(mark));
            match span.filter(|(inner, _)| !inner.is_empty()) {
                Some((inner, after)) => {
                    out.push_str(&format!("{style}{inner}{style:#}"));
                    rest = after;
                }
                None => {
                    let end = from.chars().next().map_or(0, char::len_utf8);
                    let (mark, after) = from.split_at(end);
                    out.push_str(mark);
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn plain_keeping_spaces(text: &str) -> String {
    plain(text).into_owned()
}

/// Lines of at most `width` characters; the first keeps its indentation, the others make room for `indent`.
fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let start = text.len() - text.trim_start().len();
    let mut line = " ".repeat(start);
    let mut empty = true;
    for word in text.split_whitespace() {
        let room = if lines.is_empty() { width } else { width.saturating_sub(indent) };
        if !empty && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(std::mem::take(&mut line));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn paragraphs_are_joined_and_wrapped() {
        let text =
            "# Title\nOne two\nthree four five six seven eight.\n\n- a point that is long enough to wrap\n- `b`\n";
        let expected =
            "Title\nOne two three four five\nsix seven eight.\n\n- a point that is long\n  enough to wrap\n- `b`\n";
        assert_eq!(render(text, false, 24), expected);
    }

    #[test]
    fn code_is_kept_as_it_is() {
        let shown = render("before\n```hcl\na  =  1\n```\nafter", false, 80);
        assert_eq!(shown, "before\n\n  hcl\n    a  =  1\n\nafter\n");
    }

    #[test]
    fn marks_that_do_not_close_stay() {
        let shown = render("a * b ` c **d**", true, 80);
        assert!(shown.starts_with("a * b ` c \u{1b}[1md"), "{shown:?}");
    }
}
