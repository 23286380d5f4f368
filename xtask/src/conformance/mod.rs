//! Conformance: redan's answers against labelled answers of others.

mod bicep;
#[expect(clippy::indexing_slicing, reason = "an object of JSON takes any key")]
mod iam;
#[cfg(feature = "product")]
pub(crate) mod live;
#[expect(clippy::indexing_slicing, reason = "a JSON value indexed by what it lacks is null")]
mod network;
#[cfg(feature = "product")]
mod sam;
mod secrets;
#[cfg(feature = "product")]
mod terraform;

use std::path::Path;

const USAGE: &str = "usage: cargo xtask conformance terraform CASES DIR [--json] [--id CHECK]… [--all]
       cargo xtask conformance templates CASES DIR [--json] [--id CHECK]… [--all]
       cargo xtask conformance bicep DIR [MODULES] [--json]
       cargo xtask conformance network CASES [--absent-is-empty] [--json]
       cargo xtask conformance iam CASES [--json]
       cargo xtask conformance iam --z3 [COUNT [SEED]] [--json]
       cargo xtask conformance secrets DIR [--json]
       cargo xtask conformance sam DIR [--json]
       cargo xtask conformance aws --endpoint URL --truth FILE [--regions REGION,…] [--json]";

/// What the test command asks z3: `count` fresh questions about policies, or as many as it always does.
pub(crate) fn solver(count: Option<usize>) -> Result<bool, String> {
    iam::z3::run(count.unwrap_or(iam::z3::COUNT), None, false).map(|code| code == 0)
}

/// `cargo xtask conformance …`
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    match words {
        #[cfg(feature = "product")]
        ["terraform", rest @ ..] => terraform::run(rest),
        #[cfg(feature = "product")]
        ["templates", rest @ ..] => terraform::run_templates(rest),
        ["bicep", rest @ ..] => {
            let (folders, flags) = paths_and_flags(rest, &["--json"])?;
            let (folder, installed) = match folders.as_slice() {
                [folder] => (folder, None),
                [folder, installed] => (folder, Some(Path::new(installed))),
                _ => return Err(USAGE.to_owned()),
            };
            bicep::run(Path::new(folder), flags.contains(&"--json"), installed)
        }
        ["secrets", rest @ ..] => {
            let (folders, flags) = paths_and_flags(rest, &["--json"])?;
            let [folder] = folders.as_slice() else { return Err(USAGE.to_owned()) };
            secrets::run(Path::new(folder), flags.contains(&"--json"))
        }
        #[cfg(feature = "product")]
        ["aws", rest @ ..] => live::run(rest),
        #[cfg(feature = "product")]
        ["sam", rest @ ..] => {
            let (folders, flags) = paths_and_flags(rest, &["--json"])?;
            let [folder] = folders.as_slice() else { return Err(USAGE.to_owned()) };
            sam::run(Path::new(folder), flags.contains(&"--json"))
        }
        ["network", rest @ ..] => {
            let (cases, flags) = paths_and_flags(rest, &["--absent-is-empty", "--json"])?;
            let [cases] = cases.as_slice() else { return Err(USAGE.to_owned()) };
            let given = |flag: &str| flags.contains(&flag);
            network::run(Path::new(cases), given("--absent-is-empty"), given("--json")).map(|code| code == 0)
        }
        ["iam", "--z3", rest @ ..] => {
            let (numbers, flags) = paths_and_flags(rest, &["--json"])?;
            let mut numbers = numbers.iter().map(|word| word.parse::<u64>().map_err(|_| USAGE.to_owned()));
            let count = numbers.next().transpose()?.unwrap_or(iam::z3::COUNT as u64);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            iam::z3::run(count, numbers.next().transpose()?, flags.contains(&"--json")).map(|code| code == 0)
        }
        ["iam", rest @ ..] => {
            let (cases, flags) = paths_and_flags(rest, &["--json"])?;
            let [cases] = cases.as_slice() else { return Err(USAGE.to_owned()) };
            iam::run(Path::new(cases), flags.contains(&"--json")).map(|code| code == 0)
        }
        _ => Err(USAGE.to_owned()),
    }
}

/// Splits words into paths and known flags.
fn paths_and_flags<'a>(words: &[&'a str], known: &[&str]) -> Result<(Vec<&'a str>, Vec<&'a str>), String> {
    let (flags, paths): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with("--"));
    match flags.iter().find(|flag| !known.contains(flag)) {
        Some(flag) => Err(format!("no such option: {flag}\n{USAGE}")),
        None => Ok((paths, flags)),
    }
}
