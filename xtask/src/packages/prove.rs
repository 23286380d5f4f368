//! Packages and integrations are used as people use them.

use super::{dist, wheel};
use crate::product::version;
use crate::run::{output, root, succeeds};
use crate::{out, tools};
use std::path::Path;

/// Runs all of it.
pub(crate) fn run(program: &Path) -> Result<bool, String> {
    let scratch = tools::folder().join("packages");
    let _ = std::fs::remove_dir_all(&scratch);
    tools::create(&scratch)?;
    let python = tools::python()?;
    archive(program, &scratch.join("archive"))?;
    out::line("the release archive unpacks and runs");
    installed(program, &python, &scratch.join("wheel"))?;
    out::line("the wheel installs offline and runs");
    let script = root().join("tests/outputs/integrations.py");
    let arguments = [script.as_path(), &root(), program, &scratch.join("integrations")].map(text);
    tools::create(&scratch.join("integrations"))?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    succeeds(&text(&python.join("python")), &arguments, &root(), false)
}

fn archive(program: &Path, folder: &Path) -> Result<(), String> {
    let file = dist::make(program, folder)?;
    same_again(&file, || dist::make(program, folder).map(|_| ()))?;
    output("tar", &["xzf", &text(&file)], folder)?;
    let name = text(&file).trim_end_matches(".tar.gz").to_owned();
    let inside = Path::new(&name);
    says_version(&inside.join("bin/redan"))?;
    output("bash", &["-n", &text(&inside.join("completions/redan.bash"))], folder)?;
    for needed in [
        "man/man1/redan.1",
        "man/man1/redan-scan.1",
        "completions/_redan",
        "completions/redan.fish",
        "LICENSE",
        "README.md",
    ] {
        if !inside.join(needed).is_file() {
            return Err(format!("the archive has no {needed}"));
        }
    }
    let checked = output("sha256sum", &["--check", &format!("{name}.tar.gz.sha256")], folder);
    checked.map(|_| ()).map_err(|error| format!("the archive's checksum is wrong: {error}"))
}

fn installed(program: &Path, python: &Path, folder: &Path) -> Result<(), String> {
    let file = wheel::make(program, folder)?;
    same_again(&file, || wheel::make(program, folder).map(|_| ()))?;
    let place = folder.join("environment");
    output(&text(&python.join("python")), &["-m", "venv", &text(&place)], folder)?;
    let pip = text(&place.join("bin/pip"));
    output(&pip, &["install", "--quiet", "--no-index", "--disable-pip-version-check", &text(&file)], folder)?;
    says_version(&place.join("bin/redan"))?;
    output(&pip, &["--disable-pip-version-check", "check"], folder)?;
    output(&pip, &["uninstall", "--quiet", "--yes", "--disable-pip-version-check", "redan"], folder)?;
    if place.join("bin/redan").exists() {
        Err("pip leaves the program behind: RECORD is wrong".to_owned())
    } else {
        Ok(())
    }
}

fn says_version(program: &Path) -> Result<(), String> {
    let said = output(&text(program), &["--version"], &root())?;
    let wanted = format!("redan {}\n", version()?);
    if said == wanted.as_bytes() {
        return Ok(());
    }
    Err(format!("{} says {:?} instead of {wanted:?}", program.display(), String::from_utf8_lossy(&said)))
}

fn same_again(file: &Path, make: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let bytes = || std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()));
    let first = bytes()?;
    make()?;
    if bytes()? == first { Ok(()) } else { Err(format!("{} is not the same when made again", file.display())) }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
