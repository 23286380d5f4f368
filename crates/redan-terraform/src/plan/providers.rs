//! Provider configurations of a plan: constants, and variables whose value the plan states.

use std::sync::Arc;

use redan_kinds::ProviderConfig;
use redan_model::{Node, Origin as Place, ReasonClass, SourceId, Str, Unknown, Value};
use rustc_hash::FxHashMap;

use super::values::scalar;
use crate::module::newest_major;
use crate::syntax::json::{Json, JsonKind};

pub(super) struct Providers<'j> {
    plan: &'j Json,
    source: SourceId,
    known: FxHashMap<String, Arc<ProviderConfig>>,
}

impl<'j> Providers<'j> {
    pub(super) fn new(plan: &'j Json, source: SourceId) -> Self {
        Self { plan, source, known: FxHashMap::default() }
    }

    /// The configuration of that key; without one, the default of the resource type.
    pub(super) fn get(&mut self, key: &str, kind: &str) -> Arc<ProviderConfig> {
        let key = if key.is_empty() { kind.split('_').next().unwrap_or_default() } else { key };
        if let Some(known) = self.known.get(key) {
            return Arc::clone(known);
        }
        let block = self.plan.get("configuration").and_then(|c| c.get("provider_config")).and_then(|all| all.get(key));
        let local = key.rsplit(':').next().unwrap_or(key);
        let name = block.and_then(|block| block.get("name")).and_then(Json::text);
        let name = name.unwrap_or_else(|| local.split('.').next().unwrap_or_default());
        let expressions = block.and_then(|block| block.get("expressions"));
        let body = match expressions {
            Some(expressions) => self.body(expressions),
            None => Node::map(Vec::new(), Place::NOWHERE),
        };
        let constraint = block.and_then(|block| block.get("version_constraint")).and_then(Json::text);
        let config = Arc::new(ProviderConfig {
            name: Str::new(name),
            key: Str::new(&key.replace(':', ".")),
            body,
            major: constraint.and_then(newest_major),
        });
        self.known.insert(key.to_owned(), Arc::clone(&config));
        config
    }

    fn place(&self, json: &Json) -> Place {
        Place::new(self.source, json.span.start, json.span.end)
    }

    fn body(&self, expressions: &Json) -> Node {
        let entries =
            expressions.members().iter().map(|(key, value)| (Str::new(&key.text), self.expression(&key.text, value)));
        Node::map(entries.collect(), self.place(expressions))
    }

    fn expression(&self, name: &str, json: &Json) -> Node {
        let place = self.place(json);
        if let Some(constant) = json.get("constant_value") {
            return self.constant(constant);
        }
        if let Some(references) = json.get("references") {
            let variable =
                references.elements().first().and_then(Json::text).and_then(|first| first.strip_prefix("var."));
            let value = variable.and_then(|name| self.plan.get("variables")?.get(name)?.get("value"));
            return match value {
                Some(value) if references.elements().len() == 1 => self.constant(value),
                _ => Node::new(Value::Unknown(Unknown::new(ReasonClass::Unsupported, name, place)), place),
            };
        }
        match &json.kind {
            JsonKind::Array(elements) => {
                Node::list(elements.iter().map(|element| self.expression(name, element)).collect(), place)
            }
            JsonKind::Object(_) => self.body(json),
            _ => Node::new(scalar(json), place),
        }
    }

    fn constant(&self, json: &Json) -> Node {
        constant(json, self.source)
    }
}

/// A JSON value as it stands; members that are null are left out.
pub(super) fn constant(json: &Json, source: SourceId) -> Node {
    let place = Place::new(source, json.span.start, json.span.end);
    match &json.kind {
        JsonKind::Array(elements) => {
            Node::list(elements.iter().map(|element| constant(element, source)).collect(), place)
        }
        JsonKind::Object(members) => {
            let stated = members.iter().filter(|(_, value)| !value.is_null());
            Node::map(stated.map(|(key, value)| (Str::new(&key.text), constant(value, source))).collect(), place)
        }
        _ => Node::new(scalar(json), place),
    }
}
