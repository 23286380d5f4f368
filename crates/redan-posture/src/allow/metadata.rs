//! What the metadata of a template's resource asks to suppress: `Metadata: {checkov: {skip: [{id: …, comment: …}]}}`, as
//! Checkov documents it and as tools that generate templates write it
//! (<https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html>). It reads YAML and JSON as text, and
//! knows nothing else of templates.

use crate::allow::directive::{Directive, Names, Reach};
use std::ops::Range;

const KEY: &str = "checkov";
const MAX_SKIPS: usize = 10_000;

/// Whether a text may hold any; cheap.
pub(crate) fn may_hold(text: &str) -> bool {
    text.contains("Metadata") && text.contains(KEY) && text.contains("skip")
}

/// What is asked, each with the place of its id.
pub(crate) fn skips(path: &str, text: &str) -> Vec<(Range<usize>, Directive)> {
    let is_template = [".yaml", ".yml", ".json", ".template"].iter().any(|ending| path.ends_with(ending));
    if !is_template || !may_hold(text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = text.get(rest..).and_then(|text| text.find(KEY)).map(|at| rest + at) {
        rest = at + KEY.len();
        let Some(region) = under(text, at) else { continue };
        rest = region.end.max(rest);
        found.extend(in_region(text, region));
        if found.len() >= MAX_SKIPS {
            break;
        }
    }
    found
}

/// What stands under the key that begins at a byte: up to the closing brace, or the lines that are indented more.
fn under(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?.chars().next_back();
    if before.is_some_and(|c| !(c.is_whitespace() || matches!(c, '"' | '\'' | '{' | ','))) {
        return None;
    }
    let behind = text.get(at + KEY.len()..)?;
    let value = behind.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    let start = text.len() - value.len();
    if value.trim_start().starts_with('{') {
        return Some(start..start + braces(value));
    }
    let line = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let own = indent(text.get(line..)?);
    let mut end = start + value.find('\n').map_or(value.len(), |end| end + 1);
    for line in text.get(end..)?.split_inclusive('\n') {
        if !line.trim().is_empty() && indent(line) <= own {
            break;
        }
        end += line.len();
    }
    Some(start..end)
}

/// The length of a text up to the end of its first braces.
fn braces(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The entries with an id, each up to the next.
fn in_region(text: &str, region: Range<usize>) -> Vec<(Range<usize>, Directive)> {
    let Some(inside) = text.get(region.clone()).filter(|inside| inside.contains("skip")) else { return Vec::new() };
    let ids: Vec<(usize, usize)> = keys(inside, "id").collect();
    let ends = ids.iter().skip(1).map(|(key, _)| *key).chain([inside.len()]);
    let one = |((_, at), end): (&(usize, usize), usize)| {
        let (span, id) = scalar(inside, *at)?;
        let entry = inside.get(*at..end)?;
        let reason =
            keys(entry, "comment").next().and_then(|(_, at)| scalar(entry, at)).map(|(_, text)| text.to_owned());
        let directive = Directive {
            form: "checkov:skip",
            names: Names::These(vec![id.to_owned()]),
            reason: reason.filter(|reason| !reason.is_empty()),
            until: None,
            reach: Reach::Resource,
        };
        Some((region.start + span.start..region.start + span.end, directive))
    };
    ids.iter().zip(ends).filter_map(one).collect()
}

/// Where a key stands, and where its value begins.
fn keys<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    text.match_indices(name).filter_map(move |(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let plain = before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '{' | ',' | '-'));
        let behind = text.get(at + name.len()..)?;
        let value = behind.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
        plain.then_some((at, text.len() - value.len()))
    })
}

/// The scalar that begins at a byte, with its place.
fn scalar(text: &str, at: usize) -> Option<(Range<usize>, &str)> {
    let rest = text.get(at..)?;
    let value = rest.trim_start_matches(' ');
    let start = at + rest.len() - value.len();
    let (start, value) = match value.chars().next()? {
        quote @ ('"' | '\'') => (start + 1, value.get(1..)?.split(quote).next()?),
        _ => (start, value.split(['\n', '\r', ',', '}', '#']).next()?.trim_end()),
    };
    (!value.is_empty()).then_some((start..start + value.len(), value))
}

#[cfg(test)]
mod tests {
    use super::skips;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let one = |(span, directive): &(std::ops::Range<usize>, super::Directive)| {
            format!("{} {:?}", &text[span.clone()], directive.reason)
        };
        skips(path, text).iter().map(one).collect()
    }

    #[test]
    fn blocks_flows_and_json() {
        let block = "  B:\n    Metadata:\n      checkov:\n        skip:\n          - id: \"CKV_AWS_18\"\n            comment: no need\n          - id: CKV_AWS_21\n    Properties:\n      id: none\n";
        let two = ["CKV_AWS_18 Some(\"no need\")", "CKV_AWS_21 None"];
        assert_eq!(shown("a.yaml", block), two);
        let flow = "Metadata: {checkov: {skip: [{id: CKV_AWS_18, comment: no need}, {id: CKV_AWS_21}]}, id: none}";
        assert_eq!(shown("a.yml", flow), two);
        let json = r#"{"Metadata": {"checkov": {"skip": [{"comment": "no need", "id": "CKV_AWS_18"}]}, "id": "x"}}"#;
        assert_eq!(shown("a.template", json), ["CKV_AWS_18 None"]);
        let json = r#"{"Metadata": {"checkov": {"skip": [{"id": "CKV_AWS_18", "comment": "no need"}]}, "id": "x"}}"#;
        assert_eq!(shown("a.json", json), ["CKV_AWS_18 Some(\"no need\")"]);
        assert!(shown("a.tf", json).is_empty());
        for strange in [
            "Metadata checkov skip",
            "Metadata: checkov:{skip",
            "Metadata: {checkov: {skip: [{id: ",
            "\u{e9}Metadata checkov:\u{e9}\n skip: id:",
        ] {
            assert!(shown("a.yaml", strange).is_empty(), "{strange}");
        }
    }
}
