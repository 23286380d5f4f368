//! gitleaks on the same texts, where the program is on PATH.

use super::Lines;
use super::corpus::Case;
use crate::run::{output, root, succeeds};
use serde_json::Value;

/// The lines that gitleaks finds in each text; none if it is not at hand.
pub(super) fn run(cases: &[Case]) -> Result<Option<Vec<Lines>>, String> {
    if !succeeds("gitleaks", &["version"], &root(), true).unwrap_or(false) {
        return Ok(None);
    }
    let folder = root().join("target/secrets");
    let texts = folder.join("texts");
    let _ = std::fs::remove_dir_all(&texts);
    std::fs::create_dir_all(&texts).map_err(|error| format!("{}: {error}", texts.display()))?;
    for (number, case) in cases.iter().enumerate() {
        let path = texts.join(format!("{number}.txt"));
        std::fs::write(&path, &case.text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let report = folder.join("report.json").display().to_string();
    let texts = texts.display().to_string();
    let words = [
        "dir",
        &texts,
        "--report-format",
        "json",
        "--report-path",
        &report,
        "--no-banner",
        "--redact",
        "--exit-code",
        "0",
    ];
    output("gitleaks", &words, &root())?;
    let text = std::fs::read_to_string(&report).map_err(|error| format!("{report}: {error}"))?;
    let found: Vec<Value> = serde_json::from_str(&text).map_err(|error| format!("{report}: {error}"))?;
    let mut lines = vec![Lines::new(); cases.len()];
    for one in &found {
        let file = one.get("File").and_then(Value::as_str).unwrap_or_default();
        let stem = file.rsplit('/').next().and_then(|name| name.strip_suffix(".txt"));
        let number = |name: &str| one.get(name).and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok());
        if let (Some(case), Some(start), Some(end)) =
            (stem.and_then(|stem| stem.parse::<usize>().ok()), number("StartLine"), number("EndLine"))
            && let Some(lines) = lines.get_mut(case)
        {
            lines.extend(start..=end);
        }
    }
    Ok(Some(lines))
}
