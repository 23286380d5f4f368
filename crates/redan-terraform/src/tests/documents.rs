//! Plans and states: the same resources as configuration gives, with what is unknown and what refers to what.

use redan_kinds::Mode;

use super::{Scan, show};
use crate::{Input, Options};

fn read(name: &str, text: &str) -> Scan {
    Scan::of(&[Input::Text { name: name.into(), text: text.into(), path: None }], &Options::default())
}

const PLAN: &str = r#"{
  "format_version": "1.2", "terraform_version": "1.11.4",
  "variables": {"region": {"value": "eu-west-1"}},
  "planned_values": {"root_module": {
    "resources": [
      {"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b",
       "provider_name": "registry.terraform.io/hashicorp/aws",
       "values": {"bucket": "logs", "force_destroy": false, "logging": [], "policy": null}},
      {"address": "aws_s3_bucket_versioning.v", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "v",
       "values": {"bucket": "logs", "versioning_configuration": [{"status": "Enabled"}]}}],
    "child_modules": [{"address": "module.m[\"x\"]", "resources": [
      {"address": "module.m[\"x\"].aws_s3_bucket_policy.p[0]", "mode": "managed", "type": "aws_s3_bucket_policy", "name": "p",
       "index": 0, "values": {}}]}]}},
  "resource_changes": [
    {"address": "aws_s3_bucket.b", "change": {"actions": ["create"],
      "after_unknown": {"arn": true, "id": true, "logging": [], "tags_all": {"x": true}}}},
    {"address": "aws_s3_bucket_versioning.v", "change": {"actions": ["create"],
      "after_unknown": {"id": true, "versioning_configuration": [{"mfa_delete": true}]}}},
    {"address": "module.m[\"x\"].aws_s3_bucket_policy.p[0]", "change": {"actions": ["create"],
      "after_unknown": {"bucket": true, "policy": true}}}],
  "prior_state": {"values": {"root_module": {"resources": [
    {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me",
     "values": {"account_id": "123456789012"}},
    {"address": "aws_s3_bucket.old", "mode": "managed", "type": "aws_s3_bucket", "name": "old", "values": {"bucket": "old"}}]}}},
  "configuration": {
    "provider_config": {"aws": {"name": "aws", "version_constraint": "~> 5.0", "expressions": {
      "region": {"references": ["var.region"]}, "default_tags": [{"tags": {"constant_value": {"team": "x"}}}]}}},
    "root_module": {
      "resources": [
        {"address": "aws_s3_bucket.b", "type": "aws_s3_bucket", "name": "b", "provider_config_key": "aws",
         "expressions": {"bucket": {"constant_value": "logs"}}},
        {"address": "aws_s3_bucket_versioning.v", "type": "aws_s3_bucket_versioning", "name": "v", "provider_config_key": "aws",
         "expressions": {"bucket": {"references": ["aws_s3_bucket.b.bucket", "aws_s3_bucket.b"]},
                         "versioning_configuration": [{"status": {"constant_value": "Enabled"}}]}}],
      "module_calls": {"m": {"source": "./m", "for_each_expression": {},
        "expressions": {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}},
        "module": {"resources": [
          {"address": "aws_s3_bucket_policy.p", "type": "aws_s3_bucket_policy", "name": "p", "provider_config_key": "aws",
           "expressions": {"bucket": {"references": ["var.bucket"]},
                           "policy": {"references": ["var.bucket", "data.aws_caller_identity.other.id"]}}}]}}}}}
}"#;

#[test]
fn a_plan_gives_values_unknowns_and_references() {
    let scan = read("plan.json", PLAN);
    assert_eq!(scan.messages(), Vec::<&str>::new());
    assert_eq!(
        scan.addresses(),
        [
            "aws_s3_bucket.b",
            "aws_s3_bucket_versioning.v",
            "module.m[\"x\"].aws_s3_bucket_policy.p[0]",
            "data.aws_caller_identity.me"
        ]
    );
    let bucket = "{bucket: \"logs\", force_destroy: false, tags_all: ?computed aws_s3_bucket.b.tags_all}";
    assert_eq!(scan.value("aws_s3_bucket.b", ""), bucket);
    assert_eq!(scan.value("aws_s3_bucket_versioning.v", "bucket"), "<aws_s3_bucket.b.bucket = \"logs\">");
    assert_eq!(scan.value("aws_s3_bucket_versioning.v", "versioning_configuration.0.status"), "\"Enabled\"");
    let policy = "module.m[\"x\"].aws_s3_bucket_policy.p[0]";
    assert_eq!(scan.value(policy, "bucket"), "<aws_s3_bucket.b.id>");
    assert_eq!(scan.value(policy, "policy"), format!("?computed {policy}.policy"));
    assert_eq!(scan.resource("data.aws_caller_identity.me").mode, Mode::Data);
    let provider = &scan.resource(policy).provider;
    assert_eq!(show(&provider.body.value), "{default_tags: [{tags: {team: \"x\"}}], region: \"eu-west-1\"}");
    assert_eq!((provider.key.as_str(), provider.major), ("aws", Some(5)));
    assert_eq!(scan.place("aws_s3_bucket.b", "force_destroy"), "plan.json:8:54");
}

const STATE: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x", "outputs": {}, "resources": [
  {"mode": "managed", "type": "aws_vpc", "name": "main", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].west",
   "instances": [{"schema_version": 1, "attributes": {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": null, "ipv6": []}}]},
  {"module": "module.net[\"a\"]", "mode": "managed", "type": "aws_subnet", "name": "s",
   "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
   "instances": [{"index_key": 0, "attributes": {"vpc_id": "vpc-1"}}, {"index_key": "k", "attributes": {"vpc_id": "vpc-1"}}]},
  {"mode": "data", "type": "aws_region", "name": "here", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
   "instances": [{"attributes": {"name": "eu-west-1"}}]}]}"#;

#[test]
fn without_configuration_what_is_computed_stays_unknown() {
    let scan = read("plan.json", &PLAN.replace("\"configuration\"", "\"other\""));
    let bucket = "{arn: ?computed aws_s3_bucket.b.arn, bucket: \"logs\", force_destroy: false, id: ?computed aws_s3_bucket.b.id, tags_all: ?computed aws_s3_bucket.b.tags_all}";
    assert_eq!(scan.value("aws_s3_bucket.b", ""), bucket);
    assert_eq!(scan.resource("aws_s3_bucket.b").provider.key, "aws");
}

#[test]
fn a_state_gives_every_instance() {
    let scan = read("terraform.tfstate", STATE);
    assert_eq!(
        scan.addresses(),
        [
            "aws_vpc.main",
            "module.net[\"a\"].aws_subnet.s[0]",
            "module.net[\"a\"].aws_subnet.s[\"k\"]",
            "data.aws_region.here"
        ]
    );
    assert_eq!(scan.value("aws_vpc.main", ""), "{cidr_block: \"10.0.0.0/16\", id: \"vpc-1\"}");
    assert_eq!(scan.resource("aws_vpc.main").provider.key, "aws.west");
}

#[test]
fn old_and_broken_documents_are_problems() {
    let old =
        read("old.tfstate", "{\"version\": 3, \"terraform_version\": \"0.11.0\", \"serial\": 1, \"resources\": []}");
    old.problem("state has version 3");
    let cut = PLAN.get(..PLAN.find("\"resource_changes\"").unwrap()).unwrap();
    let scan = read("plan.json", cut);
    assert_eq!(scan.addresses().len(), 3);
    assert_eq!(scan.messages().len(), 1, "{:?}", scan.messages());
}
