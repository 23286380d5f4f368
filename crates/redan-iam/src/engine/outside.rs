//! Facts about resources that carry policies: who outside may use them, what strangers may do, whether TLS is asked for.
//!
//! Must not know pages. The account is that of the commands.

use std::sync::Arc;

use redan_model::{Answer, Estate, List, Node, Origin, ReasonClass, ResourceId, Str, Unknown, Value, Witness};

use super::facts::{Facts, own_leaf};
use super::{describe, unknown_answer};
use crate::account::{Exposure, patterns};
use crate::bits::Bits;
use crate::policy::{Effect, Policy};
use crate::principal::{Principal, Who};
use crate::question::{self, Shape};
use crate::survey::Leaf;
use crate::table::table;

/// A resource or role with the policies it carries.
struct Seat<'f> {
    arn: &'f str,
    policies: Vec<usize>,
    unknown: Option<String>,
    closed: Option<bool>,
}

impl Facts {
    /// Accounts and identities outside of the resource's account that may use it.
    pub(crate) fn outsiders(&self, estate: &Estate, id: ResourceId) -> Answer {
        let Some(seat) = self.seat(id) else { return Answer::default() };
        let exposure: Option<Exposure> = self.account().exposure_of(seat.arn);
        let mut open = seat.unknown.clone();
        let (mut names, mut leaves) = (Vec::new(), Vec::new());
        for access in exposure.iter().flat_map(|exposure| &exposure.access) {
            match &access.answer {
                question::Answer::Unknown(reason) => open = Some(reason.clone()),
                _ => {
                    let places: Vec<Leaf> = access.statements.iter().filter_map(|own| self.leaf_of(own)).collect();
                    names.push((access.who.clone(), places.first().map_or(Origin::NOWHERE, |(_, _, origin)| *origin)));
                    leaves.extend(places);
                }
            }
        }
        names.sort();
        names.dedup_by(|one, other| one.0 == other.0);
        texts(estate, id, names, leaves, open)
    }

    /// The actions that its policies allow strangers.
    pub(crate) fn public_actions(&self, estate: &Estate, id: ResourceId) -> Answer {
        let Some(seat) = self.seat(id) else { return Answer::default() };
        if seat.closed == Some(true) {
            return texts(estate, id, Vec::new(), Vec::new(), None);
        }
        let mut open = seat.unknown.clone();
        let mut allowed = Bits::empty(table().bound());
        let mut leaves = Vec::new();
        for place in &seat.policies {
            let Some(named) = self.account().policy(*place) else { continue };
            for action in spoken_of(&named.policy).iter() {
                let Some(name) = table().action_name(action) else { continue };
                let shape = Shape { principal: Some(Who::Anyone), actions: vec![name], ..Shape::default() };
                match question::allows(&named.policy, &shape) {
                    question::Answer::Yes(witness) => {
                        allowed.insert(action);
                        let places = self.surveyed.leaves.get(*place);
                        leaves.extend(witness.statements.iter().filter_map(|at| places?.get(*at).copied()));
                    }
                    question::Answer::Unknown(reason) => open = Some(reason),
                    question::Answer::No => {}
                }
            }
        }
        if !allowed.is_empty() && seat.closed.is_none() {
            open = Some("whether public access is blocked".to_owned());
            allowed = Bits::empty(table().bound());
        }
        leaves.sort_by_key(|(id, path, _)| (*id, path.to_string()));
        leaves.dedup();
        let place = leaves.first().map_or(Origin::NOWHERE, |(_, _, origin): &Leaf| *origin);
        let names = patterns(&allowed).into_iter().map(|name| (name, place));
        texts(estate, id, names.collect(), leaves, open)
    }

    /// Whether no policy denies all requests that come without TLS.
    pub(crate) fn cleartext(&self, estate: &Estate, id: ResourceId) -> Answer {
        let Some(seat) = self.seat(id) else { return Answer::default() };
        let number = crate::account::number_of(seat.arn);
        let control = self.account().control.get(number).or_else(|| {
            let owner = self.account().resource(seat.arn)?;
            self.account().control.get(&owner.account)
        });
        let levels = control.into_iter().flat_map(|control| control.resource.iter().flatten());
        let places: Vec<usize> = seat.policies.iter().chain(levels).copied().collect();
        let read: Vec<&Policy> =
            places.iter().filter_map(|place| self.account().policy(*place)).map(|named| &named.policy).collect();
        let unsure = read.iter().any(|policy| policy.unknown);
        let statements = read.iter().flat_map(|policy| policy.compiled.iter().cloned());
        let all = Policy { unknown: unsure, ..Policy::of(statements.collect()) };
        let shape = Shape {
            principal: Some(Who::All),
            resources: below(seat.arn).into_iter().map(Into::into).collect(),
            context: [("aws:securetransport".to_owned(), vec!["false".to_owned()])].into(),
            ..Shape::default()
        };
        let missing = seat.unknown.clone().or_else(|| control.and_then(|control| control.unknown.clone()));
        let (open, text) = match (question::spares_some(&all, &shape), missing) {
            (question::Answer::No, _) => (false, String::new()),
            (question::Answer::Yes(witness), None) => (true, describe(&witness.request)),
            (question::Answer::Yes(_), Some(reason)) | (question::Answer::Unknown(reason), _) => {
                return unknown_answer(why(estate, id, &reason));
            }
        };
        let mut leaves: Vec<Leaf> =
            places.iter().filter_map(|place| self.surveyed.leaves.get(*place)?.first().copied()).collect();
        if open || leaves.is_empty() {
            leaves = own_leaf(estate, id);
        }
        Answer { value: Value::Bool(open), witness: Witness { text, leaves } }
    }

    fn seat(&self, id: ResourceId) -> Option<Seat<'_>> {
        if let Some(role) = self.identity(id) {
            let unknown = role.trust.is_none().then(|| "the trust policy".to_owned());
            let policies = role.trust.into_iter().collect();
            return Some(Seat { arn: &role.arn, policies, unknown, closed: Some(false) });
        }
        let arn = self.surveyed.held.get(&id)?;
        let own = self.account().resources.iter().find(|own| own.arn == *arn)?;
        let (policies, unknown) = (own.policies.clone(), own.unknown.clone());
        Some(Seat { arn: &own.arn, policies, unknown, closed: own.closed })
    }
}

/// Actions of the statements that strangers are among the principals of.
fn spoken_of(policy: &Policy) -> Bits {
    let mut actions = Bits::empty(table().bound());
    let stranger = Principal::Anonymous;
    let federated = |s: &crate::compile::Compiled| {
        s.principal
            .iter()
            .flat_map(|element| &element.entries)
            .any(|entry| matches!(entry, crate::policy::PrincipalEntry::Federated(_)))
    };
    for statement in policy.compiled.iter().filter(|s| s.effect != Some(Effect::Deny)) {
        let meant = statement.principal.as_ref().is_some_and(|element| element.unknown || stranger.is_taken(element));
        if meant || federated(statement) {
            actions.unite(&statement.actions);
        }
    }
    (table().actions.len()..table().bound()).for_each(|extra| actions.remove(extra));
    actions
}

/// The ARN and what lies under it.
fn below(arn: &str) -> Vec<String> {
    match arn.split(':').nth(2) {
        Some("s3" | "es") => vec![arn.to_owned(), format!("{arn}/*")],
        _ => vec![arn.to_owned()],
    }
}

fn why(estate: &Estate, id: ResourceId, reason: &str) -> Arc<Unknown> {
    let origin = estate.get(id).map_or(Origin::NOWHERE, |resource| resource.origin);
    Unknown::new(ReasonClass::NotInEstate, reason, origin)
}

fn texts(
    estate: &Estate,
    id: ResourceId,
    names: Vec<(String, Origin)>,
    mut leaves: Vec<Leaf>,
    open: Option<String>,
) -> Answer {
    let text = names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let items = names.into_iter().map(|(name, origin)| Node::new(Value::Text(Str::from(name)), origin));
    let rest = open.map(|reason| why(estate, id, &reason));
    if leaves.is_empty() {
        leaves = own_leaf(estate, id);
    }
    let value = Value::List(Arc::new(List { items: items.collect(), rest }));
    Answer { value, witness: Witness { text, leaves } }
}
