//! Modules, imports and files of parameters.

use redan_bicep::{Input, Options, Place, load};
use redan_model::{ProblemKind, Sources};

use crate::common::{Folder, Scan, probe, scan};

#[test]
fn modules_are_read_as_their_callers_use_them() {
    let main = "\
module many 'parts/one.bicep' = [for name in ['a', 'b']: { name: 'm-${name}', params: { name: name } }]
module cond 'parts/one.bicep' = if (false) { params: { name: 'never' } }
resource user 'Test.Rp/users@2020-01-01' = { name: 'u', properties: { out: many[1].outputs.shown, none: cond.?outputs.shown } }
";
    let one = "param name string\nresource thing 'Test.Rp/things@2020-01-01' = { name: name, properties: { p: name } }\noutput shown string = 'is ${name}'\n";
    let scan = scan(&[("main.bicep", main), ("parts/one.bicep", one)]);
    assert_eq!(scan.made(), ["many[0].thing", "many[1].thing", "user"]);
    assert_eq!(scan.value("many[1].thing", "properties.p"), "\"b\"");
    assert_eq!(scan.value("user", "properties.out"), "\"is b\"");
    assert_eq!(scan.value("user", "properties.none"), "absent");
    assert!(scan.messages().is_empty(), "{:?}", scan.messages());
}

#[test]
fn imports_bring_what_they_use() {
    let main = format!(
        "import {{ greet, names as all }} from 'lib.bicep'\nimport * as lib from 'lib.bicep'\nvar hidden = 'main'\n{}",
        probe("    a: greet('x')\n    b: all[0]\n    c: lib.greet(lib.names[1])\n    d: hidden")
    );
    let library = "import { mark } from 'deep.bicep'\nvar hidden = 'lib'\n@export()\nvar names = [hidden, 'second']\n@export()\nfunc greet(who string) string => '${mark}${who}'\n";
    let deep = "@export()\nvar mark = '!'\n";
    let scan = scan(&[("main.bicep", &main), ("lib.bicep", library), ("deep.bicep", deep)]);
    assert_eq!(scan.value("r", "properties.a"), "\"!x\"");
    assert_eq!(scan.value("r", "properties.b"), "\"lib\"");
    assert_eq!(scan.value("r", "properties.c"), "\"!second\"");
    assert_eq!(scan.value("r", "properties.d"), "\"main\"");
}

#[test]
fn files_of_parameters_are_deployments() {
    let main = format!("param size int\nparam name string = 'default'\n{}", probe("    size: size\n    name: name"));
    let parameters = "using 'main.bicep'\nextends 'base.bicepparam'\nvar factor = 2\nparam size = factor * 21\n";
    let base = "using none\nparam size = 1\nparam name = 'from ${'base'}'\n";
    let scan = scan(&[("main.bicep", &main), ("prod.bicepparam", parameters), ("base.bicepparam", base)]);
    assert_eq!(scan.made(), ["r"]);
    assert_eq!(scan.value("r", "properties.size"), "42");
    assert_eq!(scan.value("r", "properties.name"), "\"from base\"");
}

#[test]
fn modules_of_registries_are_read_where_they_are_installed() {
    let main = "module m 'br/public:avm/thing:1.0.0' = { params: { name: 'x' } }\n";
    let json = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "parameters": {"name": {"type": "string"}},
        "resources": [{"type": "Test.Rp/things", "apiVersion": "2020-01-01", "name": "[parameters('name')]"}]}"#;
    let folder = Folder::new(&[("main.bicep", main)]);
    let scan = folder.load(&Options::default());
    scan.says("is not installed");
    assert!(scan.0.problems.iter().any(|problem| problem.kind == ProblemKind::ModuleMissing));
    let cache = Folder::new(&[("br/mcr.microsoft.com/bicep$avm$thing/1.0.0$/main.json", json)]);
    let scan = folder.load(&Options { installed: Some(cache.0.clone()), ..Options::default() });
    assert_eq!(scan.made().len(), 1, "{:?}", scan.messages());
}

/// The hash is what the official compiler's snapshot of a deployment to this group says.
/// <https://github.com/Azure/bicep/tree/main/src/Bicep.Cli.IntegrationTests/Files/SnapshotCommandTests>
#[test]
fn names_are_what_the_deployment_would_make() {
    let text = "resource s 'Test.Rp/stores@2020-01-01' = { name: 'store${uniqueString(resourceGroup().id)}' }\n";
    let place = Place {
        subscription: Some("00000000-0000-0000-0000-000000000000".to_owned()),
        resource_group: Some("myRg".to_owned()),
        ..Place::default()
    };
    let input = Input::Text { name: "main.bicep".to_owned(), text: text.into(), path: None };
    let scan = Scan(load(&[input], &Options { place, ..Options::default() }, &Sources::new()));
    assert_eq!(scan.value("s", "name"), "\"storejs26ofeqkqeve\"");
}
