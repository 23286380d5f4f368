//! `AWS::Serverless::Api`, `AWS::Serverless::HttpApi`, and the ones that functions ask for without naming any.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>

use super::build::{Made, Properties, list, location, object, reference, tags, text};
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
        .put("BodyS3Location", own.get("DefinitionUri").map(|uri| location(uri, ["Bucket", "Key", "Version"])))
        .put("EndpointConfiguration", endpoint)
        .put("Policy", own.get("Auth").and_then(|auth| auth.get("ResourcePolicy")?.get("CustomStatements")).cloned())
        .put("Tags", tags(own));
    made.add(entry, &entry.key, "AWS::ApiGateway::RestApi", properties);
    // The transform's own first stage, unless the version of the document is given.
    let first = own.get("OpenApiVersion").is_none().then(|| text("Stage", origin));
    let deployment =
        Properties::of(entry).put("RestApiId", Some(reference(&entry.key, origin))).put("StageName", first);
    made.add(entry, &format!("{}Deployment", entry.key), "AWS::ApiGateway::Deployment", deployment);
    let stage = own.get("StageName");
    let properties = Properties::of(entry)
        .copy(own, &STAGE)
        .put("RestApiId", Some(reference(&entry.key, origin)))
        .put("DeploymentId", Some(reference(&format!("{}Deployment", entry.key), origin)))
        .put("StageName", stage.cloned())
        .put("Tags", tags(own));
    made.add(entry, &stage_id(&entry.key, stage), "AWS::ApiGateway::Stage", properties);
    authorizers(entry, own, true, made);
    if let Some(domain) = own.get("Domain") {
        rest_domain(entry, domain, made);
    }
}

/// The right of an API to ask its authorizers, which those of HTTP APIs have only if it is asked for.
fn authorizers(entry: &Entry, own: &Tree, rest: bool, made: &mut Made) {
    let Some(auth) = own.get("Auth") else { return };
    for authorizer in auth.get("Authorizers").map(Tree::entries).unwrap_or_default() {
        let value = &authorizer.value;
        let Some(function) = value.get("FunctionArn") else { continue };
        let on = |name: &str| {
            let own = value.get(name).is_some_and(|flag| matches!(flag.kind, Kind::Bool(true)));
            own || auth.get(name).is_some_and(|flag| matches!(flag.kind, Kind::Bool(true)))
        };
        if if rest { on("DisableFunctionDefaultPermissions") } else { !on("EnableFunctionDefaultPermissions") } {
            continue;
        }
        let origin = value.origin;
        let source = format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{}}}/authorizers/*",
            entry.key
        );
        let properties = Properties::of(entry)
            .put("FunctionName", Some(function.clone()))
            .put("Action", Some(text("lambda:InvokeFunction", origin)))
            .put("Principal", Some(text("apigateway.amazonaws.com", origin)))
            .put("SourceArn", Some(Tree::single("Fn::Sub", text(&source, origin))));
        let id = format!("{}{}AuthorizerPermission", entry.key, authorizer.key);
        made.add(entry, &id, "AWS::Lambda::Permission", properties);
    }
}

/// The logical id of a domain name: the same wherever the domain is the same.
fn domain_id(kind: &str, domain: &Tree) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let name = domain.get("DomainName").map(|name| match name.as_str() {
        Some(name) => name.to_string(),
        None => name.call().and_then(|(_, argument)| argument.as_str()).unwrap_or_default().to_string(),
    });
    for byte in name.unwrap_or_default().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{kind}{:010x}", hash & 0xff_ffff_ffff)
}

fn rest_domain(entry: &Entry, domain: &Tree, made: &mut Made) {
    let origin = domain.origin;
    let kind = domain.get("EndpointConfiguration").cloned().unwrap_or_else(|| text("REGIONAL", origin));
    if kind.as_str().is_some_and(|kind| kind == "PRIVATE") {
        return; // of another type, of which nothing is asked
    }
    let edge = kind.as_str().is_some_and(|kind| kind == "EDGE");
    let certificate = if edge { "CertificateArn" } else { "RegionalCertificateArn" };
    let properties = Properties::of(entry)
        .copy(
            domain,
            &["DomainName", "MutualTlsAuthentication", "OwnershipVerificationCertificateArn", "SecurityPolicy"],
        )
        .put(certificate, domain.get("CertificateArn").cloned())
        .put("EndpointConfiguration", Some(object(vec![("Types", list(vec![kind], origin))], origin)));
    made.add(entry, &domain_id("ApiGatewayDomainName", domain), "AWS::ApiGateway::DomainName", properties);
}

fn http_domain(entry: &Entry, domain: &Tree, tags: Tree, made: &mut Made) {
    let origin = domain.origin;
    let kind = domain.get("EndpointConfiguration").cloned().unwrap_or_else(|| text("REGIONAL", origin));
    let mut parts = vec![("EndpointType", kind)];
    for name in ["CertificateArn", "OwnershipVerificationCertificateArn", "SecurityPolicy"] {
        parts.extend(domain.get(name).map(|value| (name, value.clone())));
    }
    let properties = Properties::of(entry)
        .copy(domain, &["DomainName", "MutualTlsAuthentication"])
        .put("DomainNameConfigurations", Some(list(vec![object(parts, origin)], origin)))
        .put("Tags", Some(tags));
    made.add(entry, &domain_id("ApiGatewayDomainNameV2", domain), "AWS::ApiGatewayV2::DomainName", properties);
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
    let stage = own.get("StageName").filter(|stage| stage.as_str().is_none_or(|stage| stage != "$default"));
    let default = text("$default", origin);
    let created = Entry { key: Str::new("httpapi:createdBy"), at: origin, value: text("SAM", origin) };
    let tags = own.get("Tags").map(Tree::entries).unwrap_or_default().iter().cloned().chain([created]).collect();
    let tags = Tree::map(tags, origin);
    let properties = Properties::of(entry)
        .copy(own, &["DefaultRouteSettings", "RouteSettings", "StageVariables"])
        .put("AccessLogSettings", own.get("AccessLogSettings").cloned())
        .put("ApiId", Some(reference(&entry.key, origin)))
        .put("StageName", Some(stage.unwrap_or(&default).clone()))
        .put("AutoDeploy", Some(Tree::new(Kind::Bool(true), origin)))
        .put("Tags", Some(tags.clone()));
    let id = match stage {
        None => format!("{}ApiGatewayDefaultStage", entry.key),
        stage => stage_id(&entry.key, stage),
    };
    made.add(entry, &id, "AWS::ApiGatewayV2::Stage", properties);
    authorizers(entry, own, false, made);
    if let Some(domain) = own.get("Domain") {
        http_domain(entry, domain, tags, made);
    }
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
