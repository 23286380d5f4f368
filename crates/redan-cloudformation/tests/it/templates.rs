//! Templates through the public way in: what becomes of values, conditions and broken texts.

use crate::support::{Read, read, value};
use redan_model::{Existence, Value};

#[test]
fn spans_are_exact_and_resources_span_their_blocks() {
    let text = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: logs   # here\n  # between\n  B: {Type: AWS::S3::Bucket}\n";
    let found = read(text);
    let place = |origin| {
        let place = found.sources.place(origin).unwrap();
        &text[place.bytes.0 as usize..place.bytes.1 as usize]
    };
    let [a, b] = found.loaded.resources.as_slice() else { panic!("two resources") };
    assert_eq!(place(a.origin), "A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: logs");
    assert_eq!(place(b.origin), "B: {Type: AWS::S3::Bucket}");
    assert_eq!(place(a.body.at(&["BucketName"]).unwrap().origin), "logs");
}

#[test]
fn json_says_the_same_as_yaml() {
    let yaml = read(
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: !Sub 'x-${AWS::Region}', Tags: [!Ref P]}\nParameters: {P: {Type: String, Default: 1}}\n",
    );
    let json = read(
        r#"{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "x-${AWS::Region}"}, "Tags": [{"Ref": "P"}]}}}, "Parameters": {"P": {"Type": "String", "Default": 1}}}"#,
    );
    assert_eq!(yaml.shown("A"), json.shown("A"));
    assert_eq!(yaml.shown("A"), r#"{BucketName: "x-${unknown (AWS::Region)}", Tags: ["1"]}"#);
}

#[test]
fn an_unknown_condition_is_never_guessed() {
    let found = read(
        "Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  A:
    Type: AWS::S3::Bucket
    Condition: Prod
    Properties:
      BucketName: !If [Prod, a, b]
      AccessControl: !If [Prod, Private, Private]
      Tags: [!If [Prod, {Key: a}, !Ref AWS::NoValue], {Key: b}]
",
    );
    let a = &found.loaded.resources[0];
    assert!(matches!(&a.existence, Existence::Uncertain(why) if why.reasons()[0].what == "Env"));
    assert!(matches!(a.body.at(&["BucketName"]).unwrap().value, Value::Unknown(_)));
    assert_eq!(a.body.at(&["AccessControl"]).unwrap().value.as_text().unwrap(), "Private");
    let Value::List(tags) = &a.body.at(&["Tags"]).unwrap().value else { panic!("a list") };
    assert!(tags.items.len() == 1 && tags.rest.is_some());
}

#[test]
fn allowed_values_decide_where_they_can() {
    let head =
        "Parameters: {Env: {Type: String, AllowedValues: [dev, test]}}\nConditions: {Prod: !Equals [!Ref Env, prod]}\n";
    assert_eq!(value(head, "!If [Prod, a, b]"), "\"b\"");
}

#[test]
fn what_follows_an_error_is_unknown_and_the_rest_is_read() {
    let found =
        read("Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: logs\n      Tags: [\n");
    assert_eq!(found.loaded.problems.len(), 1);
    let a = &found.loaded.resources[0];
    assert_eq!(a.body.at(&["BucketName"]).unwrap().value.as_text().unwrap(), "logs");
    assert!(!a.body.value.unknowns().is_empty());
}

#[test]
fn hostile_texts_end_quickly() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 10].join(", ")));
    }
    bomb.push_str("Resources: {A: {Type: AWS::S3::Bucket, Properties: {Tags: *a11}}}\n");
    assert!(read(&bomb).loaded.problems.iter().any(|problem| problem.kind == redan_model::ProblemKind::Limit));
    let deep =
        format!("Resources: {{A: {{Type: AWS::S3::Bucket, Properties: {}1{}}}}}", "[".repeat(5000), "]".repeat(5000));
    read(&deep);
    let deep = format!(
        "{{\"Resources\": {{\"A\": {{\"Type\": \"AWS::S3::Bucket\", \"Properties\": {}",
        "{\"a\":[".repeat(5000)
    );
    read(&deep);
    read(
        "Resources: {A: {Type: AWS::S3::Bucket, Condition: C}}\nConditions: {C: {Condition: D}, D: !Not [{Condition: C}]}\n",
    );
}

#[test]
fn duplicates_are_told_and_the_last_counts() {
    let found: Read = read("Resources:\n  A: {Type: AWS::S3::Bucket, Properties: {BucketName: a, BucketName: b}}\n");
    assert_eq!(found.shown("A"), "{BucketName: \"b\"}");
    assert!(found.loaded.problems[0].message.contains("given twice"));
}
