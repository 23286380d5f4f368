//! Why a value is not known, and which attribute of which resource it is if that much is known.
//! It knows nothing of evaluation.

use std::sync::Arc;

use super::{Origin, Type};
use crate::syntax::ast::Text;

/// Reasons kept for one value; more would not tell a reader more.
const MAX_REASONS: usize = 12;

/// What kind of knowledge is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// An input variable without a value.
    Input,
    /// An attribute that a data source reads from outside.
    DataSource,
    /// An attribute that the provider computes.
    Computed,
    /// An output of a module that is not here.
    ModuleMissing,
    /// A function whose result differs from run to run.
    Impure,
    /// A name that nothing declares among what was read.
    Undeclared,
    /// Something this program does not evaluate.
    Unsupported,
    /// A file or an expression that could not be parsed.
    Parse,
    /// An expression whose evaluation fails or exceeds a limit.
    Problem,
}

/// One missing piece.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reason {
    pub(crate) class: Class,
    /// The input, attribute, module, function or message.
    pub(crate) what: Text,
    pub(crate) origin: Origin,
    pub(crate) reference: Option<Arc<Reference>>,
}

/// A sorted set of reasons, cheap to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why(Arc<[Reason]>);

impl Why {
    pub(crate) fn new(class: Class, what: &str, origin: Origin) -> Self {
        Self(Arc::from([Reason { class, what: what.into(), origin, reference: None }]))
    }

    pub(crate) fn reasons(&self) -> &[Reason] {
        &self.0
    }

    /// Both sets of reasons.
    pub(crate) fn and(&self, other: &Self) -> Self {
        if Arc::ptr_eq(&self.0, &other.0) || other.0.iter().all(|r| self.0.contains(r)) {
            return self.clone();
        }
        let mut all: Vec<Reason> = self.0.iter().chain(other.0.iter()).cloned().collect();
        all.sort();
        all.dedup();
        all.truncate(MAX_REASONS);
        Self(all.into())
    }

    /// The union of any number of reasons; `None` if there are none.
    pub(crate) fn all(many: impl IntoIterator<Item = Self>) -> Option<Self> {
        many.into_iter().reduce(|a, b| a.and(&b))
    }
}

/// An attribute of a resource, data source or module instance that is declared but whose value is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Reference {
    /// `module.net["a"].aws_subnet.public[0]`
    pub(crate) address: Text,
    pub(crate) path: Vec<PathStep>,
}

/// A step into the attributes of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PathStep {
    Attr(Text),
    Index(i64),
    Key(Text),
}

impl Reference {
    pub(crate) fn new(address: impl Into<Text>) -> Self {
        Self { address: address.into(), path: Vec::new() }
    }

    pub(crate) fn step(&self, step: PathStep) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { address: self.address.clone(), path }
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.address)?;
        for step in &self.path {
            match step {
                PathStep::Attr(name) => write!(f, ".{name}")?,
                PathStep::Index(index) => write!(f, "[{index}]")?,
                PathStep::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

/// A value that is not known.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    /// What is known of its type.
    pub(crate) ty: Type,
    pub(crate) why: Why,
    /// Set when the value is exactly this attribute.
    pub(crate) reference: Option<Arc<Reference>>,
}

impl Unknown {
    pub(crate) fn new(ty: Type, why: Why) -> Self {
        Self { ty, why, reference: None }
    }

    /// The attribute itself: its text is not known, its identity is.
    pub(crate) fn reference(class: Class, reference: Reference, origin: Origin) -> Self {
        let reference = Arc::new(reference);
        let reason =
            Reason { class, what: reference.to_string().into(), origin, reference: Some(Arc::clone(&reference)) };
        Self { ty: Type::Dynamic, why: Why(Arc::from([reason])), reference: Some(reference) }
    }

    /// The attribute one step further in.
    pub(crate) fn step(&self, step: PathStep, origin: Origin) -> Self {
        match &self.reference {
            Some(reference) => {
                let class = self.why.reasons().first().map_or(Class::Computed, |r| r.class);
                Self::reference(class, reference.step(step), origin)
            }
            None => Self::new(Type::Dynamic, self.why.clone()),
        }
    }
}
