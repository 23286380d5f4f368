//! `cargo xtask outputs`: reports of the real program against the schemas that their formats publish, and the HTML
//! report in a real browser.

mod trees;

use crate::run::{root, succeeds};
use crate::{out, product, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Formats that have a published schema.
const CHECKED: [&str; 4] = ["sarif", "ocsf", "gitlab", "junit"];

/// What `redan scan` may say: nothing found, findings, something could not be read.
const SCANNED: [i32; 3] = [0, 1, 3];

/// Runs both.
pub(crate) fn run() -> Result<bool, String> {
    let redan = product::program()?;
    let (python, modules, chromium) = (tools::python()?, tools::node_modules()?, tools::chromium()?);
    let reports = tools::folder().join("reports");
    let _ = std::fs::remove_dir_all(&reports);
    let made = trees::make(&tools::folder().join("trees"))?;
    for (name, tree, more) in &made {
        report(&redan, tree, &reports.join(name), more)?;
    }
    out::line("published schemas");
    let validator = root().join("tests/outputs/validate.py");
    let interpreter = python.join("python");
    let valid = succeeds(&text(&interpreter), &[&text(&validator), &text(&reports), &text(&modules)], &root(), false)?;
    out::line("browser");
    let large = tools::folder().join("large.html");
    scan(&redan, &[&text(&trees::large(&tools::folder().join("large"))?), "--format", &into("html", &large)])?;
    let script = root().join("tests/outputs/browser.mjs");
    let small = reports.join("storefront/redan.html");
    let arguments = [text(&script), chromium, text(&modules), text(&small), text(&large)];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(succeeds("node", &arguments, &root(), false)? && valid)
}

fn report(redan: &Path, tree: &Path, folder: &Path, more: &[&str]) -> Result<(), String> {
    tools::create(folder)?;
    let formats: Vec<String> =
        CHECKED.iter().chain(&["html"]).map(|name| into(name, &folder.join(format!("redan.{name}")))).collect();
    let tree = text(tree);
    let mut arguments = vec![tree.as_str(), "--show", "all"];
    arguments.extend_from_slice(more);
    formats.iter().for_each(|format| arguments.extend(["--format", format.as_str()]));
    scan(redan, &arguments)?;
    let fails = into("junit", &folder.join("fails.junit"));
    let mut arguments = vec![tree.as_str(), "--show", "fail", "--format", fails.as_str()];
    arguments.extend_from_slice(more);
    scan(redan, &arguments)
}

fn scan(redan: &Path, arguments: &[&str]) -> Result<(), String> {
    let said = Command::new(redan).arg("scan").args(arguments).current_dir(root()).output();
    let said = said.map_err(|error| format!("cannot start {}: {error}", redan.display()))?;
    if said.status.code().is_some_and(|code| SCANNED.contains(&code)) {
        return Ok(());
    }
    Err(format!("redan scan {}: {}", arguments.join(" "), String::from_utf8_lossy(&said.stderr)))
}

fn into(format: &str, file: &Path) -> String {
    format!("{format}={}", file.display())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A tree with its name and what else the command line says.
type Tree = (&'static str, PathBuf, Vec<&'static str>);
