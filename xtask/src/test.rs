//! `cargo xtask test [--z3 COUNT]`: everything that must hold before a change is merged.

use crate::out;
use crate::run::{have, output, root, succeeds};
use crate::{conformance, kinds, outputs, packages, tidy};
use std::time::Instant;

/// What a step needs to be installed, and how.
const NEEDED: &[(&str, &[&str], &str)] = &[
    ("cargo", &["fmt", "--version"], "rustup component add rustfmt"),
    ("cargo", &["clippy", "--version"], "rustup component add clippy"),
    ("git", &["--version"], "install git from your distribution"),
];

/// Tools that are used if they are there.
const WELCOME: &[(&str, &[&str], &str)] = &[
    ("cargo-deny", &["deny", "--all-features", "check", "bans", "licenses", "sources"], "cargo install cargo-deny"),
    ("typos", &[], "cargo install typos-cli"),
];

const USAGE: &str = "usage: cargo xtask test [--z3 COUNT]";

type Step<'a> = (&'a str, Box<dyn FnOnce() -> Result<bool, String>>);

/// Runs all steps, also after one has failed, and says at the end which have.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let questions = match words {
        [] => None,
        ["--z3", count] => Some(count.parse().map_err(|_| format!("`{count}` is not a number; {USAGE}"))?),
        _ => return Err(USAGE.to_owned()),
    };
    for (program, arguments, remedy) in NEEDED {
        if !succeeds(program, arguments, &root(), true)? {
            return Err(format!("`{program} {}` does not work: {remedy}", arguments.join(" ")));
        }
    }
    let mut failed = Vec::new();
    for (name, step) in steps(questions) {
        out::line(&format!("── {name}"));
        let begun = Instant::now();
        let passed = step().unwrap_or_else(|message| {
            out::error(&message);
            false
        });
        out::line(&format!(
            "   {} in {:.1} s",
            if passed { "passed" } else { "FAILED" },
            begun.elapsed().as_secs_f64()
        ));
        if !passed {
            failed.push(name);
        }
    }
    for (program, _, remedy) in WELCOME.iter().filter(|(program, ..)| !have(program)) {
        out::line(&format!("   not run: {program} ({remedy})"));
    }
    if failed.is_empty() {
        out::line("all checks passed");
    } else {
        out::line(&format!("failed: {}", failed.join(", ")));
    }
    Ok(failed.is_empty())
}

fn cargo(arguments: &'static [&'static str]) -> Box<dyn FnOnce() -> Result<bool, String>> {
    Box::new(|| succeeds("cargo", arguments, &root(), false))
}

fn steps(questions: Option<usize>) -> Vec<Step<'static>> {
    let mut steps: Vec<Step> = vec![
        ("format", Box::new(format)),
        ("lints", cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])),
        ("tests", tests()),
        ("documentation", cargo(&["test", "--quiet", "--workspace", "--doc"])),
        ("tidy", Box::new(tidy::run)),
        ("kinds", Box::new(|| kinds::run(&["check"]))),
        #[cfg(feature = "product")]
        ("docs", Box::new(|| crate::docs::run(&["--check"]))),
        ("operations", Box::new(|| crate::aws::run(&["--check"]))),
        #[cfg(feature = "product")]
        ("account", Box::new(crate::aws::test)),
        ("outputs", Box::new(outputs::run)),
        ("policies against z3", Box::new(move || conformance::solver(questions))),
        ("packages", Box::new(packages::packages)),
        ("pages", cargo(&["run", "--quiet", "--package", "redan", "--", "pages", "test"])),
    ];
    for (program, arguments, _) in WELCOME {
        if have(program) {
            steps.push((
                program,
                Box::new(|| succeeds(if *program == "typos" { "typos" } else { "cargo" }, arguments, &root(), false)),
            ));
        }
    }
    steps
}

/// `cargo fmt` follows `mod`; formats are found by their build script.
fn format() -> Result<bool, String> {
    let formats = output("git", &["ls-files", "crates/redan-report/src/formats/*.rs"], &root())?;
    let formats = String::from_utf8_lossy(&formats);
    let mut arguments = vec!["--check", "--edition", "2024"];
    arguments.extend(formats.lines());
    let main = succeeds("cargo", &["fmt", "--all", "--check"], &root(), false)?;
    Ok(succeeds("rustfmt", &arguments, &root(), false)? && main)
}

fn tests() -> Box<dyn FnOnce() -> Result<bool, String>> {
    if have("cargo-nextest") {
        cargo(&["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(&["test", "--quiet", "--workspace", "--all-targets", "--no-fail-fast"])
    }
}
