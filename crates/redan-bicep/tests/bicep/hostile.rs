//! Hostile and broken files: each ends with problems, in bounded time, and the rest is read.

use std::time::{Duration, Instant};

use crate::common::{probe, scan, text};

#[test]
fn what_is_broken_costs_only_itself() {
    let scan = text(&format!("var x = {{\n  a: [1,\n\n{}", probe("    bad: 1 +\n    good: 2")));
    assert_eq!(scan.value("r", "properties.good"), "2");
    assert_eq!(scan.value("r", "properties.bad"), "?problem");
    assert!(scan.messages().len() >= 2);
}

#[test]
fn circles_end() {
    let scan = scan(&[
        ("a.bicep", "module b 'b.bicep' = { name: 'b' }\nresource x 'Test.Rp/things@1' = { name: 'x' }\n"),
        ("b.bicep", "module a 'a.bicep' = { name: 'a' }\n"),
        ("self.bicep", "import { v } from 'self.bicep'\nvar v = w\nvar w = v\nmodule me 'self.bicep' = { name: v }\n"),
        (
            "c.bicep",
            &format!("var p = q\nvar q = p\nfunc f(n int) int => f(n)\n{}", probe("    a: p\n    b: f(1)\n    c: 3")),
        ),
        ("d.bicepparam", "using 'c.bicep'\nextends 'e.bicepparam'\n"),
        ("e.bicepparam", "using 'c.bicep'\nextends 'd.bicepparam'\n"),
    ]);
    assert_eq!(scan.value("r", "properties.c"), "3");
    assert!(scan.value("r", "properties.a").starts_with('?'));
    scan.says("deploys itself");
}

#[test]
fn small_files_with_great_results_are_bounded() {
    let start = Instant::now();
    let double: String = (1..60)
        .fold("var v0 = 'x'\n".to_owned(), |text, n| format!("{text}var v{n} = '${{v{}}}${{v{}}}'\n", n - 1, n - 1));
    text(&format!("{double}{}", probe("    v: v59")));
    assert!(start.elapsed() < Duration::from_secs(240), "took {:?}", start.elapsed());
}
