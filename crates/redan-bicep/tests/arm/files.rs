//! Folders of templates: which files are templates, what links what, what came from Bicep.

use redan_bicep::{Input, Loaded, Options, load};
use redan_model::Sources;
use std::path::PathBuf;
use std::sync::Arc;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("redan-bicep-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(root)
    }

    fn load(&self) -> (Loaded, Sources) {
        let sources = Sources::new();
        let tree = Arc::new(redan_files::walk(&self.0, &[]));
        (load(&[Input::Tree(tree)], &Options::default(), &sources), sources)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const SCHEMA: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#""#;

fn resource(name: &str) -> String {
    format!(r#"{{"type": "Test.Rp/things", "apiVersion": "1", "name": "{name}"}}"#)
}

fn addresses(loaded: &Loaded) -> Vec<&str> {
    loaded.resources.iter().map(|resource| resource.address.as_str()).collect()
}

#[test]
fn a_linked_template_is_read_where_it_is_called_and_only_there() {
    let main = format!(
        r#"{{{SCHEMA}, "resources": [
            {{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "rel", "properties": {{
                "templateLink": {{"relativePath": "nested/a.json"}}, "parameters": {{"n": {{"value": "one"}}}}}}}},
            {{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "uri", "properties": {{
                "templateLink": {{"uri": "[uri(deployment().properties.templateLink.uri, 'nested/a.json')]"}},
                "parameters": {{"n": {{"value": "two"}}}}}}}},
            {{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "away", "properties": {{
                "templateLink": {{"uri": "https://example.com/a.json"}}}}}}]}}"#
    );
    let nested = format!(
        r#"{{{SCHEMA}, "parameters": {{"n": {{"type": "string"}}}}, "resources": [
            {{"type": "Test.Rp/things", "apiVersion": "1", "name": "[parameters('n')]"}}]}}"#
    );
    let folder =
        Folder::new("linked", &[("main.json", &main), ("nested/a.json", &nested), ("package.json", "{\"a\": 1}")]);
    let (loaded, sources) = folder.load();
    assert_eq!(addresses(&loaded), ["rel.Test.Rp/things/one", "uri.Test.Rp/things/two"]);
    let problems: Vec<&str> = loaded.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(problems, ["module away: https://example.com/a.json"]);
    assert_eq!(sources.files().len(), 3, "the nested template is read by itself and as a link");
}

#[test]
fn a_template_that_links_itself_ends() {
    let main = format!(
        r#"{{{SCHEMA}, "resources": [{}, {{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "again",
            "properties": {{"templateLink": {{"relativePath": "main.json"}}}}}}]}}"#,
        resource("x")
    );
    let folder = Folder::new("circle", &[("main.json", &main)]);
    assert_eq!(addresses(&folder.load().0), ["Test.Rp/things/x"]);
}

#[test]
fn what_lies_outside_the_repository_is_not_read() {
    let main = format!(
        r#"{{{SCHEMA}, "resources": [{{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "out",
            "properties": {{"templateLink": {{"relativePath": "../secret.json"}}}}}}]}}"#
    );
    let secret = format!(r#"{{{SCHEMA}, "resources": [{}]}}"#, resource("secret"));
    let folder = Folder::new("outside", &[("repo/.git/HEAD", ""), ("repo/main.json", &main), ("secret.json", &secret)]);
    let sources = Sources::new();
    let tree = Arc::new(redan_files::walk(&folder.0.join("repo"), &[]));
    let loaded = load(&[Input::Tree(tree)], &Options::default(), &sources);
    assert!(loaded.resources.is_empty());
    assert!(loaded.problems[0].message.contains("lies outside"), "{:?}", loaded.problems);
}

#[test]
fn a_broken_file_costs_no_other_its_resources() {
    let good = format!(r#"{{{SCHEMA}, "resources": [{}]}}"#, resource("good"));
    let bad = format!(r#"{{{SCHEMA}, "resources": [{}"#, resource("bad"));
    let folder = Folder::new("broken", &[("bad.json", &bad), ("good.json", &good)]);
    let (loaded, _) = folder.load();
    assert_eq!(addresses(&loaded), ["Test.Rp/things/good"]);
    assert_eq!(loaded.problems.len(), 1);
}

#[test]
fn parameters_are_given_by_files_and_by_name() {
    let main = format!(
        r#"{{{SCHEMA}, "parameters": {{"a": {{"type": "string"}}, "B": {{"type": "int"}}}}, "resources": [
            {{"type": "Test.Rp/things", "apiVersion": "1", "name": "[format('{{0}}-{{1}}', parameters('a'), parameters('b'))]"}}]}}"#
    );
    let values = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "parameters": {"a": {"value": "file"}, "b": {"value": 1}, "unused": {"value": 2}}}"#;
    let folder = Folder::new("parameters", &[("main.json", &main), ("values.json", values)]);
    let options = Options {
        parameters: vec![("b".to_owned(), "7".to_owned())],
        parameter_files: vec![folder.0.join("values.json")],
        ..Options::default()
    };
    let tree = Arc::new(redan_files::walk(&folder.0, &[]));
    let loaded = load(&[Input::Tree(tree)], &options, &Sources::new());
    assert_eq!(addresses(&loaded), ["Test.Rp/things/file-7"]);
}
