//! Findings drawn at random from a report, to be judged by hand: the same seed draws the same.
//!
//! Must not know what a finding means.

use crate::out;
use serde_json::Value;
use std::path::Path;

const USAGE: &str = "usage: cargo xtask sample REPORT.json… [--seed N] [--count N]";

/// `cargo xtask sample …`: one line of a table for each finding.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let (mut seed, mut count) = (1_u64, 60_usize);
    let mut reports = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let number = |next: Option<&&str>| next.and_then(|word| word.parse::<u64>().ok()).ok_or(USAGE);
        match *word {
            "--seed" => seed = number(words.next())?,
            "--count" => count = usize::try_from(number(words.next())?).map_err(|_| USAGE)?,
            path if !path.starts_with('-') => reports.push(Path::new(path)),
            _ => return Err(USAGE.to_owned()),
        }
    }
    if reports.is_empty() {
        return Err(USAGE.to_owned());
    }
    let mut rows = Vec::new();
    for report in reports {
        rows.extend(failures(report)?);
    }
    rows.sort();
    let whole = rows.len();
    let drawn = draw(rows, seed, count);
    out::note(&format!("{} of {whole} findings, seed {seed}", drawn.len()));
    drawn.iter().for_each(|row| out::line(row));
    Ok(true)
}

fn failures(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let report: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let results = report
        .get("results")
        .and_then(Value::as_array)
        .ok_or_else(|| format!("{}: no report of redan", path.display()))?;
    Ok(results.iter().filter(|one| one.get("verdict").and_then(Value::as_str) == Some("fail")).map(row).collect())
}

fn row(finding: &Value) -> String {
    let text = |path: &str| finding.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let line = finding.pointer("/location/line").and_then(Value::as_u64).unwrap_or_default();
    format!(
        "| {} | {}:{line} | {} | {} |",
        text("/page"),
        text("/location/file"),
        text("/resource/address"),
        text("/evidence/0/path")
    )
}

/// Draws without putting back, by SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>); the rows stay in order.
fn draw(mut rows: Vec<String>, seed: u64, count: usize) -> Vec<String> {
    let mut state = seed;
    let mut drawn = Vec::new();
    while drawn.len() < count && !rows.is_empty() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let left = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        drawn.push(rows.swap_remove(usize::try_from(mixed % left).unwrap_or_default()));
    }
    drawn.sort();
    drawn
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_seed_draws_the_same_and_nothing_twice() {
        let rows: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
        let drawn = draw(rows.clone(), 7, 20);
        assert_eq!(drawn, draw(rows.clone(), 7, 20));
        assert_ne!(drawn, draw(rows.clone(), 8, 20));
        assert!(drawn.len() == 20 && drawn.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(draw(rows, 7, 200).len(), 100);
    }
}
