//! Where deployments go, and resources that are named and not declared.

use crate::common::{Read, template, text};
use redan_kinds::Mode;

const THING: &str = r#""type": "Test.Rp/things", "apiVersion": "2024-01-01""#;

fn deployment(name: &str, place: &str, scope: &str, schema: &str, resources: &str) -> String {
    format!(
        r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "{name}", {place} "properties": {{
            "expressionEvaluationOptions": {{"scope": "{scope}"}}, "template": {{
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/{schema}.json#", "resources": [{resources}],
                "outputs": {{"secret": {{"type": "securestring", "value": "s3"}},
                    "list": {{"type": "array", "copy": {{"count": 2, "input": "[copyIndex()]"}}}}}}}}}}}}"#
    )
}

fn parent(read: &Read, address: &str) -> String {
    let node = read.resource(address).parent.as_ref().unwrap();
    redan_model::Shown(&node.value).to_string()
}

/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group>, "Function resolution in
/// scopes": of a nested template with outer scope functions mean the group of the template around it.
#[test]
fn functions_mean_the_group_of_the_template_whose_names_they_see() {
    let asks = |name: &str| {
        format!(
            r#"{{{THING}, "name": "{name}", "properties": {{"group": "[resourceGroup().name]", "id": "[resourceId('Test.Rp/x', 'y')]"}}}}"#
        )
    };
    let read = template(&format!(
        r#""resources": [{}, {}]"#,
        deployment("in", r#""resourceGroup": "other","#, "inner", "deploymentTemplate", &asks("a")),
        deployment("out", r#""resourceGroup": "other","#, "outer", "deploymentTemplate", &asks("b")),
    ));
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(read.shown("in.Test.Rp/things/a", "properties.group"), "\"other\"");
    assert_eq!(read.shown("out.Test.Rp/things/b", "properties.group"), "unknown (resourceGroup().name)");
    assert!(read.shown("in.Test.Rp/things/a", "properties.id").contains("/resourceGroups/other/providers/Test.Rp/x/y"));
    assert!(!read.shown("out.Test.Rp/things/b", "properties.id").contains("other"));
    for address in ["in.Test.Rp/things/a", "out.Test.Rp/things/b"] {
        assert!(parent(&read, address).contains("/resourceGroups/other"), "{}", parent(&read, address));
    }
}

#[test]
fn deployments_go_to_subscriptions_management_groups_and_the_tenant() {
    let thing = |name: &str| format!(r#"{{{THING}, "name": "{name}", "properties": {{}}}}"#);
    let inner = [
        deployment("sub", r#""subscriptionId": "s1","#, "inner", "subscriptionDeploymentTemplate", &thing("a")),
        deployment(
            "group",
            r#""subscriptionId": "s1", "resourceGroup": "g1","#,
            "inner",
            "deploymentTemplate",
            &thing("b"),
        ),
        deployment(
            "management",
            r#""scope": "Microsoft.Management/managementGroups/m1","#,
            "inner",
            "managementGroupDeploymentTemplate",
            &thing("c"),
        ),
        deployment("tenant", r#""scope": "/","#, "inner", "tenantDeploymentTemplate", &thing("d")),
    ];
    let read = text(&format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/subscriptionDeploymentTemplate.json#",
            "resources": [{}]}}"#,
        inner.join(",")
    ));
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(parent(&read, "sub.Test.Rp/things/a"), "\"/subscriptions/s1\"");
    assert_eq!(parent(&read, "group.Test.Rp/things/b"), "\"/subscriptions/s1/resourceGroups/g1\"");
    assert!(parent(&read, "management.Test.Rp/things/c").ends_with("Microsoft.Management/managementGroups/m1\""));
    assert_eq!(parent(&read, "tenant.Test.Rp/things/d"), "\"\"");
}

#[test]
fn a_resource_that_only_an_id_names_is_one_that_exists() {
    let read = template(&format!(
        r#""parameters": {{"vault": {{"type": "string"}}}}, "resources": [{{{THING}, "name": "a", "properties": {{
            "uri": "[reference(resourceId('g2', 'Microsoft.KeyVault/vaults', parameters('vault')), '2023-07-01').vaultUri]",
            "key": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'old'), '2023-01-01').keys[0].value]",
            "again": "[reference(resourceId('g2', 'Microsoft.KeyVault/vaults', parameters('vault')), '2023-07-01').tenantId]"}}}}]"#
    ));
    assert_eq!(read.problems(), [""; 0]);
    let found: Vec<_> = read.loaded.resources.iter().filter(|resource| resource.mode == Mode::Data).collect();
    assert_eq!(found.len(), 2, "{:?}", read.addresses());
    let vault = read.resource("existing Microsoft.KeyVault/vaults/{parameter vault}");
    assert_eq!(vault.kind.as_str(), "Microsoft.KeyVault/vaults");
    let body = &read.resource("Test.Rp/things/a").body;
    let attribute = |key: &str| match &body.at(&["properties", key]).unwrap().value {
        redan_model::Value::Ref(reference) => reference.attribute.to_string(),
        other => panic!("{key} is {other:?}"),
    };
    assert_eq!(attribute("uri"), "properties.vaultUri");
    assert_eq!(attribute("key"), "listKeys().keys.0.value");
}

#[test]
fn one_name_in_two_groups_is_two_resources() {
    let account = format!(r#"{{{THING}, "name": "same", "properties": {{"tier": "hot"}}}}"#);
    let read = template(&format!(
        r#""resources": [{}, {{"type": "Test.Rp/users", "apiVersion": "1", "name": "u", "properties": {{
            "here": "[reference(resourceId('s', 'one', 'Test.Rp/things', 'same'), '1').tier]",
            "there": "[reference(resourceId('s', 'two', 'Test.Rp/things', 'same'), '1').tier]"}}}}]"#,
        deployment(
            "d",
            r#""subscriptionId": "s", "resourceGroup": "one","#,
            "inner",
            "deploymentTemplate",
            &format!(
                r#"{account}, {{"type": "Test.Rp/users", "apiVersion": "1", "name": "v", "properties": {{
                "here": "[reference(resourceId('Test.Rp/things', 'same'), '1').tier]",
                "there": "[reference(resourceId('two', 'Test.Rp/things', 'same'), '1').tier]"}}}}"#
            )
        ),
    ));
    assert_eq!(read.shown("d.Test.Rp/users/v", "properties.here"), "\"hot\"");
    assert!(read.shown("d.Test.Rp/users/v", "properties.there").contains("existing"));
}

#[test]
fn outputs_of_deployments_and_one_of_a_loop() {
    let read = template(&format!(
        r#""languageVersion": "2.0", "resources": {{
            "d": {},
            "many": {{{THING}, "name": "[format('m{{0}}', copyIndex())]", "copy": {{"name": "many", "count": 3}},
                "properties": {{"tier": "[format('t{{0}}', copyIndex())]"}}}},
            "user": {{"type": "Test.Rp/users", "apiVersion": "[variables('version')]", "name": "u", "dependsOn": ["many", "d"],
                "properties": {{"secret": "[listOutputsWithSecureValues('d', '2025-04-01').secret]",
                    "second": "[reference('d').outputs.list.value[1]]", "tier": "[reference('many[2]').tier]"}}}}}},
        "variables": {{"version": "2020-02-02"}}"#,
        deployment("d", "", "inner", "deploymentTemplate", "")
    ));
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(read.shown("user", "properties.secret"), "\"s3\"");
    assert_eq!(read.shown("user", "properties.second"), "1");
    assert_eq!(read.shown("user", "properties.tier"), "\"t2\"");
    assert_eq!(read.shown("user", "apiVersion"), "\"2020-02-02\"");
    assert_eq!(read.shown("user", "dependsOn"), "absent");
}

#[test]
fn extensions_of_extensions_keep_their_addresses_apart() {
    let id = "extensionResourceId(resourceId('Test.Rp/things', 'a'), 'Test.Rp/locks', 'l')";
    let lock =
        |scope: &str| format!(r#"{{"type": "Test.Rp/locks", "apiVersion": "1", "name": "l", "scope": "[{scope}]"}}"#);
    let read = template(&format!(
        r#""resources": [{{{THING}, "name": "a"}}, {}, {}]"#,
        lock("resourceId('Test.Rp/things', 'a')"),
        lock(id)
    ));
    assert_eq!(read.addresses(), ["Test.Rp/things/a", "Test.Rp/locks/l", "Test.Rp/locks/l (2)"]);
    assert!(
        parent(&read, "Test.Rp/locks/l (2)").contains("Test.Rp/locks/l"),
        "{}",
        parent(&read, "Test.Rp/locks/l (2)")
    );
}
