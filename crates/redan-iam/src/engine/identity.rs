//! `self.access` of users, roles and groups: what all policies that bind them let them become.
//!
//! Must not know pages.

use std::sync::Arc;

use redan_model::{Answer, Estate, Node, Origin, ReasonClass, ResourceId, Rest, Str, Target, Unknown, Value, Witness};

use super::document::Read;
use super::power::{Power, witness};
use super::{describe, unknown_answer};
use crate::policy::Policy;
use crate::question;

pub(crate) const KINDS: [&str; 3] = ["AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group"];

/// The vendor's own policies that give everything, by name:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>.
const ADMINISTRATOR: &str = "policy/AdministratorAccess";
const EVERYTHING: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

/// The policies that bind an identity.
#[derive(Default)]
struct Bundle {
    policies: Vec<Read>,
    boundary: Option<Read>,
    rest: Option<Arc<Unknown>>,
}

fn gather(estate: &Estate, id: ResourceId, bundle: &mut Bundle, depth: usize) {
    let Some(resource) = estate.get(id) else { return };
    if resource.partial {
        bundle.rest = Some(Unknown::new(ReasonClass::NotStated, "its other policies", resource.origin));
    }
    if let Some(Rest::Unknown(unknown)) = resource.body.value.as_map().map(|map| &map.rest) {
        bundle.rest = Some(Arc::clone(unknown));
    }
    for (number, item) in items(&resource.body, "Policies", bundle).into_iter().enumerate() {
        match item.get(Str::new("PolicyDocument")) {
            Some(Node { value: Value::Unknown(unknown), .. }) => bundle.rest = Some(Arc::clone(unknown)),
            Some(node) => {
                let path = Str::from(format!("Policies[{number}].PolicyDocument"));
                bundle.policies.push(Read::at(estate, id, node, path));
            }
            None => bundle.rest = Some(Unknown::new(ReasonClass::NotStated, "an inline policy", item.origin)),
        }
    }
    for (number, item) in items(&resource.body, "ManagedPolicyArns", bundle).into_iter().enumerate() {
        let path = Str::from(format!("ManagedPolicyArns[{number}]"));
        match managed(estate, id, item, path) {
            Ok(read) => bundle.policies.push(read),
            Err(unknown) => bundle.rest = Some(unknown),
        }
    }
    if let Some(node) = resource.body.get(Str::new("PermissionsBoundary")).filter(|node| !node.value.is_null()) {
        match managed(estate, id, node, Str::new("PermissionsBoundary")) {
            Ok(read) => bundle.boundary = Some(read),
            Err(unknown) => bundle.rest = Some(unknown),
        }
    }
    for item in items(&resource.body, "Groups", bundle) {
        match &item.value {
            Value::Ref(reference) => match reference.target {
                Target::Resource(group) if depth == 0 => gather(estate, group, bundle, 1),
                _ => bundle.rest = Some(Unknown::new(ReasonClass::NotInEstate, "a group", item.origin)),
            },
            _ => bundle.rest = Some(Unknown::new(ReasonClass::NotInEstate, "a group", item.origin)),
        }
    }
}

fn items<'e>(body: &'e Node, name: &str, bundle: &mut Bundle) -> Vec<&'e Node> {
    match body.get(Str::new(name)).map(|node| &node.value) {
        Some(Value::List(list)) => {
            bundle.rest = bundle.rest.take().or_else(|| list.rest.clone());
            list.items.iter().collect()
        }
        Some(Value::Unknown(unknown)) => {
            bundle.rest = Some(Arc::clone(unknown));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// The document of a managed policy that is referred to.
fn managed(estate: &Estate, holder: ResourceId, node: &Node, path: Str) -> Result<Read, Arc<Unknown>> {
    if let Value::Ref(reference) = &node.value
        && let Target::Resource(id) = reference.target
    {
        let document = estate.get(id).and_then(|policy| policy.body.get(Str::new("PolicyDocument")));
        return match document {
            Some(Node { value: Value::Unknown(unknown), .. }) => Err(Arc::clone(unknown)),
            Some(document) => Ok(Read::new(estate, id, document)),
            None => Err(Unknown::new(ReasonClass::NotStated, "the document of a managed policy", node.origin)),
        };
    }
    match node.value.as_text() {
        Some(arn) if arn.starts_with("arn:") && arn.ends_with(&format!(":aws:{ADMINISTRATOR}")) => {
            Ok(Read::known(holder, Policy::from_json(EVERYTHING), path, node.origin))
        }
        Some(arn) => Err(Unknown::new(ReasonClass::NotInEstate, &arn, node.origin)),
        None => Err(Unknown::new(ReasonClass::NotInEstate, "a managed policy", node.origin)),
    }
}

/// Whether the identity can change any policy.
pub(crate) fn admin(estate: &Estate, id: ResourceId) -> Answer {
    ask(estate, id, |power| (power.administers(), Vec::new()))
}

/// Whether the identity has a way to take any other's place.
pub(crate) fn escalates(estate: &Estate, id: ResourceId) -> Answer {
    ask(estate, id, |power| power.escalates())
}

fn ask(
    estate: &Estate,
    id: ResourceId,
    question: impl Fn(&Power<'_>) -> (question::Answer, Vec<&'static str>),
) -> Answer {
    let mut bundle = Bundle::default();
    gather(estate, id, &mut bundle, 0);
    let policies = bundle.policies.iter().map(|read| &read.policy).collect();
    let power = Power::new(policies, bundle.boundary.as_ref().map(|read| &read.policy));
    let (answer, actions) = question(&power);
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    let own = vec![(id, Str::new(""), origin)];
    match (&answer, bundle.rest) {
        (question::Answer::Yes(_), None) => {}
        // A boundary that is not known may take it back.
        (question::Answer::Yes(_), Some(rest)) if bundle.boundary.is_none() && boundary_is_stated(estate, id) => {
            return unknown_answer(rest);
        }
        (question::Answer::Yes(_), Some(_)) => {}
        (_, Some(rest)) => return unknown_answer(rest),
        (question::Answer::No, None) => {
            return Answer { value: Value::Bool(false), witness: Witness { text: String::new(), leaves: own } };
        }
        (question::Answer::Unknown(reason), None) => {
            let reasons = bundle.policies.iter().flat_map(|read| read.reasons.iter().copied());
            let unknown = Unknown::all(reasons);
            return unknown_answer(unknown.unwrap_or_else(|| Unknown::new(ReasonClass::Problem, reason, origin)));
        }
    }
    let mut leaves = own;
    let mut text = String::new();
    if let Some(witness) = witness(&answer) {
        text = if actions.is_empty() { describe(&witness.request) } else { actions.join(" and ") };
        let place = |number: usize| {
            let mut left = number;
            bundle.policies.iter().find_map(|read| {
                let count = read.policy.statements.len();
                if left < count {
                    return read.leaf(left);
                }
                left -= count;
                None
            })
        };
        let found: Vec<_> = witness.statements.iter().filter_map(|number| place(*number)).collect();
        if !found.is_empty() {
            leaves = found;
        }
    }
    Answer { value: Value::Bool(true), witness: Witness { text, leaves } }
}

fn boundary_is_stated(estate: &Estate, id: ResourceId) -> bool {
    let boundary = estate.get(id).and_then(|resource| resource.body.get(Str::new("PermissionsBoundary")));
    boundary.is_some_and(|node| !node.value.is_null())
}

/// Whether whoever holds the document, and nothing else, has a way to take any identity's place.
pub(crate) fn document_escalates(read: &Read) -> Answer {
    let power = Power::new(vec![&read.policy], None);
    let (answer, actions) = power.escalates();
    let mut out = read.answer(answer, true);
    if !actions.is_empty() {
        out.witness.text = actions.join(" and ");
    }
    out
}
