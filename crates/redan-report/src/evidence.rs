//! Evidence in words.

use crate::escape::{cut, plain};
use redan_model::{Evidence, Finding, Verdict};
use std::borrow::Cow;

const MAX_LABEL: usize = 160;

/// What a leaf says, on one line: `SecurityGroupIngress[0].CidrIp = "0.0.0.0/0"`.
pub(crate) fn label(evidence: &Evidence) -> String {
    let text = match &evidence.note {
        Some(note) => note.clone(),
        None => fact(evidence),
    };
    cut(&plain(&text), MAX_LABEL).into_owned()
}

fn fact(evidence: &Evidence) -> String {
    let holder = evidence.resource.map(|address| format!("{address}: ")).unwrap_or_default();
    let path = evidence.path.as_str();
    let value = if evidence.secret { "(hidden)" } else { evidence.value.as_str() };
    if let ("null", Some(kind)) = (value, referrers(path)) {
        return format!("{holder}no {kind} refers to it");
    }
    let origin = evidence.from.as_deref().and_then(|from| from.split_once(": ")).map(|(kind, _)| kind);
    match origin {
        _ if path.is_empty() => format!("{holder}{value}"),
        None if value == "null" => format!("{holder}{path} is not set"),
        Some(kind) => format!("{holder}{path} is {value} ({kind})"),
        None if evidence.value.starts_with("unknown") => format!("{holder}{path} is {value}"),
        None => format!("{holder}{path} = {value}"),
    }
}

/// The kind in `referrers(KIND, …)`.
fn referrers(path: &str) -> Option<&str> {
    let kind = path.strip_prefix("referrers(")?.strip_suffix(')')?.split(',').next()?;
    if kind.is_empty() { None } else { Some(kind) }
}

/// Where a leaf came from, if not from a file: `default: https://…`.
pub(crate) fn origin(evidence: &Evidence) -> Option<Cow<'_, str>> {
    evidence.from.as_deref().filter(|from| from.contains(": ")).map(plain)
}

/// One line that says why: the first leaf, or the first reason.
pub(crate) fn gist(finding: &Finding) -> String {
    let reason = finding.reasons.first().filter(|_| finding.verdict == Verdict::Unknown);
    if let Some((class, what, _)) = reason {
        return cut(&plain(&format!("{}: {what}", class.label())), MAX_LABEL).into_owned();
    }
    match finding.evidence.as_slice() {
        [] => String::new(),
        [only] => label(only),
        [first, rest @ ..] => format!("{} (and {} more)", label(first), rest.len() + finding.more_evidence),
    }
}
