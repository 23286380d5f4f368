//! JSON web tokens: three parts of base 64, of which the first two are objects. <https://www.rfc-editor.org/rfc/rfc7519>

use crate::found::{Found, Kind, Mark};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

static KIND: Kind = Kind { id: "json-web-token", title: "JSON web token" };
/// Its kinds.
pub(crate) const KINDS: &[&Kind] = &[&KIND];

const LONGEST: usize = 8_192;

/// Adds what is found in a text.
pub(crate) fn find(text: &str, into: &mut Vec<Found>) {
    let mut read = 0;
    for (start, _) in text.match_indices("eyJ") {
        if start < read {
            continue;
        }
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take(LONGEST)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .count();
        read = start + length;
        let Some(token) = text.get(start..read) else { continue };
        let mut parts = token.splitn(4, '.');
        let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        if signature.len() >= 16 && object(header).is_some_and(|header| header.contains("\"alg\"")) && is_real(claims) {
            let end = start + header.len() + claims.len() + signature.len() + 2;
            let mark = Some(Mark::of(token));
            into.push(Found { kind: &KIND, span: start..end, name: String::new(), mark, encoded: false });
        }
    }
}

fn object(part: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    text.trim_start().starts_with('{').then_some(text)
}

/// Whether these claims are not those of the token that every introduction shows (https://jwt.io).
fn is_real(claims: &str) -> bool {
    object(claims).is_some_and(|claims| !(claims.contains("1234567890") && claims.contains("John Doe")))
}
