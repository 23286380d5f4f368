//! Users, roles and groups, and the policies that bind them.
//!
//! Must not know questions.

use std::collections::BTreeMap;
use std::sync::Arc;

use redan_model::{Node, ResourceId, Rest, Str, Target, Unknown, Value};

use super::Survey;
use crate::account::{Identity, IdentityKind};
use crate::engine::document::Document;
use crate::managed;
use crate::policy::Policy;

const KINDS: [(&str, IdentityKind); 3] = [
    ("AWS::IAM::User", IdentityKind::User),
    ("AWS::IAM::Role", IdentityKind::Role),
    ("AWS::IAM::Group", IdentityKind::Group),
];

impl Survey<'_> {
    pub(super) fn managed_policies(&mut self) {
        for id in self.estate.of_kind(Str::new("AWS::IAM::ManagedPolicy")).to_vec() {
            let Some(node) = self.estate.get(id).and_then(|policy| policy.body.get(Str::new("PolicyDocument"))) else {
                continue;
            };
            if matches!(node.value, Value::Null | Value::Unknown(_)) {
                continue;
            }
            let arn = self.arn(id);
            let name = self.label(id).unwrap_or_else(|| arn.clone());
            let place = self.add(name, Document::new(self.estate, id, node));
            self.managed.insert(id, place);
            if !arn.contains(":iam::aws:") {
                self.account.customer.push((arn, place));
            }
        }
    }

    pub(super) fn identities(&mut self) {
        let mut found: Vec<(Identity, ResourceId)> = Vec::new();
        for (kind, of) in KINDS {
            for id in self.estate.of_kind(Str::new(kind)).to_vec() {
                if let Some(identity) = self.identity(id, of) {
                    found.push((identity, id));
                }
            }
        }
        found.sort_by(|(one, _), (other, _)| (one.kind, &one.arn).cmp(&(other.kind, &other.arn)));
        let places: BTreeMap<ResourceId, usize> = found.iter().enumerate().map(|(at, (_, id))| (*id, at)).collect();
        let groups: BTreeMap<usize, (Vec<usize>, Option<String>)> = found
            .iter()
            .enumerate()
            .filter(|(_, (identity, _))| identity.kind == IdentityKind::Group)
            .map(|(at, (group, _))| (at, (group.policies.clone(), group.unknown.clone())))
            .collect();
        for (user, id) in found.iter_mut().filter(|(identity, _)| identity.kind == IdentityKind::User) {
            self.join(user, *id, &places, &groups);
        }
        for (identity, id) in &mut found {
            identity.instance_profile = identity.kind == IdentityKind::Role && self.is_in_profile(*id);
        }
        self.seats = places;
        self.account.identities = found.into_iter().map(|(identity, _)| identity).collect();
    }

    fn identity(&mut self, id: ResourceId, kind: IdentityKind) -> Option<Identity> {
        let resource = self.estate.get(id)?;
        let named = self.names.arn(id)?;
        let mut identity = Identity {
            arn: named.arn,
            kind,
            address: self.label(id),
            policies: Vec::new(),
            groups: Vec::new(),
            boundary: None,
            trust: None,
            tags: tags(&resource.body),
            instance_profile: false,
            unknown: None,
            vague: named.vague,
        };
        if resource.partial {
            identity.unknown = Some("its other policies are not in this code".to_owned());
        }
        if let Some(Rest::Unknown(unknown)) = resource.body.value.as_map().map(|map| &map.rest) {
            identity.unknown = Some(why(unknown));
        }
        self.inline(id, &mut identity);
        for item in list(&resource.body, "ManagedPolicyArns", &mut identity.unknown) {
            match self.attached(id, item) {
                Ok(place) => identity.policies.push(place),
                Err(reason) => identity.unknown = Some(reason),
            }
        }
        if let Some(node) = resource.body.get(Str::new("PermissionsBoundary")).filter(|node| !node.value.is_null()) {
            match self.attached(id, node) {
                Ok(place) => identity.boundary = Some(place),
                Err(reason) => identity.unknown = Some(format!("its boundary: {reason}")),
            }
        }
        if let Some(node) = resource.body.get(Str::new("AssumeRolePolicyDocument"))
            && !matches!(node.value, Value::Null | Value::Unknown(_))
        {
            let name = format!("trust of {}", identity.address.as_deref().unwrap_or(&identity.arn));
            let place = self.add(name, Document::new(self.estate, id, node));
            identity.trust = Some(place);
        }
        Some(identity)
    }

    fn inline(&mut self, id: ResourceId, identity: &mut Identity) {
        let Some(resource) = self.estate.get(id) else { return };
        for (number, item) in list(&resource.body, "Policies", &mut identity.unknown).into_iter().enumerate() {
            match item.get(Str::new("PolicyDocument")) {
                Some(Node { value: Value::Unknown(unknown), .. }) => identity.unknown = Some(why(unknown)),
                Some(node) => {
                    let path = Str::from(format!("Policies[{number}].PolicyDocument"));
                    let called = item.get(Str::new("PolicyName")).and_then(|node| node.value.as_text());
                    let called = called.map_or_else(|| format!("inline policy {number}"), |name| name.to_string());
                    let name = format!("{called} of {}", identity.address.as_deref().unwrap_or(&identity.arn));
                    let place = self.add(name, Document::at(self.estate, id, node, path));
                    identity.policies.push(place);
                }
                None => identity.unknown = Some("an inline policy is not known".to_owned()),
            }
        }
    }

    /// The position of a managed policy that is referred to.
    fn attached(&mut self, holder: ResourceId, node: &Node) -> Result<usize, String> {
        if let Value::Ref(reference) = &node.value
            && let Target::Resource(id) = reference.target
            && let Some(place) = self.managed.get(&id)
        {
            return Ok(*place);
        }
        let text = crate::engine::names::text(self.estate, node);
        let mut tree = crate::json::Node { span: crate::policy::Span::default(), tree: crate::json::Tree::Text(text) };
        self.names.fill(holder, &mut tree);
        let crate::json::Tree::Text(text) = &tree.tree else { return Err("a managed policy is not known".to_owned()) };
        let Some(arn) = text.known() else {
            return Err(format!("the managed policy {} is not known", redan_model::Shown(&node.value)));
        };
        if let Some(place) = self.vendor.get(arn) {
            return Ok(*place);
        }
        let own = self.account.customer.iter().find(|(own, _)| own == arn).map(|(_, place)| *place);
        if let Some(place) = own {
            return Ok(place);
        }
        let policy: Policy = managed::document(arn).ok_or_else(|| {
            format!("the managed policy {arn} is neither here nor in redan's table of the vendor's policies")
        })?;
        let place = self.known(arn, policy);
        self.vendor.insert(arn.to_owned(), place);
        Ok(place)
    }

    fn join(
        &self,
        user: &mut Identity,
        id: ResourceId,
        places: &BTreeMap<ResourceId, usize>,
        groups: &BTreeMap<usize, (Vec<usize>, Option<String>)>,
    ) {
        let Some(resource) = self.estate.get(id) else { return };
        for item in list(&resource.body, "Groups", &mut user.unknown) {
            let target = match &item.value {
                Value::Ref(reference) => match reference.target {
                    Target::Resource(group) => places.get(&group),
                    _ => None,
                },
                _ => None,
            };
            match target.and_then(|at| Some((*at, groups.get(at)?))) {
                Some((at, (policies, unknown))) => {
                    user.groups.push(at);
                    user.policies.extend(policies);
                    user.unknown = user.unknown.take().or_else(|| unknown.clone());
                }
                None => user.unknown = Some("the policies of one of its groups are not known".to_owned()),
            }
        }
    }

    fn is_in_profile(&self, id: ResourceId) -> bool {
        let profiles = self.estate.referrers(id, Some(Str::new("AWS::IAM::InstanceProfile")), None);
        !profiles.members.is_empty()
    }
}

pub(super) fn why(unknown: &Arc<Unknown>) -> String {
    let reasons: Vec<String> = unknown.reasons().iter().take(3).map(|reason| reason.what.to_string()).collect();
    format!("{} is not known", reasons.join(", "))
}

pub(super) fn list<'n>(body: &'n Node, name: &str, unknown: &mut Option<String>) -> Vec<&'n Node> {
    match body.get(Str::new(name)).map(|node| &node.value) {
        Some(Value::List(list)) => {
            if let Some(rest) = &list.rest {
                *unknown = Some(why(rest));
            }
            list.items.iter().collect()
        }
        Some(Value::Unknown(own)) => {
            *unknown = Some(why(own));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn tags(body: &Node) -> Vec<(String, String)> {
    let list = body.get(Str::new("Tags")).and_then(|node| node.value.as_list());
    let text = |node: &Node, name: &str| Some(node.get(Str::new(name))?.value.as_text()?.to_string());
    let tags = list.iter().flat_map(|list| list.items.iter());
    tags.filter_map(|tag| Some((text(tag, "Key")?.to_lowercase(), text(tag, "Value")?))).collect()
}
