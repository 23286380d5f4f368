//! Labelled cases: one line of JSON each, in the three forms that the scanners' tests take.

use serde_json::Value;
use std::path::Path;

/// One labelled case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The check and the ids that name it as well.
    pub(crate) checks: Vec<String>,
    pub(crate) framework: String,
    /// The folder `owner+name` below DIR.
    pub(crate) repository: String,
    /// The folder, file or example that is scanned, as the case names it.
    pub(crate) input: String,
    pub(crate) form: Form,
    pub(crate) units: Vec<Unit>,
}

/// How the input is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Folder,
    File,
    /// An entry of an examples file.
    Example,
}

/// What is scored: an address, or the input as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) label: Label,
    /// The resource; empty for the input as a whole.
    pub(crate) address: String,
    /// Where the address' block stands.
    pub(crate) block: Option<Span>,
    /// Lines on one of which a failure is expected; empty: anywhere.
    pub(crate) lines: Vec<u32>,
    /// Labelled both ways in this case.
    pub(crate) contradictory: bool,
}

/// What is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Pass,
    Fail,
}

/// Lines of a file, both ends included; the path is relative to the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) file: String,
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Label {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}

impl Span {
    /// Whether a line of a file, by whichever path it is shown, lies in these lines.
    pub(crate) fn holds(&self, file: &str, line: u32) -> bool {
        let same = file == self.file || file.strip_suffix(&self.file).is_some_and(|before| before.ends_with('/'));
        same && (self.first..=self.last).contains(&line)
    }
}

impl Case {
    /// The name by which people and `docs/disagreements.md` know the case.
    pub(crate) fn check(&self) -> &str {
        self.checks.first().map_or("", String::as_str)
    }
}

/// Reads the cases of a file, or of all `*.jsonl` files of a folder.
pub(crate) fn read(path: &Path) -> Result<Vec<Case>, String> {
    let mut files = vec![path.to_path_buf()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|e| format!("{}: {e}", path.display()))?;
        files = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_lines(path)).collect();
        files.sort();
    }
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = || format!("{}, line {}", file.display(), index + 1);
            let value: Value = serde_json::from_str(line).map_err(|e| format!("{}: {e}", at()))?;
            cases.push(case(&value).ok_or_else(|| format!("{}: not a labelled case", at()))?);
        }
    }
    Ok(cases)
}

fn is_lines(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "jsonl")
}

fn case(value: &Value) -> Option<Case> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut checks = vec![text("check_id")?];
    checks.extend(texts(value.get("aliases")));
    let input = text("file")?;
    let (form, units) = match value.get("where") {
        Some(places) => (Form::Folder, addresses(value, places)),
        None if value.get("fail_lines").is_some() => (Form::File, vec![whole(value)?]),
        None => (Form::Example, vec![whole(value)?]),
    };
    let repository = text("repo")?.replace('/', "+");
    Some(Case { checks, framework: text("framework")?, repository, input, form, units })
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn addresses(value: &Value, places: &Value) -> Vec<Unit> {
    let (pass, fail) = (texts(value.get("pass")), texts(value.get("fail")));
    let mut units = Vec::new();
    for (label, list, other) in [(Label::Pass, &pass, &fail), (Label::Fail, &fail, &pass)] {
        for address in list {
            let contradictory = other.contains(address);
            let block = places.get(address).and_then(span);
            units.push(Unit { label, address: address.clone(), block, lines: Vec::new(), contradictory });
        }
    }
    units
}

fn span(place: &Value) -> Option<Span> {
    let line = |at: usize| place.get(1)?.get(at)?.as_u64().and_then(|n| u32::try_from(n).ok());
    Some(Span { file: place.get(0)?.as_str()?.to_owned(), first: line(0)?, last: line(1)? })
}

fn whole(value: &Value) -> Option<Unit> {
    let label = match value.get("label")?.as_str()? {
        "positive" => Label::Fail,
        _ => Label::Pass,
    };
    let lines = value.get("fail_lines").and_then(Value::as_array).into_iter().flatten();
    let lines = lines.filter_map(|n| u32::try_from(n.as_u64()?).ok()).collect();
    Some(Unit { label, address: String::new(), block: None, lines, contradictory: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(line: &str) -> Case {
        case(&serde_json::from_str(line).unwrap()).unwrap()
    }

    #[test]
    fn the_three_forms() {
        let folder = read_one(
            r#"{"check_id":"CKV_1","framework":"terraform","file":"t/x","repo":"o/n","pass":["a.b","a.c"],"fail":["a.c"],
                "where":{"a.b":["main.tf",[1,9]]}}"#,
        );
        assert_eq!((folder.form, folder.units.len(), folder.repository.as_str()), (Form::Folder, 3, "o+n"));
        assert!(folder.units[0].block.as_ref().unwrap().holds("/somewhere/main.tf", 9));
        assert!(!folder.units[0].block.as_ref().unwrap().holds("/somewhere/notmain.tf", 9));
        assert!(!folder.units[0].contradictory && folder.units[1].contradictory && folder.units[2].contradictory);
        let file = read_one(
            r#"{"check_id":"u-u","framework":"terraform","file":"a/positive.tf","repo":"o/n","label":"positive","fail_lines":[3,9],"pass":[]}"#,
        );
        assert_eq!((file.form, file.units[0].lines.as_slice()), (Form::File, &[3, 9][..]));
        let example = read_one(
            r#"{"check_id":"AWS-1","aliases":["x"],"framework":"terraform","file":"AWS-1_terraform_good_0","repo":"o/n","label":"negative"}"#,
        );
        assert_eq!((example.form, example.units[0].label), (Form::Example, Label::Pass));
        assert_eq!(example.checks, ["AWS-1", "x"]);
    }
}
