//! `redan init`: a first `redan.toml`, in which everything is a comment, with what the folder holds.

use crate::cli::args::Init;
use crate::cli::exit::Exit;
use crate::cli::output;
use redan::{Error, Input};
use redan_report::{count, plain};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

const TEMPLATE: &str = include_str!("init.toml");

/// Folders that people often leave out: what is in them is not what they run.
const OFTEN_LEFT_OUT: [&str; 8] = ["example", "examples", "test", "tests", "fixtures", "testdata", "samples", "vendor"];

const MAX_VARIABLES: usize = 10;

/// What a folder holds, as a scan reads it.
#[derive(Debug, Default)]
struct Found {
    files: usize,
    resources: usize,
    clouds: Vec<&'static str>,
    variables: Vec<String>,
    left_out: BTreeSet<String>,
}

pub(crate) fn run(options: &Init) -> Result<Exit, Error> {
    let found = look(&options.folder);
    let text = settings(&found);
    let file = options.folder.join("redan.toml");
    let written =
        OpenOptions::new().write(true).create_new(true).open(&file).and_then(|mut new| new.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::new(format!("{} exists and is not overwritten", file.display()))
            .help("remove it first, or name another folder"),
        _ => Error::new(format!("cannot write {}: {error}", file.display())),
    })?;
    output::note(&format!("{}: written ({} here)", plain(&file.display().to_string()), summary(&found)));
    output::note(&format!("next: redan scan {}", plain(&options.folder.display().to_string())));
    Ok(Exit::Clean)
}

fn look(folder: &Path) -> Found {
    let input = Input { paths: vec![folder.to_owned()], ..Input::default() };
    let loaded = redan::read(&input);
    let kinds = loaded.estate.kinds();
    let holds = |vendor: &str| kinds.iter().any(|kind| kind.starts_with(vendor));
    let is_declared = |one: &&redan_model::Resource| !one.stated.is_empty() && one.kind != *redan_secrets::TEXT;
    let clouds = [("AWS::", "AWS"), ("Microsoft.", "Azure")].into_iter().filter(|(vendor, _)| holds(vendor));
    let mut found = Found {
        files: loaded.files,
        resources: loaded.estate.resources().iter().filter(is_declared).count(),
        clouds: clouds.map(|(_, name)| name).collect(),
        ..Found::default()
    };
    for (path, _) in loaded.sources.files() {
        let parts = relative(&path, folder).split('/');
        found.left_out.extend(parts.filter(|part| OFTEN_LEFT_OUT.contains(part)).map(|part| format!("**/{part}/**")));
    }
    for listing in redan_files::walk(folder, &[]).folders {
        let given = listing.names.iter().filter(|name| is_variables(name) && !is_automatic(name));
        found.variables.extend(given.map(|name| relative(&listing.folder.file(name), folder).to_owned()));
    }
    found
}

/// A shown path without the folder that was named.
fn relative<'a>(shown: &'a str, folder: &Path) -> &'a str {
    let named = folder.to_string_lossy();
    let named = named.trim_end_matches('/').trim_start_matches("./");
    shown.strip_prefix(named).unwrap_or(shown).trim_start_matches('/')
}

fn is_variables(name: &str) -> bool {
    name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
}

/// Terraform reads these without being told.
fn is_automatic(name: &str) -> bool {
    name.starts_with("terraform.tfvars") || name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
}

fn summary(found: &Found) -> String {
    if found.resources == 0 {
        return "nothing that is read".to_owned();
    }
    let clouds = found.clouds.join(" and ");
    format!("{} of {clouds} in {}", count(found.resources, "resource"), count(found.files, "file"))
}

fn settings(found: &Found) -> String {
    let mut seen = vec![format!("# Found here: {}.", summary(found))];
    if !found.variables.is_empty() {
        let files = found.variables.iter().take(MAX_VARIABLES).map(|file| format!("--var-file {}", plain(file)));
        let files = files.collect::<Vec<_>>().join(", ");
        seen.push(format!("# Files of variables that are read if they are named: {files}."));
    }
    let quoted = found.left_out.iter().map(|glob| format!("\"{glob}\"")).collect::<Vec<_>>();
    let exclude = if quoted.is_empty() { "\"**/examples/**\"".to_owned() } else { quoted.join(", ") };
    TEMPLATE.replace("# FOUND", &seen.join("\n")).replace("\"EXCLUDE\"", &exclude)
}
