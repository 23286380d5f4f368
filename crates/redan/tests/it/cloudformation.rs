//! CloudFormation templates through the whole program, and one rule in two languages.

use crate::common::{Folder, Said};
use serde_json::Value;

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", said.out, said.err))
}

fn results<'a>(report: &'a Value, page: &str) -> Vec<&'a Value> {
    report["results"].as_array().unwrap().iter().filter(|result| result["page"] == page).collect()
}

const TEMPLATE: &str = "Parameters:
  Admins: {Type: String}
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      GroupId: !GetAtt Web.GroupId
      IpProtocol: tcp
      FromPort: 22
      ToPort: 22
      CidrIp: !Ref Admins
";

#[test]
fn a_parameter_decides() {
    let folder = Folder::new("cloudformation").write("network.yaml", TEMPLATE).write("values.yaml", "a: 1\n");
    let scan = |more: &[&str]| {
        let arguments = ["scan", ".", "--format", "json", "--show", "all", "--page", "network/admin-ports-open"];
        folder.run(&[&arguments[..], more].concat())
    };
    let verdict = |report: &Value| results(report, "network/admin-ports-open")[0]["verdict"].clone();
    assert_eq!(verdict(&json(&scan(&[]))), "unknown");
    let open = json(&scan(&["--parameter", "Admins=0.0.0.0/0"]));
    assert_eq!(verdict(&open), "fail");
    let result = results(&open, "network/admin-ports-open")[0];
    assert_eq!(
        (result["location"]["file"].clone(), result["location"]["line"].clone()),
        ("network.yaml".into(), 15.into())
    );
    assert_eq!(verdict(&json(&scan(&["--parameter", "Admins=10.0.0.0/8"]))), "pass");
}

#[test]
fn one_bad_file_costs_no_other_file_its_findings() {
    let folder = Folder::new("cloudformation-broken")
        .write("bad.yaml", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   - x: [\n")
        .write("good.json", r#"{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}"#);
    let report = json(&folder.run(&["scan", ".", "--format", "json"]));
    let bad = report["problems"].as_array().unwrap();
    assert!(bad.iter().any(|problem| problem["file"] == "bad.yaml" && problem["kind"] == "syntax"), "{bad:?}");
    assert_eq!(
        results(&report, "storage/bucket-unversioned").iter().filter(|r| r["location"]["file"] == "good.json").count(),
        1
    );
}

/// The same mistakes in both languages: page, Terraform, CloudFormation.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "data/key-rotation-off",
        "resource \"aws_kms_key\" \"a\" {\n  enable_key_rotation = false\n}\n",
        "AWS::KMS::Key\n    Properties: {EnableKeyRotation: false}",
    ),
    (
        "data/rds-unencrypted",
        "resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n}\n",
        "AWS::RDS::DBInstance\n    Properties: {StorageEncrypted: false}",
    ),
    (
        "network/database-public",
        "resource \"aws_db_instance\" \"a\" {\n  publicly_accessible = true\n}\n",
        "AWS::RDS::DBInstance\n    Properties: {PubliclyAccessible: true}",
    ),
    ("storage/bucket-unversioned", "resource \"aws_s3_bucket\" \"a\" {}\n", "AWS::S3::Bucket"),
    (
        "data/volume-unencrypted",
        "resource \"aws_ebs_volume\" \"a\" {\n  encrypted = false\n}\n",
        "AWS::EC2::Volume\n    Properties: {Encrypted: false}",
    ),
    (
        "logging/trail-without-validation",
        "resource \"aws_cloudtrail\" \"a\" {\n  enable_log_file_validation = false\n}\n",
        "AWS::CloudTrail::Trail\n    Properties: {EnableLogFileValidation: false}",
    ),
    (
        "compute/function-without-tracing",
        "resource \"aws_lambda_function\" \"a\" {\n  tracing_config {\n    mode = \"PassThrough\"\n  }\n}\n",
        "AWS::Lambda::Function\n    Properties: {TracingConfig: {Mode: PassThrough}}",
    ),
    (
        "network/subnet-gives-public-addresses",
        "resource \"aws_subnet\" \"a\" {\n  map_public_ip_on_launch = true\n}\n",
        "AWS::EC2::Subnet\n    Properties: {MapPublicIpOnLaunch: true}",
    ),
    (
        "compute/registry-tags-mutable",
        "resource \"aws_ecr_repository\" \"a\" {\n  image_tag_mutability = \"MUTABLE\"\n}\n",
        "AWS::ECR::Repository\n    Properties: {ImageTagMutability: MUTABLE}",
    ),
    ("logging/log-group-keeps-forever", "resource \"aws_cloudwatch_log_group\" \"a\" {}\n", "AWS::Logs::LogGroup"),
];

#[test]
fn one_rule_in_two_languages() {
    for (number, (page, terraform, template)) in PAIRS.iter().enumerate() {
        let found = |name: &str, text: &str| {
            let folder = Folder::new(&format!("two-languages-{number}-{}", name.replace('.', "-"))).write(name, text);
            let report = json(&folder.run(&["scan", ".", "--format", "json", "--page", page]));
            let results = results(&report, page);
            assert_eq!(results.len(), 1, "{page} {name}: {report}");
            let leaf = &results[0]["evidence"][0];
            (results[0]["verdict"].clone(), leaf["path"].clone(), leaf["value"].clone())
        };
        let one = found("main.tf", terraform);
        let other = found("main.yaml", &format!("Resources:\n  A:\n    Type: {template}\n"));
        assert_eq!(one, other, "{page}");
    }
}
