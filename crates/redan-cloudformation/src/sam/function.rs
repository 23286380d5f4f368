//! `AWS::Serverless::Function`.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>

use super::build::{Made, Properties, arn, list, object, reference, role, tags_by, text};
use super::events;
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

const BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const IN_VPC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
const TRACING: &str = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";

pub(super) fn function(entry: &Entry, made: &mut Made) {
    let origin = entry.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let code = match own.get("InlineCode") {
        Some(inline) => Some(object(vec![("ZipFile", inline.clone())], inline.origin)),
        None => own.get("CodeUri").or_else(|| own.get("ImageUri")).map(|uri| match &uri.kind {
            Kind::Map(_) if uri.call().is_none() => uri.clone(),
            _ => object(vec![("S3Key", uri.clone())], uri.origin),
        }),
    };
    let tracing = own.get("Tracing").map(|mode| object(vec![("Mode", mode.clone())], mode.origin));
    let dead = own
        .get("DeadLetterQueue")
        .and_then(|queue| Some(object(vec![("TargetArn", queue.get("TargetArn")?.clone())], queue.origin)));
    let role_arn = own.get("Role").cloned().unwrap_or_else(|| arn(&format!("{}Role", entry.key), origin));
    let properties = Properties::of(entry)
        .copy(own, &SAME)
        .copy(own, &["ReservedConcurrentExecutions", "RuntimeManagementConfig"])
        .put("Code", code)
        .put("TracingConfig", tracing)
        .put("DeadLetterConfig", dead)
        .put("Role", Some(role_arn))
        .put("Tags", Some(tags_by("lambda:createdBy", own, origin)));
    made.add(entry, &entry.key, "AWS::Lambda::Function", properties);
    if own.get("Role").is_none() {
        let mut always = vec![if own.get("VpcConfig").is_some() { IN_VPC } else { BASIC }];
        if own.get("Tracing").and_then(Tree::as_str).is_some_and(|mode| mode == "Active" || mode == "PassThrough") {
            always.push(TRACING);
        }
        role(made, entry, "lambda.amazonaws.com", &always, "lambda:createdBy");
    }
    if let Some(url) = own.get("FunctionUrlConfig") {
        function_url(entry, url, made);
    }
    for event in own.get("Events").map(Tree::entries).unwrap_or_default() {
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

/// One target of a rule.
pub(super) fn target(entry: &Entry, event: &Entry) -> Tree {
    let origin = event.value.origin;
    let id = text(&format!("{}{}LambdaTarget", entry.key, event.key), origin);
    list(vec![object(vec![("Arn", arn(&entry.key, origin)), ("Id", id)], origin)], origin)
}
