//! Intrinsic functions against the examples of their documentation:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use crate::support::{read, read_with, value};
use redan_model::Shown;

fn v(expression: &str) -> String {
    value("", expression)
}

#[test]
fn join_split_select() {
    assert_eq!(v("!Join [ ':', [ a, b, c ] ]"), r#""a:b:c""#);
    assert_eq!(v(r#"{"Fn::Join" : [ ":", [ "a", "b", "c" ] ]}"#), r#""a:b:c""#);
    assert_eq!(
        v("!Join ['', ['arn:', !Ref AWS::Partition, ':s3:::elasticbeanstalk-*-', !Ref AWS::AccountId]]"),
        r#""arn:${unknown (AWS::Partition)}:s3:::elasticbeanstalk-*-${unknown (AWS::AccountId)}""#
    );
    assert_eq!(v("!Split [ '|' , 'a|b|c' ]"), r#"["a", "b", "c"]"#);
    assert_eq!(v("!Split [ '|' , 'a||c|' ]"), r#"["a", "", "c", ""]"#);
    assert_eq!(v("!Select [ '1', [ apples, grapes, oranges, mangoes ] ]"), r#""grapes""#);
    let head = "Parameters: {DbSubnetIpBlocks: {Type: CommaDelimitedList, Default: '10.0.48.0/24, 10.0.112.0/24, 10.0.176.0/24'}}";
    assert_eq!(value(head, "!Select [ 0, !Ref DbSubnetIpBlocks ]"), r#""10.0.48.0/24""#);
    assert_eq!(v("!Select [0, !Split [':', !Sub 'a:b:${AWS::Region}']]"), r#""a""#);
    assert!(v("!Select [2, !Split [':', !Sub 'a:b:${AWS::Region}']]").contains("unknown"));
}

#[test]
fn sub() {
    let region = |expression: &str| {
        let text = format!(
            "Resources:\n  vpc: {{Type: AWS::EC2::VPC}}\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      V: {expression}\n"
        );
        let found = read_with(&text, &[("AWS::Region", "us-east-1"), ("AWS::AccountId", "123456789012")]);
        Shown(&found.loaded.resources[1].body.at(&["V"]).unwrap().value).to_string()
    };
    assert_eq!(
        region("!Sub 'arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${vpc}'"),
        r#""arn:aws:ec2:us-east-1:123456789012:vpc/${vpc.Ref}""#
    );
    assert_eq!(region("!Sub ['www.${Domain}', {Domain: !Ref AWS::Region}]"), r#""www.us-east-1""#);
    assert_eq!(region("!Sub '${!Literal}'"), r#""${Literal}""#);
    assert_eq!(region("!Sub '${AWS::Partition}.${AWS::URLSuffix}'"), r#""aws.amazonaws.com""#);
    assert!(region("!Sub '${vpc.CidrBlock}'").contains("CidrBlock"));
}

#[test]
fn find_in_map() {
    let text = "Mappings:
  RegionMap:
    us-east-1: {HVM64: ami-0ff8a91507f77f867, HVMG2: ami-0a584ac55a7631c0c}
    eu-west-1: {HVM64: ami-047bb4163c506cd98, HVMG2: ami-0a584ac55a7631c0c}
Resources:
  A:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !FindInMap [RegionMap, !Ref 'AWS::Region', HVM64]
      Same: !FindInMap [RegionMap, !Ref 'AWS::Region', HVMG2]
      Default: !FindInMap [RegionMap, ap-south-1, HVM64, {DefaultValue: none}]
";
    let known = read_with(text, &[("AWS::Region", "eu-west-1")]);
    assert_eq!(
        known.shown("A"),
        r#"{Default: "none", ImageId: "ami-047bb4163c506cd98", Same: "ami-0a584ac55a7631c0c"}"#
    );
    let unknown = read(text).shown("A");
    assert!(
        unknown.contains("ImageId: unknown (AWS::Region)") && unknown.contains("Same: \"ami-0a584ac55a7631c0c\""),
        "{unknown}"
    );
}

#[test]
fn cidr_base64_length_json() {
    assert_eq!(
        v("!Cidr [ '192.168.0.0/24', 6, 5 ]"),
        r#"["192.168.0.0/27", "192.168.0.32/27", "192.168.0.64/27", "192.168.0.96/27", "192.168.0.128/27", "192.168.0.160/27"]"#
    );
    assert_eq!(v("!Select [1, !Cidr [ '10.0.0.0/16', 2 ]]"), r#""10.0.1.0/24""#);
    assert_eq!(v("!Select [0, !Cidr [ '2600:1f14::/56', 1, 64 ]]"), r#""2600:1f14::/64""#);
    assert!(v("!Cidr [ '10.0.0.0/16', 300 ]").contains("unknown"));
    assert_eq!(v("!Join ['', [{'Fn::Base64': AWS CloudFormation}]]"), r#""QVdTIENsb3VkRm9ybWF0aW9u""#);
    assert_eq!(v("{'Fn::Length': [a, b, c]}"), "3");
    let head = "Parameters: {ListParam: {Type: CommaDelimitedList, Default: 'a,b,c'}}";
    assert_eq!(value(head, "{'Fn::Length': {Ref: ListParam}}"), "3");
    assert_eq!(value(head, "{'Fn::Length': {'Fn::Split': ['|', 'a|b|c']}}"), "3");
    assert_eq!(
        v("{'Fn::ToJsonString': {key1: value1, key2: !Ref AWS::Region}}"),
        r#"{key1: "value1", key2: unknown (AWS::Region)}"#
    );
}

#[test]
fn conditions() {
    let head = "Parameters:
  EnvironmentType: {Type: String, Default: prod}
  ASecurityGroup: {Type: String}
Conditions:
  IsProd: !Equals [!Ref EnvironmentType, prod]
  MyNotCondition: !Not [!Equals [!Ref EnvironmentType, prod]]
  MyAndCondition: !And [!Equals ['sg-mysggroup', !Ref ASecurityGroup], !Condition IsProd]
  MyOrCondition: !Or [!Equals ['sg-mysggroup', !Ref ASecurityGroup], !Condition IsProd]
  Never: !And [!Equals ['sg-mysggroup', !Ref ASecurityGroup], !Not [!Condition IsProd]]";
    assert_eq!(value(head, "!If [IsProd, c5.xlarge, t3.small]"), r#""c5.xlarge""#);
    assert_eq!(value(head, "!If [MyNotCondition, yes-it-is, no-it-is-not]"), r#""no-it-is-not""#);
    assert_eq!(value(head, "!If [MyAndCondition, a, b]"), "unknown (ASecurityGroup)");
    assert_eq!(value(head, "!If [MyOrCondition, a, b]"), r#""a""#);
    assert_eq!(value(head, "!If [Never, a, b]"), r#""b""#);
    assert_eq!(value(head, "!If [IsProd, !Ref AWS::NoValue, b]"), "absent");
    assert_eq!(
        value("Conditions: {C: !Equals [!Ref AWS::Region, us-east-1]}", "!If [C, a, !Ref AWS::NoValue]"),
        "unknown (AWS::Region)"
    );
}

#[test]
fn references_survive() {
    let head = "Parameters: {P: {Type: String}}";
    assert_eq!(value(head, "!Ref P"), "unknown (P)");
    assert_eq!(value(head, "!GetAtt A.Arn"), "A.Arn");
    assert_eq!(value(head, "!GetAtt [A, Arn]"), "A.Arn");
    assert_eq!(value(head, "{'Fn::GetAtt': [A, DomainName]}"), "A.DomainName");
    assert_eq!(value(head, "!ImportValue Other"), "unknown (the export Other of another stack)");
    assert_eq!(value(head, "!Select [0, !GetAZs us-east-1]"), "unknown (availability zones of us-east-1)");
    assert_eq!(value(head, "'{{resolve:ssm:/x:1}}'"), "unknown (resolve:ssm:/x:1)");
}

#[test]
fn for_each() {
    let found = read(
        "Transform: AWS::LanguageExtensions
Parameters: {pRepoARNs: {Type: CommaDelimitedList, Default: 'Success,Failure,Time out'}}
Resources:
  'Fn::ForEach::Topics':
    - TopicName
    - !Ref pRepoARNs
    - 'SnsTopic&{TopicName}':
        Type: AWS::SNS::Topic
        Properties:
          TopicName: {'Fn::Join': ['.', [!Ref TopicName, fifo]]}
          DisplayName: 'x ${TopicName}'
          FifoTopic: true
",
    );
    assert_eq!(
        found.shown("SnsTopicSuccess"),
        r#"{DisplayName: "x Success", FifoTopic: true, TopicName: "Success.fifo"}"#
    );
    assert_eq!(
        found.shown("SnsTopicTimeout"),
        r#"{DisplayName: "x Time out", FifoTopic: true, TopicName: "Time out.fifo"}"#
    );
    let nested = read(
        "Resources:
  'Fn::ForEach::A':
    - X
    - [a, b]
    - 'Fn::ForEach::B':
        - Y
        - ['1', '2']
        - 'R${X}${Y}': {Type: AWS::S3::Bucket, Properties: {'Fn::ForEach::P': [N, [Bucket], {'${N}Name': !Sub '${X}-${Y}'}]}}
",
    );
    assert_eq!(nested.loaded.resources.len(), 4);
    assert_eq!(nested.shown("Rb2"), r#"{BucketName: "b-2"}"#);
    let unknown = read(
        "Parameters: {P: {Type: CommaDelimitedList}}\nResources:\n  'Fn::ForEach::A': [X, !Ref P, {'R${X}': {Type: AWS::S3::Bucket}}]\n",
    );
    assert!(unknown.loaded.problems[0].message.contains("not known"));
}

#[test]
fn rules_are_told_where_values_contradict_them() {
    let text = "Parameters: {Env: {Type: String, Default: test}, Type: {Type: String, Default: big}}
Rules:
  testInstanceType:
    RuleCondition: !Equals [!Ref Env, test]
    Assertions: [{Assert: {'Fn::Contains': [[small], !Ref Type]}, AssertDescription: small only}]
Resources: {A: {Type: AWS::S3::Bucket}}
";
    assert!(read(text).loaded.problems[0].message.contains("small only"));
    assert!(read_with(text, &[("Type", "small")]).loaded.problems.is_empty());
    assert!(read_with(text, &[("Env", "prod")]).loaded.problems.is_empty());
}
