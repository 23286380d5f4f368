//! `cargo xtask conformance terraform CASES DIR`, and `templates`: how often pages agree with the labelled cases of other
//! scanners.

mod azure;
mod case;
mod examples;
mod language;
mod outline;
mod product;
mod report;
mod runner;
mod scan;
mod score;
mod template;

use crate::out;
use crate::run::root;
use report::Explained;
use scan::Scan;
use std::collections::BTreeSet;
use std::path::Path;

const USAGE: &str = "usage: cargo xtask conformance terraform|templates CASES DIR [--json] [--id CHECK]… [--all]";

/// Runs `terraform`.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    run_with(words, language::TERRAFORM, &product::Product::new()?)
}

/// Runs `templates`.
pub(crate) fn run_templates(words: &[&str]) -> Result<bool, String> {
    run_with(words, language::TEMPLATES, &product::Product::new()?)
}

fn run_with(words: &[&str], languages: &'static [language::Language], scan: &dyn Scan) -> Result<bool, String> {
    let mut paths = Vec::new();
    let mut ids = BTreeSet::new();
    let (mut json, mut all) = (false, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--json" => json = true,
            "--all" => all = true,
            "--id" => {
                ids.insert(*words.next().ok_or(USAGE)?);
            }
            flag if flag.starts_with("--") => return Err(format!("no such option: {flag}; {USAGE}")),
            path => paths.push(Path::new(path)),
        }
    }
    let [cases, folder] = paths.as_slice() else { return Err(USAGE.to_owned()) };
    let mut cases = case::read(cases)?;
    let terraform = language::of(languages, "terraform").is_some();
    cases.retain(|case| terraform || case.framework != "terraform");
    let mut claimed: BTreeSet<&str> = scan.claims().iter().map(|claim| claim.check.as_str()).collect();
    if !ids.is_empty() {
        cases.retain(|case| case.checks.iter().any(|check| ids.contains(check.as_str())));
        claimed.retain(|check| ids.contains(check));
    }
    let explained = std::fs::read_to_string(root().join("docs/disagreements.md")).unwrap_or_default();
    let explained = Explained::read(&explained);
    let folder = std::fs::canonicalize(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let rows = runner::run(&cases, &folder, languages, scan)?;
    if json {
        out::line(&report::json(&rows, &explained, &claimed).to_string());
    } else {
        if !ids.is_empty() || all {
            report::details(&rows, &explained, !ids.is_empty() && all);
        }
        report::table(&rows, &explained, &claimed);
    }
    Ok(true)
}
