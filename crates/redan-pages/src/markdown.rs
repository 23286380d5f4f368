//! The frame of a page: head, prose, sections, fences. Knows nothing of what stands in them.

use crate::PageError;

/// A fenced block.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fence {
    /// What stands behind the opening ticks.
    pub(crate) info: String,
    /// The text between the ticks.
    pub(crate) text: String,
    /// The line of the opening ticks, from 1.
    pub(crate) line: usize,
}

/// A section: its heading, prose and fences.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Section {
    pub(crate) heading: String,
    pub(crate) line: usize,
    pub(crate) prose: String,
    pub(crate) fences: Vec<Fence>,
}

/// A page in its parts. The head begins on line 2.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    pub(crate) head: String,
    pub(crate) sections: Vec<Section>,
}

/// Splits a page. The first section has no heading: it is the text that says why.
pub(crate) fn split(path: &str, text: &str) -> Result<Document, PageError> {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    if lines.next().map(|(_, line)| line.trim_end()) != Some("---") {
        return Err(PageError::new(path, 1, "the page has no head").help("begin with `---`, the fields, and `---`"));
    }
    let mut document = Document::default();
    loop {
        let Some((_, line)) = lines.next() else {
            return Err(PageError::new(path, 1, "the head is not closed").help("end it with a line `---`"));
        };
        if line.trim_end() == "---" {
            break;
        }
        document.head.push_str(line);
        document.head.push('\n');
    }
    let mut section = Section::default();
    while let Some((number, line)) = lines.next() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks >= 3 {
            let info = line.trim_start_matches('`').trim().to_owned();
            let mut fence = Fence { info, text: String::new(), line: number };
            loop {
                let Some((_, inner)) = lines.next() else {
                    return Err(
                        PageError::new(path, number, "the block is not closed").help("end it with the same ticks")
                    );
                };
                let closing = inner.trim_end();
                if closing.len() >= ticks && closing.bytes().all(|byte| byte == b'`') {
                    break;
                }
                fence.text.push_str(inner);
                fence.text.push('\n');
            }
            section.fences.push(fence);
        } else if let Some(heading) = line.strip_prefix("## ") {
            document.sections.push(std::mem::take(&mut section));
            section.heading = heading.trim().to_owned();
            section.line = number;
        } else {
            section.prose.push_str(line);
            section.prose.push('\n');
        }
    }
    document.sections.push(section);
    for section in &mut document.sections {
        section.prose = section.prose.trim().to_owned();
    }
    Ok(document)
}
