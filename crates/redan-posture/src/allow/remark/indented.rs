//! YAML: blocks by indentation.

use super::Remark;
use std::ops::Range;

/// A line that holds more than a comment.
struct Line {
    indent: usize,
    start: usize,
    end: usize,
}

pub(super) fn remarks(text: &str) -> Vec<Remark> {
    let mut lines: Vec<Line> = Vec::new();
    let mut comments: Vec<(Range<usize>, bool)> = Vec::new();
    let mut scalar: Option<usize> = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        let indent = line.len() - line.trim_start_matches(' ').len();
        let (start, end) = (at, at + line.len());
        at += raw.len();
        let content = line.trim();
        if content.is_empty() {
            continue;
        }
        if scalar.is_some_and(|outer| indent > outer) {
            lines.push(Line { indent, start, end });
            continue;
        }
        scalar = None;
        let comment = comment_in(line);
        let code = line.get(..comment.unwrap_or(line.len())).unwrap_or_default().trim_end();
        if let Some(comment) = comment {
            comments.push((start + comment..end, code.trim().is_empty()));
        }
        if !code.trim().is_empty() {
            lines.push(Line { indent, start, end });
            let opens = |mark: char| code.rsplit(' ').next().is_some_and(|last| last.starts_with(mark));
            if opens('|') || opens('>') {
                scalar = Some(indent);
            }
        }
    }
    comments.into_iter().map(|(span, alone)| remark(&lines, span, alone)).collect()
}

/// Where the comment of a line begins: a `#` at its start or behind a space, outside of quotes.
fn comment_in(line: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            Some(_) => {}
            None if c == '#' && before.is_whitespace() => return Some(at),
            None if matches!(c, '"' | '\'') && (before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':')) => {
                quote = Some(c);
            }
            None => {}
        }
        before = c;
    }
    None
}

fn remark(lines: &[Line], span: Range<usize>, alone: bool) -> Remark {
    let next = lines.partition_point(|line| line.end < span.start);
    let (at, depth) = match lines.get(next) {
        Some(line) => (Some(next), line.indent),
        None => (None, 0),
    };
    let item = at.map_or(span.end..span.end, |at| block(lines, at));
    let parent = lines.get(..next).unwrap_or_default().iter().rposition(|line| line.indent < depth);
    let around = parent.map(|at| block(lines, at));
    let first = next == 0 && lines.first().is_none_or(|line| line.start >= span.start || alone);
    Remark { span, alone, first, item, block: around }
}

/// A line and all lines below it that are indented more.
fn block(lines: &[Line], at: usize) -> Range<usize> {
    let Some(head) = lines.get(at) else { return 0..0 };
    let inner = lines.get(at + 1..).unwrap_or_default().iter().take_while(|line| line.indent > head.indent);
    head.start..inner.last().map_or(head.end, |line| line.end)
}
