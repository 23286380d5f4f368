//! Partitions, regions and the hosts that do not follow the rule, out of botocore's `endpoints.json`.

use serde_json::{Map, Value, json};
use std::path::Path;

/// Services that one region answers for and whose entry does not say so, with the region.
/// <https://docs.aws.amazon.com/global-accelerator/latest/dg/introduction-components.html>,
/// <https://docs.aws.amazon.com/general/latest/gr/ecr-public.html>
const ELSEWHERE: &[(&str, &str)] = &[("globalaccelerator", "us-west-2"), ("api.ecr-public", "us-east-1")];

pub(super) struct Partitions(Vec<Value>);

impl Partitions {
    pub(super) fn read(models: &Path) -> Result<Self, String> {
        let file = models.join("endpoints.json");
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let whole: Value = serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self(whole.get("partitions").and_then(Value::as_array).cloned().unwrap_or_default()))
    }

    /// Partition → its suffix, the region that answers for it, and its regions.
    pub(super) fn file(&self) -> Value {
        let mut file = Map::new();
        for partition in &self.0 {
            let regions: Vec<&String> =
                partition.get("regions").and_then(Value::as_object).map(|map| map.keys().collect()).unwrap_or_default();
            let of = |service: &str, member: &str| {
                partition.pointer(&format!("/services/{service}/{member}")).and_then(Value::as_str).map(str::to_owned)
            };
            let home = of("iam", "partitionEndpoint").and_then(|endpoint| {
                let at = format!("/services/iam/endpoints/{endpoint}/credentialScope/region");
                partition.pointer(&at).and_then(Value::as_str).map(str::to_owned)
            });
            let home = home.or_else(|| regions.first().map(|region| (*region).clone()));
            file.insert(
                text(partition, "partition").to_owned(),
                json!({"suffix": text(partition, "dnsSuffix"), "home": home, "regions": regions}),
            );
        }
        Value::Object(file)
    }

    /// What is out of the ordinary about a service's hosts, by partition: one host for all regions (`global`), a
    /// `host` template, hosts of single `regions`, `fips` hosts, and where it is offered (`in`).
    pub(super) fn service(&self, prefix: &str) -> Value {
        let mut file = Map::new();
        for partition in &self.0 {
            let Some(service) = partition.get("services").and_then(|services| services.get(prefix)) else { continue };
            let entry = one(partition, service, prefix);
            if !entry.is_empty() {
                file.insert(text(partition, "partition").to_owned(), Value::Object(entry));
            }
        }
        Value::Object(file)
    }
}

fn one(partition: &Value, service: &Value, prefix: &str) -> Map<String, Value> {
    let mut entry = Map::new();
    let regions = partition.get("regions").and_then(Value::as_object).cloned().unwrap_or_default();
    let endpoints = service.get("endpoints").and_then(Value::as_object).cloned().unwrap_or_default();
    let suffix = text(partition, "dnsSuffix");
    let global = text(service, "partitionEndpoint");
    if service.get("isRegionalized") == Some(&Value::Bool(false))
        && let Some(endpoint) = endpoints.get(global)
    {
        let region = endpoint.pointer("/credentialScope/region").cloned().unwrap_or(Value::Null);
        entry.insert(
            "global".to_owned(),
            json!({"host": text(endpoint, "hostname"), "region": region, "fips": fips(endpoint)}),
        );
        return entry;
    }
    if let Some((_, region)) = ELSEWHERE.iter().find(|(known, _)| *known == prefix)
        && text(partition, "partition") == "aws"
    {
        entry.insert("global".to_owned(), json!({"host": format!("{prefix}.{region}.{suffix}"), "region": region}));
        return entry;
    }
    if let Some(template) = service.pointer("/defaults/hostname").and_then(Value::as_str) {
        entry.insert("host".to_owned(), json!(template.replace("{dnsSuffix}", suffix).replace("{service}", prefix)));
    }
    if let Some(template) = service.get("defaults").and_then(fips) {
        entry.insert("fips".to_owned(), json!(template.replace("{dnsSuffix}", suffix).replace("{service}", prefix)));
    }
    let (mut hosts, mut fips_hosts, mut offered) = (Map::new(), Map::new(), Vec::new());
    for (region, endpoint) in endpoints.iter().filter(|(region, _)| regions.contains_key(*region)) {
        offered.push(region.as_str());
        let host = text(endpoint, "hostname");
        if !host.is_empty() && host != format!("{prefix}.{region}.{suffix}") {
            hosts.insert(region.clone(), json!(host));
        }
        if let Some(host) = fips(endpoint)
            && host != format!("{prefix}-fips.{region}.{suffix}")
        {
            fips_hosts.insert(region.clone(), json!(host));
        }
    }
    for (member, value) in [("regions", hosts), ("fips-regions", fips_hosts)] {
        if !value.is_empty() {
            entry.insert(member.to_owned(), Value::Object(value));
        }
    }
    if offered.len() < regions.len() {
        entry.insert("in".to_owned(), json!(offered));
    }
    entry
}

fn fips(endpoint: &Value) -> Option<String> {
    let variants = endpoint.get("variants")?.as_array()?;
    let only_fips = |variant: &&Value| variant.get("tags") == Some(&json!(["fips"]));
    variants.iter().find(only_fips)?.get("hostname")?.as_str().map(str::to_owned)
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}
