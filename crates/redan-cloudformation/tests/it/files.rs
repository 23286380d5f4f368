//! Files: trees, nested stacks, included files, parameter files.

use redan_cloudformation::{Input, Loaded, Options, load};
use redan_model::{Shown, Sources};
use std::path::{Path, PathBuf};
use std::sync::Arc;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("redan-cloudformation-{name}-{}", std::process::id()));
        for (file, text) in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().unwrap_or(&path))?;
            std::fs::write(file, text)?;
        }
        Ok(Self(path))
    }

    fn load(&self, options: &Options) -> Loaded {
        let tree = redan_files::walk(&self.0, &[]);
        load(&[Input::Tree(Arc::new(tree))], options, &Sources::new())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn shown(loaded: &Loaded) -> Vec<String> {
    loaded.resources.iter().map(|resource| format!("{} {}", resource.address, Shown(&resource.body.value))).collect()
}

const PARENT: &str = "Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: nested/network.yaml, Parameters: {Cidr: 10.0.0.0/16}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {CidrBlock: !GetAtt Network.Outputs.Block, VpcId: !GetAtt Network.Outputs.Vpc}
";
const CHILD: &str = "Parameters: {Cidr: {Type: String}}
Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr}}}
Outputs: {Block: {Value: !Ref Cidr}, Vpc: {Value: !Ref Vpc}}
";

#[test]
fn a_nested_stack_is_part_of_its_parent() {
    let folder =
        Folder::new("nested", &[("main.yaml", PARENT), ("nested/network.yaml", CHILD), ("other.yaml", "a: 1\n")])
            .unwrap();
    let loaded = folder.load(&Options::default());
    let all = shown(&loaded);
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all[1], "Network.Vpc {CidrBlock: \"10.0.0.0/16\"}");
    assert_eq!(all[2], "Subnet {CidrBlock: \"10.0.0.0/16\", VpcId: Network.Vpc.Ref}");
    assert_eq!(loaded.resources[1].calls.len(), 1);
}

#[test]
fn circles_and_files_outside_are_not_followed() {
    let circle = "Resources: {A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a.yaml}}}\n";
    let outside =
        "Resources: {B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ../../../../etc/passwd}}}\n";
    let folder = Folder::new("circle", &[("a.yaml", circle), ("b.yaml", outside)]).unwrap();
    let loaded = folder.load(&Options::default());
    assert!((1..10).contains(&loaded.resources.len()));
}

#[test]
fn included_files() {
    let main = "Resources:
  A:
    Type: AWS::S3::Bucket
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}
      BucketName: x
  B:
    Type: AWS::S3::Bucket
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://bucket/part.yaml}}
";
    let folder = Folder::new("include", &[("main.yaml", main), ("part.yaml", "AccessControl: Private\n")]).unwrap();
    let loaded = folder.load(&Options::default());
    let all = shown(&loaded);
    assert_eq!(all[0], "A {AccessControl: \"Private\", BucketName: \"x\"}");
    assert!(!loaded.resources[1].body.value.unknowns().is_empty() && loaded.problems.len() == 1);
}

#[test]
fn parameter_files_of_both_formats() {
    let main = "Parameters: {A: {Type: String}, B: {Type: CommaDelimitedList}}\nResources: {X: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref A, L: !Ref B}}}\n";
    let list = r#"[{"ParameterKey": "A", "ParameterValue": "one"}, {"ParameterKey": "B", "ParameterValue": "x,y"}]"#;
    let object = r#"{"Parameters": {"A": "two"}}"#;
    let folder =
        Folder::new("parameters", &[("main.yaml", main), ("list.json", list), ("object.json", object)]).unwrap();
    let with = |files: &[&str]| {
        let parameter_files = files.iter().map(|file| Path::join(&folder.0, file)).collect();
        shown(&folder.load(&Options { parameter_files, parameters: Vec::new() }))
    };
    assert_eq!(with(&["list.json"]), [r#"X {BucketName: "one", L: ["x", "y"]}"#]);
    assert_eq!(with(&["list.json", "object.json"]), [r#"X {BucketName: "two", L: ["x", "y"]}"#]);
}

#[test]
fn output_of_cdk() {
    let main = r#"{"Resources": {"Nested": {"Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/x.json"]]}},
        "Metadata": {"aws:cdk:path": "App/Nested", "aws:asset:path": "AppNested.nested.template.json"}}}}"#;
    let nested = r#"{"Resources": {"Logs": {"Type": "AWS::S3::Bucket"}}}"#;
    let manifest = r#"{"version": "1", "artifacts": {"App": {"type": "aws:cloudformation:stack"}}}"#;
    let folder = Folder::new(
        "cdk",
        &[
            ("cdk.out/App.template.json", main),
            ("cdk.out/AppNested.nested.template.json", nested),
            ("cdk.out/manifest.json", manifest),
        ],
    )
    .unwrap();
    let loaded = folder.load(&Options::default());
    let addresses: Vec<&str> = loaded.resources.iter().map(|resource| resource.address.as_str()).collect();
    assert_eq!(addresses, ["Nested", "Nested.Logs"]);
    assert!(loaded.problems.is_empty());
}

#[test]
fn what_is_handed_to_a_stack_that_is_not_at_hand_may_be_used_there() {
    let main = "Resources:
  Logs: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket}
  Remote:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: 'https://s3.amazonaws.com/b/t.yaml', Parameters: {Bucket: !Ref Logs}}
";
    let loaded = Folder::new("remote", &[("main.yaml", main)]).unwrap().load(&Options::default());
    let escapes = |address: &str| loaded.resources.iter().any(|r| r.address == address && r.escapes.is_some());
    assert!(escapes("Logs") && !escapes("Other"));
    assert_eq!(loaded.problems.len(), 1);
}
