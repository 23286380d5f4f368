//! Secrets by the name that they are assigned to: `password = "…"`, `"apiKey": "…"`, `--token …`, `{name: DB_PASSWORD, value: …}`.

use crate::cut::floor;
use crate::found::{Found, Kind, Mark};
use crate::names::{Promise, promise};
use crate::values;
use aho_corasick::AhoCorasick;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static PASSWORD: Kind = Kind { id: "password", title: "password" };
static SECRET: Kind = Kind { id: "secret", title: "secret key or token" };
static AWS_SECRET: Kind = Kind { id: "aws-secret-access-key", title: "AWS secret access key" };
/// Its kinds.
pub(crate) const KINDS: &[&Kind] = &[&PASSWORD, &SECRET, &AWS_SECRET];

/// What every name of a secret holds.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["pass", "pwd", "secret", "token", "credential", "key"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// What a value is called in the structures that keep the name apart.
static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:^|[\s,{"'\\-])(?:value|default|default_?value|string_?value)\\?["']?\s*[:=]\s*"#).ok()
});

const LONGEST_NAME: usize = 128;
const LONGEST_VALUE: usize = 4_096;
const LONGEST_BARE_VALUE: usize = 256;

/// How far behind its name a value is looked for.
const NEAR: usize = 400;

/// A name in the text, and what it promises.
struct Name<'t> {
    text: &'t str,
    span: Range<usize>,
    promised: Promise,
}

/// A value as it is written.
struct Value {
    span: Range<usize>,
    quoted: bool,
}

/// How a value is joined to its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `a=b`
    Tight,
    /// `a = b`, `a => b`
    Spaced,
    /// `a: b`
    Colon,
    /// `--a b`
    Flag,
}

/// Adds what is found in a text.
pub(crate) fn find(text: &str, into: &mut Vec<Found>) {
    let Some(words) = WORDS.as_ref() else { return };
    let mut read = 0;
    for hit in words.find_iter(text) {
        if hit.start() < read {
            continue;
        }
        let span = name_around(text, hit.start(), hit.end());
        read = span.end;
        let written = text.get(span.clone()).unwrap_or_default();
        let Some(promised) = promise(written).filter(|_| !is_reference(written)) else { continue };
        let name = Name { text: written, span, promised };
        into.extend(beside(text, &name).or_else(|| apart(text, &name)));
    }
}

/// What a value is, given the name that it is assigned to.
pub(crate) fn judge(name: &str, value: &str, span: Range<usize>) -> Option<Found> {
    judge_promised(promise(name)?, name, value, span)
}

fn judge_promised(promised: Promise, name: &str, value: &str, span: Range<usize>) -> Option<Found> {
    let step = name.to_ascii_lowercase().ends_with("pass") && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    if step || !values::is_secret(promised, name, value) {
        return None;
    }
    let aws = is_aws_secret(value) && name.to_ascii_lowercase().contains("secret");
    let kind = match promised {
        Promise::Password => &PASSWORD,
        Promise::Key if aws => &AWS_SECRET,
        Promise::Key => &SECRET,
    };
    let guessable = value.len() < 20 || values::entropy(value) < 3.5 || promised == Promise::Password;
    let mark = (!guessable).then(|| Mark::of(value));
    Some(Found { kind, span, name: name.to_owned(), mark, encoded: false })
}

/// Secret access keys near the identifier of their key: forty characters of base 64 that nothing else explains.
pub(crate) fn near_key_id(text: &str, id: &Range<usize>, into: &mut Vec<Found>) {
    let start = floor(text, id.start.saturating_sub(NEAR / 2));
    let end = floor(text, id.end.saturating_add(NEAR / 2));
    let window = text.get(start..end).unwrap_or_default();
    let mut at = start;
    for run in window.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '+'))) {
        if is_aws_secret(run) && !values::is_placeholder(run) {
            let mark = Some(Mark::of(run));
            into.push(Found { kind: &AWS_SECRET, span: at..at + run.len(), name: String::new(), mark, encoded: false });
        }
        at += run.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
}

fn is_aws_secret(value: &str) -> bool {
    value.len() == 40
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+'))
        && value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && values::entropy(value) >= 4.0
}

const fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The whole name around a word.
fn name_around(text: &str, start: usize, end: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let before = bytes.get(start.saturating_sub(LONGEST_NAME)..start).unwrap_or_default();
    let left = before.iter().rev().take_while(|byte| in_name(**byte)).count();
    let after = bytes.get(end..bytes.len().min(end + LONGEST_NAME)).unwrap_or_default();
    let right = after.iter().take_while(|byte| in_name(**byte)).count();
    start - left..end + right
}

/// The value that stands right behind its name.
fn beside(text: &str, name: &Name<'_>) -> Option<Found> {
    let rest = text.get(name.span.end..floor(text, name.span.end.saturating_add(NEAR)))?;
    let (joint, skipped) = joint(rest, name)?;
    let value = value_at(text, name.span.end + skipped)?;
    let written = text.get(value.span.clone())?;
    if !value.quoted && !is_bare_value(text, joint, &value, written) {
        return None;
    }
    judge_promised(name.promised, last_step(name.text), written, value.span)
}

/// Whether a name is the use of a value and no assignment: `var.password`.
fn is_reference(name: &str) -> bool {
    ["var.", "local.", "data.", "module.", "each.", "self."].iter().any(|root| name.starts_with(root))
}

/// How a value is joined to the name before it, and where the value begins.
fn joint(rest: &str, name: &Name<'_>) -> Option<(Joint, usize)> {
    let closed = rest.trim_start_matches(['\\', '"', '\'', ']', '`']);
    let closed = if rest.len() - closed.len() > 4 { return None } else { closed };
    let behind = closed.trim_start_matches([' ', '\t']);
    let spaced = behind.len() < closed.len();
    let at = |left: &str| rest.len() - left.len();
    if let Some(after) = behind.strip_prefix("=>").or_else(|| behind.strip_prefix(":=")) {
        return Some((Joint::Spaced, at(after.trim_start_matches([' ', '\t']))));
    }
    if let Some(after) = behind.strip_prefix('=') {
        let value = after.trim_start_matches([' ', '\t']);
        let tight = !spaced && value.len() == after.len();
        return (!after.starts_with(['=', '~']))
            .then_some((if tight { Joint::Tight } else { Joint::Spaced }, at(value)));
    }
    if let Some(after) = behind.strip_prefix(':') {
        let value = after.trim_start_matches([' ', '\t']);
        let quoted = value.starts_with(['"', '\'', '\\']);
        let joint = if spaced { Joint::Spaced } else { Joint::Colon };
        return (value.len() < after.len() || quoted).then_some((joint, at(value)));
    }
    if spaced && name.text.starts_with("--") {
        return Some((Joint::Flag, at(behind)));
    }
    // `param adminPassword string = '…'`
    let word = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
    let typed = behind.get(word..)?.trim_start_matches([' ', '\t']).strip_prefix('=')?.trim_start_matches([' ', '\t']);
    (word > 0 && spaced && typed.starts_with(['\'', '"'])).then_some((Joint::Spaced, at(typed)))
}

/// The value that begins at this byte.
fn value_at(text: &str, start: usize) -> Option<Value> {
    let rest = text.get(start..floor(text, start.saturating_add(LONGEST_VALUE)))?;
    let bare =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ';' | ',' | ')' | ']' | '}' | '\\' | '|' | '&');
    for quote in ["\\\"", "\\'", "\"", "'", "`"] {
        let Some(inside) = rest.strip_prefix(quote) else { continue };
        let end = if quote.len() == 2 { inside.find(quote)? } else { closing(inside, quote)? };
        let begin = start + quote.len();
        return (!inside.get(..end)?.contains('\n')).then_some(Value { span: begin..begin + end, quoted: true });
    }
    let rest = rest.get(..floor(rest, LONGEST_BARE_VALUE + 1))?;
    let end = rest.find(bare).unwrap_or(rest.len());
    (end > 0 && end <= LONGEST_BARE_VALUE).then_some(Value { span: start..start + end, quoted: false })
}

/// Where a quoted text ends: at the quote that nothing escapes.
fn closing(inside: &str, quote: &str) -> Option<usize> {
    let mut escaped = false;
    inside.char_indices().find_map(|(at, c)| {
        let ends = !escaped && quote.starts_with(c);
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// Whether a value without quotes is a text, and no expression and no prose.
fn is_bare_value(text: &str, joint: Joint, value: &Value, written: &str) -> bool {
    let end = floor(text, value.span.end.saturating_add(NEAR));
    let rest = text.get(value.span.end..end).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let prose = line.starts_with([' ', '\t']) && line.trim().starts_with(|c: char| c.is_alphanumeric());
    let mixed =
        written.bytes().any(|byte| byte.is_ascii_digit()) && written.bytes().any(|byte| byte.is_ascii_alphabetic());
    match joint {
        Joint::Tight => true,
        Joint::Colon => !prose && !written.contains(['(', '[']),
        Joint::Spaced => mixed && !prose && !written.contains(['(', '[', '.', '{', '$']),
        Joint::Flag => mixed && !written.starts_with(['-', '$', '(']),
    }
}

/// The value that a structure keeps apart from its name: `{name: DB_PASSWORD, value: …}`, `variable "token" { default = … }`.
fn apart(text: &str, name: &Name<'_>) -> Option<Found> {
    let before = text.get(floor(text, name.span.start.saturating_sub(16))..name.span.start)?;
    let before = before.trim_end_matches([' ', '\t']);
    let rest = text.get(name.span.end..floor(text, name.span.end.saturating_add(NEAR)))?;
    let names = before.ends_with(['"', '\'', ':', '=']);
    let opens = rest.trim_start_matches(['"', '\'', '\\', ' ', '\t']).starts_with([':', '{']);
    if !names && !opens {
        return None;
    }
    let region = region(text, name.span.end);
    let value = VALUE.as_ref()?.find(text.get(region.clone())?)?;
    let value = value_at(text, region.start + value.end())?;
    let written = text.get(value.span.clone())?;
    if !value.quoted && !is_bare_value(text, Joint::Colon, &value, written) {
        return None;
    }
    judge_promised(name.promised, last_step(name.text), written, value.span)
}

/// How far a structure reaches around a name: to its closing brace, its next name, or an empty line.
fn region(text: &str, start: usize) -> Range<usize> {
    let whole = text.get(start..floor(text, start.saturating_add(NEAR))).unwrap_or_default();
    let mut end = 0;
    let mut depth = 0_i32;
    for (number, line) in whole.split_inclusive('\n').enumerate() {
        let trimmed = line.trim().trim_start_matches(['"', '\'']);
        let next = ["name", "key", "- ", "variable ", "resource ", "param ", "Name", "Key"]
            .iter()
            .any(|word| trimmed.starts_with(word));
        if number > 0 && (trimmed.is_empty() || next) {
            break;
        }
        for c in line.chars() {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            end += c.len_utf8();
            if c == '}' && depth <= 0 {
                return start..start + end;
            }
        }
    }
    start..start + end
}

/// `spring.datasource.password` is called `password`.
fn last_step(name: &str) -> &str {
    name.trim_start_matches('-')
}
