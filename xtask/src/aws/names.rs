//! How the vendor names one thing twice: permission prefixes beside botocore's services, actions beside operations.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use crate::packed;
use crate::run::root;
use std::collections::BTreeSet;

/// Permission prefix → the services of botocore that it covers, the usual one first; where both have one name, nothing
/// need be said.
const PREFIXES: &[(&str, &[&str])] = &[
    ("access-analyzer", &["accessanalyzer"]),
    ("airflow", &["mwaa"]),
    ("aoss", &["opensearchserverless"]),
    ("apigateway", &["apigateway", "apigatewayv2"]),
    ("aps", &["amp"]),
    ("bedrock", &["bedrock", "bedrock-agent"]),
    ("cassandra", &["keyspaces"]),
    ("cloudhsm", &["cloudhsmv2"]),
    ("elasticfilesystem", &["efs"]),
    ("elasticloadbalancing", &["elbv2", "elb"]),
    ("elasticmapreduce", &["emr"]),
    ("es", &["opensearch", "es"]),
    ("geo", &["location"]),
    ("grafana", &["grafana"]),
    ("greengrass", &["greengrassv2", "greengrass"]),
    ("kinesisanalytics", &["kinesisanalyticsv2", "kinesisanalytics"]),
    ("lex", &["lexv2-models"]),
    ("mobiletargeting", &["pinpoint"]),
    ("rds", &["rds", "docdb", "neptune"]),
    ("s3", &["s3", "s3control"]),
    ("ses", &["ses", "sesv2"]),
    ("sso", &["sso-admin"]),
    ("states", &["stepfunctions"]),
    ("tag", &["resourcegroupstaggingapi"]),
    ("timestream", &["timestream-write"]),
];

/// Operations whose permission has another name.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("s3", "ListBuckets", "ListAllMyBuckets"),
    ("s3", "GetBucketEncryption", "GetEncryptionConfiguration"),
    ("s3", "GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("s3", "GetBucketReplication", "GetReplicationConfiguration"),
    ("s3", "GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
    ("s3", "GetBucketCors", "GetBucketCORS"),
    ("s3", "GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("s3", "GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("s3", "GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("s3", "ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
    ("s3", "ListBucketIntelligentTieringConfigurations", "GetIntelligentTieringConfiguration"),
    ("s3control", "GetPublicAccessBlock", "GetAccountPublicAccessBlock"),
    ("lambda", "GetFunctionUrlConfig", "GetFunctionUrlConfig"),
    ("efs", "DescribeMountTargetSecurityGroups", "DescribeMountTargetSecurityGroups"),
];

/// The services in which an operation of this prefix may be found. A service's own name is understood too.
pub(super) fn services(prefix: &str) -> Vec<&str> {
    let listed = PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, services)| *services);
    listed.map_or_else(|| vec![prefix], <[&str]>::to_vec)
}

/// The permission that an operation of a service needs.
pub(super) fn permission(service: &str, operation: &str) -> String {
    if matches!(service, "apigateway" | "apigatewayv2") {
        return "apigateway:GET".to_owned();
    }
    let prefix =
        PREFIXES.iter().find(|(_, services)| services.contains(&service)).map_or(service, |(prefix, _)| prefix);
    let action = ACTIONS.iter().find(|(of, named, _)| *of == service && *named == operation);
    format!("{prefix}:{}", action.map_or(operation, |(_, _, action)| action))
}

/// Every action of the vendor's reference, in small letters; `cargo xtask iam-table` documents the file.
pub(super) fn catalogue() -> Result<BTreeSet<String>, String> {
    let file = root().join("crates/redan-iam/data/actions.tsv.deflate");
    let text = packed::read(&file)?;
    let mut actions = BTreeSet::new();
    let mut prefix = "";
    for line in text.lines() {
        let mut fields = line.split('\t');
        match (fields.next(), fields.next()) {
            (Some("S"), Some(name)) => prefix = name,
            (Some("A"), Some(name)) => {
                actions.insert(format!("{prefix}:{name}").to_lowercase());
            }
            _ => {}
        }
    }
    Ok(actions)
}
