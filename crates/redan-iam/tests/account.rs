//! A small account: who can, boundaries, groups, trust, and ways to administrator.

mod common;

use common::of_details;
use redan_iam::{Account, Escalation, Given};
use serde_json::{Value, json};

const ACCOUNT: &str = "arn:aws:iam::111122223333:";

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn inline(statements: &[Value]) -> Value {
    json!([{"PolicyName": "inline", "PolicyDocument": document(statements)}])
}

fn user(name: &str, statements: &[Value]) -> Value {
    json!({"UserName": name, "Arn": format!("{ACCOUNT}user/{name}"), "UserPolicyList": inline(statements)})
}

fn role(name: &str, principal: &Value, statements: &[Value]) -> Value {
    let trust = document(&[json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})]);
    json!({"RoleName": name, "Arn": format!("{ACCOUNT}role/{name}"), "AssumeRolePolicyDocument": trust,
           "RolePolicyList": inline(statements)})
}

fn account(users: &[Value], roles: &[Value], groups: &[Value], policies: &[Value]) -> Account {
    let details =
        json!({"UserDetailList": users, "RoleDetailList": roles, "GroupDetailList": groups, "Policies": policies});
    of_details(&details)
}

fn managed(name: &str, statements: &[Value]) -> Value {
    json!({"Arn": format!("{ACCOUNT}policy/{name}"), "DefaultVersionId": "v2", "PolicyVersionList": [
        {"VersionId": "v1", "Document": document(&[])}, {"VersionId": "v2", "IsDefaultVersion": true, "Document": document(statements)}]})
}

fn administrator(trusts: &Value) -> Value {
    role("admin", trusts, &[allow(&["*"], "*")])
}

fn found<'e>(escalations: &'e [Escalation], name: &str) -> Option<&'e Escalation> {
    escalations.iter().find(|escalation| escalation.identity.ends_with(&format!("/{name}")))
}

#[test]
fn who_can_follows_groups_boundaries_and_denies() {
    let attached = |name: &str| json!([{"PolicyArn": format!("{ACCOUNT}policy/{name}")}]);
    let mut bounded = user("bounded", &[allow(&["s3:*"], "*")]);
    bounded["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": format!("{ACCOUNT}policy/limit")});
    let mut member = user("member", &[]);
    member["GroupList"] = json!(["readers"]);
    let denied = user(
        "denied",
        &[allow(&["s3:*"], "*"), json!({"Effect": "Deny", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"})],
    );
    let home = user("home", &[allow(&["s3:GetObject"], "arn:aws:s3:::b/${aws:username}/*")]);
    let readers = json!({"GroupName": "readers", "Arn": format!("{ACCOUNT}group/readers"), "AttachedManagedPolicies": attached("read")});
    let account = account(
        &[bounded, member, denied, home],
        &[],
        &[readers],
        &[managed("limit", &[allow(&["ec2:*"], "*")]), managed("read", &[allow(&["s3:Get*"], "arn:aws:s3:::b/*")])],
    );
    let who = |resource: &str| -> Vec<String> {
        let grants = account.who_can("s3:GetObject", Some(resource), &Given::new()).expect("a known action");
        grants.iter().map(|grant| grant.identity.rsplit('/').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(who("arn:aws:s3:::b/x"), ["member"]);
    assert_eq!(who("arn:aws:s3:::b/home/x"), ["home", "member"]);
    assert_eq!(who("arn:aws:s3:::other/x"), ["denied"]);
    let grant = account.can("denied", "s3:GetObject", Some("arn:aws:s3:::b/x"), &Given::new()).expect("an identity");
    assert_eq!((grant.allowed, grant.statements.first().map(|statement| statement.index)), (Some(false), Some(1)));
}

#[test]
fn conditions_take_the_given_context() {
    let mut office = allow(&["s3:GetObject"], "*");
    office["Condition"] = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let account = account(&[user("office", &[office])], &[], &[], &[]);
    let from = |address: &str| {
        let given = Given::from([("aws:SourceIp".to_owned(), vec![address.to_owned()])]);
        account.can("office", "s3:GetObject", None, &given).and_then(|grant| grant.allowed)
    };
    assert_eq!((from("203.0.113.9"), from("198.51.100.1")), (Some(true), Some(false)));
}

#[test]
fn an_attached_policy_that_is_missing_makes_answers_unknown() {
    let mut someone = user("someone", &[]);
    someone["AttachedManagedPolicies"] = json!([{"PolicyArn": format!("{ACCOUNT}policy/elsewhere")}]);
    let account = account(&[someone], &[], &[], &[]);
    let grants = account.who_can("s3:GetObject", None, &Given::new()).expect("a known action");
    let reason = grants.first().and_then(|grant| grant.reason.as_deref()).unwrap_or_default();
    assert!(grants.first().is_some_and(|grant| grant.allowed.is_none()) && reason.contains("elsewhere"), "{reason}");
}

#[test]
fn the_vendors_managed_policies_are_known() {
    let mut someone = user("someone", &[]);
    someone["AttachedManagedPolicies"] = json!([{"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]);
    let account = account(&[someone], &[], &[], &[]);
    let may = |action: &str| account.can("someone", action, None, &Given::new()).and_then(|grant| grant.allowed);
    assert_eq!((may("s3:GetObject"), may("s3:PutObject")), (Some(true), Some(false)));
}

#[test]
fn the_cut_of_a_chain_ends_it() {
    let steps = [allow(&["iam:PutUserPolicy"], "*"), allow(&["s3:*"], "*")];
    let before = account(&[user("editor", &steps)], &[], &[], &[]).escalations();
    let cut = &found(&before, "editor").expect("a way").cut;
    assert_eq!(cut.iter().map(|own| own.index).collect::<Vec<_>>(), [0]);
    let left: Vec<Value> = steps.iter().skip(1).cloned().collect();
    assert!(found(&account(&[user("editor", &left)], &[], &[], &[]).escalations(), "editor").is_none());
}

#[test]
fn chains_lead_to_administrator() {
    let lambda = json!({"Service": "lambda.amazonaws.com"});
    let by = |name: &str| json!({"AWS": format!("{ACCOUNT}{name}")});
    let account = account(
        &[
            user("editor", &[allow(&["iam:PutUserPolicy"], &format!("{ACCOUNT}user/editor"))]),
            user(
                "passer",
                &[allow(&["iam:PassRole"], "*"), allow(&["lambda:CreateFunction", "lambda:InvokeFunction"], "*")],
            ),
            user("half", &[allow(&["iam:PassRole"], "*"), allow(&["lambda:CreateFunction"], "*")]),
            user("walker", &[]),
            user("keys", &[allow(&["iam:CreateAccessKey"], &format!("{ACCOUNT}user/editor"))]),
            user("truster", &[allow(&["iam:UpdateAssumeRolePolicy"], &format!("{ACCOUNT}role/admin"))]),
            user("reader", &[allow(&["s3:Get*"], "*")]),
        ],
        &[
            administrator(&lambda),
            role("step", &by("user/walker"), &[allow(&["sts:AssumeRole"], "*")]),
            role("last", &by("role/step"), &[allow(&["iam:AttachRolePolicy"], &format!("{ACCOUNT}role/last"))]),
        ],
        &[],
        &[],
    );
    let escalations = account.escalations();
    let length = |name: &str| found(&escalations, name).map(|escalation| escalation.chain.len());
    assert_eq!(length("editor"), Some(1));
    assert_eq!(length("passer"), Some(1));
    assert_eq!(length("half"), None);
    assert_eq!(length("walker"), Some(3));
    assert_eq!(length("keys"), Some(2));
    assert_eq!(length("truster"), Some(1));
    assert_eq!(length("reader"), None);
    assert!(found(&escalations, "admin").is_some_and(|escalation| escalation.administrator));
    let passer = found(&escalations, "passer").and_then(|escalation| escalation.chain.first()).expect("a step");
    assert_eq!(passer.actions, ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]);
    assert_eq!(passer.statements.iter().map(|statement| statement.index).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_boundary_or_a_deny_stops_an_escalation() {
    let mut bounded = user("bounded", &[allow(&["iam:PutUserPolicy"], "*")]);
    bounded["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": format!("{ACCOUNT}policy/limit")});
    let denied =
        user("denied", &[allow(&["iam:*"], "*"), json!({"Effect": "Deny", "Action": "iam:*", "Resource": "*"})]);
    let limit = managed("limit", &[allow(&["iam:*"], "*")]);
    let account = account(&[bounded, denied], &[], &[], &[limit]);
    let escalations = account.escalations();
    // It can make others powerful, and needs their help.
    let bounded = found(&escalations, "bounded").expect("a way with help");
    assert!(bounded.chain.iter().any(|step| step.assuming.is_some()), "{bounded:?}");
    assert!(found(&escalations, "denied").is_none());
}

#[test]
fn passing_is_limited_to_the_service() {
    let mut pass = allow(&["iam:PassRole"], "*");
    pass["Condition"] = json!({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}});
    let run = allow(&["lambda:CreateFunction", "lambda:InvokeFunction"], "*");
    let lambda = json!({"Service": "lambda.amazonaws.com"});
    let account = account(&[user("passer", &[pass, run])], &[administrator(&lambda)], &[], &[]);
    assert!(found(&account.escalations(), "passer").is_none());
}

#[test]
fn trust_from_outside() {
    let roles = [
        role("own", &json!({"AWS": format!("{ACCOUNT}root")}), &[]),
        role("partner", &json!({"AWS": "arn:aws:iam::444455556666:root"}), &[]),
        role("open", &json!("*"), &[]),
    ];
    let trusted = account(&[], &roles, &[], &[]).exposures();
    let names: Vec<(&str, Option<bool>)> =
        trusted.iter().map(|role| (role.resource.rsplit('/').next().unwrap_or_default(), role.public)).collect();
    assert_eq!(names, [("open", Some(true)), ("partner", Some(false))]);
}
