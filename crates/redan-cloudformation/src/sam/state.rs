//! Tables, state machines, layers and nested applications.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html>

use super::build::{Made, Properties, arn, list, location, object, tags, tags_by, text};
use super::policies::{Grants, role};
use crate::syntax::{Entry, Kind, Tree};

pub(super) fn table(entry: &Entry, made: &mut Made) {
    let origin = entry.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let key = own.get("PrimaryKey");
    let name = key.and_then(|key| key.get("Name")).cloned().unwrap_or_else(|| text("id", origin));
    let schema = object(vec![("AttributeName", name), ("KeyType", text("HASH", origin))], origin);
    let billing = own.get("ProvisionedThroughput").is_none().then(|| text("PAY_PER_REQUEST", origin));
    let properties = Properties::of(entry)
        .copy(own, &["TableName", "ProvisionedThroughput", "SSESpecification", "PointInTimeRecoverySpecification"])
        .put("KeySchema", Some(list(vec![schema], origin)))
        .put("BillingMode", billing)
        .put("Tags", tags(own));
    made.add(entry, &entry.key, "AWS::DynamoDB::Table", properties);
}

pub(super) fn machine(entry: &Entry, made: &mut Made) {
    let origin = entry.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let role_arn = own.get("Role").cloned().unwrap_or_else(|| arn(&format!("{}Role", entry.key), origin));
    let properties = Properties::of(entry)
        .put("DefinitionString", own.get("Definition").cloned())
        .put("DefinitionS3Location", own.get("DefinitionUri").map(|uri| location(uri, ["Bucket", "Key", "Version"])))
        .copy(own, &["DefinitionSubstitutions", "EncryptionConfiguration"])
        .put("LoggingConfiguration", own.get("Logging").cloned())
        .put("TracingConfiguration", own.get("Tracing").cloned())
        .put("StateMachineName", own.get("Name").cloned())
        .put("StateMachineType", own.get("Type").cloned())
        .put("RoleArn", Some(role_arn))
        .put("Tags", Some(tags_by("stateMachine:createdBy", own, origin)));
    made.add(entry, &entry.key, "AWS::StepFunctions::StateMachine", properties);
    if own.get("Role").is_none() {
        let mut grants = Grants::default();
        let traced = own.get("Tracing").and_then(|tracing| tracing.get("Enabled"));
        if traced.is_some_and(|traced| matches!(traced.kind, Kind::Bool(true))) {
            grants.managed("AWSXrayWriteOnlyAccess");
        }
        role(made, entry, "states.amazonaws.com", grants, "stateMachine:createdBy");
    }
    for event in own.get("Events").map(Tree::entries).unwrap_or_default() {
        super::schedule::of_machine(entry, event, made);
    }
}

pub(super) fn layer(entry: &Entry, made: &mut Made) {
    let empty = Tree::new(Kind::Null, entry.value.origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let properties = Properties::of(entry)
        .copy(own, &["LayerName", "Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"])
        .put("Content", own.get("ContentUri").cloned());
    made.add(entry, &entry.key, "AWS::Lambda::LayerVersion", properties);
}

/// A nested stack, whose template may lie beside this one.
pub(super) fn application(entry: &Entry, made: &mut Made) {
    let empty = Tree::new(Kind::Null, entry.value.origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let properties = Properties::of(entry)
        .copy(own, &["Parameters", "NotificationARNs", "TimeoutInMinutes"])
        .put("TemplateURL", own.get("Location").cloned())
        .put("Tags", tags(own));
    made.add(entry, &entry.key, "AWS::CloudFormation::Stack", properties);
}
