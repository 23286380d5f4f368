//! Bicep and ARM templates through the whole program: files that want to cost more than they may.

use crate::common::{Folder, Said};
use serde_json::Value;
use std::time::{Duration, Instant};

const SCHEMA: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#""#;
const SHOWN: &str =
    "resource r 'Microsoft.Storage/storageAccounts@2023-05-01' = { name: 'r', tags: { v: string(v) } }\n";
/// Far above what a debug build needs on a busy machine, far below what any of these costs without bounds.
const SOON: Duration = Duration::from_secs(90);

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", said.out, said.err))
}

/// Scans one file and gives the messages of the problems; it ends soon.
fn problems(name: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder =
        files.iter().fold(Folder::new(&format!("templates-{name}")), |folder, (path, text)| folder.write(path, text));
    let start = Instant::now();
    let report = json(&folder.run(&["scan", ".", "--format", "json"]));
    assert!(start.elapsed() < SOON, "{name} took {:?}", start.elapsed());
    let all = report["problems"].as_array().unwrap().iter();
    all.map(|problem| problem["message"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn says(found: &[String], wanted: &str) {
    assert!(found.iter().any(|message| message.contains(wanted)), "{wanted}: {found:?}");
}

#[test]
fn loops_in_loops_end() {
    let triple = "var v = map(range(0, 10000), x => map(range(0, 10000), y => map(range(0, 10000), z => z)))\n";
    says(&problems("triple", &[("main.bicep", &format!("{triple}{SHOWN}"))]), "too much work");
    let copies: Vec<String> = (0..200)
        .map(|at| {
            format!(
                r#"{{"type": "Test.Rp/things", "apiVersion": "1", "name": "[concat('x{at}', copyIndex())]", "properties": {{"a": {{"b": "[copyIndex()]"}}}},
                    "copy": {{"name": "c", "count": 1000000000}}}}"#
            )
        })
        .collect();
    let found = problems("copies", &[("main.json", &format!("{{{SCHEMA}, \"resources\": [{}]}}", copies.join(",")))]);
    says(&found, "more than 10000 elements");
    says(&found, "more than 50000 resources");
}

#[test]
fn text_and_lists_that_grow_with_every_step_end() {
    let mut text = "var v0 = 'ha'\n".to_owned();
    for at in 1..60 {
        text.push_str(&format!("var v{at} = '${{v{}}}${{v{}}}x'\n", at - 1, at - 1));
    }
    for at in 0..400 {
        text.push_str(&format!("var w{at} = replace(v19, 'a', 'b{at}')\n"));
    }
    let all: Vec<String> = (0..400).map(|at| format!("w{at}")).collect();
    text.push_str(&format!("var v = [{}, v59]\n{SHOWN}", all.join(", ")));
    problems("text", &[("main.bicep", &text)]);
    let wide = "{0,65000}".repeat(4000);
    let grow = format!(
        "var a = reduce(range(0, 10000), [], (a, n) => concat(a, [n, n, n, n, n, n, n, n, n, n]))
var b = reduce(range(0, 10000), {{}}, (a, n) => union(a, {{ 'k${{n}}': n }}))
var c = union(map(range(0, 900), i => map(range(0, 900), j => i == j)), [])
var d = format('{wide}', 'a')
var v = [a, b, c, d]\n{SHOWN}"
    );
    problems("grow", &[("main.bicep", &grow)]);
}

#[test]
fn modules_that_multiply_or_go_round_end() {
    let module: String = (0..300)
        .map(|at| {
            format!("resource r{at} 'Test.Rp/things@2020-01-01' = {{ name: 'r{at}-${{n}}', properties: {{ v: n }} }}\n")
        })
        .collect();
    let main = "module m 'm.bicep' = [for i in range(0, 10000): { name: 'm${i}', params: { n: i } }]\n";
    problems("modules", &[("m.bicep", &format!("param n int\n{module}")), ("main.bicep", main)]);
    let chain: Vec<(String, String)> = (0..24)
        .map(|at| {
            (
                format!("c{at}.bicep"),
                format!("module a 'c{}.bicep' = [for i in range(0, 10): {{ name: 'a${{i}}' }}]\n", at + 1),
            )
        })
        .chain([("c24.bicep".to_owned(), "resource r 'Test.Rp/things@2020-01-01' = { name: 'r' }\n".to_owned())])
        .collect();
    let chain: Vec<(&str, &str)> = chain.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    problems("chain", &chain);
    let a = "module b 'b.bicep' = { name: 'b', params: { p: b.outputs.o } }\noutput o string = b.outputs.o\n";
    let b = "param p string\nmodule a 'a.bicep' = { name: 'a' }\noutput o string = a.outputs.o\n";
    says(&problems("cycle", &[("a.bicep", a), ("b.bicep", b)]), "deploys itself");
}

#[test]
fn conditions_functions_and_nesting_without_end_end() {
    let mut conditions = "resource r0 'Test.Rp/things@2020-01-01' = if (true) { name: 'r0' }\n".to_owned();
    for at in 1..60 {
        let before = at - 1;
        conditions.push_str(&format!(
            "resource r{at} 'Test.Rp/things@2020-01-01' = if (r{before}.?properties.a == r{before}.?properties.b) {{ name: 'r{at}' }}\n"
        ));
    }
    problems("conditions", &[("main.bicep", &conditions)]);
    let recursion = format!(
        r#"{{{SCHEMA}, "functions": [{{"namespace": "f", "members": {{"g": {{"parameters": [{{"name": "n", "type": "int"}}],
            "output": {{"type": "int", "value": "[add(f.g(parameters('n')), f.g(parameters('n')))]"}}}}}}}}],
            "resources": [{{"type": "Test.Rp/things", "apiVersion": "1", "name": "x", "properties": {{"v": "[f.g(1)]"}}}}]}}"#
    );
    says(&problems("recursion", &[("main.json", &recursion)]), "too much work");
    let deep = format!(
        "var a = {}{}\nvar b = {}1{}\nvar c = {}true\nvar d = a{}\nvar v = [b, d]\n{SHOWN}",
        "[".repeat(3000),
        "]".repeat(3000),
        "(".repeat(5000),
        ")".repeat(5000),
        "!".repeat(20_000),
        ".b".repeat(50_000)
    );
    problems("deep", &[("main.bicep", &deep)]);
    let nested = r#"{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "d", "properties": {"template": {"resources": ["#;
    problems("nested", &[("main.json", &format!("{{{SCHEMA}, \"resources\": [{}", nested.repeat(3000)))]);
}
