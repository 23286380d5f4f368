//! Conformance of the permission engine: policy pairs with the vendor's label whether the second grants new access.
//!
//! Must not know how a question is decided: it reads labelled pairs, asks the engine and compares.

pub(crate) mod z3;

use std::path::{Path, PathBuf};

use redan_iam::{Answer, Policy, Witness, new_access};
use serde_json::{Value, json};

use crate::out;

/// The placeholder of some samples, and an account to put in its place.
const PLACEHOLDER: (&str, &str) = ("<ACCOUNT ID>", "111111111111");

/// Labels that contradict the documents they stand on: a part of the title, and why the label is not what the documents say.
const EXPLAINED: [(&str, &str); 1] = [(
    "DeleteNetworkAclEntry action on the sensitive network ACL",
    "the title says that the candidate names the sensitive network ACL; it names `network-acl/acl-123456`, which the \
     reference's deny of `network-acl/acl-sensitive` does not match, and the reference allows all else \
     (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html)",
)];

#[derive(Default)]
struct Score {
    agreed: Vec<Value>,
    disagreed: Vec<Value>,
    explained: Vec<Value>,
    unknown: Vec<Value>,
    skipped: Vec<Value>,
}

/// Runs every pair of the `*.jsonl` files of the folder and prints what agrees. The exit code is 0 when nothing disagrees.
pub(crate) fn run(cases: &Path, json: bool) -> Result<i32, String> {
    score(cases, json, 0)
}

/// The same, where so many answers may be unknown.
fn score(cases: &Path, json: bool, unknown: usize) -> Result<i32, String> {
    let mut score = Score::default();
    for file in files(cases)? {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let case = format!("{name}:{}", number + 1);
            let parsed: Result<Value, _> = serde_json::from_str(&line.replace(PLACEHOLDER.0, PLACEHOLDER.1));
            match parsed {
                Ok(pair) => score.add(&case, &pair),
                Err(error) => score.skipped.push(json!({"case": case, "reason": format!("not JSON: {error}")})),
            }
        }
    }
    score.print(json);
    Ok(i32::from(!score.disagreed.is_empty() || score.unknown.len() > unknown))
}

fn files(cases: &Path) -> Result<Vec<PathBuf>, String> {
    if cases.is_file() {
        return Ok(vec![cases.to_path_buf()]);
    }
    let entries = std::fs::read_dir(cases).map_err(|error| format!("{}: {error}", cases.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    Ok(files)
}

impl Score {
    fn add(&mut self, case: &str, pair: &Value) {
        let (Some(reference), Some(candidate)) = (pair.get("reference"), pair.get("candidate")) else {
            self.skipped.push(json!({"case": case, "reason": "not a pair of policies"}));
            return;
        };
        let expected = pair.get("expected").and_then(Value::as_str).unwrap_or_default();
        let title = pair.get("title").and_then(Value::as_str).unwrap_or_default();
        let (reference, candidate) =
            (Policy::from_json(&reference.to_string()), Policy::from_json(&candidate.to_string()));
        let answer = new_access(&reference, &candidate);
        let (got, evidence) = match &answer {
            Answer::Yes(witness) => ("FAIL", shown(witness)),
            Answer::No => ("PASS", json!("proven: the reference allows all that the candidate allows")),
            Answer::Unknown(reason) => ("UNKNOWN", json!(reason)),
        };
        let entry = json!({"case": case, "title": title, "expected": expected, "got": got, "evidence": evidence});
        let known = EXPLAINED.iter().find(|(part, _)| title.contains(part));
        match (got == expected, got, known) {
            (true, ..) => self.agreed.push(entry),
            (false, "UNKNOWN", _) => self.unknown.push(entry),
            (false, _, Some((_, why))) => {
                let mut entry = entry;
                entry["why"] = json!(why);
                self.explained.push(entry);
            }
            (false, _, None) => self.disagreed.push(entry),
        }
    }

    fn print(&self, json: bool) {
        if json {
            out::line(
                &json!({
                    "agreed": self.agreed.iter().map(|entry| &entry["case"]).collect::<Vec<_>>(), "disagreed": self.disagreed, "explained": self.explained,
                    "unknown": self.unknown, "skipped": self.skipped,
                })
                .to_string(),
            );
            return;
        }
        for (word, entries) in
            [("disagreed", &self.disagreed), ("unknown", &self.unknown), ("explained", &self.explained)]
        {
            for entry in entries {
                out::line(&format!("{word}: {entry}"));
            }
        }
        let [agreed, disagreed, explained, unknown, skipped] =
            [&self.agreed, &self.disagreed, &self.explained, &self.unknown, &self.skipped].map(Vec::len);
        out::line(&format!(
            "{agreed} agreed, {disagreed} disagreed, {explained} explained, {unknown} unknown, {skipped} skipped"
        ));
    }
}

fn shown(witness: &Witness) -> Value {
    let request = &witness.request;
    json!({
        "principal": request.principal.id(), "action": request.action, "resource": request.resource,
        "context": request.context, "statements": witness.statements,
    })
}
