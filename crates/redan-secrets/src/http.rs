//! Credentials of requests: `Authorization` headers and `curl --user`. <https://www.rfc-editor.org/rfc/rfc7617>,
//! <https://www.rfc-editor.org/rfc/rfc6750>

use crate::cut::floor;
use crate::found::{Found, Kind};
use crate::values;
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static HEADER_KIND: Kind = Kind { id: "authorization-header", title: "credential in an Authorization header" };
static CURL_KIND: Kind = Kind { id: "curl-password", title: "password of a curl request" };
/// Its kinds.
pub(crate) const KINDS: &[&Kind] = &[&HEADER_KIND, &CURL_KIND];

const LONGEST: usize = 2_048;

static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(["authorization", "curl"]).ok());

static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r#"^(?i)authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(basic|bearer|token|api-token|apikey|apitoken)\s{1,4}([A-Za-z0-9+/=_.~-]{8,})"#;
    Regex::new(text).ok()
});

static USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r#"\s(?:-[a-zA-Z]*u|--user)[ =]{1,4}(?:"([^"\n:]*:[^"\n]+)"|'([^'\n:]*:[^'\n]+)'|([^\s"':]+:[^\s"']+|[^\s"':]+:'[^'\n]+'|[^\s"':]+:"[^"\n]+"))"#;
    Regex::new(text).ok()
});

/// Adds what is found in a text.
pub(crate) fn find(text: &str, into: &mut Vec<Found>) {
    let Some(words) = WORDS.as_ref() else { return };
    let mut read = 0;
    for hit in words.find_iter(text).filter(|hit| text.as_bytes().get(hit.start()).is_some()) {
        if hit.start() < read {
            continue;
        }
        let rest = text.get(hit.start()..floor(text, hit.start().saturating_add(LONGEST))).unwrap_or_default();
        let header = hit.len() > 4;
        let found = if header { header_in(rest) } else { user_in(rest.split('\n').next().unwrap_or_default()) };
        let Some((kind, span)) = found else { continue };
        let span = hit.start() + span.start..hit.start() + span.end;
        read = span.end;
        into.push(Found { kind, span, name: String::new(), mark: None, encoded: false });
    }
}

fn header_in(rest: &str) -> Option<(&'static Kind, Range<usize>)> {
    let captures = HEADER.as_ref()?.captures(rest)?;
    let (scheme, value) = (captures.get(1)?, captures.get(2)?);
    let real = if scheme.as_str().eq_ignore_ascii_case("basic") {
        let decoded = STANDARD.decode(value.as_str()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.is_some_and(|pair| pair.split_once(':').is_some_and(|(_, password)| is_password(password)))
    } else {
        values::is_random(value.as_str()) && !values::is_placeholder(value.as_str())
    };
    real.then(|| (&HEADER_KIND, value.range()))
}

fn user_in(line: &str) -> Option<(&'static Kind, Range<usize>)> {
    let captures = USER.as_ref()?.captures(line)?;
    let pair = captures.get(1).or_else(|| captures.get(2)).or_else(|| captures.get(3))?;
    let (user, password) = pair.as_str().split_once(':')?;
    let start = pair.start() + user.len() + 1;
    let bare = password.trim_matches(['"', '\'']);
    is_password(bare).then(|| (&CURL_KIND, start..start + password.len()))
}

fn is_password(password: &str) -> bool {
    password.len() >= 4 && !values::is_reference(password) && !values::is_placeholder(password)
}
