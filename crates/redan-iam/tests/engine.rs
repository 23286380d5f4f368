//! The engine on an estate: questions on documents and facts, known, unknown and with places.

#![cfg(test)]

use std::sync::Arc;

use redan_iam::IamEngine;
use redan_model::{
    Engine, Estate, EstateBuilder, Node, Origin, Part, ReasonClass, Ref, Resource, ResourceId, Schema, Schemas,
    Sources, Str, Subject, Target, Value,
};

struct NoKinds;

impl Schemas for NoKinds {
    fn schema(&self, _: Str) -> Option<&Schema> {
        None
    }

    fn default(&self, _: &Estate, _: ResourceId, _: Str, _: u32) -> Value {
        Value::Null
    }
}

fn node(json: &str) -> Node {
    redan_model::json::parse(json, redan_model::SourceId::from_index(0), 0).expect("JSON")
}

fn estate(resources: Vec<(&str, Node)>) -> Estate {
    let resources = resources.into_iter().enumerate().map(|(number, (kind, body))| {
        Resource::new(Str::new(kind), Str::from(format!("resource-{number}")), body, Origin::NOWHERE)
    });
    let builder = EstateBuilder { resources: resources.collect(), complete: Vec::new(), problems: Vec::new() };
    builder.build(Arc::new(Sources::new()), Arc::new(NoKinds))
}

fn ask(estate: &Estate, subject: Subject<'_>, name: &str, arguments: &[Node]) -> redan_model::Answer {
    let engine = IamEngine::new();
    let question = engine.questions().iter().find(|question| question.name == *name).expect("a question");
    engine.ask(estate, subject, question, arguments)
}

fn to(id: usize, attribute: &str) -> Node {
    let target = Target::Resource(ResourceId::from_index(id));
    Node::new(Value::Ref(Arc::new(Ref { target, attribute: Str::new(attribute), text: None })), Origin::NOWHERE)
}

fn with(node: &Node, path: &[&str], value: Node) -> Node {
    let Some((first, rest)) = path.split_first() else { return value };
    let map = node.value.as_map().expect("a map");
    let inner = map.get(Str::new(first)).cloned().unwrap_or_else(|| Node::map(Vec::new(), Origin::NOWHERE));
    let mut pairs = map.pairs();
    pairs.push((Str::new(first), with(&inner, rest, value)));
    Node::map(pairs, node.origin)
}

const OPEN: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]}]}"#;

fn bucket(block: &str) -> (&'static str, Node) {
    ("AWS::S3::Bucket", node(&format!(r#"{{"BucketName": "b", "PublicAccessBlockConfiguration": {block}}}"#)))
}

fn bucket_policy(document: Node) -> (&'static str, Node) {
    let body = with(&Node::map(Vec::new(), Origin::NOWHERE), &["Bucket"], to(0, ""));
    ("AWS::S3::BucketPolicy", with(&body, &["PolicyDocument"], document))
}

#[test]
fn a_bucket_is_public_unless_the_block_restricts_it() {
    let bucket_0 = Subject::Resource(ResourceId::from_index(0));
    let public = |block: &str, document: Node| {
        let estate = estate(vec![bucket(block), bucket_policy(document)]);
        ask(&estate, bucket_0, "access.public", &[])
    };
    let open = public(r#"{"RestrictPublicBuckets": false}"#, node(OPEN));
    assert_eq!(open.value, Value::Bool(true));
    assert_eq!(open.witness.leaves.first().map(|leaf| leaf.1), Some(Str::new("PolicyDocument.Statement[0]")));
    assert_eq!(public(r#"{"RestrictPublicBuckets": true}"#, node(OPEN)).value, Value::Bool(false));
    let unknown = Node::unknown(ReasonClass::Input, "var.policy", Origin::NOWHERE);
    assert!(matches!(public("{}", unknown.clone()).value, Value::Unknown(_)));
    assert_eq!(public(r#"{"RestrictPublicBuckets": true}"#, unknown).value, Value::Bool(false));
}

#[test]
fn an_acl_makes_a_bucket_public_unless_it_is_ignored() {
    let acl = |block: &str| {
        let (kind, body) = bucket(block);
        let estate = estate(vec![(kind, with(&body, &["AccessControl"], node(r#""PublicRead""#)))]);
        ask(&estate, Subject::Resource(ResourceId::from_index(0)), "access.public", &[]).value
    };
    assert_eq!(acl("{}"), Value::Bool(true));
    assert_eq!(acl(r#"{"IgnorePublicAcls": true}"#), Value::Bool(false));
}

#[test]
fn the_bucket_itself_is_known_by_reference() {
    let arn = |end: &str| {
        let literal = (!end.is_empty()).then(|| Part::Literal(Str::new(end)));
        Node::new(Value::template([Part::Hole(to(0, "arn"))].into_iter().chain(literal)), Origin::NOWHERE)
    };
    let deny = node(
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}}"#,
    );
    let asks = |resources: Vec<Node>| {
        let document = with(&deny, &["Statement", "Resource"], Node::list(resources, Origin::NOWHERE));
        let nameless = ("AWS::S3::Bucket", node("{}"));
        let estate = estate(vec![nameless, bucket_policy(document)]);
        let policy =
            estate.get(ResourceId::from_index(1)).and_then(|policy| policy.body.get(Str::new("PolicyDocument")));
        let requests = with(&node(r#"{"context": {"aws:SecureTransport": "false"}}"#), &["resource"], to(0, ""));
        let subject = Subject::Document(ResourceId::from_index(1), policy.expect("a document"));
        ask(&estate, subject, "denies", &[requests]).value
    };
    assert_eq!(asks(vec![arn(""), arn("/*")]), Value::Bool(true));
    assert_eq!(asks(vec![arn("/*")]), Value::Bool(false));
}

#[test]
fn a_template_of_json_is_read_with_its_holes() {
    let parts = [
        Part::Literal(Str::new(
            r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::"#,
        )),
        Part::Hole(Node::unknown(ReasonClass::Input, "var.name", Origin::NOWHERE)),
        Part::Literal(Str::new(r#"/*"}]}"#)),
    ];
    let document = Node::new(Value::template(parts), Origin::NOWHERE);
    let estate = estate(vec![bucket("{}"), bucket_policy(document.clone())]);
    let anyone = node(r#"{"principal": {"anyone": true}}"#);
    let subject = Subject::Document(ResourceId::from_index(1), &document);
    assert_eq!(ask(&estate, subject, "allows", &[anyone]).value, Value::Bool(true));
}

#[test]
fn identities_by_all_policies_that_bind_them() {
    let body = |statement: &str| {
        node(&format!(
            r#"{{"Policies": [{{"PolicyName": "p", "PolicyDocument": {{"Version": "2012-10-17", "Statement": [{statement}]}}}}]}}"#
        ))
    };
    let facts = |body: Node| {
        let estate = estate(vec![("AWS::IAM::Role", body)]);
        let of = |name| ask(&estate, Subject::Resource(ResourceId::from_index(0)), name, &[]).value;
        (of("access.admin"), of("access.escalates"))
    };
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    assert_eq!(facts(body(all)), (yes.clone(), yes.clone()));
    assert_eq!(facts(body(&format!(r#"{all}, {{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}"#))).0, no);
    assert_eq!(facts(body(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#)), (no.clone(), no.clone()));
    let pass = r#"{"Effect": "Allow", "Action": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"}"#;
    assert_eq!(facts(body(pass)), (no.clone(), yes.clone()));
    let one = r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"},
        {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}"#;
    assert_eq!(facts(body(one)), (no.clone(), no.clone()));
    let own = r#"{"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "arn:aws:iam::111122223333:user/*"}"#;
    assert_eq!(facts(body(own)), (no.clone(), yes.clone()));
    let managed = node(r#"{"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}"#);
    assert_eq!(facts(managed), (yes.clone(), yes));
    let vendor = node(r#"{"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}"#);
    assert_eq!(facts(vendor), (no.clone(), no));
    let unread = node(r#"{"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/elsewhere"]}"#);
    assert!(matches!(facts(unread), (Value::Unknown(_), Value::Unknown(_))));
}
