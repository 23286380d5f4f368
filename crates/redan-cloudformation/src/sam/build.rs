//! Trees of generated resources. Whatever is copied keeps its place; what is generated stands at the resource.

use crate::syntax::{Entry, Kind, Mapping, Tree};
use redan_model::{Origin, Str};
use std::sync::Arc;

/// Resources so far.
pub(super) struct Made {
    /// The resources of the template.
    pub(super) declared: Tree,
    pub(super) entries: Vec<Entry>,
    /// Routes of functions that name no API: the transform makes one for all of them.
    pub(super) rest_routes: Vec<Entry>,
    pub(super) http_routes: Vec<Entry>,
    /// What buckets of the template tell functions: the bucket and the configuration.
    pub(super) notifications: Vec<(Str, Tree)>,
}

/// The properties of a generated resource.
pub(super) struct Properties {
    entries: Vec<Entry>,
    origin: Origin,
}

impl Made {
    /// Nothing yet, of a template with these resources.
    pub(super) fn of(declared: &Tree) -> Self {
        Self {
            declared: declared.clone(),
            entries: Vec::new(),
            rest_routes: Vec::new(),
            http_routes: Vec::new(),
            notifications: Vec::new(),
        }
    }

    /// The end of the logical ids of what belongs to the stage of an API of the template.
    pub(super) fn stage_of(&self, api: &str) -> String {
        let properties = self.declared.get(api).and_then(|api| api.get("Properties"));
        let stage = properties.and_then(|properties| properties.get("StageName")?.as_str());
        let plain = stage.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        plain.map_or_else(|| "Stage".to_owned(), |name| name.to_string())
    }

    /// A resource as it stands.
    pub(super) fn keep(&mut self, entry: &Entry) {
        self.entries.push(entry.clone());
    }

    /// Writes into the buckets what they tell functions.
    pub(super) fn notify(&mut self) {
        for (bucket, configuration) in std::mem::take(&mut self.notifications) {
            if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == bucket) {
                let path = ["Properties", "NotificationConfiguration", "LambdaConfigurations"];
                entry.value = appended(&entry.value, &path, configuration);
            }
        }
    }

    /// A resource that the transform makes of another: under the same condition.
    pub(super) fn add(&mut self, from: &Entry, name: &str, kind: &str, properties: Properties) {
        let origin = from.value.origin;
        if self.entries.iter().any(|entry| entry.key == name) {
            return;
        }
        let mut entries = vec![
            Entry { key: Str::new("Type"), at: origin, value: text(kind, origin) },
            Entry { key: Str::new("Properties"), at: origin, value: properties.tree() },
        ];
        if let Some(condition) = from.value.get("Condition") {
            entries.push(Entry { key: Str::new("Condition"), at: condition.origin, value: condition.clone() });
        }
        self.entries.push(Entry { key: Str::new(name), at: from.at, value: Tree::map(entries, origin) });
    }
}

impl Properties {
    /// None yet.
    pub(super) fn of(resource: &Entry) -> Self {
        Self { entries: Vec::new(), origin: resource.value.origin }
    }

    /// Copies properties under the same names.
    pub(super) fn copy(mut self, from: &Tree, names: &[&str]) -> Self {
        for name in names {
            self = self.put(name, from.get(name).cloned());
        }
        self
    }

    pub(super) fn put(mut self, name: &str, value: Option<Tree>) -> Self {
        if let Some(value) = value {
            self.entries.push(Entry { key: Str::new(name), at: value.origin, value });
        }
        self
    }

    pub(super) fn put_text(self, name: &str, value: &str) -> Self {
        let origin = self.origin;
        self.put(name, Some(text(value, origin)))
    }

    pub(super) fn tree(self) -> Tree {
        Tree::map(self.entries, self.origin)
    }
}

pub(super) fn text(value: &str, origin: Origin) -> Tree {
    Tree::new(Kind::Text(Str::new(value)), origin)
}

pub(super) fn list(items: Vec<Tree>, origin: Origin) -> Tree {
    Tree::new(Kind::List(Arc::new(crate::syntax::Seq { items, broken: false })), origin)
}

/// A reference to a resource.
pub(super) fn reference(name: &str, origin: Origin) -> Tree {
    Tree::single("Ref", text(name, origin))
}

/// The ARN of a resource.
pub(super) fn arn(name: &str, origin: Origin) -> Tree {
    Tree::single("Fn::GetAtt", list(vec![text(name, origin), text("Arn", origin)], origin))
}

/// A mapping of these entries.
pub(super) fn object(entries: Vec<(&str, Tree)>, origin: Origin) -> Tree {
    let entries = entries.into_iter().map(|(key, value)| Entry { key: Str::new(key), at: value.origin, value });
    Tree::map(entries.collect(), origin)
}

/// Tags of the model, a mapping, as the list that the types take.
pub(super) fn tags(properties: &Tree) -> Option<Tree> {
    let tags = properties.get("Tags")?;
    let pair = |entry: &Entry| {
        object(vec![("Key", text(&entry.key, entry.at)), ("Value", entry.value.clone())], entry.value.origin)
    };
    Some(list(tags.as_map()?.entries.iter().map(pair).collect(), tags.origin))
}

/// Tags with the one that the transform adds.
pub(super) fn tags_by(key: &str, properties: &Tree, origin: Origin) -> Tree {
    let added = object(vec![("Key", text(key, origin)), ("Value", text("SAM", origin))], origin);
    let own = tags(properties);
    let items = std::iter::once(added).chain(own.as_ref().and_then(Tree::as_list).unwrap_or_default().iter().cloned());
    list(items.collect(), own.as_ref().map_or(origin, |own| own.origin))
}

/// A tree with one more entry of the list at a path.
fn appended(tree: &Tree, path: &[&str], item: Tree) -> Tree {
    let origin = tree.origin;
    let Some((first, rest)) = path.split_first() else {
        let items = tree.as_list().unwrap_or_default().iter().cloned().chain([item]).collect();
        return list(items, origin);
    };
    if !matches!(tree.kind, Kind::Map(_) | Kind::Null) || tree.call().is_some() {
        return tree.clone();
    }
    let empty = Tree::new(Kind::Null, origin);
    let below = tree.get(first).unwrap_or(&empty);
    let value = appended(below, rest, item);
    let kept = tree.entries().iter().filter(|entry| entry.key != *first).cloned();
    let entries = kept.chain([Entry { key: Str::new(first), at: value.origin, value }]).collect();
    let broken = tree.as_map().is_some_and(|map| map.broken);
    Tree::new(Kind::Map(Arc::new(Mapping { entries, broken })), origin)
}

/// Where `s3://bucket/key` or its parts point to, under the names that a type gives the parts.
pub(super) fn location(tree: &Tree, names: [&str; 3]) -> Tree {
    let origin = tree.origin;
    if let Some(uri) = tree.as_str().and_then(|uri| uri.strip_prefix("s3://").map(str::to_owned)) {
        let (uri, version) = uri.split_once("?versionId=").map_or((uri.as_str(), None), |(uri, v)| (uri, Some(v)));
        let (bucket, key) = uri.split_once('/').unwrap_or((uri, ""));
        let parts = [Some(bucket), Some(key), version];
        let parts = names.into_iter().zip(parts).filter_map(|(name, part)| Some((name, text(part?, origin))));
        return object(parts.collect(), origin);
    }
    if tree.as_map().is_none() || tree.call().is_some() {
        return tree.clone();
    }
    let parts = names.into_iter().zip(["Bucket", "Key", "Version"]);
    object(parts.filter_map(|(name, part)| Some((name, tree.get(part)?.clone()))).collect(), origin)
}

/// The template with other resources.
pub(super) fn with_resources(template: &Tree, resources: Vec<Entry>) -> Tree {
    let Some(map) = template.as_map() else { return template.clone() };
    let entries = map.entries.iter().map(|entry| {
        if entry.key != "Resources" {
            return entry.clone();
        }
        let broken = entry.value.as_map().is_some_and(|map| map.broken);
        let mapping = Mapping { entries: resources.clone(), broken };
        Entry { value: Tree::new(Kind::Map(Arc::new(mapping)), entry.value.origin), ..entry.clone() }
    });
    Tree::new(Kind::Map(Arc::new(Mapping { entries: entries.collect(), broken: map.broken })), template.origin)
}
