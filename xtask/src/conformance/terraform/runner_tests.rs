//! Inputs are found, prepared and scored in all three forms.

use super::*;
use crate::conformance::terraform::case;
use crate::conformance::terraform::language::TERRAFORM;
use crate::conformance::terraform::scan::{Judged, Leaf, Verdict};

/// Fails where a line holds `bad`, passes resources of other files.
struct Words(Vec<Claim>);

impl Scan for Words {
    fn claims(&self) -> &[Claim] {
        &self.0
    }

    fn scan(&self, path: &Path, _: &[usize]) -> Result<Scanned, String> {
        let mut judged = Vec::new();
        for (file, found) in outlines(path, &TERRAFORM[0]) {
            let full = path.join(&file);
            let text = std::fs::read_to_string(&full).map_err(|e| e.to_string())?;
            for block in found.blocks {
                let bad = (block.first..=block.last).find(|n| {
                    text.lines().nth(usize::try_from(*n).unwrap() - 1).is_some_and(|line| line.contains("bad"))
                });
                let leaf =
                    |line: u32| Leaf { file: full.display().to_string(), lines: (line, line), ..Leaf::default() };
                judged.push(Judged {
                    instance: 0,
                    page: "words".to_owned(),
                    verdict: if bad.is_some() { Verdict::Fail } else { Verdict::Pass },
                    address: block.address,
                    stated: Vec::new(),
                    line: block.first,
                    file: file.clone(),
                    leaves: bad.map(leaf).into_iter().collect(),
                    reasons: Vec::new(),
                    only_unstated: false,
                });
            }
        }
        Ok(Scanned { judged, modules_missing: false })
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn folders_files_and_examples() {
    let root = std::env::temp_dir().join(format!("redan-runner-test-{}", std::process::id()));
    let good = "resource \"a_b\" \"good\" {\n}\n";
    let bad = "resource \"a_b\" \"bad\" {\n  x = 1\n}\n";
    write(&root.join("o+n/t/x/main.tf"), &format!("{good}{bad}"));
    write(&root.join("o+n/k/positive1.tf"), bad);
    write(&root.join("o+n/k/positive2.tf"), good);
    write(&root.join("o+n/checks/a.rego"), "# id: T-1\n# examples: checks/a.yaml\n");
    write(&root.join("o+n/checks/a.yaml"), "terraform:\n  good:\n    - |-\n      resource \"a_b\" \"fine\" {}\n");
    let common = r#""framework":"terraform","repo":"o/n""#;
    let lines = [
        format!(
            r#"{{"check_id":"C",{common},"file":"t/x","pass":["a_b.good","a_b.twice"],"fail":["a_b.bad","a_b.twice"],"where":{{"a_b.bad":["main.tf",[3,5]]}}}}"#
        ),
        format!(r#"{{"check_id":"C",{common},"file":"k/positive1.tf","label":"positive","fail_lines":[1]}}"#),
        format!(r#"{{"check_id":"C",{common},"file":"k/positive2.tf","label":"positive","fail_lines":[1]}}"#),
        format!(r#"{{"check_id":"T-1",{common},"file":"T-1_terraform_good_0","label":"negative"}}"#),
        r#"{"check_id":"C","framework":"arm","repo":"o/n","file":"z","label":"negative"}"#.to_owned(),
        format!(r#"{{"check_id":"UNCLAIMED",{common},"file":"t/x","label":"negative"}}"#),
    ];
    write(&root.join("cases/all.jsonl"), &lines.join("\n"));
    let cases = case::read(&root.join("cases")).unwrap();
    let claim = |check: &str| Claim { check: check.to_owned(), page: "words".to_owned(), instance: 0, part: None };
    let rows = run(&cases, &root, TERRAFORM, &Words(vec![claim("C"), claim("T-1")])).unwrap();
    std::fs::remove_dir_all(&root).unwrap();
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            let outcome = match &row.outcome {
                Outcome::Agreed => "agreed".to_owned(),
                Outcome::Disagreed { got, .. } => got.id().to_owned(),
                Outcome::Unknown { .. } => "unknown".to_owned(),
                Outcome::Skipped { reason } => (*reason).to_owned(),
            };
            format!("{} {} {}", row.input, row.unit.address, outcome)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "k/positive1.tf  agreed",
            "k/positive2.tf  pass",
            "t/x a_b.bad agreed",
            "t/x a_b.good agreed",
            "t/x a_b.twice labelled both pass and fail",
            "t/x a_b.twice labelled both pass and fail",
            "z  framework not read",
            "T-1_terraform_good_0  agreed",
        ]
    );
}
