//! Public endpoints that the vendor gives a service and that no firewall guards: function URLs, APIs, distributions.

use redan_model::{Answer, Estate, Origin, ReasonClass, ResourceId, Str, Unknown, Value, Witness};

use super::read::{attribute, list, scalar, target};
use crate::address::Block;
use crate::exposure::{Exposure, Opening};
use crate::rule::Known;
use crate::service::{Ports, Protocol};

const FUNCTION: &str = "AWS::Lambda::Function";
const FUNCTION_URL: &str = "AWS::Lambda::Url";

/// A way of finding out whether the endpoint of a kind answers the internet.
type Open = fn(&Estate, ResourceId) -> Known<bool>;

const KINDS: [(&str, Open); 7] = [
    ("AWS::ApiGateway::RestApi", rest_api),
    ("AWS::ApiGatewayV2::Api", api),
    ("AWS::CloudFront::Distribution", distribution),
    ("Microsoft.ApiManagement/service", api_management),
    ("Microsoft.Cdn/profiles/afdEndpoints", front_door_endpoint),
    ("Microsoft.Network/bastionHosts", bastion),
    ("Microsoft.Network/frontDoors", always),
];

/// The kinds of which `self.exposure.internet` is known here.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, _)| *kind).chain([FUNCTION])
}

/// What the internet reaches of every such service.
pub(crate) fn surfaces(estate: &Estate) -> Vec<(ResourceId, Exposure)> {
    let mut found = Vec::new();
    for (kind, open) in KINDS {
        let ids = estate.of_kind(Str::new(kind)).iter();
        found.extend(ids.map(|id| (*id, everyone(open(estate, *id)))));
    }
    for url in estate.of_kind(Str::new(FUNCTION_URL)) {
        let function = target(attribute(estate, *url, &["TargetFunctionArn"]).value());
        found.push((function.unwrap_or(*url), everyone(function_url(estate, *url))));
    }
    found
}

/// `self.exposure.internet` of such a service; none if the kind is another.
pub(crate) fn exposed(estate: &Estate, id: ResourceId) -> Option<Answer> {
    let resource = estate.get(id)?;
    let open = match KINDS.iter().find(|(kind, _)| resource.kind.eq_ignore_ascii_case(kind)) {
        Some((_, open)) => open(estate, id),
        None if resource.kind == FUNCTION => function(estate, id),
        None => return None,
    };
    let unknown = || Unknown::new(ReasonClass::Incomplete, "whether its public endpoint is on", resource.origin);
    let value = match open {
        Known::Is(open) => Value::Bool(open),
        Known::Unknown => Value::Unknown(unknown()),
    };
    let leaves = if open == Known::Is(true) { urls(estate, id) } else { Vec::new() };
    Some(Answer { value, witness: Witness { text: String::new(), leaves } })
}

/// The URLs of a function, as places.
fn urls(estate: &Estate, function: ResourceId) -> Vec<(ResourceId, Str, Origin)> {
    let own = |url: &&ResourceId| target(attribute(estate, **url, &["TargetFunctionArn"]).value()) == Some(function);
    let leaf = |url: &ResourceId| {
        let node = estate.get(*url)?.body.get(Str::new("AuthType"))?;
        Some((*url, Str::new("AuthType"), node.origin))
    };
    estate.of_kind(Str::new(FUNCTION_URL)).iter().filter(own).filter_map(leaf).collect()
}

fn function(estate: &Estate, id: ResourceId) -> Known<bool> {
    let mut open = Known::Is(false);
    for url in estate.of_kind(Str::new(FUNCTION_URL)) {
        let named = attribute(estate, *url, &["TargetFunctionArn"]);
        match (target(named.value()), function_url(estate, *url)) {
            (Some(other), found) if other == id => match found {
                Known::Is(true) => return Known::Is(true),
                Known::Is(false) => {}
                Known::Unknown => open = Known::Unknown,
            },
            (None, Known::Is(true) | Known::Unknown) if named.unknown().is_some() => open = Known::Unknown,
            _ => {}
        }
    }
    open
}

/// In an internal virtual network the gateway has a private address alone.
/// <https://learn.microsoft.com/azure/api-management/virtual-network-concepts>
fn api_management(estate: &Estate, id: ResourceId) -> Known<bool> {
    let text = |name: &str| attribute(estate, id, &["properties", name]);
    let (access, network) = (text("publicNetworkAccess"), text("virtualNetworkType"));
    match (scalar(access.value()).as_deref(), scalar(network.value()).as_deref()) {
        (Some("Disabled"), _) | (_, Some("Internal")) => Known::Is(false),
        (Some("Enabled"), Some("None" | "External")) => Known::Is(true),
        _ => Known::Unknown,
    }
}

/// <https://learn.microsoft.com/azure/frontdoor/endpoint>
fn front_door_endpoint(estate: &Estate, id: ResourceId) -> Known<bool> {
    match scalar(attribute(estate, id, &["properties", "enabledState"]).value()).as_deref() {
        Some("Enabled") => Known::Is(true),
        Some("Disabled") => Known::Is(false),
        _ => Known::Unknown,
    }
}

/// A host with a public address takes sessions over HTTPS, and lets in whom Azure lets read the machine.
/// <https://learn.microsoft.com/azure/bastion/bastion-overview>
fn bastion(estate: &Estate, id: ResourceId) -> Known<bool> {
    let (entries, rest) = list(estate, id, &["properties", "ipConfigurations"]);
    let public = |entry: &redan_model::Node| {
        let found = super::read::member(entry, &["properties", "publicIPAddress", "id"]);
        !matches!(found, super::read::Attribute::Absent)
    };
    match (entries.iter().any(public), rest) {
        (true, _) => Known::Is(true),
        (false, None) => Known::Is(false),
        (false, Some(_)) => Known::Unknown,
    }
}

/// With `NONE` anyone may call, without signing.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
fn function_url(estate: &Estate, id: ResourceId) -> Known<bool> {
    match scalar(attribute(estate, id, &["AuthType"]).value()) {
        Some(text) => Known::Is(text == "NONE"),
        None => Known::Unknown,
    }
}

/// Private APIs answer in VPCs alone; all others have a public endpoint.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html>
fn rest_api(estate: &Estate, id: ResourceId) -> Known<bool> {
    let (types, rest) = list(estate, id, &["EndpointConfiguration", "Types"]);
    let private = types.iter().any(|entry| scalar(&entry.value).is_some_and(|text| text == "PRIVATE"));
    match (private, rest.is_some()) {
        (true, _) => Known::Is(false),
        (false, true) => Known::Unknown,
        (false, false) => Known::Is(true),
    }
}

/// An API whose own endpoint is off may still answer under a domain name.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html>
fn api(estate: &Estate, id: ResourceId) -> Known<bool> {
    let off = attribute(estate, id, &["DisableExecuteApiEndpoint"]);
    match off.value().as_bool() {
        Some(false) => Known::Is(true),
        Some(true) => Known::Unknown,
        None if off.unknown().is_some() => Known::Unknown,
        None => Known::Is(true),
    }
}

fn distribution(estate: &Estate, id: ResourceId) -> Known<bool> {
    match attribute(estate, id, &["DistributionConfig", "Enabled"]).value().as_bool() {
        Some(on) => Known::Is(on),
        None => Known::Unknown,
    }
}

fn always(_: &Estate, _: ResourceId) -> Known<bool> {
    Known::Is(true)
}

fn everyone(open: Known<bool>) -> Exposure {
    let opening = Opening {
        protocol: Protocol::TCP,
        last_protocol: Protocol::TCP,
        ports: Ports::one(443),
        sources: crate::azure::public_part([Block::ALL_V4]),
    };
    match open {
        Known::Is(true) => Exposure { sure: vec![opening], possible: Vec::new() },
        Known::Is(false) => Exposure::default(),
        Known::Unknown => Exposure { sure: Vec::new(), possible: vec![opening] },
    }
}
