//! Answers of AWS in every protocol: any body ends as a tree or with what is wrong, within bounded time and memory.
#![no_main]

use libfuzzer_sys::fuzz_target;

/// An operation of each protocol: JSON, REST with JSON, query, EC2, REST with XML.
const OPERATIONS: [&str; 5] =
    ["kms:DescribeKey", "lambda:ListFunctions", "iam:GetAccountAuthorizationDetails", "ec2:DescribeInstances", "s3:GetBucketAcl"];

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (which, good, body) = input;
    let operation = OPERATIONS[usize::from(which) % OPERATIONS.len()];
    let _ = redan_aws::decode_answer(operation, if good { 200 } else { 400 }, body);
});
