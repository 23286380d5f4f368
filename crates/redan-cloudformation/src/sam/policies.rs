//! Execution roles: what `Policies` ask for, and what the transform adds for queues, streams and traces.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html>

use super::build::{Made, Properties, list, object, tags_by, text};
use crate::syntax::{Entry, Kind, Mapping, Seq, Tree};
use redan_model::{Origin, SourceId};
use std::sync::{Arc, LazyLock};

/// What the templates of the model grant: their statements, with parameters as `${Name}`.
static TEMPLATES: LazyLock<Option<Tree>> =
    LazyLock::new(|| crate::syntax::parse(include_str!("policy-templates.json"), SourceId::from_index(0)).0.pop());

/// Policies of the vendor that lie below a path, sorted: `service-role/AWSLambdaRole`.
static PATHS: &str = include_str!("managed-policies.txt");

/// What a role gets beside what `Policies` ask for.
#[derive(Default)]
pub(super) struct Grants {
    /// Policies of the vendor, by path and name.
    pub(super) managed: Vec<&'static str>,
    /// Names and documents.
    pub(super) inline: Vec<Tree>,
}

impl Grants {
    pub(super) fn managed(&mut self, name: &'static str) {
        if !self.managed.contains(&name) {
            self.managed.push(name);
        }
    }

    /// One action on one resource.
    pub(super) fn allow(&mut self, name: &str, action: &str, resource: &Tree) {
        let origin = resource.origin;
        let statement = object(
            vec![("Action", text(action, origin)), ("Effect", text("Allow", origin)), ("Resource", resource.clone())],
            origin,
        );
        let document = object(vec![("Statement", list(vec![statement], origin))], origin);
        self.inline.push(named(name, document, origin));
    }
}

fn named(name: &str, document: Tree, origin: Origin) -> Tree {
    object(vec![("PolicyName", text(name, origin)), ("PolicyDocument", document)], origin)
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

/// The execution role of a function or state machine. Names and ARNs are attached, documents and the model's templates
/// are inlined.
pub(super) fn role(made: &mut Made, from: &Entry, service: &str, grants: Grants, tag: &str) {
    let origin = from.value.origin;
    let empty = Tree::new(Kind::Null, origin);
    let own = from.value.get("Properties").unwrap_or(&empty);
    let name = format!("{}Role", from.key);
    let mut attached: Vec<Tree> = grants.managed.iter().map(|path| vendor(path, origin)).collect();
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
                attached.push(vendor(with_path(text), policy.origin));
                continue;
            }
            _ if policy.get("Statement").is_some() => policy.clone(),
            (_, call) => match template(policy) {
                Some(document) => document,
                None if call.is_some() => {
                    attached.push(policy.clone());
                    continue;
                }
                None => Tree::new(Kind::Broken("no policy template of the model"), policy.origin),
            },
        };
        inline.push(named(&format!("{name}Policy{at}"), document, policy.origin));
    }
    inline.extend(grants.inline);
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

/// The role by which a service starts what an event is for.
pub(super) fn starter(
    made: &mut Made,
    from: &Entry,
    name: &str,
    service: &str,
    grants: Grants,
    boundary: Option<&Tree>,
) {
    let origin = from.value.origin;
    let properties = Properties::of(from)
        .put("AssumeRolePolicyDocument", Some(trust(service, origin)))
        .put("Policies", Some(list(grants.inline, origin)))
        .put("PermissionsBoundary", boundary.cloned());
    made.add(from, name, "AWS::IAM::Role", properties);
}

fn vendor(path: &str, origin: Origin) -> Tree {
    text(&format!("arn:aws:iam::aws:policy/{path}"), origin)
}

/// The name of a policy of the vendor with the path that it lies below.
fn with_path(name: &str) -> &str {
    PATHS.lines().find(|line| line.rsplit('/').next() == Some(name)).unwrap_or(name)
}

/// What a policy template grants with its parameters: `{SQSPollerPolicy: {QueueName: …}}`.
fn template(policy: &Tree) -> Option<Tree> {
    let [entry] = policy.entries() else { return None };
    let statements = TEMPLATES.as_ref()?.get(&entry.key)?;
    let statements = filled(statements, &entry.value, policy.origin);
    Some(object(vec![("Statement", statements)], policy.origin))
}

/// A tree of a template at a place of the application, its parameters filled in.
fn filled(tree: &Tree, parameters: &Tree, origin: Origin) -> Tree {
    let kind = match &tree.kind {
        Kind::Text(words) if words.contains("${") => {
            let arguments = vec![Tree::new(Kind::Text(*words), origin), parameters.clone()];
            return Tree::single("Fn::Sub", list(arguments, origin));
        }
        Kind::List(seq) => {
            let items = seq.items.iter().map(|item| filled(item, parameters, origin)).collect();
            Kind::List(Arc::new(Seq { items, broken: false }))
        }
        Kind::Map(map) => {
            let entry =
                |entry: &Entry| Entry { at: origin, value: filled(&entry.value, parameters, origin), ..entry.clone() };
            Kind::Map(Arc::new(Mapping { entries: map.entries.iter().map(entry).collect(), broken: false }))
        }
        other => other.clone(),
    };
    Tree::new(kind, origin)
}
