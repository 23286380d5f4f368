//! Text that may be shown.

use crate::find::find_all;
use std::borrow::Cow;

/// What stands in place of a credential.
const HIDDEN: &str = "(hidden)";

/// The text with every credential in it hidden.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let found = find_all(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for one in &found {
        shown.push_str(text.get(at..one.span.start).unwrap_or_default());
        shown.push_str(HIDDEN);
        at = one.span.end;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(shown)
}
