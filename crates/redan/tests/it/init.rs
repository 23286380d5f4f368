//! `redan init`, and the settings that it writes.

use crate::common::Folder;

const GROUP: &str = "resource \"aws_kms_key\" \"a\" {}\n";

fn written(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("redan.toml")).unwrap()
}

/// The settings with every comment that is a setting made one.
fn set(text: &str) -> String {
    let is_setting = |line: &&str| line.starts_with("# [") || line.contains(" = ");
    let lines = text.lines().filter(is_setting);
    lines.map(|line| line.trim_start_matches("# ").to_owned() + "\n").collect()
}

#[test]
fn it_writes_what_it_found_and_changes_nothing() {
    let folder = Folder::new("init")
        .write("infra/main.tf", GROUP)
        .write("infra/prod.tfvars", "")
        .write("infra/terraform.tfvars", "")
        .write("infra/modules/a/examples/simple/main.tf", GROUP);
    let before = folder.run(&["scan", "--format", "json"]).out;
    let said = folder.run(&["init"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("2 resources of AWS in 4 files here"), "{}", said.err);
    let text = written(&folder);
    assert!(text.contains("--var-file infra/prod.tfvars."), "{text}");
    assert!(text.contains("# exclude = [\"**/examples/**\"]"), "{text}");
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
    assert_eq!(folder.run(&["scan", "--format", "json"]).out, before);
}

#[test]
fn it_never_overwrites() {
    let folder = Folder::new("init-there").write("redan.toml", "skip = []\n");
    let said = folder.run(&["init"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("redan.toml exists and is not overwritten"), "{}", said.err);
    assert_eq!(written(&folder), "skip = []\n");
    assert_eq!(folder.run(&["init", "no/such/folder"]).code, 2);
}

#[test]
fn its_comments_are_settings() {
    let folder = Folder::new("init-settings").write("a/main.tf", GROUP);
    assert_eq!(folder.run(&["init", "a"]).code, 0);
    let text = std::fs::read_to_string(folder.path().join("a/redan.toml")).unwrap();
    let all = set(&text);
    assert!(all.contains("[severity]") && all.contains("fail-on"), "{all}");
    std::fs::create_dir_all(folder.path().join("a/security/pages")).unwrap();
    std::fs::write(folder.path().join("a/redan.toml"), &all).unwrap();
    let said = folder.run(&["scan", "a"]);
    assert!(said.code < 2, "{}\n{all}", said.err);
}
