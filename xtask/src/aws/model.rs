//! One service of botocore's models, cut down to what asking some of its operations and reading their answers needs.

use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The protocols that the client speaks.
const PROTOCOLS: [&str; 5] = ["json", "rest-json", "query", "ec2", "rest-xml"];
/// Parameters that the client fills with the account's number where the service demands them.
const ACCOUNT: [&str; 3] = ["AccountId", "accountId", "AwsAccountId"];
/// Tokens of operations that page and have no entry among botocore's paginators.
const TOKENS: [&str; 4] = ["NextToken", "nextToken", "Marker", "NextMarker"];
/// Operations that end after one page unless the page's size is asked for, which the model does not bound.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html>
const UNBOUNDED: [&str; 1] = ["ListQueues"];
/// Never asked for more than this at once.
const PAGE: u64 = 1000;

pub(super) struct Service {
    model: Value,
    pages: Map<String, Value>,
    kept: BTreeMap<String, Value>,
    shapes: BTreeSet<String>,
}

impl Service {
    /// The newest model of a service; none if botocore has no such service.
    pub(super) fn read(models: &Path, name: &str) -> Result<Option<Self>, String> {
        let Ok(versions) = fs::read_dir(models.join(name)) else { return Ok(None) };
        let folder = versions.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).max();
        let Some(folder) = folder else { return Ok(None) };
        let model = json_file(&folder, "service-2.json")?.ok_or_else(|| format!("{}: no model", folder.display()))?;
        let pages = json_file(&folder, "paginators-1.json")?
            .and_then(|file| file.get("pagination").and_then(Value::as_object).cloned())
            .unwrap_or_default();
        Ok(Some(Self { model, pages, kept: BTreeMap::new(), shapes: BTreeSet::new() }))
    }

    pub(super) fn has(&self, operation: &str) -> bool {
        self.model.pointer(&format!("/operations/{operation}")).is_some()
    }

    /// The name under which its hosts are found.
    pub(super) fn endpoint(&self) -> &str {
        self.metadata("endpointPrefix")
    }

    fn metadata(&self, member: &str) -> &str {
        self.model.pointer(&format!("/metadata/{member}")).and_then(Value::as_str).unwrap_or_default()
    }

    fn protocol(&self) -> &str {
        let main = self.metadata("protocol");
        let all = self.model.pointer("/metadata/protocols").and_then(Value::as_array).cloned().unwrap_or_default();
        let offered = |known: &str| known == main || all.iter().any(|one| one == known);
        PROTOCOLS.into_iter().find(|known| offered(known)).unwrap_or(main)
    }

    fn shape(&self, name: &str) -> &Value {
        self.model.pointer(&format!("/shapes/{name}")).unwrap_or(&Value::Null)
    }

    /// Keeps an operation with these parameters. Says what kinds get wrong about it.
    pub(super) fn keep(&mut self, operation: &str, parameters: &BTreeSet<String>, permission: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        let spec = self.model.pointer(&format!("/operations/{operation}")).cloned().unwrap_or_default();
        let input = self.shape(text(&spec, "/input/shape")).clone();
        let members = input.get("members").and_then(Value::as_object).cloned().unwrap_or_default();
        let page = self.page(operation, &spec, &members);
        let mut wanted: BTreeSet<String> = parameters.clone();
        wanted.extend(strings(page.get("in")));
        wanted.extend(strings(page.get("limit")));
        let required: BTreeSet<String> = strings(input.get("required")).into_iter().collect();
        let account = required.iter().find(|name| ACCOUNT.contains(&name.as_str()) && !parameters.contains(*name));
        wanted.extend(account.cloned());
        for name in required.iter().filter(|name| !wanted.contains(*name)) {
            wrong.push(format!("needs the parameter {name}, which nothing gives: `ask` or `with`"));
        }
        let mut kept = Map::new();
        for name in &wanted {
            match members.get(name) {
                Some(member) => {
                    kept.insert(name.clone(), json!(self.member(name, member, true)));
                    self.reach(text(member, "/shape"));
                }
                None => wrong.push(format!("has no parameter {name}; it has {}", names(&members))),
            }
        }
        let method = text(&spec, "/http/method");
        let path = text(&spec, "/http/requestUri");
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            if !matches!(&value, Value::Null) && value != json!("") {
                out.insert(key.to_owned(), value);
            }
        };
        if method != "POST" || path != "/" {
            put("http", json!(format!("{method} {path}")));
        }
        put("can", json!(permission));
        put("host", json!(text(&spec, "/endpoint/hostPrefix")));
        put("account", json!(account));
        put("wrapper", json!(text(&spec, "/output/resultWrapper")));
        let output = text(&spec, "/output/shape").to_owned();
        put("payload", json!(text(self.shape(&output), "/payload")));
        put("output", json!(output));
        if !kept.is_empty() {
            put("input", Value::Object(kept));
        }
        if page.get("in").is_some() {
            put("pages", page);
        }
        self.kept.insert(operation.to_owned(), Value::Object(out));
        self.reach(&output);
        wrong
    }

    /// How an operation pages: tokens in and out, the parameter that limits a page with the most it takes, and where
    /// the results are.
    fn page(&self, operation: &str, spec: &Value, input: &Map<String, Value>) -> Value {
        let output = self.shape(text(spec, "/output/shape"));
        let members = output.get("members").and_then(Value::as_object).cloned().unwrap_or_default();
        let Some(listed) = self.pages.get(operation) else {
            let Some(token) = TOKENS.iter().find(|name| input.contains_key(**name) && members.contains_key(**name))
            else {
                return json!({});
            };
            let lists =
                members.iter().filter(|(_, member)| text(self.shape(text(member, "/shape")), "/type") == "list");
            let results: Vec<&String> = lists.map(|(name, _)| name).collect();
            return json!({"in": [token], "out": [token], "results": results});
        };
        let mut page = Map::new();
        page.insert("in".to_owned(), json!(strings(listed.get("input_token"))));
        page.insert("out".to_owned(), json!(strings(listed.get("output_token"))));
        page.insert("results".to_owned(), json!(strings(listed.get("result_key"))));
        if let Some(more) = listed.get("more_results") {
            page.insert("more".to_owned(), more.clone());
        }
        let limit = listed.get("limit_key").and_then(Value::as_str).filter(|name| input.contains_key(*name));
        if let Some(name) = limit {
            let shape = self.shape(input.get(name).map_or("", |member| text(member, "/shape")));
            let unbounded = self.protocol() == "ec2" || UNBOUNDED.contains(&operation);
            let most = shape.get("max").and_then(Value::as_u64).or(unbounded.then_some(PAGE));
            if let Some(most) = most {
                page.insert("limit".to_owned(), json!(name));
                page.insert("most".to_owned(), json!(most.min(PAGE)));
            }
        }
        Value::Object(page)
    }

    /// A member as `type wire-name flag…`; the name is left out where it is the member's own.
    fn member(&self, name: &str, member: &Value, input: bool) -> String {
        let target = text(member, "/shape").to_owned();
        let ty = self.ty(&target, member);
        let ec2 = input && self.protocol() == "ec2";
        let located = text(member, "/locationName");
        let wire = match (ec2, text(member, "/queryName"), located) {
            (true, "", "") => name.to_owned(),
            (true, "", located) => capital(located),
            (true, query, _) => query.to_owned(),
            (false, _, "") => name.to_owned(),
            (false, _, located) => located.to_owned(),
        };
        let mut flags = Vec::new();
        match text(member, "/location") {
            "" => {}
            "querystring" => flags.push("query"),
            "uri" => flags.push("path"),
            other => flags.push(other),
        }
        let shape = self.shape(&target);
        if member.get("flattened").or(shape.get("flattened")) == Some(&Value::Bool(true)) {
            flags.push("flat");
        }
        if member.get("xmlAttribute") == Some(&Value::Bool(true)) {
            flags.push("attribute");
        }
        if member.get("jsonvalue") == Some(&Value::Bool(true)) {
            flags.push("jsonvalue");
        }
        // Ids that answers give with a path before them, and that questions take without:
        // https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html, and botocore's `fix_route53_ids`.
        let is_id = matches!(target.as_str(), "ResourceId" | "DelegationSetId" | "ChangeId");
        if input && is_id && self.metadata("endpointPrefix") == "route53" {
            flags.push("tail");
        }
        if wire == name && flags.is_empty() {
            ty
        } else {
            format!("{ty} {wire} {}", flags.join(" ")).trim_end().to_owned()
        }
    }

    /// A scalar's type, or `#Shape`.
    fn ty(&self, target: &str, member: &Value) -> String {
        let shape = self.shape(target);
        let format = member.get("timestampFormat").or(shape.get("timestampFormat")).and_then(Value::as_str);
        match text(shape, "/type") {
            "structure" if shape.get("document") == Some(&Value::Bool(true)) => "document".to_owned(),
            "structure" | "list" | "map" => format!("#{target}"),
            "string" if target == "policyDocumentType" && self.metadata("endpointPrefix") == "iam" => {
                "policy".to_owned()
            }
            "character" => "string".to_owned(),
            "long" | "integer" | "byte" | "short" | "bigInteger" => "integer".to_owned(),
            "double" | "float" | "bigDecimal" => "float".to_owned(),
            "timestamp" => format.map_or_else(|| "time".to_owned(), |format| format!("time:{format}")),
            other => other.to_owned(),
        }
    }

    /// Keeps a shape with all that it holds.
    fn reach(&mut self, name: &str) {
        let shape = self.shape(name);
        let complex = matches!(text(shape, "/type"), "structure" | "list" | "map");
        if !complex || self.shapes.contains(name) {
            return;
        }
        let inner: Vec<String> = match text(shape, "/type") {
            "structure" => shape.get("members").and_then(Value::as_object).map_or_else(Vec::new, |members| {
                members.values().map(|member| text(member, "/shape").to_owned()).collect()
            }),
            "list" => vec![text(shape, "/member/shape").to_owned()],
            _ => vec![text(shape, "/key/shape").to_owned(), text(shape, "/value/shape").to_owned()],
        };
        self.shapes.insert(name.to_owned());
        inner.iter().for_each(|name| self.reach(name));
    }

    /// The file; none if nothing of the service was kept.
    pub(super) fn file(&self) -> Option<Value> {
        if self.kept.is_empty() {
            return None;
        }
        let mut file = Map::new();
        for (member, from) in [
            ("version", "apiVersion"),
            ("endpoint", "endpointPrefix"),
            ("target", "targetPrefix"),
            ("json", "jsonVersion"),
        ] {
            if !self.metadata(from).is_empty() {
                file.insert(member.to_owned(), json!(self.metadata(from)));
            }
        }
        let signing = self.metadata("signingName");
        let signing = if signing.is_empty() { self.metadata("endpointPrefix") } else { signing };
        file.insert("signing".to_owned(), json!(signing));
        file.insert("protocol".to_owned(), json!(self.protocol()));
        let id = self.metadata("serviceId").replace([' ', '-'], "_").to_uppercase();
        file.insert("variable".to_owned(), json!(id));
        file.insert("operations".to_owned(), json!(self.kept));
        let shapes: BTreeMap<&String, Value> = self.shapes.iter().map(|name| (name, self.compact(name))).collect();
        file.insert("shapes".to_owned(), json!(shapes));
        Some(Value::Object(file))
    }

    fn compact(&self, name: &str) -> Value {
        let shape = self.shape(name);
        let inner = |at: &str, usual: &str| {
            let member = shape.get(at).cloned().unwrap_or_default();
            let ty = self.ty(text(&member, "/shape"), &member);
            let wire = text(&member, "/locationName");
            if wire.is_empty() || wire == usual { ty } else { format!("{ty} {wire}") }
        };
        match text(shape, "/type") {
            "structure" => {
                let members = shape.get("members").and_then(Value::as_object).cloned().unwrap_or_default();
                let members: BTreeMap<&String, String> =
                    members.iter().map(|(name, member)| (name, self.member(name, member, false))).collect();
                json!(members)
            }
            "list" => json!([inner("member", "member")]),
            _ => json!([inner("key", "key"), inner("value", "value")]),
        }
    }
}

fn json_file(folder: &Path, name: &str) -> Result<Option<Value>, String> {
    let plain: PathBuf = folder.join(name);
    let packed = folder.join(format!("{name}.gz"));
    let bytes = if let Ok(bytes) = fs::read(&plain) {
        bytes
    } else if let Ok(bytes) = fs::read(&packed) {
        let mut out = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut out).map_err(|e| format!("{}: {e}", packed.display()))?;
        out
    } else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| format!("{}: {error}", plain.display()))
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn names(members: &Map<String, Value>) -> String {
    members.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}
