//! `cargo xtask bench iam [PAIRS]`: the permission engine against its stated targets, on documents parsed beforehand and as whole
//! processes over an account of 5,000 principals that is made up with planted escalations.
//!
//! Must not know how questions are decided.

use crate::bench::{build, used};
use crate::out;
use crate::run::{root, succeeds};
use crate::tools::{create, write};
use std::path::PathBuf;

#[path = "../../crates/redan-iam/tests/planted/mod.rs"]
mod planted;

const PRINCIPALS: usize = 5000;

/// Megabytes that a question over the account may take.
const MEMORY: f64 = 300.0;

pub(crate) fn run(pairs: Option<&str>) -> Result<bool, String> {
    let mut words = match pairs {
        Some(pairs) => {
            let file = std::fs::canonicalize(pairs).map_err(|error| format!("{pairs}: {error}"))?;
            vec![format!("REDAN_IAM_PAIRS={}", file.display())]
        }
        None => vec!["-u".to_owned(), "REDAN_IAM_PAIRS".to_owned()],
    };
    words.extend(["cargo", "bench", "--quiet", "--package", "redan-iam", "--bench", "targets"].map(str::to_owned));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut met = succeeds("env", &words, &root(), false)?;
    let redan = build()?.display().to_string();
    let file = details()?.display().to_string();
    let asked: [&[&str]; 2] = [&["who-can", "s3:GetObject", "arn:aws:s3:::app-1-data/x"], &["escalate"]];
    for question in asked {
        let mut command = vec![redan.clone(), "iam".to_owned()];
        command.extend(question.iter().map(|word| (*word).to_owned()));
        command.extend(["--json".to_owned(), "--account-details".to_owned(), file.clone()]);
        let (seconds, megabytes) = used(&command)?;
        let fits = megabytes < MEMORY;
        met &= fits;
        out::line(&format!(
            "redan iam {:<34} {seconds:>10.2} CPU s with reading, {megabytes:.0} MB, at most {MEMORY}: {}",
            question.first().copied().unwrap_or_default(),
            if fits { "met" } else { "MISSED" }
        ));
    }
    Ok(met)
}

/// The account as the vendor exports it, in a file; what is planted in it stands beside it.
fn details() -> Result<PathBuf, String> {
    let folder = root().join("target/bench");
    create(&folder)?;
    let file = folder.join(format!("account-{PRINCIPALS}.json"));
    let (details, planted) = planted::account(PRINCIPALS, 7);
    write(&file, details.to_string().as_bytes())?;
    let truth: Vec<String> =
        planted.iter().map(|own| format!("{}\t{}\t{}\n", own.principal, own.way, own.bounded)).collect();
    write(&folder.join("planted.tsv"), truth.concat().as_bytes())?;
    Ok(file)
}
