//! `AWS::Serverless::Function`.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>

use super::build::{Made, Properties, arn, location, object, reference, tags_by, text};
use super::events;
use super::policies::{Grants, role};
use crate::syntax::{Entry, Kind, Tree};

const SAME: [&str; 19] = [
    "Architectures",
    "CodeSigningConfigArn",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "RecursiveLoop",
    "Runtime",
    "SnapStart",
    "Timeout",
    "VpcConfig",
];

const BASIC: &str = "service-role/AWSLambdaBasicExecutionRole";
const IN_VPC: &str = "service-role/AWSLambdaVPCAccessExecutionRole";
const TRACING: &str = "AWSXrayWriteOnlyAccess";
const CODE: [&str; 3] = ["S3Bucket", "S3Key", "S3ObjectVersion"];

pub(super) fn function(entry: &Entry, made: &mut Made) {
    let origin = entry.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let code = match own.get("InlineCode") {
        Some(inline) => Some(object(vec![("ZipFile", inline.clone())], inline.origin)),
        None => match own.get("ImageUri") {
            Some(image) => Some(object(vec![("ImageUri", image.clone())], image.origin)),
            None => own.get("CodeUri").map(|uri| location(uri, CODE)).map(|code| match &code.kind {
                Kind::Map(_) if code.call().is_none() => code,
                _ => object(vec![("S3Key", code.clone())], code.origin),
            }),
        },
    };
    let traced = |mode: &&Tree| mode.as_str().is_none_or(|mode| mode == "Active" || mode == "PassThrough");
    let tracing = own.get("Tracing").filter(traced);
    let dead = own
        .get("DeadLetterQueue")
        .and_then(|queue| Some(object(vec![("TargetArn", queue.get("TargetArn")?.clone())], queue.origin)));
    let role_arn = own.get("Role").cloned().unwrap_or_else(|| arn(&format!("{}Role", entry.key), origin));
    let properties = Properties::of(entry)
        .copy(own, &SAME)
        .copy(own, &["ReservedConcurrentExecutions", "RuntimeManagementConfig"])
        .put("Code", code)
        .put("TracingConfig", tracing.map(|mode| object(vec![("Mode", mode.clone())], mode.origin)))
        .put("DeadLetterConfig", dead)
        .put("Role", Some(role_arn))
        .put("Tags", Some(tags_by("lambda:createdBy", own, origin)));
    made.add(entry, &entry.key, "AWS::Lambda::Function", properties);
    if own.get("Role").is_none() {
        let mut grants =
            Grants { managed: vec![if own.get("VpcConfig").is_some() { IN_VPC } else { BASIC }], inline: Vec::new() };
        if tracing.is_some() {
            grants.managed(TRACING);
        }
        if let Some(queue) = own.get("DeadLetterQueue") {
            let action = queue.get("Type").and_then(Tree::as_str).map(|kind| match kind.as_str() {
                "SNS" => "sns:Publish",
                _ => "sqs:SendMessage",
            });
            if let (Some(action), Some(target)) = (action, queue.get("TargetArn")) {
                grants.allow("DeadLetterQueuePolicy", action, target);
            }
        }
        for event in own.get("Events").map(Tree::entries).unwrap_or_default() {
            events::grant(&entry.key, event, &mut grants);
        }
        role(made, entry, "lambda.amazonaws.com", grants, "lambda:createdBy");
    }
    if let Some(url) = own.get("FunctionUrlConfig") {
        function_url(entry, url, made);
    }
    let all = own.get("Events").map(Tree::entries).unwrap_or_default();
    for event in all.iter().filter(|event| !events::covered(event, all)) {
        events::event(entry, event, made);
    }
}

/// An URL that asks for no sign-in comes with the permission for everybody.
fn function_url(entry: &Entry, url: &Tree, made: &mut Made) {
    let origin = url.origin;
    let properties = Properties::of(entry)
        .copy(url, &["AuthType", "Cors", "InvokeMode"])
        .put("TargetFunctionArn", Some(reference(&entry.key, origin)));
    made.add(entry, &format!("{}Url", entry.key), "AWS::Lambda::Url", properties);
    if url.get("AuthType").and_then(Tree::as_str).is_some_and(|auth| auth == "NONE") {
        let properties = Properties::of(entry)
            .put("FunctionName", Some(reference(&entry.key, origin)))
            .put("Action", Some(text("lambda:InvokeFunctionUrl", origin)))
            .put("Principal", Some(text("*", origin)))
            .put("FunctionUrlAuthType", Some(text("NONE", origin)));
        made.add(entry, &format!("{}UrlPublicPermissions", entry.key), "AWS::Lambda::Permission", properties);
        let properties = Properties::of(entry)
            .put("FunctionName", Some(reference(&entry.key, origin)))
            .put("Action", Some(text("lambda:InvokeFunction", origin)))
            .put("Principal", Some(text("*", origin)))
            .put("InvokedViaFunctionUrl", Some(Tree::new(Kind::Bool(true), origin)));
        made.add(entry, &format!("{}URLInvokeAllowPublicAccess", entry.key), "AWS::Lambda::Permission", properties);
    }
}

/// The permission of a service to call a function.
pub(super) fn permission(entry: &Entry, event: &Entry, principal: &str, source: Option<Tree>, made: &mut Made) {
    permission_as(entry, event, "", principal, source, made);
}

/// The same; the end of its logical id says which stage of an API it is for.
pub(super) fn permission_as(
    entry: &Entry,
    event: &Entry,
    stage: &str,
    principal: &str,
    source: Option<Tree>,
    made: &mut Made,
) {
    let origin = event.value.origin;
    let properties = Properties::of(entry)
        .put("FunctionName", Some(reference(&entry.key, origin)))
        .put("Action", Some(text("lambda:InvokeFunction", origin)))
        .put("Principal", Some(text(principal, origin)))
        .put("SourceArn", source);
    made.add(entry, &format!("{}{}Permission{stage}", entry.key, event.key), "AWS::Lambda::Permission", properties);
}

/// One target of a rule, with what the event hands to it.
pub(super) fn target(entry: &Entry, event: &Entry) -> Tree {
    let origin = event.value.origin;
    let default = text(&format!("{}{}LambdaTarget", entry.key, event.key), origin);
    super::schedule::target(event, arn(&entry.key, origin), default, None)
}
