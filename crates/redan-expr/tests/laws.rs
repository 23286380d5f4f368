//! Laws that must hold for every expression and every body: Kleene's logic, and that knowing more never contradicts.

#[cfg(test)]
mod support;

use proptest::prelude::*;
use proptest::sample::select;
use redan_expr::Truth;

/// A field of a body as it is first seen, and as it turns out to be; `None` if it is left out.
type Pair = (Option<String>, Option<String>);

const ATOMS: [&str; 49] = [
    "self.Key.Rotated == true",
    "self.Key == null",
    "self.Key == \"k1\"",
    "self.Key.Manager != \"me\"",
    "self.Key != null && self.Key.Rotated != null",
    "self.Public",
    "self.Flag == true",
    "self.Flag == null",
    "self.Flag != false",
    "(self.Flag ?? true) == true",
    "self.Count == 3",
    "self.Count > 2",
    "self.Limit == 1",
    "(self.Limit ?? 0) >= 2",
    "self.Limit != null && self.Limit < 2",
    "self.Name == \"ab\"",
    "self.Name != \"a\"",
    "self.Name.startsWith(\"a\")",
    "self.Name.endsWith(\"b\")",
    "self.Name.contains(\"b\")",
    "self.Name.size() > 1",
    "self.Name.lower() == \"ab\"",
    "self.Name in [\"a\", \"ab\"]",
    "self.Name.matches(\"^a\")",
    "\"a\" in self.Names",
    "\"ab\" in self.Names",
    "self.Names == [\"a\"]",
    "self.Names == [\"a\", \"ab\"]",
    "self.Names.size() >= 2",
    "self.Names.size() == 0",
    "self.Names.size() < 2",
    "self.Names.all(n, n.startsWith(\"a\"))",
    "self.Names.exists(n, n == \"ab\")",
    "self.Names.filter(n, n != \"a\").size() <= 1",
    "self.Names.filter(n, n == \"a\").exists(n, n.size() == 1)",
    "self.Rules.all(r, r.Port == 22)",
    "self.Rules.exists(r, r.Port == 22 && r.Text == null)",
    "self.Rules.exists(r, r.Text != null && r.Text.contains(\"a\"))",
    "self.Block.A",
    "self.Block.B == true",
    "self.Block == null",
    "declared(self.Block.A)",
    "declared(self.Flag)",
    "[\"A\", \"B\"].all(k, self.Block[k] == true)",
    "self.Tags[\"a\"] == \"1\"",
    "self.Tags[\"b\"] != null",
    "\"a\" in self.Tags",
    "self.Labels.exists(k, v, k == \"a\" && v == \"1\")",
    "self.Labels[\"a\"] == \"1\"",
];

fn expression() -> impl Strategy<Value = String> {
    select(ATOMS.to_vec()).prop_map(|atom| format!("({atom})")).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" && "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" || "))),
            inner.clone().prop_map(|part| format!("!{part}")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

fn known(values: &[&str]) -> BoxedStrategy<Pair> {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    select(values).prop_map(|value| (Some(value.clone()), Some(value))).boxed()
}

/// Known, unknown and then known, or left out.
fn scalar(values: &'static [&'static str]) -> BoxedStrategy<Pair> {
    let later = select(values.to_vec()).prop_map(|value| (Some("\"?x\"".to_owned()), Some(value.to_owned())));
    let never = Just((Some("\"?x\"".to_owned()), None));
    prop_oneof![2 => known(values), 2 => later, 1 => never, 1 => Just((None, None))].boxed()
}

fn text() -> BoxedStrategy<(String, String)> {
    let whole = select(vec!["a", "ab", "b", "A"]).prop_map(|text| (format!("\"{text}\""), format!("\"{text}\"")));
    let hole = (select(vec!["a${x}", "${x}", "${x}b", "a${x}b", "A${x}"]), select(vec!["", "b", "zz"]))
        .prop_map(|(template, value)| (format!("\"{template}\""), format!("\"{}\"", template.replace("${x}", value))));
    let unknown = select(vec!["a", "ab", "b"]).prop_map(|text| ("\"?x\"".to_owned(), format!("\"{text}\"")));
    prop_oneof![whole, hole, unknown].boxed()
}

fn list(element: BoxedStrategy<(String, String)>) -> BoxedStrategy<Pair> {
    let rest = prop_oneof![Just(None), prop::collection::vec(element.clone(), 0..3).prop_map(Some)];
    (prop::collection::vec(element, 0..3), rest)
        .prop_map(|(items, rest)| {
            let mut before: Vec<String> = items.iter().map(|(before, _)| before.clone()).collect();
            let mut after: Vec<String> = items.into_iter().map(|(_, after)| after).collect();
            if let Some(more) = rest {
                before.push("\"??rest\"".to_owned());
                after.extend(more.into_iter().map(|(_, after)| after));
            }
            (Some(format!("[{}]", before.join(","))), Some(format!("[{}]", after.join(","))))
        })
        .boxed()
}

fn map(fields: Vec<(&'static str, BoxedStrategy<Pair>)>) -> BoxedStrategy<(String, String)> {
    let (names, strategies): (Vec<&str>, Vec<_>) = fields.into_iter().unzip();
    (strategies, any::<bool>())
        .prop_map(move |(pairs, open)| {
            let mut before = Vec::new();
            let mut after = Vec::new();
            for (name, (first, then)) in names.iter().zip(pairs) {
                match first {
                    Some(first) => before.push(format!("\"{name}\":{first}")),
                    None if open && !before.iter().any(|entry: &String| entry.starts_with("\"??")) => {
                        before.push("\"??\":1".to_owned());
                    }
                    None => {}
                }
                after.extend(then.map(|then| format!("\"{name}\":{then}")));
            }
            (format!("{{{}}}", before.join(",")), format!("{{{}}}", after.join(",")))
        })
        .boxed()
}

fn maybe(strategy: BoxedStrategy<(String, String)>) -> BoxedStrategy<Pair> {
    let there = strategy.clone().prop_map(|(before, after)| (Some(before), Some(after)));
    let unknown = strategy.prop_map(|(_, after)| (Some("\"?x\"".to_owned()), Some(after)));
    prop_oneof![3 => there, 1 => unknown, 1 => Just((None, None))].boxed()
}

fn body() -> BoxedStrategy<(String, String)> {
    let rule = map(vec![("Port", scalar(&["22", "80"])), ("Text", maybe(text()))]);
    let tag = |key: &'static str| {
        let value = scalar(&["\"1\"", "\"2\""]);
        let entry = map(vec![("Key", known(&[key])), ("Value", value)]);
        entry.prop_map(|(before, after)| (before.replace("\"??\":1,", "").replace(",\"??\":1", ""), after)).boxed()
    };
    let tags = prop_oneof![tag("\"a\""), tag("\"c\"")].boxed();
    map(vec![
        ("Public", scalar(&["true", "false"])),
        ("Flag", scalar(&["true", "false"])),
        ("Count", scalar(&["1", "3", "5"])),
        ("Limit", scalar(&["1", "2"])),
        ("Key", scalar(&["\"->key1\"", "\"->key2\""])),
        ("Name", maybe(text())),
        ("Names", list(text())),
        ("Rules", list(rule)),
        ("Block", maybe(map(vec![("A", scalar(&["true", "false"])), ("B", scalar(&["true", "false"]))]))),
        ("Tags", tags.prop_map(|(a, b)| (Some(format!("[{a}]")), Some(format!("[{b}]")))).boxed()),
        ("Labels", maybe(map(vec![("a", scalar(&["\"1\"", "\"2\""])), ("b", scalar(&["\"1\""]))]))),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever an unknown turns out to be, a verdict that was known stays.
    #[test]
    fn knowing_more_never_contradicts(text in expression(), (before, after) in body()) {
        let first = support::on(&before, &text);
        let then = support::on(&after, &text);
        prop_assert!(first == Truth::Unknown || first == then, "{text}\n{before} is {first:?}\n{after} is {then:?}");
    }

    /// What is wholly known is decided.
    #[test]
    fn the_known_is_decided(text in expression(), (_, after) in body()) {
        let truth = support::on(&after, &text);
        prop_assert!(truth != Truth::Unknown || after.contains("??"), "{text}\n{after}");
    }

    /// De Morgan, double negation, commutation, conditionals.
    #[test]
    fn kleene(a in expression(), b in expression(), (body, _) in body()) {
        let on = |text: &str| support::on(&body, text);
        prop_assert_eq!(on(&format!("!({a} && {b})")), on(&format!("!{a} || !{b}")));
        prop_assert_eq!(on(&format!("!!{a}")), on(&a));
        prop_assert_eq!(on(&format!("{a} && {b}")), on(&format!("{b} && {a}")));
        prop_assert_eq!(on(&format!("{a} || {b}")), on(&format!("{b} || {a}")));
        prop_assert_eq!(on(&format!("{a} ? {b} : {b}")), on(&b));
        prop_assert_eq!(on(&format!("{a} && {a}")), on(&a));
    }
}
