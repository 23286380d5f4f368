//! The resources of an evaluated root, as the kinds take them.

use std::sync::Arc;

use redan_kinds::{ProviderConfig, RawResource};
use redan_model::{Existence, Node, Origin as Place, Problem, ProblemKind, Sources, Str};
use rustc_hash::{FxHashMap, FxHashSet};

use super::node::{Lowering, Origins, place, unknown};
use crate::module::{Instance, ResourceInstance, Run};
use crate::syntax::ast::Text;
use crate::value::{Class, Origin};

/// Every resource instance of a root.
pub(crate) fn raw_resources(run: &Run<'_>, sources: &Sources) -> Vec<RawResource> {
    let mut writer = Writer {
        run,
        lowering: Lowering { origins: Origins::Used(sources) },
        root: run.instances.first().map(|root| Str::new(&root.config.shown)).unwrap_or_default(),
        providers: FxHashMap::default(),
    };
    let mut all = Vec::new();
    let mut queue = vec![0];
    while let Some(at) = queue.pop() {
        let Some(instance) = run.instances.get(at) else { continue };
        queue.extend(instance.children().rev());
        let calls: Arc<[Place]> = instance.calls.iter().map(|call| place(*call)).collect();
        for (resource, slot) in instance.config.resources.iter().zip(&instance.resources) {
            let Some(state) = slot.done().filter(|_| !resource.ephemeral) else { continue };
            let provider = writer.provider(at, &resource.provider);
            for made in &state.instances {
                all.push(RawResource {
                    kind: Str::new(&resource.kind),
                    address: made.address,
                    mode: resource.mode,
                    body: writer.body(made, resource.place.whole()),
                    origin: place(resource.place.whole()),
                    existence: existence(instance, made),
                    calls: Arc::clone(&calls),
                    root: writer.root,
                    provider: Arc::clone(&provider),
                    parent: None,
                    escapes: run.escapes.get(&made.address).map(unknown),
                });
            }
        }
    }
    all
}

struct Writer<'r, 'a, 's> {
    run: &'r Run<'a>,
    lowering: Lowering<'s>,
    root: Str,
    providers: FxHashMap<(usize, Text), Arc<ProviderConfig>>,
}

fn existence(instance: &Instance<'_>, made: &ResourceInstance<'_>) -> Existence {
    match (&instance.doubt, &made.doubt) {
        (Some(a), Some(b)) => Existence::Uncertain(unknown(&a.and(b))),
        (Some(why), None) | (None, Some(why)) => Existence::Uncertain(unknown(why)),
        (None, None) => Existence::Certain,
    }
}

impl Writer<'_, '_, '_> {
    /// The arguments, with what a hook computed beside them.
    fn body(&self, made: &ResourceInstance<'_>, whole: Origin) -> Node {
        let node = self.lowering.body(&made.body, whole);
        if made.computed.is_empty() {
            return node;
        }
        let Some(map) = node.value.as_map() else { return node };
        let mut entries = map.pairs();
        let rest = map.rest.clone();
        for (name, value) in &made.computed {
            entries.push((Str::new(name), self.lowering.node(value, whole, None)));
        }
        Node::new(redan_model::Value::Map(Arc::new(redan_model::Map::new(entries, rest))), node.origin)
    }

    fn provider(&mut self, instance: usize, key: &Text) -> Arc<ProviderConfig> {
        let found = self.run.provider(instance, key);
        let cached = (found.instance, found.key.clone());
        if let Some(known) = self.providers.get(&cached) {
            return Arc::clone(known);
        }
        let prefix = self.run.instances.get(found.instance).map_or("", |instance| instance.prefix.as_str());
        let body = match found.body {
            Some(body) => {
                let block = self
                    .run
                    .instances
                    .get(found.instance)
                    .and_then(|instance| instance.config.providers.iter().find(|block| block.key == found.key));
                let whole = block.map_or(Origin::NONE, |block| block.place.whole());
                self.lowering.body(body, whole)
            }
            None => Node::map(Vec::new(), Place::NOWHERE),
        };
        let config = Arc::new(ProviderConfig {
            name: Str::new(&found.name),
            key: Str::new(&format!("{prefix}{}", found.key)),
            body,
            major: self.run.provider_major(instance, &found.name),
        });
        self.providers.insert(cached, Arc::clone(&config));
        config
    }
}

/// What went wrong while a root was evaluated: each message once a place.
pub(crate) fn evaluation_problems(run: &Run<'_>) -> Vec<Problem> {
    let mut seen: FxHashSet<(Origin, &str)> = FxHashSet::default();
    let mut problems = Vec::new();
    for error in &run.errors {
        if seen.insert((error.origin, &error.message)) {
            // Of errors only refusals have this class.
            let kind = match error.class {
                Class::Unsupported => ProblemKind::Limit,
                _ => ProblemKind::Evaluation,
            };
            problems.push(Problem::at(place(error.origin), kind, error.message.clone()));
        }
    }
    problems
}
