//! Paths and files. Every file is read through the caller, which keeps to the scanned root.

use super::bases::encoded;
use super::glob;
use super::signature::{Context, Function, STRING, Shape, argument, impure, text};
use crate::eval::{FileError, Files, unknown_from};
use crate::value::{Error, Kind, Result, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abspath", &[STRING], Shape::String, |args, c| {
        Ok(match c.files.absolute(text(args, 0)) {
            Some(path) => path.into(),
            None => impure("abspath", Type::String, c),
        })
    }),
    Function::new("basename", &[STRING.partial()], Shape::String, last_part),
    Function::new("dirname", &[STRING], Shape::String, |args, _| Ok(dirname(text(args, 0)).into())),
    Function::new("file", &[STRING], Shape::String, |args, c| Ok(read_text(c.files, text(args, 0))?.into())),
    Function::new("filebase64", &[STRING], Shape::String, |args, c| Ok(encoded(&read(args, c)?).into())),
    Function::new("fileexists", &[STRING], Shape::Bool, |args, c| {
        c.files.exists(text(args, 0)).map(Value::from).map_err(explained)
    }),
    Function::new("fileset", &[STRING, STRING], Shape::StringSet, fileset),
    Function::new("pathexpand", &[STRING], Shape::String, |args, c| {
        Ok(match text(args, 0) {
            path if path.starts_with('~') => impure("pathexpand", Type::String, c),
            path => path.into(),
        })
    }),
];

fn explained(error: FileError) -> Error {
    match error {
        FileError::NotFound => Error::new("the file does not exist"),
        FileError::Refused(reason) => Error::limit(reason),
    }
}

/// The bytes of the file that the first argument names.
pub(super) fn read(args: &[Value], context: &Context<'_>) -> Result<Vec<u8>> {
    let bytes = context.files.read(text(args, 0)).map_err(explained)?;
    context.budget.spend(bytes.len() / 16)?;
    Ok(bytes)
}

/// A file as text.
pub(crate) fn read_text(files: &dyn Files, path: &str) -> Result<String> {
    let bytes = files.read(path).map_err(explained)?;
    String::from_utf8(bytes).map_err(|_| Error::new("the file is not UTF-8 text"))
}

/// The last part; what a text certainly ends with may hold all of it.
fn last_part(args: &[Value], _: &Context<'_>) -> Result {
    let path = argument(args, 0)?;
    if let Some(known) = path.as_str() {
        return Ok(basename(known).into());
    }
    let tail = match &path.kind {
        Kind::Composite(composite) => composite.suffix().trim_end_matches('/'),
        _ => "",
    };
    Ok(match tail.rsplit_once('/') {
        Some((_, name)) => name.into(),
        None => unknown_from(Type::String, [path]),
    })
}

/// The last part: <https://pkg.go.dev/path/filepath#Base>.
fn basename(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// Everything but the last part, cleaned: <https://pkg.go.dev/path/filepath#Dir>.
fn dirname(path: &str) -> String {
    clean(path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or(""))
}

fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn fileset(args: &[Value], context: &Context<'_>) -> Result {
    let pattern = glob::compile(text(args, 1)).ok_or_else(|| Error::new("malformed file pattern"))?;
    let files = context.files.list(text(args, 0)).map_err(explained)?;
    context.budget.spend(files.len())?;
    let matching = files.iter().filter(|path| pattern.is_match(path)).map(|path| Value::from(path.as_str()));
    Ok(Value::set(matching.collect(), Type::String))
}
