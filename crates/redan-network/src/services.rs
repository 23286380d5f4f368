//! Sets of services between two given ends, and their bounds where something is not known.
//!
//! Nothing here knows a cloud.

use crate::ranges::{self, Range};
use crate::rule::{Action, Bounds, Known};
use crate::service;

/// A set of services.
pub(crate) type Services = Vec<Range<u32>>;

pub(crate) fn everything() -> Services {
    vec![(0, service::LAST)]
}

impl Bounds<Services> {
    pub(crate) fn everything() -> Self {
        Self { sure: everything(), possible: everything() }
    }

    pub(crate) fn nothing() -> Self {
        Self { sure: Vec::new(), possible: Vec::new() }
    }

    pub(crate) fn anything() -> Self {
        Self { sure: Vec::new(), possible: everything() }
    }

    pub(crate) fn meet(&self, other: &Self) -> Self {
        Self {
            sure: ranges::intersection(&self.sure, &other.sure),
            possible: ranges::intersection(&self.possible, &other.possible),
        }
    }

    pub(crate) fn join(&self, other: &Self) -> Self {
        Self { sure: ranges::union(&self.sure, &other.sure), possible: ranges::union(&self.possible, &other.possible) }
    }

    pub(crate) fn if_matched(mut self, matched: Option<bool>) -> Self {
        match matched {
            Some(true) => self,
            Some(false) => Self::nothing(),
            None => {
                self.sure.clear();
                self
            }
        }
    }

    pub(crate) fn exactly_these(services: Services) -> Self {
        Self { sure: services.clone(), possible: services }
    }
}

/// What passes when a rule is put before others.
pub(crate) fn override_with(
    later: &Bounds<Services>,
    action: Known<Action>,
    matched: &Bounds<Services>,
) -> Bounds<Services> {
    match action {
        Known::Is(Action::Allow) => later.join(matched),
        Known::Is(Action::Deny) => Bounds {
            sure: ranges::difference(&later.sure, &matched.possible),
            possible: ranges::difference(&later.possible, &matched.sure),
        },
        Known::Unknown => Bounds {
            sure: ranges::difference(&later.sure, &matched.possible),
            possible: ranges::union(&later.possible, &matched.possible),
        },
    }
}
