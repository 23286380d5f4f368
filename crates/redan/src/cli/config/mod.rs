//! `redan.toml`: found upwards, read strictly. A name that means nothing is an error, with the one that was meant.

mod read;
mod settings;
mod value;

use redan::{Error, Override};
use redan_model::{Severity, Value};
use redan_posture::Allow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NAME: &str = "redan.toml";
const MAX_BYTES: u64 = 1 << 20;

/// What `redan.toml` says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// Folders with pages of one's own, resolved.
    pub(crate) pages: Vec<PathBuf>,
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) fail_on: Vec<String>,
    pub(crate) severities: BTreeMap<String, Severity>,
    pub(crate) parameters: BTreeMap<String, BTreeMap<String, Value>>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) allow: Vec<Allow>,
    pub(crate) assume: BTreeMap<String, Value>,
    /// The path as shown, and the text.
    pub(crate) file: Option<(String, Arc<str>)>,
}

/// The settings that hold for a path: the file given, or the nearest `redan.toml` in its folder or above.
pub(crate) fn load(choice: &super::args::ConfigFile, path: &Path) -> Result<Config, Error> {
    if choice.no_config {
        return Ok(Config::default());
    }
    match choice.config.clone().or_else(|| nearest(path)) {
        Some(file) => read(&file),
        None => Ok(Config::default()),
    }
}

fn nearest(path: &Path) -> Option<PathBuf> {
    let start = if path == Path::new("-") { Path::new(".") } else { path };
    let start = fs::canonicalize(start).ok()?;
    start.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file())
}

fn read(file: &Path) -> Result<Config, Error> {
    let shown = shown(file);
    let fault = |text: String| Error::new(format!("{shown}: {text}"));
    let size = fs::metadata(file).map_err(|error| fault(format!("cannot be read: {error}")))?.len();
    if size > MAX_BYTES {
        return Err(fault("is larger than 1 MB".to_owned()));
    }
    let text = fs::read_to_string(file).map_err(|error| fault(format!("cannot be read: {error}")))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let config = settings::config(&text, folder).map_err(|fault| {
        let line = text.get(..fault.at).unwrap_or_default().matches('\n').count() + 1;
        Error { message: format!("{shown}:{line}: {}", fault.message), help: fault.help }
    })?;
    Ok(Config { file: Some((shown, Arc::from(text))), ..config })
}

/// The file as people are shown it: from the folder they are in, if it lies there.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    let below = here.ok().and_then(|here| file.strip_prefix(here).ok().map(Path::to_owned));
    redan_files::shown(below.as_deref().unwrap_or(file))
}
