//! Marks of a case as byte ranges of its text, and places against them.

use redan_model::{Node, Place, Sources, Str, json};
use redan_pages::{Case, Mark};
use std::ops::Range;

/// A mark that was found in the text.
pub(crate) struct Marked {
    /// The line of the page.
    pub(crate) line: usize,
    range: Range<usize>,
}

impl Marked {
    pub(crate) fn holds(&self, place: &Place) -> bool {
        usize::try_from(place.bytes.0).is_ok_and(|start| self.range.contains(&start))
    }
}

/// The marks of a case; a pointer that leads nowhere is given back.
pub(crate) fn marks(case: &Case) -> Result<Vec<Marked>, String> {
    case.marks
        .iter()
        .map(|mark| match mark {
            Mark::Line(line) => Ok(Marked { line: case.line + line, range: line_range(&case.text, *line) }),
            Mark::Pointer(pointer) => {
                let range = pointed(&case.text, pointer).ok_or_else(|| pointer.clone())?;
                let before = case.text.get(..range.start).unwrap_or_default();
                Ok(Marked { line: case.line + 1 + before.matches('\n').count(), range })
            }
        })
        .collect()
}

/// The line of the page on which a place of the case stands.
pub(crate) fn page_line(case: &Case, place: &Place) -> usize {
    case.line + usize::try_from(place.start.line).unwrap_or_default()
}

fn line_range(text: &str, line: usize) -> Range<usize> {
    let mut start = 0;
    for (at, content) in text.split_inclusive('\n').enumerate() {
        let end = start + content.len();
        if at + 1 == line {
            return start..end;
        }
        start = end;
    }
    start..start
}

/// The bytes that a JSON pointer leads to (RFC 6901).
fn pointed(text: &str, pointer: &str) -> Option<Range<usize>> {
    let sources = Sources::new();
    let source = sources.add_file("case", text.into());
    let mut node: Node = json::parse(text, source, 0).ok()?;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match (node.value.as_list(), step.parse::<usize>()) {
            (Some(list), Ok(index)) => list.items.get(index).cloned(),
            _ => node.get(Str::new(&step)).cloned(),
        };
        node = next?;
    }
    Some(usize::try_from(node.origin.start).ok()?..usize::try_from(node.origin.end).ok()?)
}
