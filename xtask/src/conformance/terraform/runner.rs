//! Runs all cases: finds the inputs, scans each once, scores every label.

use super::case::{Case, Form, Unit};
use super::examples::Examples;
use super::language::{Language, of};
use super::outline::Outline;
use super::scan::{Claim, Scan, Scanned};
use super::score::{Outcome, score};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files that Terraform's own parser rejects, as `owner+name/path`.
const REJECTED: &str = include_str!("rejected.txt");

/// What came of one label of one case.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) check: String,
    pub(crate) input: String,
    pub(crate) unit: Unit,
    pub(crate) outcome: Outcome,
}

/// Scores all cases whose check a page claims.
pub(crate) fn run(
    cases: &[Case],
    folder: &Path,
    languages: &'static [Language],
    scan: &dyn Scan,
) -> Result<Vec<Row>, String> {
    let mut by_check: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in scan.claims() {
        by_check.entry(claim.check.as_str()).or_default().push(claim);
    }
    let claims = |case: &Case| -> Vec<&Claim> {
        let mut found: Vec<&Claim> = Vec::new();
        for claim in case.checks.iter().filter_map(|check| by_check.get(check.as_str())).flatten() {
            if !found.contains(claim) {
                found.push(claim);
            }
        }
        found
    };
    let mut rows = Vec::new();
    let mut inputs: BTreeMap<(&str, &str), Claimed> = BTreeMap::new();
    for case in cases {
        let claims = claims(case);
        if claims.is_empty() {
            continue;
        }
        if of(languages, &case.framework).is_some() {
            inputs.entry((case.repository.as_str(), case.input.as_str())).or_default().push((case, claims));
        } else {
            rows.extend(skipped(case, "framework not read"));
        }
    }
    let scratch = std::env::temp_dir().join(format!("redan-conformance-{}", std::process::id()));
    let runner = Runner { folder, languages, scan, scratch: &scratch, examples: Mutex::new(BTreeMap::new()) };
    let result = runner.all(&inputs.into_iter().collect::<Vec<_>>());
    let _ = std::fs::remove_dir_all(&scratch);
    rows.extend(result?);
    rows.sort_by(|a, b| (&a.check, &a.input, &a.unit.address).cmp(&(&b.check, &b.input, &b.unit.address)));
    Ok(rows)
}

fn skipped(case: &Case, reason: &'static str) -> Vec<Row> {
    case.units.iter().map(|unit| row(case, unit, Outcome::Skipped { reason })).collect()
}

fn row(case: &Case, unit: &Unit, outcome: Outcome) -> Row {
    Row { check: case.check().to_owned(), input: case.input.clone(), unit: unit.clone(), outcome }
}

/// Cases with the claims on their checks.
type Claimed<'a> = Vec<(&'a Case, Vec<&'a Claim>)>;
/// One input, by repository and name, and the cases that are about it.
type Input<'a> = ((&'a str, &'a str), Claimed<'a>);

struct Runner<'a> {
    folder: &'a Path,
    languages: &'static [Language],
    scan: &'a dyn Scan,
    scratch: &'a Path,
    examples: Mutex<BTreeMap<String, Examples>>,
}

impl Runner<'_> {
    fn all(&self, inputs: &[Input]) -> Result<Vec<Row>, String> {
        let next = AtomicUsize::new(0);
        let found: Mutex<(Vec<Row>, Option<String>)> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(input) = inputs.get(number) else { break };
                        let result = self.one(number, input);
                        let mut found = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        match result {
                            Ok(rows) => found.0.extend(rows),
                            Err(message) => found.1 = Some(message),
                        }
                    }
                });
            }
        });
        let (rows, failed) = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        failed.map_or(Ok(rows), Err)
    }

    fn one(&self, number: usize, ((repository, name), cases): &Input) -> Result<Vec<Row>, String> {
        let Some((case, _)) = cases.first() else { return Ok(Vec::new()) };
        let Some(language) = of(self.languages, &case.framework) else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        let path = match self.place(number, case, language) {
            Ok(path) => path,
            Err(reason) => return Ok(cases.iter().flat_map(|(case, _)| skipped(case, reason)).collect()),
        };
        let wanted: BTreeSet<usize> = cases.iter().flat_map(|(_, claims)| claims.iter().map(|c| c.instance)).collect();
        let wanted: Vec<usize> = wanted.into_iter().collect();
        let mut scanned = self.scan.scan(&path, &wanted).map_err(|e| format!("{name}: {e}"))?;
        relative(&mut scanned, &path);
        let outlines = outlines(&path, language);
        for (case, claims) in cases {
            for unit in &case.units {
                let outcome = match skip(unit, &outlines, repository, name) {
                    Some(reason) => Outcome::Skipped { reason },
                    None => score(unit, claims, &scanned, &outlines),
                };
                rows.push(row(case, unit, outcome));
            }
        }
        Ok(rows)
    }

    /// The folder to scan. A file is scanned alone, so it is copied to a folder of its own.
    fn place(&self, number: usize, case: &Case, language: &Language) -> Result<PathBuf, &'static str> {
        let checkout = self.folder.join(&case.repository);
        if !checkout.is_dir() {
            return Err("repository not given");
        }
        let (name, text) = match case.form {
            Form::Folder => {
                let path = checkout.join(&case.input);
                return if path.is_dir() { Ok(path) } else { Err("input not in the repository") };
            }
            Form::File => {
                let name = case.input.rsplit('/').next().unwrap_or_default();
                let text = std::fs::read(checkout.join(&case.input)).map_err(|_| "input not in the repository")?;
                let known = language.endings.iter().chain(language.alone).any(|ending| ends(name, ending));
                (if known { name } else { return Err("not a file of the language") }, text)
            }
            Form::Example => {
                let mut examples = self.examples.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let found = examples.entry(case.repository.clone()).or_insert_with(|| Examples::find(&checkout));
                let name = case.input.split('/').next().unwrap_or_default();
                (language.example, found.text(name).map_err(|_| "input not in the repository")?.into_bytes())
            }
        };
        let folder = self.scratch.join(number.to_string());
        std::fs::create_dir_all(&folder).map_err(|_| "temporary folder not writable")?;
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|_| "temporary folder not writable")?;
        Ok(if language.alone.iter().any(|ending| ends(name, ending)) { path } else { folder })
    }
}

fn ends(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

/// Paths as labels give them: relative to the input.
fn relative(scanned: &mut Scanned, input: &Path) {
    let cut = |file: &mut String| {
        let shorter =
            Path::new(file.as_str()).strip_prefix(input).ok().and_then(|path| path.to_str().map(str::to_owned));
        if let Some(shorter) = shorter {
            *file = shorter;
        }
    };
    for judged in &mut scanned.judged {
        cut(&mut judged.file);
        judged.leaves.iter_mut().for_each(|leaf| cut(&mut leaf.file));
        judged.stated.iter_mut().for_each(|stated| cut(&mut stated.file));
    }
}

fn skip(unit: &Unit, outlines: &BTreeMap<String, Outline>, repository: &str, input: &str) -> Option<&'static str> {
    if unit.contradictory {
        return Some("labelled both pass and fail");
    }
    let blocks = outlines.values().flat_map(|outline| &outline.blocks);
    if !unit.address.is_empty() && blocks.filter(|block| block.address == unit.address).count() > 1 {
        return Some("address declared twice");
    }
    let file = unit
        .block
        .as_ref()
        .map_or_else(|| format!("{repository}/{input}"), |block| format!("{repository}/{input}/{}", block.file));
    REJECTED.lines().any(|line| line == file).then_some("file that terraform fmt rejects")
}

/// The files of an input by their path relative to it.
fn outlines(path: &Path, language: &Language) -> BTreeMap<String, Outline> {
    let mut found = BTreeMap::new();
    let mut paths = vec![path.to_path_buf()];
    while let Some(entry) = paths.pop() {
        if entry.is_dir() {
            paths.extend(std::fs::read_dir(&entry).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())));
        } else if language.endings.iter().any(|ending| ends(&entry.to_string_lossy(), ending))
            && let (Ok(bytes), Ok(name)) = (std::fs::read(&entry), entry.strip_prefix(path))
        {
            found.insert(name.to_string_lossy().into_owned(), (language.outline)(&String::from_utf8_lossy(&bytes)));
        }
    }
    found
}

#[cfg(test)]
#[path = "runner_tests.rs"]
mod tests;
