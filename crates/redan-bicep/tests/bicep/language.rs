//! What the language means, value by value.

use crate::common::{probe, scan, text};

/// The value of an expression.
#[track_caller]
fn value(declarations: &str, expression: &str) -> String {
    let scan = text(&format!("{declarations}\n{}", probe(&format!("    v: {expression}"))));
    assert!(scan.messages().is_empty(), "{expression}: {:?}", scan.messages());
    scan.value("r", "properties.v")
}

#[test]
fn operators_and_calls() {
    for (expression, expected) in [
        ("1 + 2 * 3 - 7 / 2 % 2", "6"),
        ("'a' =~ 'A' && 'a' != 'A'", "true"),
        ("null ?? 'x'", "\"x\""),
        ("2 > 1 ? 'yes' : 'no'", "\"yes\""),
        ("-3 + 1", "-2"),
        ("'${'a'}-${1}-${true}'", "\"a-1-True\""),
        ("concat(['a'], ['b'])[1]", "\"b\""),
        ("[1, 2, 3][^1]", "3"),
        ("{ a: { b: 1 } }.a.b", "1"),
        ("{ a: 1 }.?b.c ?? 'none'", "\"none\""),
        ("any('x')", "\"x\""),
        ("nameof(az.resourceGroup().location)", "\"location\""),
        ("map([1, 2], x => x * 2)[1]", "4"),
        ("reduce([1, 2, 3], 0, (sum, x) => sum + x)", "6"),
        ("filter(['a', 'bb'], x => length(x) > 1)[0]", "\"bb\""),
        ("[for (x, i) in ['a', 'b']: '${x}${i}'][1]", "\"b1\""),
        ("[...[1, 2], 3][1]", "2"),
        ("{ ...{ a: 1, b: 2 }, b: 3 }.b", "3"),
        ("sys.toLower('ABC')", "\"abc\""),
    ] {
        assert_eq!(value("", expression), expected, "{expression}");
    }
}

#[test]
fn declarations_are_seen_by_name() {
    let declarations =
        "param given string = 'p'\nparam optional string?\nvar v = '${given}-${f(2)}'\nfunc f(n int) int => n + 1\n";
    assert_eq!(value(declarations, "v"), "\"p-3\"");
    assert_eq!(value(declarations, "optional ?? 'absent'"), "\"absent\"");
    let scan = text(&format!("param required string\n{}", probe("    v: required")));
    assert_eq!(scan.value("r", "properties.v"), "?input");
}

#[test]
fn children_parents_loops_and_conditions() {
    let scan = text(
        "\
param count int = 2
resource account 'Test.Rp/accounts@2020-01-01' = {
  name: 'acc'
  resource service 'services' = {
    name: 'default'
    resource box 'boxes' = [for i in range(0, count): if (i > 0) { name: 'box${i}', properties: { of: service.name } }]
  }
}
resource other 'Test.Rp/accounts/rules@2020-01-01' = {
  parent: account
  name: 'rule'
  properties: { nested: account::service.name }
}
resource never 'Test.Rp/accounts@2020-01-01' = if (count > 5) { name: 'never' }
resource found 'Test.Rp/accounts@2020-01-01' existing = { name: 'found' }
resource user 'Test.Rp/users@2020-01-01' = { name: 'u', properties: { id: found.id, maybe: never.?properties.x ?? 'none' } }
",
    );
    assert_eq!(scan.made(), ["account", "account::service", "account::service::box[1]", "other", "user"]);
    assert_eq!(scan.value("account::service::box[1]", "properties.of"), "\"default\"");
    assert_eq!(scan.value("other", "properties.nested"), "\"default\"");
    assert_eq!(scan.value("user", "properties.maybe"), "\"none\"");
    assert!(scan.value("user", "properties.id").contains("found"), "{}", scan.value("user", "properties.id"));
}

#[test]
fn files_are_loaded_inside_the_tree_only() {
    let main = probe(
        "    text: loadTextContent('a.txt')\n    json: loadJsonContent('a.json', '.list[1]')\n    yaml: loadYamlContent('a.yaml').key\n    base: loadFileAsBase64('a.txt')\n    out: loadTextContent('../../../../etc/hostname')",
    );
    let scan = scan(&[
        ("main.bicep", &main),
        ("a.txt", "hello"),
        ("a.json", "{ \"list\": [1, 2] } // comment"),
        ("a.yaml", "key: [1, two]"),
    ]);
    assert_eq!(scan.value("r", "properties.text"), "\"hello\"");
    assert_eq!(scan.value("r", "properties.json"), "2");
    assert_eq!(scan.value("r", "properties.yaml.1"), "\"two\"");
    assert_eq!(scan.value("r", "properties.base"), "\"aGVsbG8=\"");
    assert!(scan.value("r", "properties.out").starts_with('?'));
}

#[test]
fn what_only_a_deployment_knows_is_unknown() {
    let scan = text(&format!(
        "resource s 'Test.Rp/stores@2020-01-01' = {{ name: 's' }}\n{}",
        probe("    a: resourceGroup().location\n    b: newGuid()\n    c: s.properties.endpoint\n    d: 'fixed'")
    ));
    assert_eq!(scan.value("r", "properties.a"), "?input");
    assert!(scan.value("r", "properties.b").contains("unknown"), "{}", scan.value("r", "properties.b"));
    assert!(!scan.value("r", "properties.c").starts_with('"'));
    assert_eq!(scan.value("r", "properties.d"), "\"fixed\"");
}
