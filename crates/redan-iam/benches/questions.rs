//! Questions on documents, parsed beforehand, nothing kept between them. Targets on one core: 5,000 pairs and 2,000 public
//! questions a CPU second; over an account of 5,000 principals, who-can in 0.3 s and all escalations in 3 s.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use redan_iam::{Account, Given, Policy, new_access, public};
use redan_kinds::{Answers, Kinds, assemble, read_aws};
use redan_model::{Node, Origin, Sources};
use serde_json::{Value, json};

/// A small deterministic generator (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(self.below(list.len())).copied().unwrap_or_default()
    }
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

fn policy(random: &mut Random, principal: bool) -> Policy {
    let statements: Vec<Value> = (0..1 + random.below(5))
        .map(|_| {
            let effect = if random.below(5) < 3 { "Allow" } else { "Deny" };
            let mut statement = json!({"Effect": effect, "Action": [random.pick(ACTIONS), random.pick(ACTIONS)],
                "Resource": [random.pick(RESOURCES)], "Condition": condition(random)});
            if principal && let Some(map) = statement.as_object_mut() {
                let who = random.pick(&["*", "111122223333", "arn:aws:iam::111122223333:role/app-1"]);
                map.insert("Principal".to_owned(), json!({"AWS": who}));
            }
            statement
        })
        .collect();
    Policy::from_json(&json!({"Version": "2012-10-17", "Statement": statements}).to_string())
}

fn documents(criterion: &mut Criterion) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let pairs: Vec<(Policy, Policy)> =
        (0..500).map(|_| (policy(&mut random, false), policy(&mut random, false))).collect();
    let buckets: Vec<Policy> = (0..500).map(|_| policy(&mut random, true)).collect();
    let mut group = criterion.benchmark_group("documents");
    group.throughput(Throughput::Elements(500)).sample_size(10);
    group.bench_function("new access", |bench| {
        bench.iter(|| pairs.iter().for_each(|(old, new)| drop(black_box(new_access(old, new)))));
    });
    group.bench_function("public", |bench| {
        bench.iter(|| buckets.iter().for_each(|bucket| drop(black_box(public(bucket)))))
    });
    group.finish();
}

/// Roles that read, some that pass roles, one administrator; every tenth may assume the next.
fn account(count: usize) -> Account {
    let allow = |actions: &[&str], resource: &str| json!({"Effect": "Allow", "Action": actions, "Resource": resource});
    let mut random = Random(7);
    let role = |number: usize, random: &mut Random| {
        let mut statements = vec![allow(&["s3:GetObject"], &format!("arn:aws:s3:::app-{}-data/*", random.below(97)))];
        statements
            .push(allow(&["sts:AssumeRole"], &format!("arn:aws:iam::111122223333:role/app-{}", random.below(count))));
        match random.below(50) {
            0 => statements.push(allow(&["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "*")),
            1 => statements.push(allow(&["iam:CreateAccessKey", "iam:PutRolePolicy"], "*")),
            2 if number < 50 => statements.push(allow(&["*"], "*")),
            _ => {}
        }
        let principal = match random.below(3) {
            0 => json!({"Service": "lambda.amazonaws.com"}),
            1 => json!({"AWS": "arn:aws:iam::111122223333:root"}),
            _ => json!({"AWS": format!("arn:aws:iam::111122223333:role/app-{}", random.below(count))}),
        };
        json!({"RoleName": format!("app-{number}"), "Arn": format!("arn:aws:iam::111122223333:role/app-{number}"),
            "AssumeRolePolicyDocument": {"Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]},
            "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]})
    };
    let roles: Vec<Value> = (0..count).map(|number| role(number, &mut random)).collect();
    let answers = json!({"iam:GetAccountAuthorizationDetails": {"RoleDetailList": roles}}).to_string();
    let object = redan_model::json::parse_with(&answers, &|_, _| Origin::NOWHERE).unwrap_or_else(|_| Node::null());
    let kinds = Arc::new(Kinds::builtin());
    let input = read_aws(&Answers::from_object(&object, "111122223333"), &kinds);
    Account::from_estate(&assemble(input, &kinds, &Arc::new(Sources::new())), None)
}

fn accounts(criterion: &mut Criterion) {
    let account = account(5000);
    let mut group = criterion.benchmark_group("5000 principals");
    group.sample_size(10);
    group.bench_function("who-can", |bench| {
        bench.iter(|| {
            account.who_can("s3:GetObject", Some("arn:aws:s3:::app-1-data/x"), &Given::new()).map(|grants| grants.len())
        });
    });
    group.bench_function("escalations", |bench| {
        bench.iter_batched(|| (), |()| account.escalations().len(), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, documents, accounts);
criterion_main!(benches);
