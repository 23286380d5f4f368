//! Programs that only tests need: Python and npm packages of pinned versions in `target/`, and a browser.

use crate::out;
use crate::run::{have, output, root, succeeds};
use std::fs;
use std::path::{Path, PathBuf};

/// Names under which Chromium is installed.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Where tools and what is made with them lie.
pub(crate) fn folder() -> PathBuf {
    root().join("target/outputs")
}

/// The program folder of a Python environment that has the pinned packages.
pub(crate) fn python() -> Result<PathBuf, String> {
    environment(
        &folder().join("python"),
        "tests/outputs/requirements.txt",
        "to check reports against published schemas",
    )
}

/// The program folder of a Python environment that has the emulator of AWS and its reference client.
pub(crate) fn live() -> Result<PathBuf, String> {
    environment(&folder().join("live"), "tests/live/requirements.txt", "to run the emulator of AWS")
}

/// The program folder of a Python environment at this place that has what the file names.
pub(crate) fn environment(place: &Path, requirements: &str, why: &str) -> Result<PathBuf, String> {
    let wanted = read(&root().join(requirements))?;
    let programs = place.join("bin");
    if fs::read_to_string(place.join("installed.txt")).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    need("python3", why, "install Python 3.10 or newer")?;
    out::note(&format!("installing what {requirements} names"));
    let _ = fs::remove_dir_all(place);
    create(place)?;
    output("python3", &["-m", "venv", &place.to_string_lossy()], &root())
        .map_err(|error| format!("{error}; Debian's package is python3-venv"))?;
    let pip = programs.join("pip");
    let install = ["install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    output(&pip.to_string_lossy(), &install, &root())?;
    write(&place.join("installed.txt"), wanted.as_bytes())?;
    Ok(programs)
}

/// The folder `node_modules` with the pinned packages.
pub(crate) fn node_modules() -> Result<PathBuf, String> {
    let place = folder().join("node");
    let wanted = read(&root().join("tests/outputs/package.json"))?;
    let modules = place.join("node_modules");
    if fs::read_to_string(place.join("installed.json")).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    need("node", "to open reports in a browser", "install Node.js 20 or newer")?;
    need("npm", "to open reports in a browser", "install npm")?;
    out::note("installing what tests/outputs/package.json names");
    let _ = fs::remove_dir_all(&place);
    create(&place)?;
    write(&place.join("package.json"), wanted.as_bytes())?;
    output(
        "npm",
        &["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
        &place,
    )?;
    write(&place.join("installed.json"), wanted.as_bytes())?;
    Ok(modules)
}

/// A Chromium: the one that `CHROMIUM` names, one that is installed, or the distribution's, installed now.
pub(crate) fn chromium() -> Result<String, String> {
    if let Ok(named) = std::env::var("CHROMIUM") {
        return Ok(named);
    }
    if let Some(found) = CHROMIUM.iter().find(|name| have(name)) {
        return on_path(found).ok_or_else(|| format!("`{found}` starts but is not on PATH"));
    }
    if have("apt-get") && on_path("dpkg").is_some() {
        out::note("installing chromium");
        let quiet = |arguments: &[&str]| succeeds("apt-get", arguments, &root(), true);
        let _ = quiet(&["update", "--quiet"])?;
        if quiet(&["install", "--yes", "--quiet", "--no-install-recommends", "chromium"])? && have("chromium") {
            return on_path("chromium").ok_or_else(|| "`chromium` is not on PATH".to_owned());
        }
    }
    Err("no Chromium: install the package chromium, or name one with CHROMIUM=/path/to/chromium".to_owned())
}

fn on_path(program: &str) -> Option<String> {
    let folders = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(program));
    places.find(|path| path.is_file()).map(|path| path.to_string_lossy().into_owned())
}

fn need(program: &str, why: &str, remedy: &str) -> Result<(), String> {
    if have(program) { Ok(()) } else { Err(format!("`{program}` is needed {why}: {remedy}")) }
}

/// Makes a folder and those above it.
pub(crate) fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Writes a file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
