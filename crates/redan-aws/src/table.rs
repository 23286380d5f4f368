//! The operations that may be asked, as facts: made by `cargo xtask aws-operations`, a service parsed when first asked.
//!
//! A file holds a service's `protocol`, names for hosts and signing, its `operations` and the `shapes` that they reach.
//! A type is a scalar's name (`string`, `integer`, `time:iso8601`, `policy` …) or `#Shape`. A structure is a map of
//! members, a list `[element]`, a map `[key, value]`; each written `type wire-name flag…`, the wire name left out where
//! it is the member's own.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use std::sync::{LazyLock, OnceLock};

include!(concat!(env!("OUT_DIR"), "/operations.rs"));

/// A file of the table: a service of botocore, and its text.
struct File {
    service: &'static str,
    text: &'static str,
    parsed: OnceLock<Option<Service>>,
}

struct Table {
    files: Vec<File>,
    names: FxHashMap<&'static str, &'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table {
    files: FILES.iter().map(|(service, text)| File { service, text, parsed: OnceLock::new() }).collect(),
    names: NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect(),
});

/// How a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Json,
    RestJson,
    Query,
    Ec2,
    RestXml,
}

/// A service with the operations that are asked of it.
pub(crate) struct Service {
    /// botocore's name.
    pub(crate) name: &'static str,
    pub(crate) protocol: Protocol,
    /// The version of the API, for the query protocols.
    pub(crate) version: String,
    /// The name under which its hosts are found.
    pub(crate) endpoint: String,
    /// The name under which requests are signed.
    pub(crate) signing: String,
    pub(crate) target: String,
    pub(crate) json: String,
    /// What names it in `AWS_ENDPOINT_URL_…`.
    pub(crate) variable: String,
    pub(crate) endpoints: Map<String, Value>,
    operations: FxHashMap<String, Operation>,
    shapes: FxHashMap<String, Shape>,
}

/// An operation.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The permission that it needs.
    pub(crate) permission: String,
    /// Stands before the host; `{AccountId}` in it is the account.
    pub(crate) host: String,
    /// The parameter that is the account's number, where the service demands it.
    pub(crate) account: Option<String>,
    /// The element around the answer (query).
    pub(crate) wrapper: String,
    /// The member that is the whole body.
    pub(crate) payload: Option<String>,
    pub(crate) output: String,
    pub(crate) input: FxHashMap<String, Member>,
    pub(crate) pages: Option<Pages>,
}

/// How an operation pages.
pub(crate) struct Pages {
    pub(crate) tokens_in: Vec<String>,
    pub(crate) tokens_out: Vec<String>,
    pub(crate) results: Vec<String>,
    pub(crate) more: Option<String>,
    /// The parameter that limits a page, and the most it takes.
    pub(crate) limit: Option<(String, u64)>,
}

/// A shape that holds others.
pub(crate) enum Shape {
    Structure(Vec<(String, Member)>),
    List(Member),
    Map(Member, Member),
}

/// A member, element, key or value.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) ty: Type,
    pub(crate) wire: String,
    pub(crate) place: InMessage,
    pub(crate) flat: bool,
    pub(crate) attribute: bool,
    pub(crate) json: bool,
    /// Only what follows the last slash is sent.
    pub(crate) tail: bool,
}

/// Where in a message a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InMessage {
    Body,
    Query,
    Path,
    Header,
    Headers,
    Status,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Integer,
    Float,
    Bool,
    Time,
    Blob,
    Document,
    Policy,
    Shape(String),
}

/// The service and operation behind a name such as `es:DescribeDomain`.
pub(crate) fn operation(name: &str) -> Option<(&'static Service, &'static Operation)> {
    let (_, operation) = name.split_once(':')?;
    let service = service(TABLE.names.get(name)?)?;
    Some((service, service.operations.get(operation)?))
}

/// Every name in the table, sorted.
#[must_use]
pub fn operation_names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = TABLE.names.keys().copied().collect();
    names.sort_unstable();
    names
}

/// The permission that an operation needs; none if the table does not have it.
#[must_use]
pub fn permission(name: &str) -> Option<&'static str> {
    operation(name).map(|(_, operation)| operation.permission.as_str())
}

fn service(name: &str) -> Option<&'static Service> {
    let table: &'static Table = &TABLE;
    let file = table.files.iter().find(|file| file.service == name)?;
    file.parsed
        .get_or_init(|| serde_json::from_str(file.text).ok().and_then(|file_| parse(file.service, file_)))
        .as_ref()
}

impl Service {
    pub(crate) fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }
}

fn parse(name: &'static str, file: Value) -> Option<Service> {
    let Value::Object(mut file) = file else { return None };
    let operations = file.remove("operations")?;
    let shapes = file.remove("shapes")?;
    let endpoints = file.remove("endpoints").unwrap_or_default();
    let text = |member: &str| file.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let protocol = match text("protocol").as_str() {
        "json" => Protocol::Json,
        "rest-json" => Protocol::RestJson,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "rest-xml" => Protocol::RestXml,
        _ => return None,
    };
    Some(Service {
        name,
        protocol,
        version: text("version"),
        endpoint: text("endpoint"),
        signing: text("signing"),
        target: text("target"),
        json: text("json"),
        variable: text("variable"),
        endpoints: endpoints.as_object().cloned().unwrap_or_default(),
        operations: operations.as_object()?.iter().map(|(name, spec)| (name.clone(), parse_operation(spec))).collect(),
        shapes: shapes.as_object()?.iter().filter_map(|(name, spec)| Some((name.clone(), shape(spec)?))).collect(),
    })
}

fn parse_operation(spec: &Value) -> Operation {
    let text = |member: &str| spec.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let some = |member: &str| spec.get(member).and_then(Value::as_str).map(str::to_owned);
    let http = some("http").unwrap_or_else(|| "POST /".to_owned());
    let (method, path) = http.split_once(' ').unwrap_or(("POST", "/"));
    let input = spec.get("input").and_then(Value::as_object);
    let member_of = |(name, spec): (&String, &Value)| (name.clone(), member(spec, name));
    Operation {
        method: method.to_owned(),
        path: path.to_owned(),
        permission: text("can"),
        host: text("host"),
        account: some("account"),
        wrapper: text("wrapper"),
        payload: some("payload"),
        output: text("output"),
        input: input.map(|input| input.iter().map(member_of).collect()).unwrap_or_default(),
        pages: spec.get("pages").map(pages),
    }
}

fn pages(spec: &Value) -> Pages {
    let texts = |member: &str| {
        let list = spec.get(member).and_then(Value::as_array);
        list.map(|list| list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()).unwrap_or_default()
    };
    let limit = spec.get("limit").and_then(Value::as_str);
    Pages {
        tokens_in: texts("in"),
        tokens_out: texts("out"),
        results: texts("results"),
        more: spec.get("more").and_then(Value::as_str).map(str::to_owned),
        limit: limit.and_then(|name| Some((name.to_owned(), spec.get("most")?.as_u64()?))),
    }
}

fn shape(spec: &Value) -> Option<Shape> {
    match spec {
        Value::Object(members) => {
            Some(Shape::Structure(members.iter().map(|(name, spec)| (name.clone(), member(spec, name))).collect()))
        }
        Value::Array(parts) => match parts.as_slice() {
            [element] => Some(Shape::List(member(element, "member"))),
            [key, value] => Some(Shape::Map(member(key, "key"), member(value, "value"))),
            _ => None,
        },
        _ => None,
    }
}

fn member(spec: &Value, name: &str) -> Member {
    let mut words = spec.as_str().unwrap_or_default().split(' ');
    let ty = match words.next().unwrap_or_default() {
        "integer" => Type::Integer,
        "float" => Type::Float,
        "boolean" => Type::Bool,
        "blob" => Type::Blob,
        "document" => Type::Document,
        "policy" => Type::Policy,
        ty if ty.starts_with('#') => Type::Shape(ty.trim_start_matches('#').to_owned()),
        ty if ty.starts_with("time") => Type::Time,
        _ => Type::Text,
    };
    let wire = words.next().unwrap_or(name).to_owned();
    let mut member =
        Member { ty, wire, place: InMessage::Body, flat: false, attribute: false, json: false, tail: false };
    for flag in words {
        match flag {
            "flat" => member.flat = true,
            "attribute" => member.attribute = true,
            "jsonvalue" => member.json = true,
            "tail" => member.tail = true,
            "query" => member.place = InMessage::Query,
            "path" => member.place = InMessage::Path,
            "header" => member.place = InMessage::Header,
            "headers" => member.place = InMessage::Headers,
            "statusCode" => member.place = InMessage::Status,
            _ => {}
        }
    }
    member
}
