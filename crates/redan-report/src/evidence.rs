//! Evidence in words.

use crate::escape::{cut, plain};
use redan_model::{Evidence, Finding, State, Verdict};
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

/// A result on one line: `main.tf:3:1: high[page] address: why`.
pub(crate) fn line(finding: &Finding) -> String {
    let place = match &finding.place {
        Some(place) => format!("{}:{}:{}: ", place.path, place.start.line, place.start.column),
        None => String::new(),
    };
    let level = match finding.verdict {
        Verdict::Fail => finding.severity.id(),
        Verdict::Unknown | Verdict::Pass => finding.verdict.id(),
    };
    let why = gist(finding);
    let colon = if why.is_empty() { "" } else { ": " };
    plain(&format!("{place}{level}[{}] {}{colon}{why}", finding.page, finding.address)).into_owned()
}

/// Why a result is set aside: it is known from before, or somebody has accepted it, for a reason, until a day.
pub(crate) fn standing(finding: &Finding) -> Option<String> {
    let suppression = match &finding.state {
        State::Open => return None,
        State::Known => return Some(finding.state.id().to_owned()),
        State::Suppressed(suppression) => suppression,
    };
    let until = suppression.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let reason = suppression.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    Some(plain(&format!("suppressed by {}{until}{reason}", suppression.form)).into_owned())
}

/// The line of a result that is set aside, with why.
pub(crate) fn aside(finding: &Finding) -> String {
    let standing = standing(finding).map(|standing| format!(" ({standing})")).unwrap_or_default();
    format!("{}{standing}", line(finding))
}
