//! `redan.toml`: found upwards, read strictly. A name that means nothing is an error, with the one that was meant.

use redan::Error;
use redan_model::{Node, Origin, Rest, Severity, Str, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NAME: &str = "redan.toml";
const MAX_BYTES: u64 = 1 << 20;
const MAX_DEPTH: usize = 32;

const KEYS: [&str; 8] = ["pages", "only", "skip", "exclude", "fail-on", "severity", "parameters", "assume"];

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
    pub(crate) assume: BTreeMap<String, Value>,
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
    let shown = file.display();
    let fault = |text: String| Error::new(format!("{shown}: {text}"));
    let size = fs::metadata(file).map_err(|error| fault(format!("cannot be read: {error}")))?.len();
    if size > MAX_BYTES {
        return Err(fault("is larger than 1 MB".to_owned()));
    }
    let text = fs::read_to_string(file).map_err(|error| fault(format!("cannot be read: {error}")))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        let line = line.map(|line| format!("{line}: ")).unwrap_or_default();
        Error::new(format!("{shown}:{line}{}", error.message()))
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    config(&table, folder).map_err(|error| Error { message: format!("{shown}: {}", error.message), ..error })
}

fn config(table: &toml::Table, folder: &Path) -> Result<Config, Error> {
    let mut config = Config::default();
    for (key, value) in table {
        match key.as_str() {
            "pages" => config.pages = texts(key, value)?.iter().map(|path| folder.join(path)).collect(),
            "only" => config.only = texts(key, value)?,
            "skip" => config.skip = texts(key, value)?,
            "exclude" => config.exclude = texts(key, value)?,
            "fail-on" => config.fail_on = texts(key, value)?,
            "severity" => config.severities = severities(value)?,
            "parameters" => {
                for (page, parameters) in entries(key, value)? {
                    let values = entries(page, parameters)?;
                    let values = values.map(|(name, value)| Ok((name.clone(), node(value, 0)?.value)));
                    config.parameters.insert(page.clone(), values.collect::<Result<_, Error>>()?);
                }
            }
            "assume" => assumptions(&mut config.assume, "", value, 0)?,
            _ => {
                let error = Error::new(format!("no such setting: `{key}`"));
                return Err(match redan::nearest(key, KEYS.iter().copied()) {
                    Some(meant) => error.help(format!("did you mean `{meant}`?")),
                    None => error.help(format!("there are {}", KEYS.join(", "))),
                });
            }
        }
    }
    Ok(config)
}

fn texts(key: &str, value: &toml::Value) -> Result<Vec<String>, Error> {
    let wrong = || Error::new(format!("`{key}` must be a list of texts"));
    if let Some(one) = value.as_str() {
        return Ok(vec![one.to_owned()]);
    }
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

fn entries<'a>(
    key: &str,
    value: &'a toml::Value,
) -> Result<impl Iterator<Item = (&'a String, &'a toml::Value)> + use<'a>, Error> {
    let table = value.as_table().ok_or_else(|| Error::new(format!("`{key}` must be a table")))?;
    Ok(table.iter())
}

fn severities(value: &toml::Value) -> Result<BTreeMap<String, Severity>, Error> {
    let mut all = BTreeMap::new();
    for (page, severity) in entries("severity", value)? {
        let severity = severity
            .as_str()
            .and_then(Severity::parse)
            .ok_or_else(|| Error::new(format!("the severity of `{page}` must be critical, high, medium or low")))?;
        all.insert(page.clone(), severity);
    }
    Ok(all)
}

/// Leaves by their dotted path: `account.PublicAccessBlockConfiguration.BlockPublicAcls`.
fn assumptions(into: &mut BTreeMap<String, Value>, path: &str, value: &toml::Value, depth: usize) -> Result<(), Error> {
    let Some(table) = value.as_table().filter(|_| depth < MAX_DEPTH) else {
        if path.is_empty() {
            return Err(Error::new("`assume` must be a table"));
        }
        into.insert(path.to_owned(), node(value, depth)?.value);
        return Ok(());
    };
    for (key, value) in table {
        let dot = if path.is_empty() { "" } else { "." };
        assumptions(into, &format!("{path}{dot}{key}"), value, depth + 1)?;
    }
    Ok(())
}

fn node(value: &toml::Value, depth: usize) -> Result<Node, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::new("nested too deeply"));
    }
    let value = match value {
        toml::Value::Boolean(value) => Value::Bool(*value),
        toml::Value::Integer(value) => Value::Int(*value),
        toml::Value::Float(value) => Value::Float(*value),
        toml::Value::String(value) => Value::text(value),
        toml::Value::Datetime(value) => Value::text(&value.to_string()),
        toml::Value::Array(items) => {
            Value::list(items.iter().map(|item| node(item, depth + 1)).collect::<Result<_, Error>>()?)
        }
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| Ok((Str::new(key), node(value, depth + 1)?)));
            let entries = entries.collect::<Result<Vec<_>, Error>>()?;
            Value::Map(Arc::new(redan_model::Map::new(entries, Rest::Absent)))
        }
    };
    Ok(Node::new(value, Origin::NOWHERE))
}
