//! Plans and states in JSON: the values that Terraform worked out itself, as the same raw resources.
//! Plan: <https://developer.hashicorp.com/terraform/internals/json-format>. State: version 4, as Terraform writes it.

mod configuration;
mod providers;
mod state;
mod values;

use std::sync::Arc;

use redan_kinds::{Mode, RawResource};
use redan_model::{Existence, Origin as Place, Problem, ProblemKind, SourceId, Str};
use rustc_hash::FxHashMap;

use crate::syntax::json::Json;

/// What a JSON document is, by its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Plan,
    State,
    Other,
}

pub(crate) fn document(json: &Json) -> Document {
    let has = |name: &str| json.get(name).is_some();
    if has("planned_values") || has("resource_changes") || (has("format_version") && has("values")) {
        Document::Plan
    } else if has("version") && (has("serial") || has("lineage") || has("terraform_version")) && has("resources") {
        Document::State
    } else {
        Document::Other
    }
}

/// The resources of a plan, or of a state as `terraform show -json` prints it.
pub(crate) fn plan_resources(json: &Json, source: SourceId, problems: &mut Vec<Problem>) -> Vec<RawResource> {
    let mut planned: Vec<&Json> = Vec::new();
    let mut prior: Vec<&Json> = Vec::new();
    for values in [json.get("planned_values"), json.get("values")].into_iter().flatten() {
        if let Some(root) = values.get("root_module") {
            collect(root, &mut planned, problems, source);
        }
    }
    let before = json.get("prior_state").and_then(|state| state.get("values"));
    if let Some(root) = before.and_then(|values| values.get("root_module")) {
        collect(root, &mut prior, problems, source);
        prior.retain(|resource| resource.get("mode").and_then(Json::text) == Some("data"));
    }
    let changes: FxHashMap<&str, &Json> = json
        .get("resource_changes")
        .map(Json::elements)
        .unwrap_or_default()
        .iter()
        .filter_map(|change| Some((change.get("address")?.text()?, change.get("change")?)))
        .collect();
    let configuration = configuration::Configuration::new(json.get("configuration"), &planned, &prior);
    let mut providers = providers::Providers::new(json, source);
    let mut seen: FxHashMap<&str, ()> = FxHashMap::default();
    let mut resources = Vec::with_capacity(planned.len() + prior.len());
    for resource in planned.into_iter().chain(prior) {
        let Some(address) = resource.get("address").and_then(Json::text) else { continue };
        if seen.insert(address, ()).is_some() {
            continue;
        }
        let unknown = changes.get(address).and_then(|change| change.get("after_unknown"));
        let declared = configuration.declared(address);
        let reader = values::Reader { source, configuration: &configuration, address };
        let body = reader.body(resource, unknown, declared.map(|declared| declared.expressions));
        let kind = resource.get("type").and_then(Json::text).unwrap_or_default();
        let key = declared.and_then(|declared| declared.provider).unwrap_or_default();
        resources.push(RawResource {
            kind: Str::new(kind),
            address: Str::new(address),
            mode: mode(resource),
            body,
            origin: place(source, resource),
            existence: Existence::Certain,
            calls: Arc::from([]),
            root: Str::default(),
            provider: providers.get(key, kind),
            parent: None,
            escapes: None,
        });
    }
    resources
}

/// The resources of a state file.
pub(crate) fn state_resources(json: &Json, source: SourceId, problems: &mut Vec<Problem>) -> Vec<RawResource> {
    let version = match json.get("version").map(|version| &version.kind) {
        Some(crate::syntax::json::JsonKind::Number(version)) => version.to_string(),
        _ => String::new(),
    };
    if version != "4" {
        let message = format!("state has version {version}: only version 4 can be read");
        problems.push(
            Problem::at(place(source, json), ProblemKind::Unreadable, message)
                .help("let a current Terraform write it anew (`terraform state pull`)"),
        );
        return Vec::new();
    }
    state::resources(json, source)
}

fn mode(resource: &Json) -> Mode {
    match resource.get("mode").and_then(Json::text) {
        Some("data") => Mode::Data,
        _ => Mode::Managed,
    }
}

fn place(source: SourceId, json: &Json) -> Place {
    Place::new(source, json.span.start, json.span.end)
}

/// The resources of a module and its children.
fn collect<'j>(module: &'j Json, into: &mut Vec<&'j Json>, problems: &mut Vec<Problem>, source: SourceId) {
    let mut queue = vec![module];
    while let Some(module) = queue.pop() {
        for resource in module.get("resources").map(Json::elements).unwrap_or_default() {
            if resource.complete {
                into.push(resource);
            } else {
                let message = "resource is not read: the document breaks inside it";
                problems.push(Problem::at(place(source, resource), ProblemKind::Syntax, message));
            }
        }
        queue.extend(module.get("child_modules").map(Json::elements).unwrap_or_default().iter().rev());
    }
}
