//! Findings: what a page says about a resource, with the evidence. Self-contained: whoever renders one needs no estate.

use crate::{Place, ReasonClass, State, Str};
use std::fmt;

/// What a page says about a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The rule does not hold.
    Fail,
    /// What decides is not known.
    Unknown,
    /// The rule holds.
    Pass,
}

impl Verdict {
    /// The verdict as machines read it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
        }
    }
}

/// How bad a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Good practice.
    Low,
    /// Weakens a defence.
    Medium,
    /// One mistake away from harm.
    High,
    /// Open to harm now.
    Critical,
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The severity as it is written.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity that is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.id() == text)
    }
}

/// One leaf that decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The resource that holds the leaf, if it is another than the finding's.
    pub resource: Option<Str>,
    /// The attribute's path in the vendor's schema; entries of lists by index, of keyed lists by key.
    pub path: Str,
    /// The path with entries of lists named by content: part of the fingerprint.
    pub stable_path: Str,
    /// The value as shown; secrets are masked.
    pub value: String,
    /// Where the value is used, if it lies in a file.
    pub place: Option<Place>,
    /// Where it was written, if that is elsewhere.
    pub written: Option<Place>,
    /// Where it came from, if not from a file: the default's documentation, an assumption, a call.
    pub from: Option<String>,
    /// What an engine says about it: the packet, the request.
    pub note: Option<String>,
    /// Whether the source text at its place may hold a secret and must not be shown.
    pub secret: bool,
}

/// What a page says about one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The page.
    pub page: Str,
    /// The page's title.
    pub title: Str,
    /// The verdict.
    pub verdict: Verdict,
    /// How bad a failure is.
    pub severity: Severity,
    /// The vendor's type.
    pub kind: Str,
    /// The address or id that people are shown.
    pub address: Str,
    /// The ARN or ARM id, if known.
    pub id: Option<Str>,
    /// The resource's name, if known.
    pub name: Option<Str>,
    /// What it was read from.
    pub root: Str,
    /// Where to look first.
    pub place: Option<Place>,
    /// The block of the resource.
    pub block: Option<Place>,
    /// Addresses and spans of all blocks that state the resource.
    pub stated: Vec<(Str, Option<Place>)>,
    /// The module calls that lead to it, outermost first.
    pub calls: Vec<Place>,
    /// The leaves that decided.
    pub evidence: Vec<Evidence>,
    /// Further leaves that are not listed.
    pub more_evidence: usize,
    /// Why the verdict is unknown.
    pub reasons: Vec<(ReasonClass, Str, Option<Place>)>,
    /// What was assumed.
    pub assumptions: Vec<String>,
    /// Stable across runs and moved lines.
    pub fingerprint: Fingerprint,
    /// Whether it is to be acted on.
    pub state: State,
}

/// Identifies a finding across runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The fingerprint of a page, an identity and a deciding leaf. The identity is the ARN or ARM id if known, else the
/// root's path in the repository and the address.
#[must_use]
pub fn fingerprint(page: &str, identity: &[&str], leaf: &str) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    for part in std::iter::once(&page).chain(identity).chain(std::iter::once(&leaf)) {
        hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    Fingerprint(bytes)
}
