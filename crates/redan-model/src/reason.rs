//! Why a value is not known. Every unknown carries at least one reason, and every reason a class.

use crate::{Origin, Str};
use std::sync::Arc;

/// The classes of reasons, as they are counted in summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReasonClass {
    /// An input (variable, parameter) without a value.
    Input,
    /// A data source: only the provider can answer it.
    DataSource,
    /// Computed by the provider when the resource is made.
    Computed,
    /// A module that is not installed.
    Module,
    /// A function whose result differs from run to run.
    Impure,
    /// A construct that this build does not evaluate.
    Unsupported,
    /// A problem in the input: it did not parse, or its evaluation fails.
    Problem,
    /// The vendor documents no single default.
    Undocumented,
    /// A reference whose target is not among what was read.
    NotInEstate,
    /// What a resource that is only touched here holds besides what is stated.
    NotStated,
    /// A set that was not read to its end.
    Incomplete,
    /// The API refused: the permission is missing.
    Denied,
    /// A call that was not made, or did not end.
    NotCollected,
    /// A bound on work was reached.
    Bound,
}

impl ReasonClass {
    /// All classes, in the order of summaries.
    pub const ALL: [Self; 14] = [
        Self::Input,
        Self::DataSource,
        Self::Computed,
        Self::Module,
        Self::Impure,
        Self::Unsupported,
        Self::Problem,
        Self::Undocumented,
        Self::NotInEstate,
        Self::NotStated,
        Self::Incomplete,
        Self::Denied,
        Self::NotCollected,
        Self::Bound,
    ];

    /// The class as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Input => "input without a value",
            Self::DataSource => "data source",
            Self::Computed => "computed by the provider",
            Self::Module => "module not installed",
            Self::Impure => "impure function",
            Self::Unsupported => "unsupported construct",
            Self::Problem => "problem in the input",
            Self::Undocumented => "no documented default",
            Self::NotInEstate => "not in this estate",
            Self::NotStated => "not stated here",
            Self::Incomplete => "incomplete set",
            Self::Denied => "denied by the API",
            Self::NotCollected => "not collected",
            Self::Bound => "bound on work reached",
        }
    }

    /// The class as machines read it, in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::DataSource => "data-source",
            Self::Computed => "computed",
            Self::Module => "module",
            Self::Impure => "impure",
            Self::Unsupported => "unsupported",
            Self::Problem => "problem",
            Self::Undocumented => "undocumented-default",
            Self::NotInEstate => "not-in-estate",
            Self::NotStated => "not-stated",
            Self::Incomplete => "incomplete",
            Self::Denied => "denied",
            Self::NotCollected => "not-collected",
            Self::Bound => "bound",
        }
    }
}

/// One reason: its class, what exactly is missing, and the place that asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reason {
    /// The class.
    pub class: ReasonClass,
    /// What is missing: `var.name`, `data.aws_ami.x`, `iam:ListMFADevices`.
    pub what: Str,
    /// Where.
    pub origin: Origin,
}

/// At least one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    reasons: Box<[Reason]>,
}

/// More reasons than this are cut: the first ones tell.
const MAX_REASONS: usize = 16;

impl Unknown {
    /// Unknown for one reason.
    #[must_use]
    pub fn new(class: ReasonClass, what: &str, origin: Origin) -> Arc<Self> {
        Self::of(Reason { class, what: Str::new(what), origin })
    }

    /// Unknown for one reason.
    #[must_use]
    pub fn of(reason: Reason) -> Arc<Self> {
        Arc::new(Self { reasons: Box::new([reason]) })
    }

    /// Unknown for all these reasons; `None` if there are none.
    #[must_use]
    pub fn all(reasons: impl IntoIterator<Item = Reason>) -> Option<Arc<Self>> {
        let mut all: Vec<Reason> = Vec::new();
        for reason in reasons {
            if all.len() < MAX_REASONS && !all.contains(&reason) {
                all.push(reason);
            }
        }
        if all.is_empty() { None } else { Some(Arc::new(Self { reasons: all.into_boxed_slice() })) }
    }

    /// Unknown for the reasons of both.
    #[must_use]
    pub fn merge(left: &Arc<Self>, right: &Arc<Self>) -> Arc<Self> {
        if Arc::ptr_eq(left, right) || left == right {
            return Arc::clone(left);
        }
        Self::all(left.reasons.iter().chain(&right.reasons).copied()).unwrap_or_else(|| Arc::clone(left))
    }

    /// The reasons, in the order in which they were met.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}
