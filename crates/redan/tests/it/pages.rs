//! `redan pages` and `redan explain`.

use crate::common::Folder;

const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");

fn page(rule: &str, cases: &str) -> String {
    format!(
        "---\ntitle: A page\nseverity: low\nmission: [B4]\nsince: 0.1.0\nlinks: [https://docs.aws.amazon.com/kms/]\n---\nWhy.\n\n## Rule\n```cel AWS::KMS::Key\n{rule}\n```\n## Cases\n{cases}"
    )
}

const FAIL: &str = "```hcl fail\nresource \"aws_kms_key\" \"a\" {\n  enable_key_rotation = false # finding\n}\n```\n";
const PASS: &str = "```hcl pass\nresource \"aws_kms_key\" \"a\" {\n  enable_key_rotation = true\n}\n```\n";

/// What the test of one page says, without the last line.
fn faults(name: &str, text: &str) -> String {
    let folder = Folder::new(name).write("a.md", text);
    let said = folder.run(&["pages", "test", "a.md"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    said.out.rsplit_once("1 page with faults").unwrap().0.to_owned()
}

#[test]
fn sound_pages_pass() {
    let folder = Folder::new("pages-sound");
    let said = folder.run(&["pages", "test", PAGES]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.starts_with("ok 2 pages, 5 cases, "), "{}", said.out);
}

#[test]
fn a_wrong_name_in_a_rule_says_what_was_meant() {
    insta::assert_snapshot!(faults("pages-name", &page("self.EnableKeyRotatoin == true", &format!("{FAIL}{PASS}"))));
}

#[test]
fn a_wrong_verdict_shows_the_leaves() {
    let wrong = FAIL.replace("= false", "= true");
    insta::assert_snapshot!(faults(
        "pages-verdict",
        &page("self.EnableKeyRotation == true", &format!("{wrong}{PASS}"))
    ));
}

#[test]
fn a_mark_on_another_line_is_a_fault() {
    let wrong = FAIL.replace(" # finding", "").replace("\"a\" {", "\"a\" { # finding");
    insta::assert_snapshot!(faults("pages-mark", &page("self.EnableKeyRotation == true", &format!("{wrong}{PASS}"))));
}

#[test]
fn an_atom_that_no_case_needs_is_a_fault() {
    let rule = "self.EnableKeyRotation == true && self.Enabled == true";
    insta::assert_snapshot!(faults("pages-mutant", &page(rule, &format!("{FAIL}{PASS}"))));
}

#[test]
fn a_case_that_does_not_parse_is_a_fault_at_its_line() {
    let broken = FAIL.replace("  enable", "  = enable");
    insta::assert_snapshot!(faults(
        "pages-broken",
        &page("self.EnableKeyRotation == true", &format!("{broken}{PASS}"))
    ));
}

#[test]
fn a_case_without_the_kind_says_what_it_has() {
    let other = FAIL.replace("aws_kms_key", "aws_sns_topic").replace("enable_key_rotation = false", "name = \"a\"");
    insta::assert_snapshot!(faults(
        "pages-kind",
        &page("self.EnableKeyRotation == true", &format!("{FAIL}{PASS}{other}"))
    ));
}

#[test]
fn a_fix_that_does_not_mend_is_a_fault() {
    let text = page("self.EnableKeyRotation == true", &format!("{FAIL}{PASS}"))
        .replace("## Cases", "## Fix\nNothing.\n```patch AWS::KMS::Key\nDescription: mended\n```\n## Cases");
    insta::assert_snapshot!(faults("pages-fix", &text));
}

#[test]
fn a_new_page_is_whole_but_for_its_content() {
    let folder = Folder::new("pages-new");
    let said = folder.run(&["pages", "new", "data/key-rotation-off", "--kind", "AWS::KMS::Key"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("pages/data/key-rotation-off.md"), "{}", said.err);
    let said = folder.run(&["pages", "test"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("pages/data/key-rotation-off.md:"), "{}", said.out);
    assert_eq!(folder.run(&["pages", "new", "data/key-rotation-off"]).code, 2, "nothing is overwritten");
    assert_eq!(folder.run(&["pages", "new", "../escape"]).code, 2);
}

#[test]
fn pages_are_found_by_other_ids() {
    let folder = Folder::new("pages-find");
    let said = folder.run(&["pages", "find", "demo_2", "--pages", PAGES]);
    assert_eq!(said.out, "demo/open-ssh  high      aws        SSH open to the internet\n");
    assert_eq!(folder.run(&["pages", "find", "no such thing", "--pages", PAGES]).code, 2);
    let said = folder.run(&["pages", "list", "--pages", PAGES, "--page", "demo"]);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
}

#[test]
fn explain_shows_the_page() {
    let folder = Folder::new("pages-explain");
    let said = folder.run(&["explain", "DEMO_1", "--pages", PAGES]);
    assert_eq!(said.code, 0, "{}", said.err);
    insta::assert_snapshot!(said.out);
    let said = folder.run(&["explain", "demo/rotatoin", "--pages", PAGES]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean `demo/rotation`?"), "{}", said.err);
}

#[test]
fn answers_of_the_api_are_cases_too() {
    let text = page("self.EnableKeyRotation == true", &format!("{FAIL}{PASS}")).replace(
        "## Cases\n",
        "## Cases\n```json azure pass\n{\"id\": \"/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a\", \"type\": \"Microsoft.Storage/storageAccounts\", \"name\": \"a\", \"properties\": {}}\n```\n",
    );
    let said = faults("pages-answers", &text);
    assert!(said.contains("the case has no AWS::KMS::Key"), "{said}");
    assert!(
        said.contains("(Microsoft.Storage/storageAccounts)") || said.contains("nothing that a kind maps"),
        "{said}"
    );
}

#[test]
fn a_check_that_is_left_out_says_why() {
    let said = crate::common::Folder::new("pages-left-out").run(&["pages", "find", "CKV_AWS_19"]);
    assert!(said.code == 0 && said.out.contains("left out: deprecated"), "{}{}", said.out, said.err);
}
