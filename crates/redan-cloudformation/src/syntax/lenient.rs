//! Flow collections on one line. The YAML of the vendors' own parsers lets a line inside brackets begin at any column;
//! ours does not. Every character keeps its place.

/// The same text with spaces for the line breaks and comments inside brackets.
pub(super) fn flattened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut state = State::default();
    for line in text.split_inclusive('\n') {
        state.line(line, &mut out);
    }
    out
}

#[derive(Default)]
struct State {
    depth: usize,
    quote: Option<char>,
    /// Lines that are indented deeper than this belong to a block scalar.
    block: Option<usize>,
}

impl State {
    fn line(&mut self, line: &str, out: &mut String) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(outer) = self.block {
            if line.trim().is_empty() || indent > outer {
                out.push_str(line);
                return;
            }
            self.block = None;
        }
        let mut before = ' ';
        let mut comment = false;
        let mut escaped = false;
        for character in line.chars() {
            let inside = self.depth > 0;
            if comment {
                out.push(if inside && character.is_ascii() { ' ' } else { character });
                continue;
            }
            match (self.quote, character) {
                (Some('"'), '\\') if !escaped => escaped = true,
                (Some(quote), _) => {
                    if character == quote && !escaped {
                        self.quote = None;
                    }
                    escaped = false;
                }
                (None, '"' | '\'') if starts(before, inside) => self.quote = Some(character),
                (None, '[' | '{') if inside || starts(before, inside) => self.depth += 1,
                (None, ']' | '}') => self.depth = self.depth.saturating_sub(1),
                (None, '#') if before.is_whitespace() => comment = true,
                (None, _) => {}
            }
            let blank = matches!(character, '\n' | '\r') && self.depth > 0 || comment && inside;
            out.push(if blank { ' ' } else { character });
            before = character;
        }
        let content = line.trim_end();
        let ends_block = |mark: char| {
            content.rsplit_once(mark).is_some_and(|(before, tail)| {
                before.ends_with([' ', ':']) && tail.chars().all(|c| matches!(c, '-' | '+' | '0'..='9'))
            })
        };
        if self.depth == 0 && self.quote.is_none() && (ends_block('|') || ends_block('>')) {
            self.block = Some(indent);
        }
    }
}

/// Whether a value may begin behind this character.
fn starts(before: char, inside: bool) -> bool {
    before.is_whitespace() || inside && matches!(before, '[' | '{' | ',' | ':')
}
