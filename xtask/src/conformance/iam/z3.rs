//! Random policy pairs labelled by the solver z3, as cases of the conformance run.
//!
//! Must not know how pairs are made or decided: a script makes and labels them, the engine answers.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::run::{output, root};
use crate::{out, tools};

const FOLDER: &str = "crates/redan-iam/tests/z3";

/// One in so many questions may be unknown.
const MAY_BE_UNKNOWN: usize = 50;

/// How many pairs the test command asks for.
pub(crate) const COUNT: usize = 300;

/// Labels `count` pairs with this seed, or a fresh one, and runs them. The exit code is 0 when nothing disagrees, z3 decided
/// enough and the engine nearly all of what z3 decided.
pub(crate) fn run(count: usize, seed: Option<u64>, json: bool) -> Result<i32, String> {
    let fresh = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let seed = seed.unwrap_or_else(fresh);
    out::note(&format!("seed {seed}"));
    let place = root().join("target/z3");
    let requirements = format!("{FOLDER}/requirements.txt");
    let programs = tools::environment(&place.join("python"), &requirements, "to compare policies with the solver z3")?;
    let file = place.join("pairs.jsonl");
    let python = programs.join("python").display().to_string();
    let words = [format!("{FOLDER}/label.py"), count.to_string(), seed.to_string(), file.display().to_string()];
    let said = output(&python, &words.each_ref().map(String::as_str), &root())?;
    out::note(String::from_utf8_lossy(&said).trim());
    super::score(&file, json, count / MAY_BE_UNKNOWN)
}
