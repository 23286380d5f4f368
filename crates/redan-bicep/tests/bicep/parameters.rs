//! Where values of parameters come from: the file beside the template, what a file of its own says, what is given.

use crate::common::{Folder, Scan};
use redan_bicep::Options;

const MAIN: &str = "param tls string\nparam owner string = 'nobody'\n\
    resource s 'Test.Rp/stores@2020-01-01' = { name: 's', properties: { tls: tls, owner: owner } }\n";
const ARM: &str = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"tls": {"type": "string"}}, "resources": [
        {"type": "Test.Rp/stores", "apiVersion": "1", "name": "s", "properties": {"tls": "[parameters('tls')]"}}]}"#;

fn values(tls: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
            "parameters": {{"tls": {{"value": "{tls}"}}, "owner": {{"value": "team-${{OWNER}}"}}}}}}"#
    )
}

fn read(files: &[(&str, &str)], options: &Options) -> Scan {
    let scan = Folder::new(files).load(options);
    assert!(scan.messages().is_empty(), "{:?}", scan.messages());
    scan
}

fn tls(files: &[(&str, &str)]) -> String {
    read(files, &Options::default()).value("s", "properties.tls")
}

#[test]
fn the_file_of_parameters_beside_a_template_is_its_own() {
    let file = values("1.2");
    assert_eq!(tls(&[("infra/main.bicep", MAIN)]), "?input");
    assert_eq!(tls(&[("infra/main.bicep", MAIN), ("infra/prod.parameters.json", &file)]), "?input");
    let files = [("infra/main.bicep", MAIN), ("infra/main.parameters.json", file.as_str())];
    assert_eq!(tls(&files), "\"1.2\"");
    let given = Options { parameters: vec![("tls".to_owned(), "TLS1_3".to_owned())], ..Options::default() };
    assert_eq!(read(&files, &given).value("s", "properties.tls"), "\"TLS1_3\"");
    let own = ("infra/main.bicepparam", "using 'main.bicep'\nparam tls = '1.1'\n");
    assert_eq!(tls(&[files[0], files[1], own]), "\"1.1\"");
}

#[test]
fn variables_of_the_environment_are_unknown_and_the_text_around_them_is_not() {
    let file = values("${TLS}");
    let scan = read(&[("main.bicep", MAIN), ("main.parameters.json", &file)], &Options::default());
    assert_eq!(scan.value("s", "properties.owner"), "\"team-${unknown (environment variable OWNER)}\"");
    assert!(scan.value("s", "properties.tls").contains("environment variable TLS"));
}

#[test]
fn templates_in_json_have_their_file_too() {
    let scan = read(&[("azure.json", ARM), ("azure.parameters.json", &values("1.0"))], &Options::default());
    assert_eq!(scan.value("Test.Rp/stores/s", "properties.tls"), "\"1.0\"");
}
