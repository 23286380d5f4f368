//! What stands in kept text in place of a credential: its kind and its hash, `<redan:github-token 34dcf4614dea47ce>`.
//!
//! Text that was hidden so still says that there was a credential, and which others are the same.

use crate::find::find_named;
use crate::found::{Found, Kind, Mark};
use crate::{assign, http, jwt, keys, rules, urls};
use std::borrow::Cow;

const BEGIN: &str = "<redan:";

/// A value that goes by a name, each credential in it replaced by its kind and hash.
#[must_use]
pub fn hide<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    let mut found = find_named(name, text);
    found.extend(crate::find::find_all(text));
    found.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for one in found {
        let Some(before) = text.get(at..one.span.start) else { continue };
        let mark = one.mark.map(|mark| format!(" {mark}")).unwrap_or_default();
        out.push_str(&format!("{before}{BEGIN}{}{mark}>", one.kind.id));
        at = one.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// Credentials that were hidden before.
pub(crate) fn find(text: &str, all: &mut Vec<Found>) {
    let mut from = 0;
    while let Some(begin) = text.get(from..).and_then(|rest| rest.find(BEGIN)).map(|at| from + at) {
        from = begin + BEGIN.len();
        let Some((inside, _)) = text.get(from..).and_then(|rest| rest.split_once('>')) else { return };
        let (id, mark) = inside.split_once(' ').map_or((inside, None), |(id, mark)| (id, Mark::parse(mark)));
        if let Some(kind) = kind(id) {
            let span = begin..from + inside.len() + 1;
            all.push(Found { kind, span, name: String::new(), mark, encoded: false });
        }
    }
}

fn kind(id: &str) -> Option<&'static Kind> {
    let others = [assign::KINDS, http::KINDS, jwt::KINDS, keys::KINDS, urls::KINDS].concat();
    let shaped = rules::all().map(|rule| &rule.kind);
    shaped.chain(others).find(|kind| kind.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_hidden_is_found_again() {
        let key = concat!("AKIAQ3EG", "RT7U3LMN5PX2");
        let text = format!("a {key} b");
        let first = &find_named("", &text)[0];
        let hidden = hide("", &text);
        assert!(!hidden.contains(key) && hidden.starts_with("a <redan:") && hidden.ends_with("> b"), "{hidden}");
        let again = &find_named("", &hidden)[0];
        assert_eq!((again.kind.id, again.mark), (first.kind.id, first.mark));
        assert_eq!(hide("", &hidden), hidden, "hiding twice changes nothing");
        assert_eq!(hide("DB_PASSWORD", concat!("Vr7xKq", "92LmTz4")), "<redan:password>");
        assert!(find_named("", "<redan:nothing 12>").is_empty());
    }
}
