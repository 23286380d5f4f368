//! Input that wants to cost more than it may: everything ends soon, and what is cut is unknown.

use crate::common::{template, text};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const RESOURCE: &str = r#""type": "Test.Rp/things", "apiVersion": "2024-01-01""#;

fn with_value(variables: &str, value: &str) -> String {
    let read = template(&format!(
        r#""variables": {{{variables}}}, "resources": [{{{RESOURCE}, "name": "x", "value": "{value}"}}]"#
    ));
    read.shown("Test.Rp/things/x", "value")
}

fn within(limit: Duration, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    assert!(start.elapsed() < limit, "took {:?}", start.elapsed());
}

const SOON: Duration = Duration::from_secs(60);

#[test]
fn a_billion_copies() {
    within(SOON, || {
        let read = template(&format!(
            r#""resources": [{{{RESOURCE}, "name": "[concat('x', copyIndex())]", "copy": {{"name": "c", "count": 1000000000}}}}]"#
        ));
        assert_eq!(read.addresses().len(), 10_001);
        assert!(read.problems().iter().any(|problem| problem.contains("more than 10000")));
    });
}

#[test]
fn circles_of_variables_and_parameters() {
    assert!(
        with_value(r#""a": "[variables('b')]", "b": "[variables('a')]""#, "[variables('a')]").starts_with("unknown")
    );
    let read = template(&format!(
        r#""parameters": {{"p": {{"type": "string", "defaultValue": "[parameters('p')]"}}}},
        "resources": [{{{RESOURCE}, "name": "x", "value": "[parameters('p')]"}}]"#
    ));
    assert!(read.shown("Test.Rp/things/x", "value").starts_with("unknown"));
}

#[test]
fn laughing_variables() {
    let mut lists = r#""v0": ["ha", "ha"]"#.to_owned();
    let mut texts = r#""t0": "haha""#.to_owned();
    for at in 1..60 {
        let before = at - 1;
        lists.push_str(&format!(r#", "v{at}": ["[variables('v{before}')]", "[variables('v{before}')]"]"#));
        texts.push_str(&format!(r#", "t{at}": "[concat(variables('t{before}'), variables('t{before}'))]""#));
    }
    within(SOON, || assert!(with_value(&lists, "[variables('v59')]").contains('…')));
    within(SOON, || assert!(with_value(&texts, "[variables('t59')]").contains("unknown")));
    let reduce = "[reduce(range(0, 60), createArray('ha'), lambda('c', 'n', createArray(lambdaVariables('c'), lambdaVariables('c'))))]";
    within(SOON, || assert!(with_value("", reduce).contains('…')));
}

#[test]
fn long_chains_and_deep_nesting() {
    let mut chain = r#""v0": "end""#.to_owned();
    for at in 1..20_000 {
        chain.push_str(&format!(r#", "v{at}": "[variables('v{}')]""#, at - 1));
    }
    within(SOON, || assert!(with_value(&chain, "[variables('v19999')]").starts_with("unknown")));
    within(SOON, || {
        let deep = format!("[{}1{}]", "add(1, ".repeat(100_000), ")".repeat(100_000));
        assert!(with_value("", &deep).starts_with("unknown"));
    });
    within(SOON, || drop(text(&"[".repeat(1_000_000))));
    within(SOON, || {
        let modules = r#"{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "d", "properties": {"template": {"resources": ["#;
        drop(template(&format!(r#""resources": [{}"#, modules.repeat(5000))));
    });
}

#[test]
fn loops_in_loops() {
    let inner = "map(range(0, 10000), lambda('y', lambdaVariables('y')))";
    within(SOON, || {
        with_value("", &format!("[map(range(0, 10000), lambda('x', {inner}))]"));
    });
    within(SOON, || {
        with_value("", "[sort(range(0, 10000), lambda('x', 'y', true()))]");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever stands in the brackets, there is an answer.
    #[test]
    fn any_expression(expression in "[a-z(),.'\\[\\] 0-9-]{0,60}") {
        let _ = with_value("", &format!("[{expression}]"));
    }

    /// Whatever the file is.
    #[test]
    fn any_text(bytes in ".{0,200}") {
        let _ = text(&bytes);
    }

    /// A parameter without a value, in any function, gives an unknown or a value, never a problem of its own making.
    #[test]
    fn unknown_arguments_are_no_problems(name in "(concat|toLower|replace|split|length|empty|union|contains|take|substring|format|equals|first|last|string|trim|startsWith|endsWith|uniqueString|guid|not|int|json|base64)") {
        let arguments = match name.as_str() {
            "replace" => "parameters('p'), 'a', 'b'",
            "take" => "parameters('p'), 3",
            "substring" => "parameters('p'), 0, 3",
            "split" | "contains" | "startsWith" | "endsWith" | "equals" | "concat" => "parameters('p'), 'x'",
            "format" => "'{0}', parameters('p')",
            _ => "parameters('p')",
        };
        let read = template(&format!(
            r#""parameters": {{"p": {{"type": "string"}}}}, "resources": [{{{RESOURCE}, "name": "x", "value": "[{name}({arguments})]"}}]"#
        ));
        prop_assert_eq!(read.problems(), [""; 0]);
        prop_assert!(read.shown("Test.Rp/things/x", "value").contains("unknown"));
    }
}
