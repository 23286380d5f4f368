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
}

/// The properties of a generated resource.
pub(super) struct Properties {
    entries: Vec<Entry>,
    origin: Origin,
}

impl Made {
    /// Nothing yet, of a template with these resources.
    pub(super) fn of(declared: &Tree) -> Self {
        Self { declared: declared.clone(), entries: Vec::new(), rest_routes: Vec::new(), http_routes: Vec::new() }
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
    let items = own.as_ref().and_then(Tree::as_list).unwrap_or_default().iter().cloned().chain([added]).collect();
    list(items, own.map_or(origin, |own| own.origin))
}

/// A role's trust in a service.
pub(super) fn trust(service: &str, origin: Origin) -> Tree {
    let statement = object(
        vec![
            ("Effect", text("Allow", origin)),
            ("Action", list(vec![text("sts:AssumeRole", origin)], origin)),
            ("Principal", object(vec![("Service", list(vec![text(service, origin)], origin))], origin)),
        ],
        origin,
    );
    object(vec![("Version", text("2012-10-17", origin)), ("Statement", list(vec![statement], origin))], origin)
}

/// The execution role that `Policies` ask for; names and ARNs are attached, documents are inlined. What a policy
/// template of the model grants is not read here.
pub(super) fn role(made: &mut Made, from: &Entry, service: &str, always: &[&str], tag: &str) {
    let origin = from.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = from.value.get("Properties").unwrap_or(&empty);
    let name = format!("{}Role", from.key);
    let mut attached: Vec<Tree> = always.iter().map(|arn| managed(arn, origin)).collect();
    let mut inline = Vec::new();
    let all = match own.get("Policies") {
        None => Vec::new(),
        Some(tree) => tree.as_list().map_or_else(|| vec![tree.clone()], <[Tree]>::to_vec),
    };
    for (at, policy) in all.iter().enumerate() {
        let document = match (&policy.kind, policy.call()) {
            (Kind::Text(text), _) if text.starts_with("arn:") => {
                attached.push(policy.clone());
                continue;
            }
            (Kind::Text(text), _) => {
                attached.push(managed(&format!("arn:aws:iam::aws:policy/{text}"), policy.origin));
                continue;
            }
            (_, Some(_)) => {
                attached.push(policy.clone());
                continue;
            }
            _ if policy.get("Statement").is_some() => policy.clone(),
            _ => Tree::new(Kind::Broken("a policy template of the model"), policy.origin),
        };
        let title = text(&format!("{name}Policy{at}"), policy.origin);
        inline.push(object(vec![("PolicyName", title), ("PolicyDocument", document)], policy.origin));
    }
    let trust = own.get("AssumeRolePolicyDocument").cloned().unwrap_or_else(|| trust(service, origin));
    let properties = Properties::of(from)
        .put("AssumeRolePolicyDocument", Some(trust))
        .put("ManagedPolicyArns", Some(list(attached, origin)))
        .put("Policies", (!inline.is_empty()).then(|| list(inline, origin)))
        .put("PermissionsBoundary", own.get("PermissionsBoundary").cloned())
        .put("Path", own.get("RolePath").cloned())
        .put("Tags", Some(tags_by(tag, own, origin)));
    made.add(from, &name, "AWS::IAM::Role", properties);
}

/// The transform writes the deployment's partition into managed policies' ARNs.
fn managed(arn: &str, origin: Origin) -> Tree {
    text(arn, origin)
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
