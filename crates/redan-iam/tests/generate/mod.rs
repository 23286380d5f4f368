//! Random policies and requests over a small vocabulary, so that they meet often.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use redan_iam::{Principal, Request};
use serde_json::{Value, json};

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:*",
    "s3:Get*",
    "ec2:TerminateInstances",
    "ec2:*",
    "*",
    "iam:PassRole",
    "sts:AssumeRole",
    "S3:getobject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "s3:List*",
    "sqs:SendMessage",
    "s3:?etObject",
    "ec2:T*s",
    "new:Thing",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::b/x?",
    "arn:aws:s3:::*/secret*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
    "arn:aws:s3:::b",
    "arn:aws:iam::*:role/a*",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:sqs:*:111122223333:q*",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:ec2:*",
    "arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}*",
    "arn:aws:s3:::b/ann/*",
    "arn:aws:s3:::b/none*",
];

/// Conditions with the operators and the values of the keys that the samples use.
fn condition() -> impl Strategy<Value = (String, String, Value)> {
    let texts = (
        select(vec![
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringEqualsIfExists",
            "StringNotLikeIfExists",
            "StringNotEqualsIgnoreCase",
        ]),
        select(vec!["aws:UserAgent", "s3:prefix", "aws:PrincipalTag/team", "aws:username", "aws:Referer"]),
        subsequence(vec!["ann", "ANN", "a*", "?nn", "none", "bob", "${aws:username}"], 1..3),
    );
    let sets = (
        select(vec![
            "ForAnyValue:StringEquals",
            "ForAllValues:StringLike",
            "ForAllValues:StringNotEquals",
            "ForAnyValue:StringNotLike",
            "ForAllValues:StringEqualsIfExists",
        ]),
        Just("aws:TagKeys"),
        subsequence(vec!["ann", "a*", "bob", "cost"], 1..3),
    );
    let numbers = (
        select(vec![
            "NumericLessThan",
            "NumericGreaterThanEquals",
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThanEqualsIfExists",
        ]),
        select(vec!["s3:max-keys", "aws:MultiFactorAuthAge"]),
        subsequence(vec!["0", "5", "10", "3600"], 1..2),
    );
    let addresses = (
        select(vec!["IpAddress", "NotIpAddress", "NotIpAddressIfExists"]),
        Just("aws:SourceIp"),
        subsequence(vec!["203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "0.0.0.0/0"], 1..3),
    );
    let dates = (
        select(vec!["DateLessThan", "DateGreaterThan", "DateLessThanIfExists"]),
        Just("aws:CurrentTime"),
        subsequence(vec!["2024-01-01T00:00:00Z", "2026-06-01T00:00:00Z"], 1..2),
    );
    let others = (
        select(vec!["Bool", "BoolIfExists", "Null"]),
        select(vec!["aws:SecureTransport", "aws:MultiFactorAuthPresent"]),
        subsequence(vec!["true", "false"], 1..2),
    );
    let arns = (
        select(vec!["ArnLike", "ArnNotLike", "ArnEqualsIfExists"]),
        select(vec!["aws:SourceArn", "aws:PrincipalArn"]),
        subsequence(
            vec!["arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/ann", "arn:aws:iam::111122223333:role/app"],
            1..2,
        ),
    );
    prop_oneof![4 => texts, 2 => sets, 2 => numbers, 2 => addresses, 1 => dates, 2 => others, 2 => arns]
        .prop_map(|(operator, key, values)| (operator.to_owned(), key.to_owned(), json!(values)))
}

fn statement(resource_policy: bool) -> impl Strategy<Value = Value> {
    let principal = select(vec![
        json!("*"),
        json!({"AWS": "111122223333"}),
        json!({"AWS": "arn:aws:iam::111122223333:role/app"}),
        json!({"AWS": ["arn:aws:iam::111122223333:user/ann", "444455556666"]}),
        json!({"Service": "sns.amazonaws.com"}),
    ]);
    let parts = (
        prop_oneof![3 => Just("Allow"), 2 => Just("Deny")],
        (prop::bool::weighted(0.15), subsequence(ACTIONS, 1..3)),
        (prop::bool::weighted(0.15), subsequence(RESOURCES, 1..3)),
        prop::collection::vec(condition(), 0..3),
        principal,
    );
    parts.prop_map(move |(effect, (not_action, actions), (not_resource, resources), conditions, principal)| {
        let mut statement = json!({"Effect": effect});
        statement[if not_action { "NotAction" } else { "Action" }] = json!(actions);
        statement[if not_resource { "NotResource" } else { "Resource" }] = json!(resources);
        for (operator, key, values) in conditions {
            statement["Condition"][operator][key] = values;
        }
        if resource_policy {
            statement["Principal"] = principal;
        }
        statement
    })
}

pub(crate) fn policy(resource_policy: bool) -> impl Strategy<Value = Value> {
    prop::collection::vec(statement(resource_policy), 1..5)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

/// Requests that can be made: an action with a resource of its type, keys that it can have.
pub(crate) fn request(resource_policy: bool) -> impl Strategy<Value = Request> {
    let target = select(vec![
        ("s3:GetObject", "arn:aws:s3:::b/xy"),
        ("s3:GetObject", "arn:aws:s3:::b/ann/1"),
        ("s3:PutObject", "arn:aws:s3:::ann/secret"),
        ("s3:PutObject", "arn:aws:s3:::c/secrets"),
        ("s3:ListBucket", "arn:aws:s3:::b"),
        ("s3:ListAllMyBuckets", "*"),
        ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/app"),
        ("ec2:TerminateInstances", "arn:aws:ec2:us-east-1:444455556666:instance/i-2"),
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/app"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q1"),
        ("s3:GetObject", "arn:aws:s3:::b/none1"),
    ]);
    let maybe = |values: Vec<&'static str>| prop::option::weighted(0.6, select(values));
    let texts = vec!["ann", "ANN", "bob", "none", "zoe"];
    let keys = (
        maybe(texts.clone()),
        maybe(texts.clone()),
        maybe(texts.clone()),
        maybe(texts),
        maybe(vec!["0", "4", "5", "11"]),
        maybe(vec!["203.0.113.7", "203.0.113.9", "10.1.1.1", "8.8.8.8"]),
        maybe(vec!["2020-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z"]),
        (maybe(vec!["true", "false"]), maybe(vec!["true", "false"])),
        prop::option::of(subsequence(vec!["ann", "bob", "cost", "abc"], 1..3)),
        maybe(vec!["arn:aws:iam::111122223333:role/app", "arn:aws:iam::444455556666:user/ann"]),
    );
    let who = select(vec![
        Principal::User("arn:aws:iam::111122223333:user/ann".into()),
        Principal::Session("arn:aws:iam::111122223333:role/app".into(), "s".into()),
        Principal::Session("arn:aws:iam::777788889999:role/other".into(), "s".into()),
    ]);
    (target, keys, who).prop_map(move |((action, resource), keys, principal)| {
        let mut context = BTreeMap::new();
        let (agent, prefix, team, referer, number, address, time, (secure, mfa), tags, source) = keys;
        let s3_list = action == "s3:ListBucket";
        let pairs = [
            ("aws:useragent", agent),
            ("s3:prefix", prefix.filter(|_| s3_list)),
            ("aws:principaltag/team", team),
            ("aws:referer", referer),
            ("s3:max-keys", number.filter(|_| s3_list)),
            ("aws:multifactorauthage", number),
            ("aws:sourceip", address),
            ("aws:currenttime", time),
            ("aws:securetransport", secure),
            ("aws:multifactorauthpresent", mfa),
            ("aws:sourcearn", source),
        ];
        for (key, value) in pairs {
            context.extend(value.map(|value| (key.to_owned(), vec![value.to_owned()])));
        }
        context.extend(tags.map(|tags| ("aws:tagkeys".to_owned(), tags.into_iter().map(str::to_owned).collect())));
        let principal =
            if resource_policy { principal } else { Principal::User("arn:aws:iam::111122223333:user/ann".into()) };
        match &principal {
            Principal::User(arn) => {
                context.insert("aws:username".into(), vec!["ann".into()]);
                context.insert("aws:principalarn".into(), vec![arn.clone()]);
            }
            Principal::Session(role, _) => {
                context.insert("aws:principalarn".into(), vec![role.clone()]);
            }
            _ => {}
        }
        Request { principal, action: action.into(), resource: resource.into(), context }
    })
}
