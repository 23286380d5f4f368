//! Finds the end of an item that does not parse, by brackets, quotes, comments and heredocs alone.

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Bracket,
    Quote,
}

/// The line break or closing brace that ends the item which begins at `start`; none if brackets stay open.
pub(super) fn end_of_item(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut stack: Vec<Inside> = Vec::new();
    let mut pos = start;
    while pos < bytes.len() {
        let quoted = stack.last() == Some(&Inside::Quote);
        match byte(pos) {
            b'\\' if quoted => pos += 1,
            b'"' if quoted => drop(stack.pop()),
            b'\n' if quoted => {
                // Text does not go over lines: what the outermost quote opened is broken.
                let outermost = stack.iter().position(|inside| *inside == Inside::Quote);
                stack.truncate(outermost.unwrap_or(0));
                continue;
            }
            b'$' | b'%' if quoted && byte(pos + 1) == byte(pos) && byte(pos + 2) == b'{' => pos += 2,
            b'$' | b'%' if quoted && byte(pos + 1) == b'{' => {
                pos += 1;
                stack.push(Inside::Bracket);
            }
            _ if quoted => {}
            b'\n' if stack.is_empty() => return Some(pos),
            b'}' if stack.is_empty() => return Some(pos),
            b'"' => stack.push(Inside::Quote),
            b'(' | b'[' | b'{' => stack.push(Inside::Bracket),
            b')' | b']' | b'}' => drop(stack.pop()),
            b'#' => pos = end_of_line(bytes, pos) - 1,
            b'/' if byte(pos + 1) == b'/' => pos = end_of_line(bytes, pos) - 1,
            b'/' if byte(pos + 1) == b'*' => pos += memchr::memmem::find(bytes.get(pos..)?, b"*/")? + 1,
            b'<' if byte(pos + 1) == b'<' => pos = end_of_heredoc(text, pos)?,
            _ => {}
        }
        pos += 1;
    }
    stack.is_empty().then_some(bytes.len())
}

fn end_of_line(bytes: &[u8], pos: usize) -> usize {
    memchr::memchr(b'\n', bytes.get(pos..).unwrap_or_default()).map_or(bytes.len(), |at| pos + at)
}

/// The last byte of the closing marker; `pos` itself if no heredoc begins here, none if it never ends.
fn end_of_heredoc(text: &str, pos: usize) -> Option<usize> {
    let first_end = end_of_line(text.as_bytes(), pos);
    let marker = text.get(pos + 2..first_end)?.trim_start_matches('-').trim();
    let named = marker.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if marker.is_empty() || !named {
        return Some(pos);
    }
    let mut at = first_end + 1;
    for line in text.get(at..)?.split_inclusive('\n') {
        if line.trim() == marker {
            return Some(at + line.trim_end().len() - 1);
        }
        at += line.len();
    }
    None
}
