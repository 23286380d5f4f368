//! CloudFormation templates through the whole program.

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
