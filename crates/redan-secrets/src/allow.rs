//! Annotations that allow a credential where it stands: ours, and those that people already have.

use crate::cut::floor;
use std::ops::Range;

/// What allows a credential on its own line, or on the line below.
const MARKS: [&str; 5] =
    ["gitleaks:allow", "pragma: allowlist", "trufflehog:ignore", "checkov:skip=CKV_SECRET", "kics-scan ignore"];

/// Comments are looked for so far around a credential.
const NEAR: usize = 600;

/// Whether a comment on the line of a credential, or on the line above, allows it.
pub(crate) fn allowed(text: &str, span: &Range<usize>) -> bool {
    let near = floor(text, span.start.saturating_sub(NEAR));
    let before = text.get(near..span.start).unwrap_or_default();
    let (above, own) = before.rsplit_once('\n').unwrap_or(("", before));
    let above = above.rsplit('\n').next().unwrap_or_default();
    let after = text.get(span.end..floor(text, span.end.saturating_add(NEAR))).unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    says(own) || says(after) || is_comment(above) && says(above)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "//", "/*", ";", "--", "<!--"].iter().any(|mark| line.starts_with(mark))
}

fn says(line: &str) -> bool {
    let ours = line.split_once("redan:allow").is_some_and(|(_, page)| page.trim_start().starts_with(PAGE));
    ours || MARKS.iter().any(|mark| line.contains(mark))
}

/// The page on credentials in source text.
const PAGE: &str = "identity/credential-in-code";
