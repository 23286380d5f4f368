//! The way in: files of both languages to raw resources and problems.

use redan_kinds::RawResource;
use redan_model::{Problem, Sources};
use std::path::PathBuf;
use std::sync::Arc;

/// Something to read.
#[derive(Clone, Debug)]
pub enum Input {
    /// A Bicep file or an ARM template in JSON.
    Path(PathBuf),
    /// Text that lies in no folder. The name is shown to people and, by its ending (`.bicep`, `.json`), tells the language.
    Text {
        /// Shown to people.
        name: String,
        /// The text itself.
        text: String,
    },
}

/// What is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of parameters by name, as JSON or, where it is none, as text.
    pub parameters: Vec<(String, String)>,
    /// Files of parameters: `.parameters.json`, `.bicepparam`.
    pub parameter_files: Vec<PathBuf>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The resources, evaluated.
    pub resources: Vec<RawResource>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads files into raw resources. Never fails as a whole.
#[must_use]
pub fn load(inputs: &[Input], options: &Options, sources: &Arc<Sources>) -> Loaded {
    let _ = (inputs, options, sources);
    Loaded::default()
}
