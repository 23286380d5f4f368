//! Private keys in their armour. <https://www.rfc-editor.org/rfc/rfc7468>

use crate::cut::floor;
use crate::found::{Found, Kind, Mark};
use crate::values;

static PRIVATE: Kind = Kind { id: "private-key", title: "private key" };
static PUTTY: Kind = Kind { id: "putty-key", title: "PuTTY private key" };
/// Its kinds.
pub(crate) const KINDS: &[&Kind] = &[&PRIVATE, &PUTTY];

/// Longer bodies are no keys.
const LONGEST: usize = 32 * 1024;

/// Shorter bodies are placeholders.
const SHORTEST: usize = 64;

const BEGIN: &str = "-----BEGIN ";

/// Adds what is found in a text.
pub(crate) fn find(text: &str, into: &mut Vec<Found>) {
    for (start, _) in text.match_indices(BEGIN) {
        let label = text.get(start + BEGIN.len()..floor(text, start + 80)).unwrap_or_default();
        let Some(label_end) = label.find("-----") else { continue };
        if !label.get(..label_end).is_some_and(|label| label.contains("PRIVATE KEY")) {
            continue;
        }
        let body_start = start + BEGIN.len() + label_end + 5;
        let rest = text.get(body_start..floor(text, body_start + LONGEST)).unwrap_or_default();
        let body = rest.get(..rest.find("-----").unwrap_or(rest.len())).unwrap_or_default();
        into.extend(armoured(body, start, body_start, &PRIVATE));
    }
    for (start, found) in text.match_indices("PuTTY-User-Key-File-") {
        let rest = text.get(start..floor(text, start + LONGEST)).unwrap_or_default();
        if let Some(end) = rest.find("Private-MAC") {
            into.extend(armoured(rest.get(found.len()..end).unwrap_or_default(), start, start + found.len(), &PUTTY));
        }
    }
}

fn armoured(body: &str, start: usize, body_start: usize, kind: &'static Kind) -> Option<Found> {
    let written = body.replace("\\n", "\n").replace("\\r", "\n");
    let lines = written
        .lines()
        .map(|line| line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\' | ',' | '+')));
    let key: String = lines
        .filter(|line| line.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')))
        .collect();
    if key.len() < SHORTEST || values::entropy(&key) < 3.5 || key.to_ascii_lowercase().contains("example") {
        return None;
    }
    let span = start..body_start + body.trim_end().len();
    Some(Found { kind, span, name: String::new(), mark: Some(Mark::of(&key)), encoded: false })
}
