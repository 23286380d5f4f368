//! Whether a result is to be acted on: it is open, or known from before, or somebody has accepted it.

use crate::{Place, Str};

/// Whether a result is to be acted on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// To be acted on.
    #[default]
    Open,
    /// It was there before: in an earlier report, or an earlier revision.
    Known,
    /// Somebody has accepted it.
    Suppressed(Box<Suppression>),
}

/// Who has accepted a result, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// How it is written: `redan:allow`, `checkov:skip`, `[[allow]]`.
    pub form: Str,
    /// Whether it is a comment beside the resource, or a setting elsewhere.
    pub in_source: bool,
    /// Why, if that is said.
    pub reason: Option<String>,
    /// The last day on which it holds, `YYYY-MM-DD`, if there is one.
    pub until: Option<String>,
    /// Where it is written.
    pub place: Option<Place>,
}

impl State {
    /// The state as machines read it.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Known => "known",
            Self::Suppressed(_) => "suppressed",
        }
    }

    /// Whether the result is to be acted on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// The suppression, if there is one.
    #[must_use]
    pub fn suppression(&self) -> Option<&Suppression> {
        match self {
            Self::Suppressed(suppression) => Some(suppression),
            Self::Open | Self::Known => None,
        }
    }
}
