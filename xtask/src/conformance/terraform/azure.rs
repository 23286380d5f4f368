//! The layout of ARM templates and Bicep files by their brackets alone: independent of redan's own parsers, so that both
//! can be wrong only separately.

use super::outline::{Block, Bracket, Outline};

/// Reads a file of either language.
pub(crate) fn outline(text: &str) -> Outline {
    let mut found = Outline::default();
    let mut open: Vec<(u32, Option<String>)> = Vec::new();
    let (mut comment, mut quoted): (bool, Option<char>) = (false, None);
    for (line, number) in text.lines().zip(1..) {
        let mut address = header(line);
        let mut characters = line.char_indices();
        while let Some((at, character)) = characters.next() {
            let rest = line.get(at..).unwrap_or_default();
            match (comment, quoted) {
                (true, _) => comment = !rest.starts_with("*/"),
                (false, Some(_)) if character == '\\' => drop(characters.next()),
                (false, Some(quote)) if character == quote => quoted = None,
                (false, Some(_)) => {}
                (false, None) if rest.starts_with("//") => break,
                (false, None) if rest.starts_with("/*") => comment = true,
                (false, None) => match character {
                    '"' | '\'' => quoted = Some(character),
                    '{' | '[' | '(' => open.push((number, address.take())),
                    '}' | ']' | ')' => {
                        let Some((first, address)) = open.pop() else { continue };
                        found.brackets.push(Bracket { first, last: number });
                        if let Some(address) = address {
                            found.blocks.push(Block { address, first, last: number, mentions: Vec::new() });
                        }
                    }
                    _ => {}
                },
            }
        }
        // Text of one line: what spans several is closed at its end.
        quoted = None;
    }
    found.resources = text.contains("\"type\"") || !found.blocks.is_empty();
    found
}

/// `resource logs 'Microsoft.X/y@2024-01-01' = {` → `Microsoft.X/y.logs`.
fn header(line: &str) -> Option<String> {
    let (name, rest) = line.trim_start().strip_prefix("resource ")?.split_once(char::is_whitespace)?;
    let kind = rest.trim_start().strip_prefix('\'')?.split(['@', '\'']).next()?;
    Some(format!("{kind}.{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_json_and_blocks_of_bicep() {
        let json = "{\n  \"a\": [ // {\n    \"}\"\n  ]\n}\n";
        let mut headers: Vec<u32> = outline(json).headers(3).collect();
        headers.sort_unstable();
        assert_eq!(headers, [1, 2]);
        let bicep = "resource a 'Microsoft.X/y@2024-01-01' = {\n  name: 'it\\'s }'\n}\n";
        let found = outline(bicep);
        let shown: Vec<_> = found.blocks.iter().map(|b| (b.address.as_str(), b.first, b.last)).collect();
        assert_eq!(shown, [("Microsoft.X/y.a", 1, 3)]);
    }
}
