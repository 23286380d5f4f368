//! What templates mean: parameters, loops, conditions, names, nested deployments, references.

use crate::common::template;
use redan_kinds::Mode;
use redan_model::Existence;

const RESOURCE: &str = r#""type": "Test.Rp/things", "apiVersion": "2024-01-01""#;

#[test]
fn parameters_have_their_default_or_are_unknown() {
    let read = template(&format!(
        r#""parameters": {{"Given": {{"type": "string", "defaultValue": "x"}}, "missing": {{"type": "string"}},
            "nullable": {{"type": "string", "nullable": true}}}},
        "resources": [{{{RESOURCE}, "name": "a", "properties": {{"given": "[parameters('given')]",
            "text": "[concat(parameters('missing'), '-', parameters('Given'))]", "none": "[parameters('nullable')]"}}}}]"#
    ));
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(read.shown("Test.Rp/things/a", "properties.given"), "\"x\"");
    assert_eq!(read.shown("Test.Rp/things/a", "properties.text"), "\"${unknown (parameter missing)}-x\"");
    assert_eq!(read.shown("Test.Rp/things/a", "properties.none"), "absent");
}

#[test]
fn a_value_knows_where_it_is_used_and_where_it_was_written() {
    let read = template(&format!(
        r#""parameters": {{"p": {{"type": "string", "defaultValue": "written"}}}}, "variables": {{"v": "[parameters('p')]"}},
        "resources": [{{{RESOURCE}, "name": "a", "properties": {{"x": "[variables('v')]", "y": "[toUpper(variables('v'))]"}}}}]"#
    ));
    let body = &read.resource("Test.Rp/things/a").body;
    let x = body.at(&["properties", "x"]).unwrap();
    assert_eq!(read.places(x), ("variables('v')".to_owned(), "\"written\"".to_owned()));
    let y = body.at(&["properties", "y"]).unwrap();
    assert_eq!(read.places(y), ("toUpper(variables('v'))".to_owned(), "toUpper(variables('v'))".to_owned()));
}

#[test]
fn loops_of_resources_properties_variables_and_outputs() {
    let read = template(&format!(
        r#""variables": {{"copy": [{{"name": "names", "count": 2, "input": "[concat('n', copyIndex('names', 1))]"}}],
            "inner": {{"copy": [{{"name": "list", "count": 2, "input": {{"i": "[copyIndex('list')]"}}}}]}}}},
        "resources": [{{{RESOURCE}, "name": "[concat('r', copyIndex())]", "copy": {{"name": "loop", "count": "[length(variables('names'))]"}},
            "properties": {{"name": "[variables('names')[copyIndex('loop')]]", "second": "[variables('inner').list[1].i]",
                "copy": [{{"name": "pairs", "count": 2, "input": "[format('{{0}}-{{1}}', copyIndex(), copyIndex('pairs'))]"}}]}}}}]"#
    ));
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(read.addresses(), ["Test.Rp/things/r0[0]", "Test.Rp/things/r1[1]"]);
    assert_eq!(read.shown("Test.Rp/things/r1[1]", "properties.name"), "\"n2\"");
    assert_eq!(read.shown("Test.Rp/things/r1[1]", "properties.pairs"), "[\"1-0\", \"1-1\"]");
    assert_eq!(read.shown("Test.Rp/things/r1[1]", "properties.second"), "1");
}

#[test]
fn a_condition_that_is_unknown_leaves_the_resource_uncertain() {
    let read = template(&format!(
        r#""parameters": {{"make": {{"type": "bool"}}, "count": {{"type": "int"}}}},
        "resources": [{{{RESOURCE}, "name": "never", "condition": false}}, {{{RESOURCE}, "name": "maybe", "condition": "[parameters('make')]"}},
            {{{RESOURCE}, "name": "some", "copy": {{"name": "c", "count": "[parameters('count')]"}}}},
            {{{RESOURCE}, "name": "sure", "condition": "[or(true(), parameters('make'))]"}}]"#
    ));
    assert_eq!(read.addresses(), ["Test.Rp/things/maybe", "Test.Rp/things/some[?]", "Test.Rp/things/sure"]);
    assert!(matches!(read.resource("Test.Rp/things/maybe").existence, Existence::Uncertain(_)));
    assert!(matches!(read.resource("Test.Rp/things/some[?]").existence, Existence::Uncertain(_)));
    assert_eq!(read.resource("Test.Rp/things/sure").existence, Existence::Certain);
}

#[test]
fn children_are_named_in_three_ways() {
    let read = template(
        r#""resources": [
            {"type": "Test.Rp/things", "apiVersion": "1", "name": "a", "resources": [
                {"type": "parts", "apiVersion": "1", "name": "p", "resources": [{"type": "bits", "apiVersion": "1", "name": "b"}]},
                {"type": "Test.Rp/things/parts", "apiVersion": "1", "name": "a/whole"}]},
            {"type": "Test.Rp/things/parts", "apiVersion": "1", "name": "[format('{0}/{1}', 'a', 'q')]"}]"#,
    );
    let wanted = [
        ("Test.Rp/things/a", None),
        ("Test.Rp/things/a/parts/p", Some("Test.Rp/things/a")),
        ("Test.Rp/things/a/parts/p/bits/b", Some("Test.Rp/things/a/parts/p")),
        ("Test.Rp/things/a/parts/whole", Some("Test.Rp/things/a")),
        ("Test.Rp/things/a/parts/q", Some("Test.Rp/things/a")),
    ];
    for (address, parent) in wanted {
        let found = read.resource(address).parent.as_ref().and_then(target);
        assert_eq!(found.as_deref(), parent, "{address}");
    }
    assert_eq!(read.shown("Test.Rp/things/a/parts/q", "name"), "\"q\"");
    assert_eq!(read.resource("Test.Rp/things/a/parts/p/bits/b").kind.as_str(), "Test.Rp/things/parts/bits");
}

fn target(node: &redan_model::Node) -> Option<String> {
    match &node.value {
        redan_model::Value::Ref(reference) => match reference.target {
            redan_model::Target::Address(address) => Some(address.to_string()),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn ids_of_declared_resources_are_references() {
    let id = "[resourceId('Test.Rp/things/parts', parameters('name'), 'p')]";
    let read = template(&format!(
        r#""parameters": {{"name": {{"type": "string"}}}},
        "resources": [{{{RESOURCE}, "name": "[parameters('name')]"}},
            {{"type": "Test.Rp/things/parts", "apiVersion": "1", "name": "[concat(parameters('name'), '/p')]"}},
            {{{RESOURCE}, "name": "user", "properties": {{"id": "{id}", "other": "[resourceId('Test.Rp/things', 'else')]",
                "built": "[concat(resourceId('Test.Rp/things', parameters('name')), '/parts/p')]",
                "answer": "[reference(resourceId('Test.Rp/things', parameters('name'))).endpoint]"}}}}]"#
    ));
    let body = &read.resource("Test.Rp/things/user").body;
    let at = |key: &str| target(body.at(&["properties", key]).unwrap());
    assert_eq!(at("id").as_deref(), Some("Test.Rp/things/{parameter name}/parts/p"));
    assert_eq!(at("built").as_deref(), Some("Test.Rp/things/{parameter name}/parts/p"));
    assert_eq!(at("answer").as_deref(), Some("Test.Rp/things/{parameter name}"));
    assert_eq!(at("other"), None);
}

#[test]
fn nested_deployments_see_their_own_names_or_those_around_them() {
    let nested = |scope: &str| {
        format!(
            r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "{scope}", "properties": {{
                "expressionEvaluationOptions": {{"scope": "{scope}"}}, "parameters": {{"p": {{"value": "given"}}}},
                "template": {{"$schema": "deploymentTemplate.json", "parameters": {{"p": {{"type": "string"}}}},
                    "resources": [{{{RESOURCE}, "name": "x", "properties": {{"p": "[parameters('p')]"}}}}],
                    "outputs": {{"o": {{"type": "string", "value": "[parameters('p')]"}}}}}}}}}}"#
        )
    };
    let read = template(&format!(
        r#""parameters": {{"p": {{"type": "string", "defaultValue": "outside"}}}}, "resources": [{}, {},
            {{{RESOURCE}, "name": "y", "properties": {{"o": "[reference('inner').outputs.o.value]"}}}}]"#,
        nested("inner"),
        nested("outer")
    ));
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(read.shown("inner.Test.Rp/things/x", "properties.p"), "\"given\"");
    assert_eq!(read.shown("outer.Test.Rp/things/x", "properties.p"), "\"outside\"");
    assert_eq!(read.shown("Test.Rp/things/y", "properties.o"), "\"given\"");
    assert_eq!(read.resource("inner.Test.Rp/things/x").calls.len(), 1);
}

#[test]
fn symbolic_names_and_existing_resources() {
    let read = template(
        r#""languageVersion": "2.0", "resources": {
            "account": {"type": "Test.Rp/things", "apiVersion": "1", "name": "a", "properties": {"tier": "hot"}},
            "old": {"existing": true, "type": "Test.Rp/things", "apiVersion": "1", "name": "b"},
            "user": {"type": "Test.Rp/users", "apiVersion": "1", "name": "u", "scope": "[resourceId('Test.Rp/things', 'b')]",
                "properties": {"tier": "[reference('account').tier]", "id": "[resourceInfo('old').id]"}}}"#,
    );
    assert_eq!(read.addresses(), ["account", "old", "user"]);
    assert_eq!(read.resource("old").mode, Mode::Data);
    assert_eq!(read.shown("user", "properties.tier"), "\"hot\"");
    assert_eq!(target(read.resource("user").body.at(&["properties", "id"]).unwrap()).as_deref(), Some("old"));
    assert_eq!(read.resource("user").parent.as_ref().and_then(target).as_deref(), Some("old"));
}

#[test]
fn what_only_a_deployment_knows_is_unknown_with_its_reason() {
    let read = template(&format!(
        r#""resources": [{{{RESOURCE}, "name": "a", "location": "[resourceGroup().location]", "properties": {{
            "key": "[listKeys('x', '2024-01-01').keys[0].value]", "now": "[utcNow()]", "sub": "[subscription().subscriptionId]",
            "unique": "[uniqueString(resourceGroup().id)]", "type": "[resourceGroup().type]"}}}}]"#
    ));
    let shown = |path: &str| read.shown("Test.Rp/things/a", path);
    assert_eq!(shown("location"), "unknown (resourceGroup().location)");
    assert_eq!(shown("properties.key"), "unknown (listKeys())");
    assert_eq!(shown("properties.now"), "\"${unknown (utcNow())}\"");
    assert_eq!(shown("properties.sub"), "unknown (subscription().subscriptionId)");
    assert_eq!(shown("properties.unique"), "\"${unknown (subscription().subscriptionId)}\"");
    assert_eq!(shown("properties.type"), "\"Microsoft.Resources/resourceGroups\"");
}

#[test]
fn functions_of_the_template() {
    let read = template(&format!(
        r#""functions": [{{"namespace": "my", "members": {{"name": {{"parameters": [{{"name": "p", "type": "string"}}],
            "output": {{"type": "string", "value": "[concat('x-', toLower(parameters('p')))]"}}}}}}}}],
        "parameters": {{"p": {{"type": "string", "defaultValue": "outside"}}}},
        "resources": [{{{RESOURCE}, "name": "[my.name('ABC')]"}}]"#
    ));
    assert_eq!(read.addresses(), ["Test.Rp/things/x-abc"]);
}
