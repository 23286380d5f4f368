//! `cargo xtask fuzz [TARGET…] [--seconds N]`: the fuzz targets on the stable compiler.
//!
//! libFuzzer needs edge counters and no sanitizer (the code is safe Rust): the compiler's own coverage pass gives them, so
//! neither a nightly toolchain nor `cargo-fuzz` is needed. Corpora stay below the target folder.

use crate::out;
use crate::run::{output, root};
use std::path::PathBuf;
use std::process::Command;

/// The coverage that libFuzzer listens to: <https://llvm.org/docs/LibFuzzer.html#fuzzer-usage>.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cdebug-assertions";

/// What a target may use at most: one input's time in seconds, memory in MB.
const LIMITS: [&str; 2] = ["-timeout=20", "-rss_limit_mb=2048"];

/// Runs the named targets, or all, each for so many seconds; whether none found anything.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let (mut seconds, mut named) = (60_u32, Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if *word == "--seconds" {
            let value = words.next().ok_or("--seconds needs a number")?;
            seconds = value.parse().map_err(|_| format!("`{value}` is no number of seconds"))?;
        } else {
            named.push((*word).to_owned());
        }
    }
    let known = targets()?;
    if let Some(wrong) = named.iter().find(|name| !known.contains(name)) {
        return Err(format!("no fuzz target is called `{wrong}`; known: {}", known.join(" ")));
    }
    let mut clean = true;
    for target in if named.is_empty() { &known } else { &named } {
        out::line(&format!("── {target}, {seconds} s"));
        clean &= one(target, seconds)?;
    }
    Ok(clean)
}

/// The names of the targets: one file each.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn one(target: &str, seconds: u32) -> Result<bool, String> {
    let host = host()?;
    let corpus = folder().join("corpus").join(target);
    std::fs::create_dir_all(&corpus).map_err(|e| format!("{}: {e}", corpus.display()))?;
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &host, "--bin", target])
        .arg("--")
        .arg(corpus)
        .arg(format!("-max_total_time={seconds}"))
        .args(LIMITS)
        .args(["-print_final_stats=1", "-verbosity=0"])
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", folder())
        .current_dir(root())
        .status()
        .map_err(|e| format!("cannot start cargo: {e}"))?;
    Ok(status.success())
}

/// Builds for fuzzing lie apart: their flags differ.
fn folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join("fuzz")
}

/// The machine's own target: named, so that the flags do not reach build scripts.
fn host() -> Result<String, String> {
    let text = String::from_utf8_lossy(&output("rustc", &["-vV"], &root())?).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| "`rustc -vV` does not name its host".to_owned())
}
