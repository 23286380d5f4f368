//! The languages of labelled cases: which files hold one, and how its text is laid out. One entry is one language.

use super::azure;
use super::outline::{Outline, outline};
use super::template;

/// A language.
pub(crate) struct Language {
    /// What the cases call it.
    pub(crate) framework: &'static str,
    /// Endings of its files.
    pub(crate) endings: &'static [&'static str],
    /// Endings of files that are scanned by name, not as the only file of a folder.
    pub(crate) alone: &'static [&'static str],
    /// The name under which an example of a check is scanned.
    pub(crate) example: &'static str,
    /// The layout of a file.
    pub(crate) outline: fn(&str) -> Outline,
}

/// Terraform, the language of `conformance terraform`.
pub(crate) const TERRAFORM: &[Language] =
    &[Language { framework: "terraform", endings: &["tf"], alone: &["json"], example: "main.tf", outline }];

/// The languages of `conformance templates`.
pub(crate) const TEMPLATES: &[Language] = &[
    Language {
        framework: "cloudformation",
        endings: &["yaml", "yml", "json", "template"],
        alone: &["yaml", "yml", "json", "template"],
        example: "main.yaml",
        outline: template::outline,
    },
    Language {
        framework: "arm",
        endings: &["json", "bicep"],
        alone: &["json", "bicep"],
        example: "main.json",
        outline: azure::outline,
    },
    Language {
        framework: "bicep",
        endings: &["bicep"],
        alone: &["bicep"],
        example: "main.bicep",
        outline: azure::outline,
    },
];

/// The language of a framework.
pub(crate) fn of(languages: &'static [Language], framework: &str) -> Option<&'static Language> {
    languages.iter().find(|language| language.framework == framework)
}
