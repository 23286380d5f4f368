//! Random policy pairs labelled by the solver z3, as cases of the conformance run.
//!
//! Must not know how pairs are made or decided: a script makes and labels them, the engine answers.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::out;
use crate::run::{output, root, succeeds};

const SCRIPT: &str = "crates/redan-iam/tests/z3/label.py";
const PACKAGE: &str = "z3-solver";

/// Labels `count` pairs with this seed, or a fresh one, and runs them. The exit code is 0 when nothing disagrees and z3 decided
/// enough.
pub(crate) fn run(count: usize, seed: Option<u64>, json: bool) -> Result<i32, String> {
    let fresh = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let seed = seed.unwrap_or_else(fresh);
    out::note(&format!("seed {seed}"));
    let python = python()?;
    let folder = root().join("target/z3");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let file = folder.join("pairs.jsonl");
    let words = [SCRIPT.to_owned(), count.to_string(), seed.to_string(), file.display().to_string()];
    let said = output(&python, &words.each_ref().map(String::as_str), &root())?;
    out::note(String::from_utf8_lossy(&said).trim());
    super::run(&file, json)
}

/// A Python that has the package: the one on PATH, or one of our own beside the build.
fn python() -> Result<String, String> {
    let has = |python: &str| succeeds(python, &["-c", "import z3"], &root(), true).unwrap_or(false);
    if has("python3") {
        return Ok("python3".to_owned());
    }
    let folder: PathBuf = root().join("target/z3/python");
    let own = folder.join("bin/python").display().to_string();
    if !has(&own) {
        output("python3", &["-m", "venv", &folder.display().to_string()], &root())?;
        output(&own, &["-m", "pip", "install", "--quiet", PACKAGE], &root())?;
    }
    if has(&own) { Ok(own) } else { Err(format!("the Python package {PACKAGE} does not load; pip install {PACKAGE}")) }
}
