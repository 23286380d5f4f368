//! Policies made up at random for benches: a small deterministic vocabulary, so that they meet often.

use redan_iam::Policy;
use serde_json::{Value, json};

use crate::planted::Random;

fn pick<'a>(random: &mut Random, list: &[&'a str]) -> &'a str {
    random.pick(list).copied().unwrap_or_default()
}

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:*",
    "ec2:*",
    "ec2:TerminateInstances",
    "iam:PassRole",
    "sqs:SendMessage",
    "*",
    "dynamodb:Get*",
];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::data-*/*",
    "arn:aws:s3:::data-7/private/*",
    "arn:aws:ec2:*:*:instance/i-7*",
    "arn:aws:iam::*:role/app-*",
    "arn:aws:sqs:*:111122223333:q-*",
];

fn condition(random: &mut Random) -> Value {
    match random.below(6) {
        0 => json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}}),
        1 => json!({"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}),
        2 => json!({"Bool": {"aws:SecureTransport": "false"}}),
        3 => json!({"StringNotLikeIfExists": {"aws:UserAgent": "bot*"}}),
        _ => json!({}),
    }
}

pub(crate) fn policy(random: &mut Random, principal: bool) -> Policy {
    let statements: Vec<Value> = (0..1 + random.below(5))
        .map(|_| {
            let effect = if random.below(5) < 3 { "Allow" } else { "Deny" };
            let mut statement = json!({"Effect": effect, "Action": [pick(random, ACTIONS), pick(random, ACTIONS)],
                "Resource": [pick(random, RESOURCES)], "Condition": condition(random)});
            if principal && let Some(map) = statement.as_object_mut() {
                let who = pick(random, &["*", "111122223333", "arn:aws:iam::111122223333:role/app-1"]);
                map.insert("Principal".to_owned(), json!({"AWS": who}));
            }
            statement
        })
        .collect();
    Policy::from_json(&json!({"Version": "2012-10-17", "Statement": statements}).to_string())
}
