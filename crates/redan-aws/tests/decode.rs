//! Answers as the vendor documents them, in the five protocols, and bodies that are no answers.

#![cfg(test)]

use proptest::prelude::*;
use redan_aws::decode_answer;
use redan_model::{Node, Value};

fn at<'n>(node: &'n Node, path: &[&str]) -> &'n Value {
    &path
        .iter()
        .fold(node, |node, step| match step.parse::<usize>() {
            Ok(index) => &node.value.as_list().unwrap().items[index],
            Err(_) => node.get(redan_model::Str::new(step)).unwrap_or_else(|| panic!("no {step}")),
        })
        .value
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html>
#[test]
fn attributes_and_namespaces_of_xml() {
    let body = br#"<?xml version="1.0"?><AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>a&amp;b</ID></Owner>
        <AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">
        <URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>
        </AccessControlList></AccessControlPolicy>"#;
    let answer = decode_answer("s3:GetBucketAcl", 200, body).unwrap();
    assert_eq!(*at(&answer, &["Owner", "ID"]), Value::text("a&b"));
    assert_eq!(*at(&answer, &["Grants", "0", "Grantee", "Type"]), Value::text("Group"));
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
#[test]
fn policies_are_decoded_and_read() {
    let body =
        b"<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult><RoleDetailList><member>\
        <RoleName>r</RoleName><CreateDate>2014-07-30T17:09:20Z</CreateDate>\
        <AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument></member></RoleDetailList>\
        </GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>";
    let answer = decode_answer("iam:GetAccountAuthorizationDetails", 200, body).unwrap();
    assert_eq!(
        *at(&answer, &["RoleDetailList", "0", "AssumeRolePolicyDocument", "Statement"]),
        Value::list(Vec::new())
    );
}

#[test]
fn seconds_of_the_epoch_become_moments() {
    let body = br#"{"KeyMetadata": {"KeyId": "k", "CreationDate": 1406740160.5, "Unheard": 1, "Description": null}}"#;
    let answer = decode_answer("kms:DescribeKey", 200, body).unwrap();
    assert_eq!(*at(&answer, &["KeyMetadata", "CreationDate"]), Value::text("2014-07-30T17:09:20.5Z"));
    assert_eq!(at(&answer, &["KeyMetadata"]).as_map().unwrap().entries().len(), 2, "only what the shape knows");
}

#[test]
fn errors_have_codes_wherever_they_stand() {
    let xml = b"<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>";
    assert_eq!(decode_answer("ec2:DescribeVpcs", 403, xml).unwrap_err(), "UnauthorizedOperation");
    let json = br#"{"__type": "com.amazonaws.kms#AccessDeniedException", "message": "no"}"#;
    assert_eq!(decode_answer("kms:DescribeKey", 400, json).unwrap_err(), "AccessDeniedException");
    assert_eq!(decode_answer("kms:DescribeKey", 500, b"<html>").unwrap_err(), "Http500");
}

#[test]
fn a_body_that_ends_early_is_no_answer() {
    let whole = "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>";
    assert!(decode_answer("ec2:DescribeVpcs", 200, whole.as_bytes()).is_ok());
    for end in 1..whole.len() {
        assert!(decode_answer("ec2:DescribeVpcs", 200, &whole.as_bytes()[..end]).is_err(), "{end} bytes");
    }
    let deep = "<a>".repeat(100_000);
    assert!(decode_answer("ec2:DescribeVpcs", 200, deep.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn any_body_ends(which in 0_usize..5, body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let names = ["kms:DescribeKey", "lambda:ListFunctions", "iam:GetAccountAuthorizationDetails", "ec2:DescribeVpcs", "s3:GetBucketAcl"];
        let _ = decode_answer(names[which], 200, &body);
        let _ = decode_answer(names[which], 400, &body);
    }
}
