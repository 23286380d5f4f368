//! Where a service is found in a region: the rule of the partition, what is out of the ordinary, and what the user set.
//! <https://docs.aws.amazon.com/general/latest/gr/rande.html>,
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>

use crate::table::{PARTITIONS, Service};
use serde_json::Value;
use std::sync::LazyLock;

static FILE: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(PARTITIONS).unwrap_or_default());

/// Endpoints that the user set: `AWS_ENDPOINT_URL`, also for one service, and FIPS.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// For all services.
    pub url: Option<String>,
    /// For services by the name that stands in `AWS_ENDPOINT_URL_…`.
    pub of_service: Vec<(String, String)>,
    /// Hosts with FIPS 140 cryptography.
    pub fips: bool,
}

/// Where to send a request, and for which region to sign it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `https://host`, without a slash at its end.
    pub(crate) url: String,
    pub(crate) region: String,
    /// Whether the user set it: such hosts take no prefix.
    pub(crate) custom: bool,
}

impl Endpoints {
    /// What the environment says.
    #[must_use]
    pub fn of_environment() -> Self {
        let vars = || {
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        };
        let ignored = vars().any(|(name, value)| name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" && value == "true");
        let set = |name: &str| vars().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value);
        let of_service =
            vars().filter_map(|(name, value)| Some((name.strip_prefix("AWS_ENDPOINT_URL_")?.to_owned(), value)));
        Self {
            url: set("AWS_ENDPOINT_URL").filter(|_| !ignored),
            of_service: if ignored { Vec::new() } else { of_service.collect() },
            fips: set("AWS_USE_FIPS_ENDPOINT").is_some_and(|value| value == "true"),
        }
    }

    pub(crate) fn find(&self, service: &Service, region: &str) -> Endpoint {
        let partition = partition(region);
        let suffix = FILE.pointer(&format!("/{partition}/suffix")).and_then(Value::as_str).unwrap_or("amazonaws.com");
        let own = service.endpoints.get(partition);
        let text = |path: &str| own.and_then(|own| own.pointer(path)).and_then(Value::as_str);
        let signed = text("/global/region").unwrap_or(region).to_owned();
        let set = self.of_service.iter().find(|(name, _)| *name == service.variable).map(|(_, url)| url);
        if let Some(url) = set.or(self.url.as_ref()) {
            return Endpoint { url: url.trim_end_matches('/').to_owned(), region: signed, custom: true };
        }
        let prefix = &service.endpoint;
        let host = if self.fips {
            let special = text("/global/fips").or_else(|| text(&format!("/fips-regions/{region}")));
            let usual = || format!("{prefix}-fips.{{region}}.{suffix}");
            special.map(str::to_owned).unwrap_or_else(|| text("/fips").map_or_else(usual, str::to_owned))
        } else {
            let special = text("/global/host").or_else(|| text(&format!("/regions/{region}")));
            let usual = || format!("{prefix}.{{region}}.{suffix}");
            special.map(str::to_owned).unwrap_or_else(|| text("/host").map_or_else(usual, str::to_owned))
        };
        Endpoint { url: format!("https://{}", host.replace("{region}", region)), region: signed, custom: false }
    }

    /// Whether the vendor's list of regions says that a service is not offered in one.
    pub(crate) fn is_unlisted(&self, service: &Service, region: &str) -> bool {
        let listed = service.endpoints.get(partition(region)).and_then(|own| own.get("in")).and_then(Value::as_array);
        listed.is_some_and(|listed| !listed.iter().any(|known| known == region))
    }
}

/// The partition of a region, by the vendor's list, else by how the region's name begins.
pub(crate) fn partition(region: &str) -> &'static str {
    let Value::Object(file) = &*FILE else { return "aws" };
    let holds = |entry: &Value| {
        entry.get("regions").and_then(Value::as_array).is_some_and(|list| list.iter().any(|known| known == region))
    };
    if let Some((name, _)) = file.iter().find(|(_, entry)| holds(entry)) {
        return name;
    }
    let begins = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eusc-", "aws-eusc"),
    ];
    begins.iter().find(|(start, _)| region.starts_with(start)).map_or("aws", |(_, name)| name)
}

/// The region that answers for what is global in a region's partition.
#[must_use]
pub fn home(region: &str) -> &'static str {
    FILE.pointer(&format!("/{}/home", partition(region))).and_then(Value::as_str).unwrap_or("us-east-1")
}
