//! Passwords in addresses: `postgres://user:password@host`. <https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1>

use crate::cut::floor;
use crate::found::{Found, Kind};
use crate::values;

static KIND: Kind = Kind { id: "url-password", title: "password in an address" };
/// Its kinds.
pub(crate) const KINDS: &[&Kind] = &[&KIND];

/// No user and password are longer.
const LONGEST: usize = 512;

/// Adds what is found in a text.
pub(crate) fn find(text: &str, into: &mut Vec<Found>) {
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let scheme = text.as_bytes().get(..at).and_then(|before| before.last());
        if !scheme.is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let rest = text.get(start..floor(text, start.saturating_add(LONGEST))).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | '<' | '>' | '\\' | ',');
        let authority = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        let Some((user, host)) = authority.rsplit_once('@') else { continue };
        let Some((name, password)) = user.split_once(':') else { continue };
        let starts_host = host.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '[' | '$' | '{'));
        let plain = password.len() >= 3 && !values::is_reference(password) && !values::is_placeholder(password);
        if starts_host && plain && !password.contains(['{', '$', '(']) && password != name {
            let begin = start + name.len() + 1;
            let span = begin..begin + password.len();
            into.push(Found { kind: &KIND, span, name: String::new(), mark: None, encoded: false });
        }
    }
}
