//! Any text is searched without a panic, in time, and what is found lies in the text.

use proptest::prelude::*;
use redan_secrets::{find, redact};
use std::time::{Duration, Instant};

proptest! {
    #[test]
    fn spans_lie_in_the_text_in_order(text in "(?s)(.{0,40}|password ?[=:] ?\"?[a-z0-9é!]{0,12}\"?|AKIA[A-Z2-7]{16}|https://a:b1c2@d|eyJ[A-Za-z0-9]{0,60}|[\\n \"'{}])*") {
        let mut at = 0;
        for found in find(&text) {
            prop_assert!(found.span.start >= at && found.span.start < found.span.end && found.span.end <= text.len());
            prop_assert!(text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
            at = found.span.end;
        }
        let shown = redact(&text).into_owned();
        prop_assert!(redact(&shown).len() <= shown.len() + 64);
    }
}

#[test]
fn much_of_anything_ends() {
    let pieces = [
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "eyJ.eyJ.",
        "://a:b",
        "password",
        "password=",
        "key{\"",
        "sig=",
        "AKIAQYLPMN5HFIQR7XYA ",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=",
        "passwordpassword = \"a1b2c3d4\" ",
        "PuTTY-User-Key-File-2",
        "\\\"token\\\":\\\"a1b2c3d4e5\\\"",
        "\"password\" {",
        "é",
        "=",
        "name: DB_PASSWORD\n",
        "QQ\n",
        "H4sIAAAAAAAA/",
    ];
    for piece in pieces {
        let text = piece.repeat((1 << 18) / piece.len());
        let begun = Instant::now();
        let _ = find(&text);
        assert!(begun.elapsed() < Duration::from_secs(10), "{piece}: {:?}", begun.elapsed());
    }
}
