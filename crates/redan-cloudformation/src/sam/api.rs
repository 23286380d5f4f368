//! `AWS::Serverless::Api`, `AWS::Serverless::HttpApi`, and the ones that functions ask for without naming any.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>

use super::build::{Made, Properties, list, object, reference, tags, text};
use crate::syntax::{Entry, Kind, Tree};
use redan_model::Str;

const REST: [&str; 11] = [
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "EndpointAccessMode",
    "FailOnWarnings",
    "MinimumCompressionSize",
    "Mode",
    "Name",
    "Parameters",
    "SecurityPolicy",
];

const STAGE: [&str; 8] = [
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "ClientCertificateId",
    "MethodSettings",
    "TracingEnabled",
    "Variables",
];

pub(super) fn rest(entry: &Entry, made: &mut Made) {
    let origin = entry.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let endpoint = own.get("EndpointConfiguration").map(|endpoint| match endpoint.get("Type") {
        Some(kind) => {
            let types = ("Types", list(vec![kind.clone()], kind.origin));
            let vpc = endpoint.get("VPCEndpointIds").map(|ids| ("VpcEndpointIds", ids.clone()));
            object([types].into_iter().chain(vpc).collect(), endpoint.origin)
        }
        None => object(vec![("Types", list(vec![endpoint.clone()], endpoint.origin))], endpoint.origin),
    });
    let properties = Properties::of(entry)
        .copy(own, &REST)
        .put("Body", own.get("DefinitionBody").cloned())
        .put("BodyS3Location", own.get("DefinitionUri").cloned())
        .put("EndpointConfiguration", endpoint)
        .put("Policy", own.get("Auth").and_then(|auth| auth.get("ResourcePolicy")?.get("CustomStatements")).cloned())
        .put("Tags", tags(own));
    made.add(entry, &entry.key, "AWS::ApiGateway::RestApi", properties);
    let deployment = Properties::of(entry).put("RestApiId", Some(reference(&entry.key, origin)));
    made.add(entry, &format!("{}Deployment", entry.key), "AWS::ApiGateway::Deployment", deployment);
    let stage = own.get("StageName");
    let properties = Properties::of(entry)
        .copy(own, &STAGE)
        .put("RestApiId", Some(reference(&entry.key, origin)))
        .put("DeploymentId", Some(reference(&format!("{}Deployment", entry.key), origin)))
        .put("StageName", stage.cloned())
        .put("Tags", tags(own));
    made.add(entry, &stage_id(&entry.key, stage), "AWS::ApiGateway::Stage", properties);
}

pub(super) fn http(entry: &Entry, made: &mut Made) {
    let origin = entry.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = entry.value.get("Properties").unwrap_or(&empty);
    let cors = own.get("CorsConfiguration").filter(|cors| cors.as_map().is_some());
    let properties = Properties::of(entry)
        .copy(own, &["Name", "Description", "DisableExecuteApiEndpoint", "FailOnWarnings"])
        .put("Body", own.get("DefinitionBody").cloned())
        .put("CorsConfiguration", cors.cloned());
    made.add(entry, &entry.key, "AWS::ApiGatewayV2::Api", properties);
    let stage = own.get("StageName");
    let default = text("$default", origin);
    let properties = Properties::of(entry)
        .copy(own, &["DefaultRouteSettings", "RouteSettings", "StageVariables"])
        .put("AccessLogSettings", own.get("AccessLogSettings").cloned())
        .put("ApiId", Some(reference(&entry.key, origin)))
        .put("StageName", Some(stage.unwrap_or(&default).clone()))
        .put("AutoDeploy", Some(Tree::new(Kind::Bool(true), origin)));
    let id = match stage {
        None => format!("{}ApiGatewayDefaultStage", entry.key),
        stage => stage_id(&entry.key, stage),
    };
    made.add(entry, &id, "AWS::ApiGatewayV2::Stage", properties);
}

/// The logical id of the stage: the transform writes the stage's name into it where it is plain text.
fn stage_id(api: &str, stage: Option<&Tree>) -> String {
    let plain = stage.and_then(Tree::as_str).filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    plain.map_or_else(|| format!("{api}Stage"), |name| format!("{api}{name}Stage"))
}

/// The APIs of functions that name none.
pub(super) fn implicit(template: &Tree, globals: Option<&Tree>, made: &mut Made) {
    let api = |name: &str, kind: &str, first: &Entry, stage: Option<&str>| {
        let origin = first.value.origin;
        let properties = stage.map(|stage| object(vec![("StageName", text(stage, origin))], origin));
        let mut entries = vec![("Type", text(&format!("AWS::Serverless::{kind}"), origin))];
        entries.extend(properties.map(|properties| ("Properties", properties)));
        let global = globals.and_then(|globals| globals.get(kind));
        Entry { key: Str::new(name), at: first.at, value: super::globals::merged(global, &object(entries, origin)) }
    };
    let declared = |name: &str| template.get("Resources").is_some_and(|all| all.get(name).is_some());
    if let Some(first) = made.rest_routes.first().filter(|_| !declared("ServerlessRestApi")) {
        rest(&api("ServerlessRestApi", "Api", &first.clone(), Some("Prod")), made);
    }
    if let Some(first) = made.http_routes.first().filter(|_| !declared("ServerlessHttpApi")) {
        http(&api("ServerlessHttpApi", "HttpApi", &first.clone(), None), made);
    }
}
