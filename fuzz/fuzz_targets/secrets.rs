//! Credentials: any text is searched to its end, and what is found lies in it, in order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redan_secrets::{find, find_named, redact};

fuzz_target!(|text: &str| {
    let mut at = 0;
    for found in find(text) {
        assert!(found.span.start >= at && found.span.start < found.span.end && text.get(found.span.clone()).is_some());
        at = found.span.end;
    }
    let (name, value) = text.split_once('=').unwrap_or(("password", text));
    let _ = find_named(name, value);
    let _ = redact(text);
});
