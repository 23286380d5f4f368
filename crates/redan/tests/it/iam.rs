//! `redan iam` on policy files and an account's export.

use crate::common::Folder;
use serde_json::{Value, json};

const READ: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}
"#;
const MORE: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
  {"Effect": "Allow", "Action": "s3:PutObjct", "Resource": "arn:aws:s3:::b/*"},
  {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::b/*"}]}
"#;
const OPEN: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}
"#;

fn account() -> String {
    let arn = |rest: &str| format!("arn:aws:iam::111122223333:{rest}");
    let inline = |actions: &[&str]| {
        let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
        json!([{"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}])
    };
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}]});
    json!({
        "UserDetailList": [
            {"UserName": "reader", "Arn": arn("user/reader"), "UserPolicyList": inline(&["s3:GetObject"])},
            {"UserName": "editor", "Arn": arn("user/editor"), "UserPolicyList": inline(&["iam:PutUserPolicy"])}],
        "RoleDetailList": [
            {"RoleName": "partner", "Arn": arn("role/partner"), "AssumeRolePolicyDocument": trust}],
        "GroupDetailList": [], "Policies": []
    })
    .to_string()
}

fn folder(name: &str) -> Folder {
    Folder::new(name)
        .write("read.json", READ)
        .write("more.json", MORE)
        .write("open.json", OPEN)
        .write("account.json", &account())
}

#[test]
fn policies_are_compared_with_a_request_as_proof() {
    let folder = folder("iam-policies");
    let more = folder.run(&["iam", "diff", "read.json", "more.json", "--json"]);
    let answer: Value = serde_json::from_str(&more.out).unwrap();
    assert_eq!((more.code, answer["answer"].as_str()), (1, Some("yes")));
    assert_eq!((answer["request"]["action"].as_str(), answer["lines"].clone()), (Some("s3:DeleteObject"), json!([4])));
    assert_eq!(folder.run(&["iam", "diff", "more.json", "read.json"]).code, 0);
    assert_eq!(folder.run(&["iam", "public", "open.json"]).code, 1);
    assert_eq!(folder.run(&["iam", "public", "read.json"]).code, 0);
}

#[test]
fn lint_names_file_line_and_remedy() {
    let said = folder("iam-lint").run(&["iam", "lint", "more.json"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.starts_with(
            "more.json:3: error [unknown-action]: `s3` has no action `putobjct`; did you mean `PutObject`?"
        ),
        "{}",
        said.out
    );
}

#[test]
fn an_account_export_answers() {
    let folder = folder("iam-account");
    let ask =
        |words: &[&str]| folder.run(&[&["iam"], words, &["--account-details", "account.json", "--json"]].concat());
    assert_eq!(ask(&["can", "reader", "s3:GetObject"]).code, 0);
    assert_eq!(ask(&["can", "editor", "s3:GetObject"]).code, 1);
    assert_eq!(ask(&["can", "nobody", "s3:GetObject"]).code, 2);
    let who: Value = serde_json::from_str(&ask(&["who-can", "s3:GetObject", "arn:aws:s3:::b/x"]).out).unwrap();
    assert_eq!(who[0]["principal"], "arn:aws:iam::111122223333:user/reader");
    let escalate = ask(&["escalate"]);
    let found: Value = serde_json::from_str(&escalate.out).unwrap();
    assert_eq!((escalate.code, found[0]["principal"].as_str()), (1, Some("arn:aws:iam::111122223333:user/editor")));
    let outside: Value = serde_json::from_str(&ask(&["external"]).out).unwrap();
    assert_eq!(
        (outside[0]["public"].clone(), outside[0]["role"].as_str()),
        (json!(false), Some("arn:aws:iam::111122223333:role/partner"))
    );
}
