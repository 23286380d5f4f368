//! API answers become canonical resources; what was not answered is unknown.

#![cfg(test)]

use redan_kinds::{Answers, Kinds, assemble, read_aws};
use redan_model::{Estate, Node, Origin, ReasonClass, ResourceId, Sources, Str, Value, json};
use std::sync::Arc;

fn estate(answers: &str) -> Estate {
    let object = json::parse_with(answers, &|_, _| Origin::NOWHERE).unwrap();
    let kinds = Arc::new(Kinds::builtin());
    let input = read_aws(&Answers::from_object(&object, "123456789012"), &kinds);
    assemble(input, &kinds, &Arc::new(Sources::new()))
}

fn only(estate: &Estate, kind: &str) -> ResourceId {
    let ids = estate.of_kind(Str::new(kind));
    assert_eq!(ids.len(), 1, "one {kind}");
    ids[0]
}

fn at(estate: &Estate, id: ResourceId, path: &str) -> Option<Value> {
    let mut node: &Node = &estate.get(id)?.body;
    for step in path.split('.') {
        node = match step.parse::<usize>() {
            Ok(index) => node.value.as_list()?.items.get(index)?,
            Err(_) => node.get(Str::new(step))?,
        };
    }
    Some(node.value.clone())
}

#[test]
fn security_group_rules_spread() {
    let estate = estate(
        r#"{"ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "Description": "d",
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "ssh"}, {"CidrIp": "10.0.0.0/8"}],
                "UserIdGroupPairs": [{"GroupId": "sg-1"}]}], "IpPermissionsEgress": []}]}}"#,
    );
    let group = only(&estate, "AWS::EC2::SecurityGroup");
    assert_eq!(at(&estate, group, "SecurityGroupIngress.0.CidrIp"), Some(Value::text("0.0.0.0/0")));
    assert_eq!(at(&estate, group, "SecurityGroupIngress.0.Description"), Some(Value::text("ssh")));
    assert_eq!(at(&estate, group, "SecurityGroupIngress.1.FromPort"), Some(Value::Int(22)));
    assert!(matches!(at(&estate, group, "SecurityGroupIngress.2.SourceSecurityGroupId"), Some(Value::Ref(_))));
    assert_eq!(at(&estate, group, "GroupDescription"), Some(Value::text("d")));
    let region = estate.get(group).unwrap().places.region.unwrap();
    assert!(estate.is_complete(region, Str::new("AWS::EC2::SecurityGroup")));
}

#[test]
fn denied_and_missing_answers_are_unknown_and_absent_errors_are_not() {
    let estate = estate(
        r#"{"s3:ListBuckets": {"Buckets": [{"Name": "logs"}]},
            "s3:GetPublicAccessBlock(Bucket=logs)": {"error": "NoSuchPublicAccessBlockConfiguration"},
            "s3:GetBucketPolicy(Bucket=logs)": {"Policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:*\"}}"},
            "s3:GetBucketVersioning(Bucket=logs)": {"error": "AccessDenied"}}"#,
    );
    let bucket = only(&estate, "AWS::S3::Bucket");
    assert_eq!(at(&estate, bucket, "PublicAccessBlockConfiguration.BlockPublicAcls"), Some(Value::Bool(false)));
    let Some(Value::Unknown(denied)) = at(&estate, bucket, "VersioningConfiguration.Status") else { panic!("unknown") };
    assert_eq!(denied.reasons()[0].class, ReasonClass::Denied);
    let Some(Value::Unknown(missing)) = at(&estate, bucket, "LoggingConfiguration.DestinationBucketName") else {
        panic!("unknown")
    };
    assert_eq!(missing.reasons()[0].class, ReasonClass::NotCollected);
    let policy = only(&estate, "AWS::S3::BucketPolicy");
    assert_eq!(at(&estate, policy, "PolicyDocument.Statement.0.Action.0"), Some(Value::text("s3:*")));
    assert_eq!(estate.referrers(bucket, Some(Str::new("AWS::S3::BucketPolicy")), None).members.len(), 1);
}

#[test]
fn a_key_that_cannot_rotate_does_not_rotate() {
    let estate = estate(
        r#"{"kms:ListKeys": {"Keys": [{"KeyId": "k1", "KeyArn": "arn:aws:kms:us-east-1:123456789012:key/k1"}]},
            "kms:DescribeKey(KeyId=k1)": {"KeyMetadata": {"KeySpec": "RSA_2048", "Origin": "AWS_KMS"}},
            "kms:GetKeyRotationStatus(KeyId=k1)": {"error": "UnsupportedOperationException"}}"#,
    );
    let key = only(&estate, "AWS::KMS::Key");
    assert_eq!(at(&estate, key, "EnableKeyRotation"), Some(Value::Bool(false)));
    assert_eq!(at(&estate, key, "KeySpec"), Some(Value::text("RSA_2048")));
    assert!(matches!(at(&estate, key, "KeyPolicy"), Some(Value::Unknown(_))));
}
