//! `self.access`: who may use a resource by its own policy.
//!
//! Must not know pages. Besides policies, S3 has ACLs and the public access block:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>.

use std::sync::Arc;

use redan_model::{
    Answer, DefaultValue, Estate, Node, Origin, ReasonClass, ResourceId, Rest, Str, Unknown, Value, Witness,
};

use super::document::{Document, Read};
use super::holders::documents;
use super::{names, unknown_answer};
use crate::principal::Who;
use crate::question::{self, Shape};

/// Whether strangers may use the resource.
pub(crate) fn public(estate: &Estate, id: ResourceId) -> Answer {
    let by_policy = of_policies(estate, id, &Who::Anyone);
    if estate.get(id).is_none_or(|resource| resource.kind != *"AWS::S3::Bucket") {
        return by_policy;
    }
    let by_policy = unless(by_policy, blocked(estate, id, "RestrictPublicBuckets"));
    let by_acl = unless(acl(estate, id), blocked(estate, id, "IgnorePublicAcls"));
    either(by_policy, by_acl)
}

/// Whether a bucket's policy is overruled for strangers, and whether its ACL lets them in; `None`: not known.
pub(crate) fn switches(estate: &Estate, id: ResourceId) -> (Option<bool>, Option<bool>) {
    if estate.get(id).is_none_or(|resource| resource.kind != *"AWS::S3::Bucket") {
        return (Some(false), Some(false));
    }
    let closed = match blocked(estate, id, "RestrictPublicBuckets") {
        Switch::On(_) => Some(true),
        Switch::Off => Some(false),
        Switch::Unknown(_) => None,
    };
    let open = match unless(acl(estate, id), blocked(estate, id, "IgnorePublicAcls")).value {
        Value::Bool(open) => Some(open),
        _ => None,
    };
    (closed, open)
}

/// Whether somebody outside of the resource's account may use it.
pub(crate) fn external(estate: &Estate, id: ResourceId) -> Answer {
    let open = public(estate, id);
    if open.value == Value::Bool(true) {
        return open;
    }
    match names::account(estate, id) {
        Some(account) => either(open, of_policies(estate, id, &Who::Outside(account))),
        None => {
            // Where the own account's number is not known, only a policy that names nobody is settled.
            let named = of_policies(estate, id, &Who::Outside(String::new()));
            if named.value == Value::Bool(true) {
                let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
                return unknown_answer(Unknown::new(ReasonClass::Computed, "the number of the account", origin));
            }
            either(open, named)
        }
    }
}

fn of_policies(estate: &Estate, id: ResourceId, who: &Who) -> Answer {
    let (found, rest) = documents(estate, id);
    let read: Vec<Read> = found.into_iter().map(Document::read).collect();
    let shape = Shape { principal: Some(who.clone()), ..Shape::default() };
    let all = read.iter().map(|read| read.answer(question::allows(&read.policy, &shape), true)).reduce(either);
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    let none = || Answer {
        value: Value::Bool(false),
        witness: Witness { text: String::new(), leaves: vec![(id, Str::new(""), origin)] },
    };
    let all = all.unwrap_or_else(none);
    match rest {
        Some(unknown) => either(all, unknown_answer(unknown)),
        None => all,
    }
}

/// Kleene's or, with the witness of the side that decides.
fn either(one: Answer, other: Answer) -> Answer {
    match (&one.value, &other.value) {
        (Value::Bool(true), _) => one,
        (_, Value::Bool(true)) => other,
        (Value::Unknown(left), Value::Unknown(right)) => unknown_answer(Unknown::merge(left, right)),
        (Value::Unknown(_), _) => one,
        (_, Value::Unknown(_)) => other,
        _ => {
            let mut all = one;
            all.witness.leaves.extend(other.witness.leaves);
            all
        }
    }
}

/// The answer, unless a switch overrules it.
fn unless(answer: Answer, switch: Switch) -> Answer {
    match (&answer.value, switch) {
        (Value::Bool(false), _) => answer,
        (_, Switch::On(leaf)) => {
            Answer { value: Value::Bool(false), witness: Witness { text: String::new(), leaves: vec![leaf] } }
        }
        (_, Switch::Off) => answer,
        (Value::Unknown(own), Switch::Unknown(unknown)) => unknown_answer(Unknown::merge(own, &unknown)),
        (_, Switch::Unknown(unknown)) => unknown_answer(unknown),
    }
}

enum Switch {
    On((ResourceId, Str, Origin)),
    Off,
    Unknown(Arc<Unknown>),
}

/// A switch of the public access block: the bucket's or the account's.
fn blocked(estate: &Estate, id: ResourceId, name: &str) -> Switch {
    let own = switch(estate, id, name);
    if matches!(own, Switch::On(_)) {
        return own;
    }
    let account = estate.get(id).and_then(|resource| resource.places.account);
    match (own, account.map_or(Switch::Off, |place| switch(estate, place, name))) {
        (_, on @ Switch::On(_)) => on,
        (Switch::Unknown(left), Switch::Unknown(right)) => Switch::Unknown(Unknown::merge(&left, &right)),
        (Switch::Unknown(unknown), _) | (_, Switch::Unknown(unknown)) => Switch::Unknown(unknown),
        _ => Switch::Off,
    }
}

const BLOCK: &str = "PublicAccessBlockConfiguration";

fn switch(estate: &Estate, id: ResourceId, name: &str) -> Switch {
    let Some(resource) = estate.get(id) else { return Switch::Off };
    let path = Str::from(format!("{BLOCK}.{name}"));
    let block = resource.body.get(Str::new(BLOCK));
    let node = block.and_then(|node| node.get(Str::new(name)));
    let unknown = |what: &str, class| Switch::Unknown(Unknown::new(class, what, resource.origin));
    match node.map(|node| (&node.value, node.origin)) {
        Some((Value::Bool(true), origin)) => Switch::On((id, path, origin)),
        Some((Value::Bool(false), _)) => Switch::Off,
        Some((Value::Unknown(reasons), _)) => Switch::Unknown(Arc::clone(reasons)),
        _ => {
            let maps = [Some(&resource.body), block].into_iter().flatten().filter_map(|node| node.value.as_map());
            for map in maps {
                if let Rest::Unknown(reasons) = &map.rest {
                    return Switch::Unknown(Arc::clone(reasons));
                }
            }
            if let Some(Node { value: Value::Unknown(reasons), .. }) = block {
                return Switch::Unknown(Arc::clone(reasons));
            }
            match default(estate, resource.kind, name) {
                Some(DefaultValue::Constant(Value::Bool(true))) => Switch::On((id, path, resource.origin)),
                Some(DefaultValue::Unknown(why)) => unknown(&why, ReasonClass::Undocumented),
                _ => Switch::Off,
            }
        }
    }
}

fn default(estate: &Estate, kind: Str, name: &str) -> Option<DefaultValue> {
    let schema = estate.schemas().schema(kind)?;
    let redan_model::Type::Struct(fields) = &schema.body.field(Str::new(BLOCK))?.ty else { return None };
    Some(fields.field(Str::new(name))?.default.clone()?.value)
}

/// Groups that stand for strangers: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>.
const GROUPS: [&str; 2] =
    ["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

fn acl(estate: &Estate, id: ResourceId) -> Answer {
    let Some(resource) = estate.get(id) else { return Answer::default() };
    let answer = |value: bool, text: &str, path: &str, origin| Answer {
        value: Value::Bool(value),
        witness: Witness { text: text.to_owned(), leaves: vec![(id, Str::new(path), origin)] },
    };
    if let Some(canned) = resource.body.get(Str::new("AccessControl")) {
        match &canned.value {
            Value::Text(text) if matches!(text.as_str(), "PublicRead" | "PublicReadWrite" | "AuthenticatedRead") => {
                return answer(true, &format!("the ACL {text}"), "AccessControl", canned.origin);
            }
            Value::Unknown(unknown) => return unknown_answer(Arc::clone(unknown)),
            _ => {}
        }
    }
    let Some(grants) = resource.body.get(Str::new("Grants")) else { return answer(false, "", "", resource.origin) };
    if let Value::Unknown(unknown) = &grants.value {
        return unknown_answer(Arc::clone(unknown));
    }
    let Some(list) = grants.value.as_list() else { return answer(false, "", "", resource.origin) };
    for (number, grant) in list.items.iter().enumerate() {
        let group = grant.at(&["Grantee", "URI"]);
        if let Some(text) = group.and_then(|node| node.value.as_text())
            && GROUPS.contains(&text.as_str())
        {
            return answer(true, &format!("a grant to {text}"), &format!("Grants[{number}]"), grant.origin);
        }
    }
    match &list.rest {
        Some(unknown) => unknown_answer(Arc::clone(unknown)),
        None => answer(false, "", "Grants", grants.origin),
    }
}
