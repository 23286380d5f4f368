//! Whatever stands in a text, reading and checking it ends without a panic.

#[cfg(test)]
mod support;

use proptest::prelude::*;
use redan_expr::parse;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        if let Ok(expr) = parse(&text) {
            prop_assert!(usize::try_from(expr.span.end).unwrap() <= text.len());
        }
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(prop::sample::select(vec![
        "self", ".", "Flag", "Names", "(", ")", "[", "]", "{", "}", "&&", "||", "!", "==", "<", "in", "?", ":", "??", "\"a\"",
        "1", "-", "null", "true", ",", "all", "exists", "size", "r", "account", "param", "filter", "Key", "Rules",
    ]), 0..40)) {
        let _ = support::compile("Test::Store", &tokens.join(" "));
    }
}

#[test]
fn bounds_hold() {
    let deep = format!("{}true{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(parse(&deep).is_err());
    assert!(parse(&format!("{}true", "!".repeat(10_000))).is_err());
    assert!(parse(&format!("self{}", ".A".repeat(10_000))).is_err());
    assert!(parse(&vec!["true"; 10_000].join(" && ")).is_err());
    let literals = format!("[{}]", vec!["\"A\""; 60].join(","));
    let nested = format!("{literals}.all(a, {literals}.all(b, {literals}.all(c, self.Block[a] == true)))");
    let error = support::compile("Test::Store", &nested).unwrap_err();
    assert!(error.contains("too large"), "{error}");
}

#[test]
fn work_is_bounded() {
    let numbers = (0..400).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let body = format!("{{\"Ports\": [{numbers}]}}");
    let text = "self.Ports.all(a, self.Ports.all(b, self.Ports.all(c, a != 9999)))";
    assert_eq!(support::on(&body, text), redan_expr::Truth::Unknown);
}

#[test]
fn defaults_that_refer_to_each_other_end() {
    let mut world = support::World::new();
    let a = world.add("Test::Loop", "a", r#"{"Other": "->b"}"#);
    world.add("Test::Loop", "b", r#"{"Other": "->a"}"#);
    let explanation = support::explain(&world.build(), a, "self.A == true");
    assert_eq!(explanation.truth, redan_expr::Truth::Unknown);
    assert!(explanation.reasons.iter().any(|reason| reason.what == "nesting of defaults"), "{explanation:?}");
}
