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
        (outside[0]["public"].clone(), outside[0]["resource"].as_str()),
        (json!(false), Some("arn:aws:iam::111122223333:role/partner"))
    );
}

const SHOP: &str = r#"
provider "aws" { region = "eu-west-1" }
data "aws_caller_identity" "me" {}
locals { own = "arn:aws:iam::${data.aws_caller_identity.me.account_id}" }
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({Statement = [{Effect = "Allow", Principal = {Service = "lambda.amazonaws.com"}, Action = "sts:AssumeRole"}]})
}
resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.id
  policy = jsonencode({Version = "2012-10-17", Statement = [
    {Effect = "Allow", Action = ["s3:GetObject", "sqs:SendMessage"], Resource = ["${aws_s3_bucket.data.arn}/*", aws_sqs_queue.jobs.arn]},
    {Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.main.arn}]})
}
resource "aws_iam_role_policy_attachment" "app" {
  role = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_iam_user" "dev" { name = "dev" }
resource "aws_iam_user_policy" "dev" {
  user = aws_iam_user.dev.name
  policy = jsonencode({Version = "2012-10-17", Statement = [
    {Effect = "Allow", Action = "lambda:UpdateFunctionCode", Resource = aws_lambda_function.job.arn},
    {Effect = "Allow", Action = "kms:Decrypt", Resource = "*"}]})
}
resource "aws_lambda_function" "job" {
  function_name = "job"
  role = aws_iam_role.app.arn
}
resource "aws_lambda_permission" "all" {
  function_name = aws_lambda_function.job.function_name
  action = "lambda:InvokeFunction"
  principal = "*"
}
resource "aws_s3_bucket" "data" { bucket = "shop-data" }
resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({Version = "2012-10-17", Statement = [
    {Effect = "Allow", Principal = {AWS = "arn:aws:iam::444455556666:root"}, Action = "s3:GetObject", Resource = "${aws_s3_bucket.data.arn}/*"},
    {Effect = "Allow", Principal = {AWS = aws_iam_user.dev.arn}, Action = "s3:PutObject", Resource = "${aws_s3_bucket.data.arn}/*"}]})
}
resource "aws_sqs_queue" "jobs" { name = "jobs" }
resource "aws_kms_key" "main" {
  policy = jsonencode({Version = "2012-10-17", Statement = [
    {Effect = "Allow", Principal = {AWS = "${local.own}:role/app"}, Action = "kms:*", Resource = "*"}]})
}
variable "name" {}
resource "aws_iam_role" "other" {
  name = var.name
  assume_role_policy = jsonencode({Statement = [{Effect = "Allow", Principal = {AWS = "arn:aws:iam::444455556666:root"}, Action = "sts:AssumeRole"}]})
  managed_policy_arns = [var.name]
}
"#;

#[test]
fn code_answers_with_the_lines_that_decide() {
    let folder = Folder::new("iam-code").write("main.tf", SHOP);
    let ask = |words: &[&str]| {
        let said = folder.run(&[&["iam"], words, &["--json"]].concat());
        (said.code, serde_json::from_str::<Value>(&said.out).unwrap_or_default())
    };
    let code = |words: &[&str]| ask(words).0;
    let (allowed, grant) = ask(&["can", "aws_iam_role.app", "s3:GetObject", "arn:aws:s3:::shop-data/x"]);
    assert_eq!((allowed, grant["statements"][0]["place"].as_str()), (0, Some("main.tf:12")));
    assert_eq!(code(&["can", "app", "sqs:SendMessage", "aws_sqs_queue.jobs"]), 0);
    assert_eq!(code(&["can", "app", "sqs:DeleteMessage", "aws_sqs_queue.jobs"]), 1);
    assert_eq!(code(&["can", "app", "logs:PutLogEvents"]), 0, "by the vendor's managed policy");
    assert_eq!(code(&["can", "dev", "s3:PutObject", "arn:aws:s3:::shop-data/x"]), 0, "by the bucket's policy alone");
    assert_eq!(code(&["can", "app", "kms:Decrypt", "aws_kms_key.main"]), 0, "the key's policy names the role");
    assert_eq!(code(&["can", "dev", "kms:Decrypt", "aws_kms_key.main"]), 1, "the key's policy leaves the account out");
    let (unknown, grant) = ask(&["can", "aws_iam_role.other", "s3:GetObject", "arn:aws:s3:::shop-data/x"]);
    assert_eq!((unknown, grant["allowed"].clone()), (3, Value::Null));
    assert!(grant["reason"].as_str().is_some_and(|reason| reason.contains("var.name")), "{grant}");
}

#[test]
fn code_shows_who_gets_in_from_outside_and_who_climbs() {
    let folder = Folder::new("iam-outside").write("main.tf", SHOP);
    let ask = |words: &[&str]| {
        serde_json::from_str::<Value>(&folder.run(&[&["iam"], words, &["--json"]].concat()).out).unwrap_or_default()
    };
    let public = ask(&["public"]);
    assert_eq!(public.as_array().map(Vec::len), Some(1), "{public}");
    assert_eq!(public[0]["address"], "aws_lambda_function.job");
    let open = ask(&["external"]);
    let bucket = open.as_array().and_then(|all| all.iter().find(|one| one["address"] == "aws_s3_bucket.data")).cloned();
    assert_eq!(bucket.unwrap_or_default()["access"][0]["answer"]["answer"], "unknown", "the own number is not known");
    let known = ask(&["external", "--account", "111122223333"]);
    let bucket =
        known.as_array().and_then(|all| all.iter().find(|one| one["address"] == "aws_s3_bucket.data")).cloned();
    let bucket = bucket.unwrap_or_default();
    assert_eq!(
        (bucket["access"][0]["who"].as_str(), bucket["public"].clone()),
        (Some("account 444455556666"), json!(false))
    );
    let climbs = ask(&["escalate"]);
    assert_eq!(climbs[0]["steps"][0]["to"], "arn:aws:iam::000000000000:role/app", "{climbs}");
    assert_eq!(
        (climbs[0]["steps"][0]["assuming"].clone(), climbs[0]["cut"][0]["place"].as_str()),
        (Value::Null, Some("main.tf:23"))
    );
}
