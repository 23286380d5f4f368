//! The labelled texts: KICS' cases for passwords and secrets (Apache-2.0), Checkov's (Apache-2.0), the literal examples in the
//! tests of gitleaks' rules (MIT).

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A labelled text.
pub(super) struct Case {
    pub(super) origin: &'static str,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) unit: Unit,
}

/// What the label is about.
pub(super) enum Unit {
    /// These lines hold a credential, the others do not.
    Lines(Vec<usize>),
    /// The text as a whole holds one, or does not.
    Whole(bool),
}

/// Labels that contradict what stands there.
const NOT_SCORED: [(&str, &str); 6] = [
    ("positive18.tf", "the identifier of an OAuth client is public"),
    ("positive38.yaml", "a template that names no password: the service fills it in"),
    ("positive43.yaml", "a reference to Secrets Manager"),
    ("positive44.yaml", "the description of a policy"),
    ("positive45.tf", "a variable, or the word null"),
    ("positive37.tf", "the documented example of AWS"),
];

/// All cases of the checkouts that are there.
pub(super) fn cases(folder: &Path) -> Result<Vec<Case>, String> {
    let mut all = Vec::new();
    let kics = folder.join("DataDog+kics/assets/queries/common/passwords_and_secrets/test");
    let checkov = folder.join("bridgecrewio+checkov/tests/secrets/sanity");
    let gitleaks = folder.join("gitleaks+gitleaks/cmd/generate/config/rules");
    if kics.is_dir() {
        all.extend(of_kics(&kics)?);
    }
    if checkov.is_dir() {
        all.extend(of_checkov(&checkov)?);
    }
    if gitleaks.is_dir() {
        all.extend(of_gitleaks(&gitleaks)?);
    }
    if all.is_empty() {
        return Err(format!(
            "{}: no checkout of DataDog+kics, bridgecrewio+checkov or gitleaks+gitleaks (folders named owner+name)",
            folder.display()
        ));
    }
    Ok(all)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|e| format!("{}: {e}", path.display()))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn of_kics(folder: &Path) -> Result<Vec<Case>, String> {
    let labels: Vec<Value> = serde_json::from_str(&read(&folder.join("positive_expected_result.json"))?)
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut lines: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for label in &labels {
        let file = label.get("fileName").and_then(Value::as_str).unwrap_or_default();
        let line = label.get("line").and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok());
        lines.entry(file.to_owned()).or_default().extend(line);
    }
    let mut cases = Vec::new();
    for path in files(folder)? {
        let name = name_of(&path);
        let negative = name.starts_with("negative");
        if NOT_SCORED.iter().any(|(known, _)| *known == name) || !(negative || lines.contains_key(&name)) {
            continue;
        }
        let unit = Unit::Lines(lines.remove(&name).filter(|_| !negative).unwrap_or_default());
        cases.push(Case { origin: "DataDog/kics", name, text: read(&path)?, unit });
    }
    Ok(cases)
}

fn of_checkov(folder: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (below, expected) in [("secrets", true), ("non_secrets", false), ("iac_fp", false), ("non_iac_fp", false)] {
        for path in files(&folder.join(below))? {
            let text = read(&path)?;
            let holding = text.lines().enumerate().filter(|(_, line)| line.contains(':'));
            let lines = if expected { holding.map(|(at, _)| at + 1).collect() } else { Vec::new() };
            let name = format!("{below}/{}", name_of(&path));
            cases.push(Case { origin: "bridgecrewio/checkov", name, text, unit: Unit::Lines(lines) });
        }
    }
    Ok(cases)
}

/// The examples that are written out, one a line: what a rule must find (`tps`) and what it must not (`fps`).
fn of_gitleaks(folder: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in files(folder)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "go")) {
        let mut label = None;
        for (number, line) in read(&path)?.lines().enumerate() {
            let line = line.trim();
            if let Some((name, _)) = line.split_once("[]string{").filter(|_| line.ends_with('{')) {
                label = match name.trim_end_matches(['=', ':', ' ']) {
                    "tps" => Some(true),
                    "fps" => Some(false),
                    _ => None,
                };
            } else if line == "}" {
                label = None;
            } else if let (Some(expected), Some(text)) = (label, literal(line)) {
                let name = format!("{}:{}", name_of(&path), number + 1);
                cases.push(Case { origin: "gitleaks/gitleaks", name, text, unit: Unit::Whole(expected) });
            }
        }
    }
    Ok(cases)
}

/// A literal of Go that stands alone on its line.
fn literal(line: &str) -> Option<String> {
    if let Some(raw) = line.strip_prefix('`') {
        let (text, rest) = raw.split_once('`')?;
        return rest.starts_with(',').then(|| text.to_owned());
    }
    if !line.starts_with('"') {
        return None;
    }
    let end = line.rfind("\",")?;
    serde_json::from_str(line.get(..=end)?).ok()
}
