//! Frameworks: benchmarks and standards as lists of controls, each with the pages that verify it. Pages know nothing of
//! them. One file `frameworks/NAME.yaml` is one version of one framework.

mod audit;
mod read;

pub use audit::{Audited, Standing, audit};
pub use read::FrameworkError;

use redan_model::{Severity, Str};
use redan_pages::{Page, Side};

/// A version of a framework.
#[derive(Clone, Debug, PartialEq)]
pub struct Framework {
    /// The name of its file: `cis-aws-6.0`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its version.
    pub version: String,
    /// The cloud that it is about, if it is one.
    pub cloud: String,
    /// Where its publisher describes it.
    pub source: String,
    /// Names of sections, by the beginning of the controls' numbers.
    pub sections: Vec<(String, String)>,
    /// Whether its controls are rows of the mission: then pages belong to the rows that they name themselves.
    pub by_mission: bool,
    /// Its controls, in its own order.
    pub controls: Vec<Control>,
}

/// What a framework asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Its number.
    pub id: String,
    /// What must hold, in our words.
    pub title: String,
    /// Its level or profile, where the framework has them.
    pub level: Option<u8>,
    /// How bad a failure is, where the framework says so.
    pub severity: Option<Severity>,
    /// Whether the framework leaves it to a person.
    pub manual: bool,
    /// Whose side of the shared responsibility it is on; the provider's if nothing is said there.
    pub side: Option<Side>,
    /// Whether it is the provider's: nothing of it is ours to verify.
    pub provider: bool,
    /// The pages that verify it: all must hold.
    pub pages: Vec<Str>,
    /// The resource kinds that it is about, where its pages are about more.
    pub kinds: Vec<Str>,
    /// The names of the resources that it is about, where its kinds are about more.
    pub names: Vec<Str>,
    /// What its pages ask beyond it: a failure may be of that.
    pub wider: Option<String>,
    /// What it asks beyond its pages: then it never passes whole.
    pub lacks: Option<String>,
}

/// How many controls there are, and how many of them pages verify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All.
    pub controls: usize,
    /// Those that pages verify.
    pub verified: usize,
    /// Those of which pages verify a part.
    pub partly: usize,
    /// Those that the framework leaves to a person, and no page verifies.
    pub manual: usize,
    /// Those that could be automated, but no page verifies.
    pub open: usize,
    /// Those of the provider.
    pub provider: usize,
}

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/frameworks.rs"));
}

impl Framework {
    /// The names of those that redan brings, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        embedded::FRAMEWORKS.iter().map(|(name, _)| *name)
    }

    /// One that redan brings; `None` if there is none of this name.
    ///
    /// # Errors
    /// If its file is wrong.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Result<Self, FrameworkError>> {
        let (name, text) = embedded::FRAMEWORKS.iter().find(|(known, _)| *known == name)?;
        Some(Self::parse(name, text))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is no framework: the first thing that is wrong, with its line.
    pub fn parse(id: &str, text: &str) -> Result<Self, FrameworkError> {
        read::framework(id, text)
    }

    /// The same with the pages of each row, if its controls are rows of the mission.
    #[must_use]
    pub fn with_pages<'a>(mut self, pages: impl IntoIterator<Item = &'a Page>) -> Self {
        if self.by_mission {
            for page in pages {
                let named = |control: &&mut Control| page.mission.iter().any(|row| row.as_str() == control.id);
                self.controls.iter_mut().filter(named).for_each(|control| control.pages.push(page.id));
            }
        }
        self
    }

    /// The name of the innermost section that has one and holds a control.
    #[must_use]
    pub fn section(&self, control: &str) -> Option<&(String, String)> {
        let within = |section: &str| {
            control
                .strip_prefix(section)
                .is_some_and(|rest| rest.starts_with(['.', '-']) || rest.parse::<u32>().is_ok())
        };
        self.sections.iter().filter(|(section, _)| within(section)).max_by_key(|(section, _)| section.len())
    }

    /// All pages that controls name, each once, sorted.
    #[must_use]
    pub fn pages(&self) -> Vec<Str> {
        let mut pages: Vec<Str> = self.controls.iter().flat_map(|control| &control.pages).copied().collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// How much of it pages verify.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage { controls: self.controls.len(), ..Coverage::default() };
        for control in &self.controls {
            let count = match (control.provider, control.pages.is_empty(), control.manual) {
                (true, ..) => &mut coverage.provider,
                (false, false, _) if control.lacks.is_some() => &mut coverage.partly,
                (false, false, _) => &mut coverage.verified,
                (false, true, true) => &mut coverage.manual,
                (false, true, false) => &mut coverage.open,
            };
            *count += 1;
        }
        coverage
    }
}
