//! The examples of the vendor's documentation, as tables: an expression and the JSON that it gives.

use super::text;
use crate::eval::evaluate;
use crate::ir::Root;
use crate::json;
use redan_model::{Node, Sources, Str, Value};
use std::sync::Arc;

const TABLES: [&str; 3] =
    [include_str!("examples/strings.txt"), include_str!("examples/arrays.txt"), include_str!("examples/others.txt")];

/// Every function that gives a value of its arguments alone.
const NAMES: &str = "add and array base64 base64ToJson base64ToString bool cidrHost cidrSubnet coalesce concat contains \
    createArray createObject dataUri dataUriToString dateTimeAdd dateTimeFromEpoch dateTimeToEpoch distinct div empty endsWith \
    equals false filter first flatten float format greater greaterOrEquals groupBy guid if indexFromEnd indexOf int \
    intersection items join json lambda last lastIndexOf length less lessOrEquals like map mapValues max min mod mul not null \
    objectKeys or padLeft parseCidr range reduce replace shallowMerge skip sort split startsWith string sub substring \
    take toLower toObject toUpper trim true tryGet tryIndexFromEnd union uniqueString uri uriComponent \
    uriComponentToString";

/// The value of an expression, and what is wrong with it.
pub(crate) fn value(expression: &str) -> (Node, Vec<String>) {
    let quoted = text::json(&Node::text(&format!("[{expression}]"), redan_model::Origin::NOWHERE)).unwrap();
    let template = format!(
        r#"{{"$schema": "deploymentTemplate.json#", "resources": [
            {{"type": "Test.Rp/values", "apiVersion": "1", "name": "x", "value": {}}}]}}"#,
        quoted.as_text().unwrap()
    );
    let sources = Sources::new();
    let source = sources.add_file("test.json", template.as_str().into());
    let read = json::read(&template, source).unwrap();
    let mut problems = Vec::new();
    let template = Arc::new(json::template(&read, &mut json::Alone, &mut problems));
    let root = Root {
        template,
        arguments: Vec::new(),
        around: Arc::default(),
        shown: Str::default(),
        place: crate::ir::Place::default(),
    };
    let evaluation = evaluate(&root, &sources);
    problems.extend(evaluation.problems);
    let value = evaluation.resources[0].body.get(Str::new("value")).unwrap().clone();
    (value, problems.into_iter().map(|problem| problem.message).collect())
}

/// Places aside, and with 3.0 and 3 told apart.
fn plain(node: &Node) -> String {
    match &node.value {
        Value::List(list) => format!("{:?}{:?}", list.items.iter().map(plain).collect::<Vec<_>>(), list.rest),
        Value::Map(map) => {
            let entries: Vec<_> = map.entries().iter().map(|entry| (entry.key, plain(&entry.node))).collect();
            format!("{entries:?}{:?}", map.rest)
        }
        other => format!("{other:?}"),
    }
}

fn examples() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = TABLES.iter().flat_map(|table| table.lines());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split_once(" => ").unwrap())
}

#[test]
fn the_examples_of_the_documentation() {
    let mut wrong = Vec::new();
    for (expression, expected) in examples() {
        let sources = Sources::new();
        let source = sources.add_file("expected", expected.into());
        let expected = redan_model::json::parse(expected, source, 0).unwrap();
        let (found, problems) = value(expression);
        if plain(&found) != plain(&expected) || !problems.is_empty() {
            wrong.push(format!("{expression}: {} {problems:?}", redan_model::Shown(&found.value)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_has_three_examples() {
    let calls: Vec<String> = examples().map(|(expression, _)| expression.to_lowercase()).collect();
    for name in NAMES.split_whitespace() {
        let call = format!("{}(", name.to_lowercase());
        let count = calls.iter().filter(|example| {
            example.match_indices(&call).any(|(at, _)| !example[..at].ends_with(|c: char| c.is_alphanumeric()))
        });
        assert!(count.count() >= 3, "{name} has fewer than three examples");
    }
}
