//! Source lines that may hold a secret: which bytes of them must not be shown.

use std::ops::Range;

/// Ends of the names of arguments whose value is a secret.
const SECRET_NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secret_key",
    "secret_value",
    "secret_string",
    "access_key",
    "account_key",
    "api_key",
    "private_key",
    "shared_key",
    "token",
    "connection_string",
];

/// The bytes between the quotes of every text on a line that assigns to a name that speaks of a secret.
pub(crate) fn secrets_in(line: &str) -> Vec<Range<usize>> {
    let Some(assign) = line.find(['=', ':']) else { return Vec::new() };
    let name = line.get(..assign).unwrap_or_default().trim_matches(|c: char| c.is_whitespace() || c == '"');
    let name = name.to_ascii_lowercase().replace('-', "_");
    if !SECRET_NAMES.iter().any(|end| name.ends_with(end)) {
        return Vec::new();
    }
    quoted(line, assign + 1)
}

/// The insides of quoted texts from a byte on; a text that does not end on the line counts to its end.
fn quoted(line: &str, from: usize) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut open = None;
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate().skip(from) {
        match (byte, open) {
            _ if escaped => escaped = false,
            (b'\\', Some(_)) => escaped = true,
            (b'"', None) => open = Some(at + 1),
            (b'"', Some(start)) => {
                all.push(start..at);
                open = None;
            }
            _ => {}
        }
    }
    all.extend(open.map(|start| start..line.len()));
    all.retain(|range| !range.is_empty());
    all
}
