//! Problems: what could not be read. A problem never stops the rest.

use crate::{Origin, Str};

/// What a problem is about; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A file, or a part of one, that does not parse.
    Syntax,
    /// A file or folder that could not be read.
    Unreadable,
    /// A module that is not installed.
    ModuleMissing,
    /// An expression that cannot be evaluated: a wrong type, a missing key, a cycle.
    Evaluation,
    /// A bound on size, depth or work was reached.
    Limit,
    /// A resource that its kind's table cannot place.
    Mapping,
    /// A suppression that gives no reason, has expired, is wrong or suppresses nothing.
    Suppression,
}

impl ProblemKind {
    /// The kind as machines read it, in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Unreadable => "unreadable",
            Self::ModuleMissing => "module-missing",
            Self::Evaluation => "evaluation",
            Self::Limit => "limit",
            Self::Mapping => "mapping",
            Self::Suppression => "suppression",
        }
    }

    /// Whether input named by the user could not be read in full: exit code 3.
    #[must_use]
    pub const fn incomplete(self) -> bool {
        matches!(self, Self::Syntax | Self::Unreadable | Self::ModuleMissing | Self::Limit)
    }
}

/// A problem with its place and remedy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Problem {
    /// Where; [`Origin::NOWHERE`] if only the path is known, which then stands in `path`.
    pub origin: Origin,
    /// The path, where the problem has no span (an unreadable file).
    pub path: Option<Str>,
    /// What it is about.
    pub kind: ProblemKind,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it: a lowercase fragment.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a span.
    #[must_use]
    pub fn at(origin: Origin, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { origin, path: None, kind, message: message.into(), help: None }
    }

    /// A problem with a path that has no text.
    #[must_use]
    pub fn path(path: &str, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { origin: Origin::NOWHERE, path: Some(Str::new(path)), kind, message: message.into(), help: None }
    }

    /// The same problem with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
