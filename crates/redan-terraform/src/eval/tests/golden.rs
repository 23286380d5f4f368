//! Every recorded expression gives what Terraform's console gave.

use super::{fixture_names, fixtures, run};
use crate::value::render;

/// One recorded expression; `None` is an error.
struct Case {
    place: String,
    expression: String,
    expected: Option<String>,
}

fn cases() -> Vec<Case> {
    let mut files: Vec<_> = std::fs::read_dir(fixtures()).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            if line.is_empty() {
                continue;
            }
            let mut result = Vec::new();
            while let Some((_, next)) = lines.next_if(|(_, next)| next.starts_with("=>")) {
                result.push(next.strip_prefix("=> ").unwrap_or(""));
            }
            let joined = result.join("\n");
            let expected = (joined != "error").then_some(joined);
            cases.push(Case { place: format!("{name}:{}", number + 1), expression: line.to_owned(), expected });
        }
    }
    cases
}

#[test]
fn results_equal_terraforms() {
    let names = fixture_names();
    let cases = cases();
    assert!(cases.len() > 900, "only {} cases found", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let actual = match run(&case.expression, &names) {
            Ok(evaluation) if evaluation.problems.is_empty() => Some(render(&evaluation.value)),
            _ => None,
        };
        if actual != case.expected {
            let show = |r: &Option<String>| r.clone().unwrap_or_else(|| "error".to_owned());
            wrong.push(format!(
                "{} {}\nexpected {}\nactual   {}\n",
                case.place,
                case.expression,
                show(&case.expected),
                show(&actual)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
