//! Each check on the smallest policy that shows it, with the place that it names.

use redan_iam::{Policy, PolicyKind, lint};

fn codes(source: &str, kind: PolicyKind) -> Vec<(&'static str, String)> {
    let policy = Policy::from_json(source);
    lint(&policy, kind)
        .into_iter()
        .map(|lint| (lint.code, source.get(lint.span.start..lint.span.end).unwrap_or_default().to_owned()))
        .collect()
}

fn of(statement: &str) -> Vec<(&'static str, String)> {
    codes(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#), PolicyKind::Identity)
}

#[test]
fn each_check_names_its_place() {
    let cases = [
        (r#"{"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}"#, "unknown-action", r#""s3:GetObjct""#),
        (r#"{"Effect": "Allow", "Action": "s4:GetObject", "Resource": "*"}"#, "unknown-service", r#""s4:GetObject""#),
        (r#"{"Effect": "Allow", "Action": "GetObject", "Resource": "*"}"#, "action-without-service", r#""GetObject""#),
        (r#"{"Effect": "Allow", "Action": ["s3:*", "s3:Get*"], "Resource": "*"}"#, "redundant-action", r#""s3:Get*""#),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "my-bucket/*"}"#,
            "invalid-arn",
            r#""my-bucket/*""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:bucket"}"#,
            "short-arn",
            r#""arn:aws:s3:bucket""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1234:q"}"#,
            "invalid-account",
            r#""arn:aws:sqs:eu-west-1:1234:q""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::b"}"#,
            "action-resource-mismatch",
            r#""s3:ListAllMyBuckets""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/*", "arn:aws:sqs:*:*:q"]}"#,
            "resource-without-action",
            r#""arn:aws:sqs:*:*:q""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpcee": "v"}}}"#,
            "unknown-key",
            r#""v""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0/8"}}}"#,
            "wrong-value",
            r#""10.0.0/8""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"NumericEquals": {"aws:SourceIp": "1"}}}"#,
            "operator-type-mismatch",
            r#""1""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:TagKeys": "x"}}}"#,
            "set-operator-missing",
            r#""x""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}}"#,
            "for-all-values-when-absent",
            r#""x""#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "x"}}}"#,
            "key-without-action",
            r#""x""#,
        ),
        (r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#, "allow-not-action", r#""iam:*""#),
        (r#"{"Effect": "Permit", "Action": "s3:*", "Resource": "*"}"#, "syntax", r#""Permit""#),
    ];
    for (statement, code, place) in cases {
        let found = of(statement);
        assert!(found.contains(&(code, place.to_owned())), "{statement}: {found:?}");
    }
}

#[test]
fn statements_that_do_nothing_are_found() {
    let all = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    let some = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}"#;
    let denied = r#"{"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}"#;
    let narrow = r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}"#;
    let find = |statements: &[&str]| of(&statements.join(", "));
    assert_eq!(find(&[all, some]), [("redundant-statement", some.to_owned())]);
    assert_eq!(find(&[some, denied]), [("denied-statement", some.to_owned())]);
    assert_eq!(find(&[all, denied, narrow]), [("redundant-statement", narrow.to_owned())]);
    assert_eq!(find(&[all, narrow]), []);
}

#[test]
fn kinds_of_policies_have_their_elements() {
    let bucket = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}"#;
    let of = |kind| codes(bucket, kind).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(of(PolicyKind::Identity), Vec::<&str>::new());
    assert_eq!(of(PolicyKind::Resource), ["no-principal"]);
    let trust =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}"#;
    assert_eq!(codes(trust, PolicyKind::Trust).first().map(|(code, _)| *code), Some("trust-everybody"));
}

#[test]
fn a_good_policy_is_clean() {
    let good = r#"{"Version": "2012-10-17", "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/${aws:username}/*"]},
        {"Sid": "Tls", "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;
    assert_eq!(codes(good, PolicyKind::Identity), []);
}

#[test]
fn elements_that_cannot_be_meant_so() {
    let resource = |statement: &str| {
        codes(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#), PolicyKind::Resource)
    };
    let pass = |more: &str| format!(r#"{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"{more}}}"#);
    let get = |more: &str| format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", {more}}}"#);
    let cases = [
        (of(&pass("")), "pass-every-role", r#""iam:PassRole""#),
        (
            of(&get(r#""Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/x"]"#)),
            "redundant-resource",
            r#""arn:aws:s3:::b/x""#,
        ),
        (
            of(&get(r#""Resource": "arn:aws:s3:::b/${aws:username/*""#)),
            "broken-variable",
            r#""arn:aws:s3:::b/${aws:username/*""#,
        ),
        (
            of(&get(r#""Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}"#)),
            "private-address",
            r#""10.1.0.0/16""#,
        ),
        (
            of(&get(r#""Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.9/24"}}"#)),
            "block-with-host",
            r#""203.0.113.9/24""#,
        ),
        (
            of(&get(r#""Resource": "*", "Condition": {"StringLike": {"aws:UserAgent": ["a*", "ab"]}}"#)),
            "redundant-value",
            r#""ab""#,
        ),
        (
            of(
                r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam:eu-west-1:111122223333:role/a"}"#,
            ),
            "region-in-arn",
            r#""arn:aws:iam:eu-west-1:111122223333:role/a""#,
        ),
        (of(&get(r#""Resource": "arn:aws:S3:::b/*""#)), "service-case", r#""arn:aws:S3:::b/*""#),
    ];
    for (found, code, place) in cases {
        assert!(found.contains(&(code, place.to_owned())), "{code} at {place}: {found:?}");
    }
    let named = |found: &[(&str, String)], code: &str| found.iter().any(|(own, _)| *own == code);
    let service = get(r#""Principal": {"Service": "sns.amazonaws.com"}, "Resource": "*""#);
    assert!(named(&resource(&service), "service-for-anybody"));
    let tied = service.replace(
        r#""Resource": "*""#,
        r#""Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:t"}}"#,
    );
    assert!(!named(&resource(&tied), "service-for-anybody"));
    assert!(named(
        &resource(&get(r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}, "Resource": "*""#)),
        "wildcard-in-principal"
    ));
    assert!(named(&resource(&get(r#""Principal": {"Service": "sns"}, "Resource": "*""#)), "service-principal"));
    assert!(named(
        &of(&get(r#""Resource": "*", "Condition": {"NullIfExists": {"aws:SourceIp": "true"}}"#)),
        "null-if-exists"
    ));
    assert!(named(
        &of(&get(r#""Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}}"#)),
        "both-booleans"
    ));
    let limited = pass(r#", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}"#);
    assert!(!named(&of(&limited), "pass-every-role"));
    let old =
        codes(&format!(r#"{{"Statement": [{}]}}"#, get(r#""Resource": "arn:aws:s3:::b/*""#)), PolicyKind::Identity);
    assert!(named(&old, "old-version"));
}
