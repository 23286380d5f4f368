//! Resources: what children take from what contains them, loops beyond their end, extensions, conditions in doubt.

use crate::common::{Scan, text};

fn read(source: &str) -> Scan {
    let scan = text(source);
    assert!(scan.messages().is_empty(), "{:?}", scan.messages());
    scan
}

#[test]
fn a_nested_child_has_the_version_of_what_contains_it() {
    let scan = read(
        "\
resource a 'Test.Rp/accounts@2020-01-01' = {
  name: 'a'
  resource b 'services' = {
    name: 'b'
    resource c 'boxes@2021-01-01' = { name: 'c' }
    resource d 'boxes' = { name: 'd' }
  }
}
",
    );
    assert_eq!(scan.value("a::b", "apiVersion"), "\"2020-01-01\"");
    assert_eq!(scan.value("a::b::c", "apiVersion"), "\"2021-01-01\"");
    assert_eq!(scan.value("a::b::d", "apiVersion"), "\"2020-01-01\"");
}

#[test]
fn children_of_what_exists_elsewhere_lie_there_too() {
    let scan = read(
        "\
resource net 'Test.Rp/networks@2020-01-01' existing = {
  name: 'hub'
  scope: resourceGroup('sub', 'shared')
  resource part 'subnets' existing = { name: 'inner' }
}
resource r 'Test.Rp/things@2020-01-01' = { name: 'r', properties: { id: '${net::part.id}/x', name: net::part.name } }
",
    );
    assert_eq!(
        scan.value("r", "properties.id"),
        "\"/subscriptions/sub/resourceGroups/shared/providers/Test.Rp/networks/hub/subnets/inner/x\""
    );
    assert_eq!(scan.value("r", "properties.name"), "\"inner\"");
}

#[test]
fn which_one_of_a_loop_need_not_be_known() {
    let scan = read(
        "\
param which int
resource many 'Test.Rp/things@2020-01-01' = [for i in range(0, 3): { name: 'fixed', properties: { of: i } }]
resource r 'Test.Rp/users@2020-01-01' = { name: 'r', properties: { name: many[which].name, of: many[1].properties.of } }
",
    );
    assert_eq!(scan.value("r", "properties.name"), "\"fixed\"");
    assert_eq!(scan.value("r", "properties.of"), "1");
}

#[test]
fn what_an_extension_makes_has_attributes_of_any_name() {
    let scan = read(
        "\
extension microsoftGraphV1
resource app 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'shop'
  displayName: 'Shop'
  resource credential 'federatedIdentityCredentials' = { name: '${app.uniqueName}/ci', issuer: 'i' }
}
resource grant 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = { clientId: app.appId, scope: 'User.Read' }
",
    );
    assert_eq!(scan.made(), ["app", "app::credential", "grant"]);
    assert_eq!(scan.value("app::credential", "name"), "\"ci\"");
    assert_eq!(scan.value("grant", "scope"), "\"User.Read\"");
    assert_eq!(scan.value("grant", "name"), "absent");
    assert!(scan.value("grant", "clientId").contains("app"), "{}", scan.value("grant", "clientId"));
}

#[test]
fn of_two_values_in_doubt_the_common_part_is_known() {
    let scan = read(
        "\
param premium bool
param missing object?
resource r 'Test.Rp/things@2020-01-01' = {
  name: 'r'
  properties: {
    same: premium ? 'x' : 'x'
    both: premium ? { tls: 'on', size: 1, more: 2 } : { tls: 'on', size: 3 }
    safe: premium ? missing!.a : null
    merged: union({ a: 1 }, premium ? { b: 2 } : {})
  }
}
",
    );
    assert_eq!(scan.value("r", "properties.same"), "\"x\"");
    assert_eq!(scan.value("r", "properties.both.tls"), "\"on\"");
    assert_eq!(scan.value("r", "properties.both.size"), "?input");
    assert_eq!(scan.value("r", "properties.both.more"), "?input");
    assert_eq!(scan.value("r", "properties.safe"), "?input");
    assert_eq!(scan.value("r", "properties.merged.a"), "1");
}

#[test]
fn a_name_with_too_few_parts_hides_only_what_is_missing() {
    let scan = text("resource s 'Test.Rp/nets/subnets@2020-01-01' = { name: 'one', properties: { p: 1 } }\n");
    assert_eq!(scan.value("s", "properties.p"), "1");
    assert_eq!(scan.value("s", "name"), "\"one\"");
}
