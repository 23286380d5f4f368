//! Only what is new: compared with a report, and with a revision of a repository.

use crate::common::{Folder, Said};
use std::process::Command;

const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");

fn scan(folder: &Folder, more: &[&str]) -> Said {
    let mut arguments = vec!["scan", ".", "--pages", PAGES, "--page", "demo", "--now", "1780272000"];
    arguments.extend_from_slice(more);
    folder.run(&arguments)
}

fn key(name: &str) -> String {
    format!("resource \"aws_kms_key\" \"{name}\" {{\n  enable_key_rotation = false\n}}\n")
}

fn git(folder: &Folder, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("these tests need the program git: install it from your distribution");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn an_earlier_report_makes_its_results_known() {
    let folder = Folder::new("since-report").write("a.tf", &key("a"));
    assert_eq!(scan(&folder, &["--format", "json=before.json"]).code, 1);
    let same = scan(&folder, &["--new-since", "before.json"]);
    assert_eq!(same.code, 0, "{}{}", same.out, same.err);
    assert!(same.out.contains("0 findings · 0 unknown · 0 passed · 1 known"), "{}", same.out);
    let folder = folder.write("a.tf", &format!("\n\n{}{}", key("b"), key("a")));
    let more = scan(&folder, &["--new-since", "before.json", "--format", "concise", "--show", "all"]);
    assert_eq!(more.code, 1);
    assert!(more.out.contains("aws_kms_key.b") && more.out.contains("1 finding: 1 medium"), "{}", more.out);
    assert!(more.out.lines().any(|line| line.contains("aws_kms_key.a") && line.contains("known")), "{}", more.out);
    let none = scan(&folder.write("x.json", "{\"results\": []}"), &["--new-since", "x.json"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("is no report of redan"), "{}", none.err);
}

#[test]
fn an_earlier_revision_is_scanned_beside() {
    let folder = Folder::new("since-revision")
        .write("stack/main.tf", &format!("{}module \"m\" {{\n  source = \"../modules/m\"\n}}\n", key("a")))
        .write("modules/m/main.tf", &key("old"));
    std::fs::remove_dir(folder.path().join(".git")).unwrap();
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "first"]);
    let folder = folder.write("modules/m/main.tf", &format!("{}{}", key("new"), key("old")));
    for (place, path) in [("", "stack"), ("stack", "."), ("modules", "../stack")] {
        let arguments =
            ["scan", path, "--pages", PAGES, "--page", "demo", "--new-since", "HEAD", "--format", "concise"];
        let said = if place.is_empty() { folder.run(&arguments) } else { folder.run_below(place, &arguments) };
        assert_eq!(said.code, 1, "{}{}", said.out, said.err);
        let found: Vec<&str> = said.out.lines().filter(|line| line.contains("medium[")).collect();
        assert_eq!(found.len(), 1, "{place} {path}: {}", said.out);
        assert!(found[0].contains("module.m.aws_kms_key.new"), "{}", said.out);
        assert!(said.out.contains("2 known"), "{}", said.out);
    }
    let status = Command::new("git").args(["status", "--porcelain"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8(status.stdout).unwrap(), " M modules/m/main.tf\n", "the tree is as it was");
    git(&folder, &["commit", "-qam", "second"]);
    let said = folder.run(&["scan", "stack", "--pages", PAGES, "--page", "demo", "--new-since", "HEAD"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let wrong = folder.run(&["scan", "stack", "--pages", PAGES, "--new-since", "--upload-pack=x"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    let wrong = folder.run(&["scan", "stack", "--pages", PAGES, "--new-since", "no-such-branch"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("is neither a file nor a revision of the repository"), "{}", wrong.err);
}
