//! State files, version 4: every attribute of every instance as it was last seen.

use std::sync::Arc;

use redan_kinds::{Mode, ProviderConfig, RawResource};
use redan_model::{Existence, Node, Origin as Place, SourceId, Str};
use rustc_hash::FxHashMap;

use super::providers::constant;
use super::{mode, place};
use crate::syntax::json::{Json, JsonKind};

pub(super) fn resources(json: &Json, source: SourceId) -> Vec<RawResource> {
    let mut providers: FxHashMap<&str, Arc<ProviderConfig>> = FxHashMap::default();
    let mut all = Vec::new();
    for resource in json.get("resources").map(Json::elements).unwrap_or_default() {
        let text = |name: &str| resource.get(name).and_then(Json::text).unwrap_or_default();
        let (kind, name, module) = (text("type"), text("name"), text("module"));
        let mode = mode(resource);
        let data = if mode == Mode::Data { "data." } else { "" };
        let dot = if module.is_empty() { "" } else { "." };
        let provider = providers.entry(text("provider")).or_insert_with_key(|key| Arc::new(provider(key, kind)));
        for instance in resource.get("instances").map(Json::elements).unwrap_or_default() {
            let (Some(attributes), true) = (instance.get("attributes"), instance.complete) else { continue };
            if instance.get("deposed").is_some() {
                continue;
            }
            let key = instance.get("index_key").map(key).unwrap_or_default();
            all.push(RawResource {
                kind: Str::new(kind),
                address: Str::new(&format!("{module}{dot}{data}{kind}.{name}{key}")),
                mode,
                body: body(attributes, source),
                origin: place(source, instance),
                existence: Existence::Certain,
                calls: Arc::from([]),
                root: Str::default(),
                provider: Arc::clone(provider),
                parent: None,
                escapes: None,
            });
        }
    }
    all
}

/// Attributes that are set: not null, and not an empty list of blocks.
fn body(attributes: &Json, source: SourceId) -> Node {
    let stated = attributes.members().iter().filter(|(_, value)| match &value.kind {
        JsonKind::Null => false,
        JsonKind::Array(elements) => !elements.is_empty(),
        JsonKind::Object(members) => !members.is_empty(),
        _ => true,
    });
    let entries = stated.map(|(key, value)| (Str::new(&key.text), constant(value, source)));
    Node::map(entries.collect(), place(source, attributes))
}

fn key(json: &Json) -> String {
    match &json.kind {
        JsonKind::Number(number) => format!("[{number}]"),
        JsonKind::Text(text) => format!("[\"{}\"]", text.text.replace('\\', "\\\\").replace('"', "\\\"")),
        _ => String::new(),
    }
}

/// `module.a.provider["registry.terraform.io/hashicorp/aws"].west`
fn provider(address: &str, kind: &str) -> ProviderConfig {
    let quoted = address.split('"').nth(1);
    let name = quoted.and_then(|source| source.rsplit('/').next());
    let name = name.unwrap_or_else(|| kind.split('_').next().unwrap_or_default());
    let alias = address.rsplit_once("].").map_or("", |(_, alias)| alias);
    let key = if alias.is_empty() { name.to_owned() } else { format!("{name}.{alias}") };
    ProviderConfig {
        name: Str::new(name),
        key: Str::new(&key),
        body: Node::map(Vec::new(), Place::NOWHERE),
        major: None,
    }
}
