//! Every recorded expression gives what Terraform's console gave.

use super::{Folder, Names, fixture_names, fixtures, run};
use crate::eval::{Budget, Environment, type_constraint};
use crate::functions;
use crate::syntax::parse_expression;
use crate::value::{Result, Value, apply_defaults, convert, render};

/// One recorded expression; `None` is an error.
struct Case {
    place: String,
    expression: String,
    expected: Option<String>,
}

fn cases(folder: &str) -> Vec<Case> {
    let mut files: Vec<_> = std::fs::read_dir(fixtures().join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
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
    let cases = cases(".");
    assert!(cases.len() > 900, "only {} cases found", cases.len());
    compare(&cases, |expression| match run(expression, &names) {
        Ok(evaluation) if evaluation.problems.is_empty() => Some(render(&evaluation.value)),
        _ => None,
    });
}

fn compare(cases: &[Case], actual: impl Fn(&str) -> Option<String>) {
    let mut wrong = Vec::new();
    for case in cases {
        let actual = actual(&case.expression);
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

/// `type := value`: what a module sees of an input of that type.
fn constrained(case: &str) -> Option<Result<Value>> {
    let (ty, value) = case.split_once(" := ")?;
    let files = Folder(fixtures());
    let budget = Budget::new(100_000);
    let names = Names::default();
    let environment = Environment { scope: &names, files: &files, file: 0, budget: &budget };
    let ty = match type_constraint(&parse_expression(ty).ok()?, environment) {
        Ok(ty) => ty,
        Err(error) => return Some(Err(error)),
    };
    let value = run(value, &names).ok()?.value;
    Some(convert(&apply_defaults(&value, &ty), &ty))
}

#[test]
fn inputs_take_the_type_of_their_variable() {
    let cases = cases("types");
    assert!(cases.len() > 60);
    compare(&cases, |case| constrained(case).unwrap().ok().map(|value| render(&value)));
}

#[test]
fn every_function_of_terraform_exists() {
    let names = include_str!("../../../tests/expressions/functions.list");
    assert_eq!(names.lines().count(), 118);
    let special = ["try", "can", "templatefile", "templatestring"];
    let missing: Vec<&str> = names.lines().filter(|n| !special.contains(n) && functions::find(n).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let recorded = cases(".").into_iter().map(|c| c.expression).collect::<Vec<_>>().join("\n");
    let left_out = ["base64gzip", "plantimestamp", "rsadecrypt", "timestamp"];
    let untested: Vec<&str> =
        names.lines().filter(|n| !left_out.contains(n) && !recorded.contains(&format!("{n}("))).collect();
    assert!(untested.is_empty(), "{untested:?}");
}
