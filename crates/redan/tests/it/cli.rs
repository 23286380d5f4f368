//! The command line itself: help, settings, exit codes, formats, files.

use crate::common::Folder;

#[test]
fn help_teaches() {
    let folder = Folder::new("help");
    let said = folder.run(&["scan", "--help"]);
    assert_eq!(said.code, 0);
    let mut help = said.out;
    for format in redan_report::formats() {
        let line = format!("            {:<9}{}\n", format.name, format.about);
        assert!(help.contains(&line), "{line:?} in {help}");
        help = help.replace(&line, "");
    }
    insta::assert_snapshot!(help);
    let said = folder.run(&[]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!("no_command", said.err);
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let folder = Folder::new("usage");
    for arguments in [
        &["scan", "--severity", "grave"][..],
        &["scan", "--formt", "json"],
        &["scan", "--format", "xml"],
        &["scan", "--format", "json", "--format", "sarif"],
        &["scan", "--jobs", "0"],
        &["scan", "--var", "novalue"],
        &["scan", "--page", "no/such-page"],
        &["scan", "--config", "missing.toml"],
        &["scam"],
    ] {
        let said = folder.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
        assert!(said.err.starts_with("error: "), "{}", said.err);
        assert!(said.out.is_empty(), "{}", said.out);
    }
}

#[test]
fn an_empty_folder_is_clean() {
    let folder = Folder::new("empty");
    let said = folder.run(&["scan"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    insta::assert_snapshot!(said.out);
}

#[test]
fn unknown_settings_name_what_was_meant() {
    let folder = Folder::new("settings").write("redan.toml", "parameter = {}\n").write("a/b/main.tf", "");
    let said = folder.run(&["scan", "a/b"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("redan.toml:1: no such setting: `parameter`"), "{}", said.err);
    assert!(said.err.contains("did you mean `parameters`?"), "{}", said.err);
    assert_eq!(folder.run(&["scan", "a/b", "--no-config"]).code, 0);
}

#[test]
fn settings_that_do_not_parse_name_the_line() {
    let folder = Folder::new("settings-syntax").write("redan.toml", "pages = [\"a\"]\nskip = [\n");
    let said = folder.run(&["scan"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("redan.toml:"), "{}", said.err);
}

#[test]
fn reports_go_into_files_whole_or_not_at_all() {
    let folder = Folder::new("files");
    let said = folder.run(&["scan", "--format", "json=out.json", "--format", "sarif=out.sarif"]);
    assert_eq!(said.code, 0);
    assert!(said.out.is_empty(), "{}", said.out);
    assert!(said.err.contains("0 findings"), "{}", said.err);
    for file in ["out.json", "out.sarif"] {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "no file is left behind");
    let said = folder.run(&["scan", "--format", "json=no/such/folder.json"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("cannot write no/such/folder.json"), "{}", said.err);
}

#[test]
fn completions_and_manuals_are_made() {
    let folder = Folder::new("manuals");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = folder.run(&["completions", shell]);
        assert_eq!(said.code, 0);
        assert!(said.out.contains("allow-incomplete"), "{shell}");
    }
    assert!(folder.run(&["man"]).out.contains(".TH redan 1"));
    assert_eq!(folder.run(&["man", "--dir", "man"]).code, 0);
    assert!(folder.path().join("man/redan-scan.1").is_file());
}

#[test]
fn colours_come_only_when_wanted() {
    let folder = Folder::new("colours");
    assert!(!folder.run(&["scan"]).out.contains('\u{1b}'));
    assert!(folder.run(&["scan", "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new("pipe").write("a.tf", "resource \"aws_kms_key\" \"a\" {}\n");
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("redan"))
        .args(["completions", "bash"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
