//! Facts about identities, and questions to all that binds them: by the same survey of the estate that the commands use.
//!
//! Must not know pages.

use std::sync::{Arc, OnceLock};

use redan_model::{Answer, Estate, Node, Origin, ReasonClass, ResourceId, Rest, Str, Unknown, Value, Witness};
use rustc_hash::FxHashMap;

use super::{describe, shape, unknown_answer};
use crate::account::{Account, Escalation, Identity, StatementOf};
use crate::compose::Binding;
use crate::policy::Policy;
use crate::principal::Principal;
use crate::question::{self, Shape};
use crate::survey::{Leaf, Surveyed};

/// Users, roles and groups.
pub(crate) const IDENTITIES: [&str; 3] = ["AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group"];

/// What policies bind beside identities: accounts, by what their organization says.
pub(crate) const ACCOUNTS: [&str; 2] = ["AWS::Account", "AWS::Organizations::Account"];

/// An estate's account, and who can become what in it.
pub(crate) struct Facts {
    pub(crate) surveyed: Surveyed,
    escalations: OnceLock<FxHashMap<String, Escalation>>,
}

/// A question about an identity by its name, and the engine's answer.
struct Found<'n> {
    name: &'n str,
    answer: question::Answer,
    /// What to say instead of the witness.
    text: Option<String>,
}

impl Facts {
    pub(crate) fn of(estate: &Estate) -> Self {
        Self { surveyed: Surveyed::of(estate, None), escalations: OnceLock::new() }
    }

    pub(crate) fn account(&self) -> &Account {
        &self.surveyed.account
    }

    pub(crate) fn identity(&self, id: ResourceId) -> Option<&Identity> {
        self.surveyed.identities.get(&id).and_then(|place| self.account().identities.get(*place))
    }

    /// Whether the identity can change the policies of any user and any role.
    pub(crate) fn admin(&self, estate: &Estate, id: ResourceId) -> Answer {
        let Some(identity) = self.identity(id) else { return Answer::default() };
        let answer = self.account().administers(identity);
        self.told(estate, id, identity, Found { name: "admin", answer, text: None })
    }

    /// Whether the identity has a way to administrator, or to take any other's place.
    pub(crate) fn escalates(&self, estate: &Estate, id: ResourceId) -> Answer {
        let Some(identity) = self.identity(id) else { return Answer::default() };
        let chain = self.chains().get(&identity.arn).map(|found| found.chain.as_slice()).unwrap_or_default();
        let sure = !chain.is_empty() && chain.iter().all(|step| step.assuming.is_none());
        if let Some(first) = chain.first().filter(|_| sure) {
            let steps: Vec<String> = chain.iter().map(|step| step.actions.join(" and ")).collect();
            let mut leaves: Vec<Leaf> = first.statements.iter().filter_map(|own| self.leaf_of(own)).collect();
            if leaves.is_empty() {
                leaves = own_leaf(estate, id);
            }
            return Answer { value: Value::Bool(true), witness: Witness { text: steps.join(", then "), leaves } };
        }
        let (answer, actions) = self.account().takes_over(identity);
        let text = (!actions.is_empty()).then(|| actions.join(" and "));
        let assumed = chain.iter().find_map(|step| step.assuming.as_deref()).filter(|_| answer == question::Answer::No);
        let answer = match assumed {
            Some(reason) => question::Answer::Unknown(format!("whether {reason}")),
            None => answer,
        };
        self.told(estate, id, identity, Found { name: "escalates", answer, text })
    }

    fn chains(&self) -> &FxHashMap<String, Escalation> {
        self.escalations.get_or_init(|| {
            let all = self.account().escalations();
            all.into_iter().map(|found| (found.identity.clone(), found)).collect()
        })
    }

    /// How many of the vendor's actions the identity is allowed on some resource.
    pub(crate) fn actions(&self, estate: &Estate, id: ResourceId) -> Answer {
        let Some(identity) = self.identity(id) else { return Answer::default() };
        if let Some(reason) = &identity.unknown {
            return unknown_answer(reasons(estate, id, reason));
        }
        let count = self.account().effective_size(&identity.arn).unwrap_or_default();
        let leaves = identity.policies.iter().filter_map(|place| self.surveyed.leaves.get(*place)?.first().copied());
        let mut leaves: Vec<Leaf> = leaves.collect();
        if leaves.is_empty() {
            leaves = own_leaf(estate, id);
        }
        let value = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        Answer { value, witness: Witness { text: format!("{count} actions"), leaves } }
    }

    /// A question to all policies that bind an identity, or to what an account's organization says.
    pub(crate) fn binding(&self, estate: &Estate, id: ResourceId, name: &str, arguments: &[Node]) -> Answer {
        let asked = match shape::read(estate, id, arguments.first()) {
            Ok(asked) => asked,
            Err(unknown) => return unknown_answer(unknown),
        };
        let Some(identity) = self.identity(id) else { return self.of_account(estate, id, name, &asked) };
        let read = |place: &usize| self.account().policy(*place).map(|named| &named.policy);
        let binding = Binding {
            identity: identity.policies.iter().filter_map(read).collect(),
            boundary: identity.boundary.as_ref().and_then(read),
            service_control: self.levels(identity.account()),
            ..Binding::default()
        };
        let principal = identity.principal();
        let answer = asked_of(&binding, &principal, name, |question| asked.ask(question));
        let mut told = self.told(estate, id, identity, Found { name, answer, text: None });
        if name == "allows_all" && told.value == Value::Bool(true) {
            let example = asked.ask(|shape| binding.allows(&principal, shape));
            if let question::Answer::Yes(witness) = example {
                told.witness = self.shown(estate, id, identity, &witness, None);
            }
        }
        told
    }

    fn levels(&self, account: &str) -> Vec<Vec<&Policy>> {
        let control = self.account().control.get(account);
        let levels = control.map(|control| control.service.as_slice()).unwrap_or_default();
        let read = |place: &usize| self.account().policy(*place).map(|named| &named.policy);
        levels.iter().map(|level| level.iter().filter_map(read).collect()).collect()
    }

    /// What the organization leaves to anybody in the account.
    fn of_account(&self, estate: &Estate, id: ResourceId, name: &str, asked: &shape::Asked) -> Answer {
        let number = self.surveyed.number(id);
        let control = self.account().control.get(&number);
        let open = control.and_then(|control| control.unknown.as_deref());
        let everything = Policy::from_json(EVERYTHING);
        let binding =
            Binding { identity: vec![&everything], service_control: self.levels(&number), ..Binding::default() };
        let principal = Principal::Session(format!("arn:aws:iam::{number}:role/example"), "session".to_owned());
        let answer = asked_of(&binding, &principal, name, |question| asked.ask(question));
        let unread = || self.unread(estate, id).then(|| "the organization's policies".to_owned());
        let open = open.map(str::to_owned).or_else(unread);
        // What is not known can only take more away.
        let (value, text) = match (answer, open, name) {
            (question::Answer::No, _, "allows" | "denies") => (name == "denies", String::new()),
            (question::Answer::Yes(witness), _, "allows_all") => (false, describe(&witness.request)),
            (_, Some(reason), _) => return unknown_answer(reasons(estate, id, &reason)),
            (question::Answer::Unknown(reason), ..) => return unknown_answer(reasons(estate, id, &reason)),
            (question::Answer::Yes(witness), ..) => (name == "allows", describe(&witness.request)),
            (question::Answer::No, ..) => (true, String::new()),
        };
        let places = control.into_iter().flat_map(|control| control.service.iter().flatten());
        let mut leaves: Vec<Leaf> =
            places.filter_map(|place| self.surveyed.leaves.get(*place)?.first().copied()).collect();
        if leaves.is_empty() || !value {
            leaves = own_leaf(estate, id);
        }
        Answer { value: Value::Bool(value), witness: Witness { text, leaves } }
    }

    /// Whether a running organization's policies were not asked for, or code shows none: they are declared elsewhere then.
    fn unread(&self, estate: &Estate, id: ResourceId) -> bool {
        let Some(resource) = estate.get(id) else { return false };
        if !resource.live {
            return !self.account().control.contains_key(&self.surveyed.number(id));
        }
        let places = [resource.places.account, resource.places.organization, Some(id)];
        let kind = Str::new("AWS::Organizations::Policy");
        !places.into_iter().flatten().any(|place| estate.is_complete(place, kind))
    }

    /// The answer about an identity. Policies that were not read may allow more or deny more, limits may take more away.
    fn told(&self, estate: &Estate, id: ResourceId, identity: &Identity, found: Found<'_>) -> Answer {
        let control = self.account().control.get(identity.account()).and_then(|control| control.unknown.as_deref());
        let missing = identity.unknown.as_deref();
        let limit = missing.filter(|why| why.starts_with("its boundary")).or(control);
        let (if_yes, if_no) = match found.name {
            "allows_all" => (missing, limit),
            "denies" => (missing.or(limit), None),
            _ => (limit, missing),
        };
        let holds = !matches!(found.name, "allows_all" | "denies");
        match (found.answer, if_yes, if_no) {
            (question::Answer::Yes(_), Some(reason), _) | (question::Answer::No, _, Some(reason)) => {
                unknown_answer(reasons(estate, id, reason))
            }
            (question::Answer::Unknown(reason), ..) => {
                unknown_answer(reasons(estate, id, missing.or(limit).unwrap_or(&reason)))
            }
            (question::Answer::Yes(witness), None, _) => {
                let witness = self.shown(estate, id, identity, &witness, found.text);
                Answer { value: Value::Bool(holds), witness }
            }
            (question::Answer::No, _, None) => {
                let witness = Witness { text: String::new(), leaves: own_leaf(estate, id) };
                Answer { value: Value::Bool(!holds), witness }
            }
        }
    }

    fn shown(
        &self,
        estate: &Estate,
        id: ResourceId,
        identity: &Identity,
        witness: &question::Witness,
        text: Option<String>,
    ) -> Witness {
        let places = witness.statements.iter().filter_map(|number| self.leaf_at(&identity.policies, *number));
        let mut leaves: Vec<Leaf> = places.collect();
        if leaves.is_empty() {
            leaves = own_leaf(estate, id);
        }
        Witness { text: text.unwrap_or_else(|| describe(&witness.request)), leaves }
    }

    /// The place of a statement, counted through policies.
    fn leaf_at(&self, policies: &[usize], number: usize) -> Option<Leaf> {
        let mut left = number;
        for place in policies {
            let count = self.account().policy(*place)?.policy.compiled.len();
            if left < count {
                return self.surveyed.leaves.get(*place)?.get(left).copied();
            }
            left -= count;
        }
        None
    }

    pub(crate) fn leaf_of(&self, statement: &StatementOf) -> Option<Leaf> {
        let place = self.account().policies.iter().position(|named| named.name == statement.policy)?;
        self.surveyed.leaves.get(place)?.get(statement.index).copied()
    }
}

const EVERYTHING: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

/// The question of existence behind the name.
fn asked_of(
    binding: &Binding<'_>,
    principal: &Principal,
    name: &str,
    ask: impl Fn(&dyn Fn(&Shape) -> question::Answer) -> question::Answer,
) -> question::Answer {
    match name {
        "allows" => ask(&|shape| binding.allows(principal, shape)),
        "allows_all" => ask(&|shape| binding.refuses_some(principal, shape)),
        _ => ask(&|shape| binding.spares_some(principal, shape)),
    }
}

pub(crate) fn own_leaf(estate: &Estate, id: ResourceId) -> Vec<Leaf> {
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    vec![(id, Str::new(""), origin)]
}

/// Why something about the resource is not known: the unknown values of it that concern permissions, else the reason.
fn reasons(estate: &Estate, id: ResourceId, reason: &str) -> Arc<Unknown> {
    let resource = estate.get(id);
    let names = ["Policies", "ManagedPolicyArns", "PermissionsBoundary", "Groups", "AssumeRolePolicyDocument"];
    let nodes = names.iter().filter_map(|name| resource?.body.get(Str::new(name)));
    let mut found: Vec<redan_model::Reason> = nodes.flat_map(|node| node.value.unknowns()).collect();
    if let Some(Rest::Unknown(rest)) = resource.and_then(|own| own.body.value.as_map()).map(|map| &map.rest) {
        found.extend(rest.reasons());
    }
    let origin = resource.map_or(Origin::NOWHERE, |resource| resource.origin);
    Unknown::all(found).unwrap_or_else(|| Unknown::new(ReasonClass::NotInEstate, reason, origin))
}
