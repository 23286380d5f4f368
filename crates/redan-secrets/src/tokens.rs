//! Finds the credentials that say what they are: one pass for the texts that they hold, then the shape around each hit.

use crate::cut::floor;
use crate::found::{Found, Mark};
use crate::rules::{Check, Rule, all};
use crate::{checksum, values};
use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder};
use std::sync::{LazyLock, OnceLock};

/// No credential of the table is longer.
const LONGEST: usize = 1_200;

/// How much shorter than [`Rule::back`] the begin of a credential may be.
const SLACK: usize = 2;

struct Compiled {
    rule: &'static Rule,
    regex: OnceLock<Option<Regex>>,
}

struct Table {
    prefilter: AhoCorasick,
    /// The row of each text that the prefilter looks for.
    rows: Vec<usize>,
    rules: Vec<Compiled>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(Table::new);

impl Table {
    fn new() -> Option<Self> {
        let rules: Vec<Compiled> = all().map(|rule| Compiled { rule, regex: OnceLock::new() }).collect();
        let texts = all().enumerate().flat_map(|(row, rule)| rule.holds.iter().map(move |text| (row, *text)));
        let (rows, texts): (Vec<usize>, Vec<&str>) = texts.unzip();
        Some(Self { prefilter: AhoCorasick::new(texts).ok()?, rows, rules })
    }
}

/// Adds what is found in a text.
pub(crate) fn find(text: &str, into: &mut Vec<Found>) {
    let Some(table) = TABLE.as_ref() else { return };
    for hit in table.prefilter.find_overlapping_iter(text) {
        let row = table.rows.get(hit.pattern().as_usize()).and_then(|row| table.rules.get(*row));
        let Some(compiled) = row else { continue };
        let back = compiled.rule.back;
        let starts = (back.saturating_sub(SLACK)..=back).rev().filter_map(|before| hit.start().checked_sub(before));
        into.extend(starts.filter_map(|start| compiled.at(text, start)).take(1));
    }
}

impl Compiled {
    /// The credential that begins at this byte.
    fn at(&self, text: &str, start: usize) -> Option<Found> {
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let joined = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let first = text.as_bytes().get(start)?;
        if joined(first) && before.is_some_and(joined) && !escape_before(text, start) {
            return None;
        }
        let end = floor(text, start.saturating_add(LONGEST));
        let regex = self.regex.get_or_init(|| compile(self.rule)).as_ref()?;
        let captures = regex.captures(text.get(start..end)?)?;
        let secret = captures.name("s").or_else(|| captures.get(0))?;
        let value = secret.as_str();
        let whole = start + captures.get(0)?.end();
        if goes_on(text, whole) || !self.holds(value) || values::is_example(value) {
            return None;
        }
        let span = start + secret.start()..start + secret.end();
        let mark = Some(Mark::of(value));
        Some(Found { kind: &self.rule.kind, span, name: String::new(), mark, encoded: false })
    }

    fn holds(&self, value: &str) -> bool {
        match self.rule.check {
            Check::Entropy(tenths) => values::entropy(value) * 10.0 >= f64::from(tenths),
            Check::Base62Crc => checksum::base62_crc(value),
            Check::AwsKeyId => checksum::aws_key_id(value) && values::entropy(value) >= 2.8,
            Check::Bytes(bytes) => checksum::base64_of(value, bytes) && values::entropy(value) >= 3.5,
        }
    }
}

/// A shape, tied to where it begins. Credentials are ASCII.
fn compile(rule: &Rule) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{})", rule.pattern)).unicode(false).build().ok()
}

/// Whether a word goes on behind this byte: then it is another word.
fn goes_on(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~');
    end.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(word) && bytes.get(end).is_some_and(word)
}

/// Whether the letter before is the second half of an escape (`\n`) and no part of the word.
fn escape_before(text: &str, start: usize) -> bool {
    let pair = start.checked_sub(2).and_then(|at| text.as_bytes().get(at..start));
    matches!(pair, Some([b'\\', b'n' | b't' | b'r']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles() {
        for rule in all() {
            assert!(compile(rule).is_some(), "{}", rule.kind.id);
        }
    }
}
