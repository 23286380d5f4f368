//! Questions on documents: holes, variables, strangers, networks, sets; and hostile input.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use redan_iam::{
    Answer, Node, Part, Policy, Principal, Shape, Span, Text, Tree, Who, allows, new_access, public, read_json,
    refuses_some, spares_some,
};

fn policy(statements: &str) -> Policy {
    let policy = Policy::from_json(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#));
    assert_eq!(policy.problems, Vec::new(), "{statements}");
    policy
}

fn kind(answer: &Answer) -> &'static str {
    match answer {
        Answer::Yes(_) => "yes",
        Answer::No => "no",
        Answer::Unknown(_) => "unknown",
    }
}

#[test]
fn public_is_what_a_stranger_can_do() {
    let allow = |principal: &str, condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {condition}}}"#
        )
    };
    let cases = [
        (r#""*""#, "{}", "yes"),
        (r#"{"AWS": "111122223333"}"#, "{}", "no"),
        (r#"{"Service": "cloudfront.amazonaws.com"}"#, "{}", "no"),
        (r#""*""#, r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "no"),
        (r#""*""#, r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}"#, "yes"),
        (r#""*""#, r#"{"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}"#, "yes"),
        (r#""*""#, r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, "no"),
        (r#""*""#, r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, "yes"),
        (r#""*""#, r#"{"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}"#, "no"),
        (r#""*""#, r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc1234567/*"}}"#, "no"),
        (r#""*""#, r#"{"StringLike": {"aws:PrincipalOrgID": "o-*"}}"#, "yes"),
        (r#""*""#, r#"{"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}"#, "no"),
        (r#""*""#, r#"{"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*"}}"#, "no"),
        (r#""*""#, r#"{"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}"#, "yes"),
        (r#""*""#, r#"{"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:111122223333:trail/*"}}"#, "no"),
        (r#""*""#, r#"{"StringLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:111122223333:trail/*"}}"#, "yes"),
        (r#""*""#, r#"{"StringLike": {"aws:Referer": "https://example.com/*"}}"#, "yes"),
        (r#""*""#, r#"{"Bool": {"aws:SecureTransport": "true"}}"#, "yes"),
        (r#""*""#, r#"{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}"#, "no"),
        (r#""*""#, r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#, "no"),
        (r#""*""#, r#"{"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}"#, "yes"),
        (r#""*""#, r#"{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1a2b3c4d"}}"#, "yes"),
    ];
    for (principal, condition, expected) in cases {
        assert_eq!(kind(&public(&policy(&allow(principal, condition)))), expected, "{principal} {condition}");
    }
}

#[test]
fn a_shared_identity_provider_is_public_unless_a_claim_names_somebody() {
    let trust = |condition: &str| {
        policy(&format!(
            r#"{{"Effect": "Allow", "Principal": {{"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}},
               "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {condition}}}"#
        ))
    };
    let cases = [
        (r#"{"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}"#, "yes"),
        (r#"{"StringLike": {"token.actions.githubusercontent.com:sub": "repo:org/app:*"}}"#, "no"),
        (r#"{"StringLike": {"token.actions.githubusercontent.com:sub": "repo:org/*"}}"#, "no"),
        (r#"{"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}"#, "yes"),
    ];
    for (condition, expected) in cases {
        assert_eq!(kind(&public(&trust(condition))), expected, "{condition}");
    }
}

#[test]
fn plain_transport_is_denied_only_if_every_request_is() {
    let insecure = || Shape {
        resources: vec!["arn:aws:s3:::b".into(), "arn:aws:s3:::b/*".into()],
        context: BTreeMap::from([("aws:SecureTransport".to_owned(), vec!["false".to_owned()])]),
        ..Shape::default()
    };
    let deny = |principal: &str, action: &str, resource: &str, condition: &str| {
        policy(&format!(
            r#"{{"Effect": "Deny", "Principal": {principal}, "Action": {action}, "Resource": {resource}, "Condition": {condition}}}"#
        ))
    };
    let (both, off) = (r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#, r#"{"Bool": {"aws:SecureTransport": "false"}}"#);
    let cases = [
        (r#""*""#, r#""s3:*""#, both, off, "no"),
        (r#"{"AWS": "*"}"#, r#""*""#, r#""*""#, off, "no"),
        (r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b/*""#, off, "yes"),
        (r#""*""#, r#"["s3:GetObject", "s3:PutObject"]"#, both, off, "yes"),
        (r#"{"AWS": "111122223333"}"#, r#""s3:*""#, both, off, "yes"),
        (r#""*""#, r#""s3:*""#, both, r#"{"Bool": {"aws:SecureTransport": "true"}}"#, "yes"),
        (
            r#""*""#,
            r#""s3:*""#,
            both,
            r#"{"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:UserAgent": "x"}}"#,
            "yes",
        ),
        (r#""*""#, r#""s3:*""#, both, r#"{"BoolIfExists": {"aws:SecureTransport": "false"}}"#, "no"),
    ];
    for (principal, action, resource, condition, expected) in cases {
        let answer = spares_some(&deny(principal, action, resource, condition), &insecure());
        assert_eq!(kind(&answer), expected, "{principal} {action} {resource} {condition}: {answer:?}");
    }
}

fn text(parts: &[Part]) -> Node {
    Node { span: Span::default(), tree: Tree::Text(Text::new(parts.iter().cloned())) }
}

fn with_resource(effect: &str, resource: Node) -> Policy {
    let (node, _) = read_json(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "{effect}", "Principal": "*", "Action": "s3:*"}}]}}"#
    ));
    let Tree::Map(mut root) = node.tree else { unreachable!("an object") };
    for (name, value) in &mut root {
        if name.known() == Some("Statement")
            && let Tree::List(items) = &mut value.tree
            && let Some(Node { tree: Tree::Map(entries), .. }) = items.first_mut()
        {
            entries.push(("Resource".into(), resource.clone()));
        }
    }
    Policy::from_node(&Node { span: Span::default(), tree: Tree::Map(root) }, Vec::new())
}

#[test]
fn holes_are_unknown_unless_they_do_not_matter() {
    let (hole, other) = (Part::Hole("bucket".into()), Part::Hole("another".into()));
    let known = |text: &str| Part::Known(text.into());
    let shape = |parts: &[Part]| Shape { resources: vec![Text::new(parts.iter().cloned())], ..Shape::default() };
    let objects = with_resource("Allow", text(&[known("arn:aws:s3:::"), hole.clone(), known("/*")]));
    let denied = with_resource("Deny", text(&[known("arn:aws:s3:::"), hole.clone(), known("/*")]));

    // The same hole on both sides.
    let own = shape(&[known("arn:aws:s3:::"), hole.clone(), known("/*")]);
    assert_eq!(kind(&allows(&objects, &own)), "yes");
    assert_eq!(kind(&spares_some(&denied, &own)), "no");
    // Another hole may or may not be the same text.
    let foreign = shape(&[known("arn:aws:s3:::"), other, known("/x")]);
    assert_eq!(kind(&allows(&objects, &foreign)), "unknown");
    assert_eq!(kind(&spares_some(&denied, &foreign)), "unknown");
    // No filling makes it match.
    let queue = shape(&[known("arn:aws:sqs:us-east-1:111122223333:q")]);
    assert_eq!(kind(&allows(&objects, &queue)), "no");
    // A star takes every filling.
    let all = with_resource("Allow", text(&[known("*")]));
    assert_eq!(kind(&allows(&all, &own)), "yes");
}

#[test]
fn variables_are_exact() {
    let own = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"}"#;
    let all = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/*"}"#;
    let bob = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/bob/*"}"#;
    let only_bob = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*",
        "Condition": {"StringEquals": {"aws:username": "bob"}}}"#;
    let cases = [
        (own, own, "no"),
        (all, own, "no"),
        (own, all, "yes"),
        (bob, own, "yes"),
        (own, bob, "yes"),
        (bob, only_bob, "no"),
        (own, only_bob, "no"),
    ];
    for (reference, candidate, expected) in cases {
        let answer = new_access(&policy(reference), &policy(candidate));
        assert_eq!(kind(&answer), expected, "{reference} {candidate} {answer:?}");
    }
}

#[test]
fn a_default_stands_in_for_an_absent_tag() {
    let shared = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team, 'shared'}/*"}"#;
    let answer =
        allows(&policy(shared), &Shape { resources: vec!["arn:aws:s3:::b/shared/*".into()], ..Shape::default() });
    assert_eq!(kind(&answer), "yes");
    let no_team = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team, 'shared'}/*",
        "Condition": {"Null": {"aws:PrincipalTag/team": "true"}}}"#;
    let fixed = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/shared/*"}"#;
    assert_eq!(kind(&new_access(&policy(fixed), &policy(no_team))), "no");
}

#[test]
fn a_variable_without_a_value_matches_nothing() {
    // Sessions of roles have no user name, whatever another variable of the question is.
    let own = r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::home/${aws:username}/*"}"#;
    let team = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/team, 'none'}/*", "Condition": {"StringEquals": {"aws:UserAgent": "a"}}}"#;
    assert_eq!(kind(&new_access(&policy(team), &policy(own))), "no");
}

#[test]
fn requests_are_real_ones() {
    // No EC2 action works on a bucket, no request lists all buckets of one bucket, and no S3 request has an EC2 key.
    for statement in [
        r#"{"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:s3:::b"}"#,
        r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::b"}"#,
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"ec2:InstanceType": "t3.micro"}}}"#,
    ] {
        assert_eq!(kind(&allows(&policy(statement), &Shape::default())), "no", "{statement}");
    }
}

#[test]
fn allows_all_and_outside() {
    let account =
        policy(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:*", "Resource": "*"}"#);
    let of = |who| Shape { principal: Some(who), actions: vec!["sqs:*".into()], ..Shape::default() };
    assert_eq!(kind(&refuses_some(&account, &of(Who::Only(Principal::Root("111122223333".into()))))), "no");
    assert_eq!(kind(&refuses_some(&account, &of(Who::All))), "yes");
    assert_eq!(kind(&allows(&account, &of(Who::Outside("111122223333".into())))), "no");
    assert_eq!(kind(&allows(&account, &of(Who::Outside("999988887777".into())))), "yes");
}

#[test]
fn broken_documents_are_unknown_with_a_place() {
    for (source, place) in [("{", 1), (r#"{"Statement": [{"Effect": "Allow"}]}"#, 15), ("[1, 2", 0), ("\u{0}", 0)] {
        let policy = Policy::from_json(source);
        assert!(policy.problems.iter().any(|problem| problem.span.start >= place), "{source}: {:?}", policy.problems);
        let _ = public(&policy);
    }
    let deep = "[".repeat(100_000);
    assert!(!Policy::from_json(&deep).problems.is_empty());
}

#[test]
fn hostile_policies_end_soon() {
    let stars: String = "*a".repeat(100);
    let mut statements = Vec::new();
    for number in 0..16 {
        statements.push(format!(
            r#"{{"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::{stars}{number}", "arn:aws:s3:::*{number}?{stars}"],
               "Condition": {{"ForAllValues:StringLike": {{"aws:TagKeys": ["{stars}", "x{number}*"]}},
                              "StringNotLike": {{"aws:UserAgent": "{number}*{stars}", "aws:Referer": "*{number}"}}}}}}"#
        ));
    }
    statements.push(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#.to_owned());
    let hostile = policy(&statements.join(","));
    let start = Instant::now();
    let _ = allows(&hostile, &Shape::default());
    let _ = new_access(&hostile, &hostile);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
