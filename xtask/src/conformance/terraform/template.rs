//! The layout of templates, YAML and JSON alike, by indentation alone: independent of redan's own parsers, so that both
//! can be wrong only separately.

use super::outline::{Block, Bracket, Outline};

/// A line that says something: its number, how deep it stands, and its key or text.
struct Line<'t> {
    number: u32,
    depth: usize,
    text: &'t str,
}

/// Reads a file.
pub(crate) fn outline(text: &str) -> Outline {
    let lines = lines(text);
    let mut found = Outline::default();
    for (at, line) in lines.iter().enumerate() {
        let last = end(&lines, at);
        if last > line.number {
            found.brackets.push(Bracket { first: line.number, last });
        }
    }
    blocks(&lines, &mut found);
    found.resources = !found.blocks.is_empty();
    found
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') || content == "---" {
            continue;
        }
        let width: usize = line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
        let depth = 2 * width + usize::from(content.starts_with("- "));
        lines.push(Line { number, depth, text: content });
    }
    lines
}

/// The last line of what begins at a line: before the next one that is not deeper.
fn end(lines: &[Line], at: usize) -> u32 {
    let Some(first) = lines.get(at) else { return 0 };
    let inside = lines.iter().skip(at + 1).take_while(|line| line.depth > first.depth);
    inside.last().map_or(first.number, |line| line.number)
}

/// The key of a line: `Logs` of `Logs:` and of `"Logs": {`.
fn key<'t>(line: &Line<'t>) -> Option<&'t str> {
    let text = line.text.trim_start_matches("- ");
    let (key, rest) = text.split_once(':')?;
    let plain = key.trim().trim_matches(['"', '\'']);
    (rest.is_empty() || rest.starts_with([' ', '{', '[', '"'])).then_some(plain)
}

fn blocks(lines: &[Line], found: &mut Outline) {
    let Some(start) = lines.iter().position(|line| key(line) == Some("Resources")) else { return };
    let Some(depth) = lines.get(start).map(|line| line.depth) else { return };
    let inside: Vec<usize> =
        (start + 1..lines.len()).take_while(|at| lines.get(*at).is_some_and(|line| line.depth > depth)).collect();
    let Some(own) = inside.first().and_then(|at| lines.get(*at)).map(|line| line.depth) else { return };
    for at in inside {
        let Some(line) = lines.get(at).filter(|line| line.depth == own) else { continue };
        let Some(name) = key(line) else { continue };
        let last = end(lines, at);
        let first = line.number;
        let body: Vec<&Line> = lines.iter().filter(|line| line.number > first && line.number <= last).collect();
        let kind = body.iter().find(|line| key(line) == Some("Type")).and_then(|line| line.text.split_once(':'));
        let kind = kind.map_or("", |(_, kind)| kind.trim().trim_matches(['"', '\'', ',']));
        let mentions = body.iter().flat_map(|line| words(line.text)).collect();
        found.blocks.push(Block { address: format!("{kind}.{name}"), first, last, mentions });
    }
}

/// Names that a line refers to.
fn words(text: &str) -> Vec<String> {
    if !["Ref", "GetAtt", "Sub", "${"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let names = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    names.map(|name| format!("::.{name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_yaml_and_json() {
        let yaml = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags:\n      - Key: !Ref B\n  B:\n    Type: 'AWS::X::Y'\nOutputs:\n  O: 1\n";
        let shown = |text: &str| {
            let found = outline(text).blocks;
            found.iter().map(|b| (b.address.clone(), b.first, b.last)).collect::<Vec<_>>()
        };
        assert_eq!(shown(yaml), [("AWS::S3::Bucket.A".to_owned(), 2, 6), ("AWS::X::Y.B".to_owned(), 7, 8)]);
        let json = "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"AWS::S3::Bucket\",\n      \"Properties\": {}\n    }\n  }\n}\n";
        assert_eq!(shown(json), [("AWS::S3::Bucket.A".to_owned(), 3, 5)]);
        let found = outline(yaml);
        let mut headers: Vec<u32> = found.headers(6).collect();
        headers.sort_unstable();
        assert_eq!(headers, [1, 2, 4, 5]);
        assert!(found.blocks[0].mentions.contains(&"::.B".to_owned()));
    }
}
