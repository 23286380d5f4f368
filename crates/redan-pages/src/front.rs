//! The head of a page.

use crate::alias::Alias;
use crate::error::did_you_mean;
use crate::page::{Param, Side};
use redan_model::yaml::{Yaml, YamlError, parse};
use redan_model::{ListType, Severity, Str, Type, Value};
use std::sync::Arc;

/// The fields of a head.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) severity: Severity,
    pub(crate) mission: Vec<Str>,
    pub(crate) since: Str,
    pub(crate) side: Side,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) links: Vec<Str>,
    pub(crate) params: Vec<Param>,
}

const FIELDS: [&str; 8] = ["title", "severity", "mission", "since", "side", "aliases", "links", "params"];

/// Reads a head; lines are those of its own text.
pub(crate) fn read(text: &str) -> Result<Head, YamlError> {
    let missing = |field: &str| YamlError::new(1, format!("the head has no `{field}`"));
    let yaml = parse(text)?.ok_or_else(|| missing("title"))?;
    let fields = yaml.mapping()?;
    if let Some((unknown, value)) = fields.iter().find(|(key, _)| !FIELDS.contains(&key.as_str())) {
        let help = did_you_mean(unknown, FIELDS.into_iter());
        return Err(value.error(format!("a head has no `{unknown}`; {help}")));
    }
    let get = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let need = |name: &str| get(name).ok_or_else(|| missing(name));
    let severity = need("severity")?;
    let level = severity.text()?;
    let known = || Severity::ALL.into_iter().map(Severity::id).collect::<Vec<_>>();
    let severity = Severity::parse(level).ok_or_else(|| {
        severity.error(format!("no severity `{level}`; {}", did_you_mean(level, known().into_iter())))
    })?;
    let side = match get("side") {
        None => Side::Customer,
        Some(yaml) => match yaml.text()? {
            "customer" => Side::Customer,
            "shared" => Side::Shared,
            other => return Err(yaml.error(format!("no side `{other}`; write customer or shared"))),
        },
    };
    let aliases = get("aliases").map_or(Ok(Vec::new()), |yaml| yaml.sequence()?.iter().map(Alias::read).collect())?;
    let params = get("params").map_or(Ok(Vec::new()), params)?;
    Ok(Head {
        title: need("title")?.text()?.to_owned(),
        severity,
        mission: words(get("mission"))?,
        since: Str::new(get("since").map_or(Ok("0.1.0"), Yaml::text)?),
        side,
        aliases,
        links: words(get("links"))?,
        params,
    })
}

fn words(yaml: Option<&Yaml>) -> Result<Vec<Str>, YamlError> {
    let Some(yaml) = yaml else { return Ok(Vec::new()) };
    yaml.sequence()?.iter().map(|item| item.text().map(Str::new)).collect()
}

fn params(yaml: &Yaml) -> Result<Vec<Param>, YamlError> {
    let mut params = Vec::new();
    for (name, declared) in yaml.mapping()? {
        let fields = declared.mapping()?;
        let get = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let ty = get("type").ok_or_else(|| declared.error(format!("parameter `{name}` has no `type`")))?;
        let ty = type_named(ty.text()?)
            .ok_or_else(|| ty.error("a parameter is bool, integer, number, string, list(integer) or list(string)"))?;
        let default = get("default").ok_or_else(|| declared.error(format!("parameter `{name}` has no `default`")))?;
        let value = default.constant();
        if !fits(&value, &ty) {
            return Err(default.error(format!("the default of `{name}` is not of its type")));
        }
        params.push(Param { name: Str::new(name), ty, default: value });
    }
    Ok(params)
}

fn type_named(name: &str) -> Option<Type> {
    if let Some(element) = name.strip_prefix("list(").and_then(|rest| rest.strip_suffix(')')) {
        return Some(Type::List(Arc::new(ListType { element: type_named(element)?, keyed: None })));
    }
    match name {
        "bool" => Some(Type::Bool),
        "integer" => Some(Type::Integer),
        "number" => Some(Type::Number),
        "string" => Some(Type::String),
        _ => None,
    }
}

/// Whether a value is of a parameter's type.
pub(crate) fn fits(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Integer | Type::Number)
        | (Value::Float(_), Type::Number)
        | (Value::Text(_), Type::String) => true,
        (Value::List(list), Type::List(of)) => list.items.iter().all(|item| fits(&item.value, &of.element)),
        _ => false,
    }
}
