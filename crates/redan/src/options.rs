//! What a scan is asked to do.

use crate::{Baseline, Live};
use redan_model::{Severity, Value};
use redan_posture::Allow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A scan: what to read, and what to say about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What to read.
    pub input: Input,
    /// What to say about it.
    pub judging: Judging,
}

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Folders and files; `-` is the text in `stdin`.
    pub paths: Vec<PathBuf>,
    /// Running accounts that were collected; the path `aws` stands for them.
    pub live: Vec<Live>,
    /// The text of a plan or state from standard input.
    pub stdin: Option<Arc<str>>,
    /// Folders and files below the paths that are left out: globs over the paths as shown.
    pub exclude: Vec<String>,
    /// Values of variables of the root modules, as `-var` gives them.
    pub variables: Vec<(String, String)>,
    /// Further files of variables, as `-var-file` gives them.
    pub variable_files: Vec<PathBuf>,
    /// Values of parameters of templates, CloudFormation's pseudo parameters such as `AWS::Region` included.
    pub parameters: Vec<(String, String)>,
    /// Files of parameters of templates.
    pub parameter_files: Vec<PathBuf>,
    /// The environment: `TF_VAR_…` gives values of variables, `TF_WORKSPACE` the workspace.
    pub environment: Vec<(String, String)>,
    /// Values of the places' attributes that replace assumptions, by path: `account.X.Y`.
    pub assume: BTreeMap<String, Value>,
}

/// What to say about what was read.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// Folders with pages of the user's own.
    pub pages: Vec<PathBuf>,
    /// Only these pages: a name, a folder of names (`network`), or an alias (`CKV_AWS_24`). Empty: all.
    pub only: Vec<String>,
    /// Only the pages of this framework: a name, or a file.
    pub framework: Option<String>,
    /// Not these pages.
    pub skip: Vec<String>,
    /// Only pages of at least this severity.
    pub at_least: Option<Severity>,
    /// Severities that replace those of the pages, by page.
    pub severities: BTreeMap<String, Severity>,
    /// Parameters that replace the defaults of the pages: by page, then by parameter.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
    /// Severities and parameters for some of the files, in their order: the last that fits counts.
    pub overrides: Vec<Override>,
    /// Results that were there before, and do not count.
    pub baseline: Option<Baseline>,
    /// Results that are accepted.
    pub allow: Vec<Allow>,
    /// The file that the settings come from: its path as shown, and its text.
    pub settings_file: Option<(String, Arc<str>)>,
    /// Whether results that pass are kept in full, and not only counted.
    pub passes: bool,
    /// The moment that `now` is in rules, in seconds since 1970; the first day of 2026 if none is given.
    pub now: Option<i64>,
}

/// Settings for the files that a glob matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Override {
    /// The glob over paths as shown.
    pub path: String,
    /// Severities, by page.
    pub severities: BTreeMap<String, Severity>,
    /// Parameters: by page, then by parameter.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

/// Why a scan cannot begin: something in the options is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Error {
    /// An error.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

impl std::error::Error for Error {}
