//! What organizations let accounts do: service and resource control policies along the way from the root to an account.
//!
//! Must not know questions. Each level has policies; an account is bound by those of every level above it and its own:
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>. The management account is
//! bound by none.

use std::collections::BTreeMap;

use redan_model::{ResourceId, Str, Value};

use super::Survey;
use super::names::is_number;
use crate::account::Control;
use crate::engine::document::Document;

/// A policy with what it is attached to.
struct Attached {
    place: usize,
    resource: bool,
    targets: Vec<String>,
}

impl Survey<'_> {
    pub(super) fn organization(&mut self) {
        let mut attached = Vec::new();
        let mut open = None;
        for id in self.estate.of_kind(Str::new("AWS::Organizations::Policy")).to_vec() {
            let Some(resource) = self.estate.get(id) else { continue };
            let kind = resource.body.get(Str::new("Type")).and_then(|node| node.value.as_text());
            let kind = kind.map_or_else(|| "SERVICE_CONTROL_POLICY".to_owned(), |kind| kind.to_string());
            if !kind.ends_with("CONTROL_POLICY") {
                continue;
            }
            let Some(node) = resource.body.get(Str::new("Content")) else { continue };
            if matches!(node.value, Value::Null | Value::Unknown(_)) {
                open = Some("the organization's policies are not all known".to_owned());
                continue;
            }
            let targets = self.targets(id, "TargetIds");
            let label = self.label(id).unwrap_or_else(|| resource.address.as_str().to_owned());
            let place = self.add(label, Document::new(self.estate, id, node));
            attached.push(Attached { place, resource: kind.starts_with("RESOURCE"), targets });
        }
        if attached.is_empty() && open.is_none() {
            return;
        }
        let parents = self.parents();
        let mut accounts = self.names.all_numbers();
        let listed = self.estate.of_kind(Str::new("AWS::Organizations::Account"));
        accounts.extend(listed.iter().map(|id| self.own_name(*id)));
        accounts.sort();
        accounts.dedup();
        for number in accounts {
            let mut chain = vec![number.clone()];
            while let Some(parent) = chain.last().and_then(|last| parents.get(last))
                && chain.len() < 12
            {
                chain.push(parent.clone());
            }
            let placed = chain.len() > 1 || attached.iter().any(|policy| policy.targets.contains(&number));
            let mut control = self.control(&chain, &attached);
            control.unknown.clone_from(&open);
            if !placed {
                // Nothing shows where in the organization the account stands.
                let reason = "the organization's policies are here, but not where in it this account stands";
                control = Control { unknown: Some(reason.to_owned()), ..Control::default() };
            }
            self.account.control.insert(number, control);
        }
    }

    fn control(&mut self, chain: &[String], attached: &[Attached]) -> Control {
        let mut control = Control::default();
        for node in chain.iter().rev() {
            for (resource, levels) in [(false, &mut control.service), (true, &mut control.resource)] {
                let fitting =
                    attached.iter().filter(|policy| policy.resource == resource && policy.targets.contains(node));
                let mut level: Vec<usize> = fitting.map(|policy| policy.place).collect();
                if level.is_empty() {
                    continue;
                }
                // The vendor attaches its own policy that allows everything at every level; code does not show it.
                let whole = |place: &usize| {
                    let statements = self.account.policies.get(*place).map(|named| named.policy.statements.len());
                    statements == Some(1)
                        && self.account.policies.get(*place).is_some_and(|named| {
                            named.policy.compiled.iter().all(|s| s.resource.is_none() && s.atoms.is_empty())
                                && named
                                    .policy
                                    .statements
                                    .iter()
                                    .all(|s| s.effect == Some(crate::policy::Effect::Allow))
                        })
                };
                if !level.iter().any(whole) && !self.is_live() {
                    let policy = crate::policy::Policy::from_json(FULL_ACCESS);
                    level.push(self.known("FullAWSAccess", policy));
                }
                levels.push(level);
            }
        }
        control
    }

    fn is_live(&self) -> bool {
        let policies = self.estate.of_kind(Str::new("AWS::Organizations::Policy"));
        policies.iter().any(|id| self.estate.get(*id).is_some_and(|policy| policy.live))
    }

    /// The ids in a list: text, or what the references are called.
    fn targets(&self, id: ResourceId, attribute: &str) -> Vec<String> {
        let Some(node) = self.estate.get(id).and_then(|resource| resource.body.get(Str::new(attribute))) else {
            return Vec::new();
        };
        let items = node.value.as_list().map(|list| list.items.to_vec()).unwrap_or_default();
        items.iter().filter_map(|item| self.called(item)).collect()
    }

    fn called(&self, item: &redan_model::Node) -> Option<String> {
        if let Value::Ref(reference) = &item.value {
            return match &reference.target {
                redan_model::Target::Resource(target) => Some(self.own_name(*target)),
                redan_model::Target::Address(address) => Some(address.to_string()),
                _ => item.value.as_text().map(|text| text.to_string()),
            };
        }
        item.value.as_text().map(|text| text.to_string())
    }

    /// The number of an account, the id of a unit, or the address where code does not show it.
    pub(super) fn own_name(&self, id: ResourceId) -> String {
        let Some(resource) = self.estate.get(id) else { return String::new() };
        let known = resource
            .identities
            .iter()
            .find(|text| is_number(text) || text.starts_with("ou-") || text.starts_with("r-"));
        known.map_or_else(|| resource.address.as_str().to_owned(), |text| text.as_str().to_owned())
    }

    /// The parent of every account and unit.
    fn parents(&self) -> BTreeMap<String, String> {
        let mut parents = BTreeMap::new();
        for (kind, attribute) in
            [("AWS::Organizations::Account", "ParentIds"), ("AWS::Organizations::OrganizationalUnit", "ParentId")]
        {
            for id in self.estate.of_kind(Str::new(kind)) {
                let node = self.estate.get(*id).and_then(|resource| resource.body.get(Str::new(attribute)));
                let first = node.map(|node| node.value.as_list().and_then(|list| list.items.first()).unwrap_or(node));
                if let Some(parent) = first.and_then(|node| self.called(node)) {
                    parents.insert(self.own_name(*id), parent);
                }
            }
        }
        parents
    }
}

const FULL_ACCESS: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
