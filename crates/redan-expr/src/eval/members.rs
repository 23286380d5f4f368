//! Quantifiers over lists, maps and sets, which may be incomplete.

use super::reading::{Filtered, Held, Reading, Set};
use super::{Evaluator, Truth};
use crate::code::{Path, Quantifier, Quantity};
use redan_model::{Entry, List, Node, Reason, ReasonClass, Rest, Str, Unknown, Value};
use std::sync::Arc;

/// What a quantifier runs over.
pub(super) struct Members<'a> {
    base: Reading<'a>,
    kind: Kind<'a>,
    pub(super) rest: Option<Arc<Unknown>>,
}

enum Kind<'a> {
    Nothing,
    Nodes(&'a [Node]),
    Entries(&'a [Entry]),
    Computed(Arc<List>),
    Set(Arc<Set>),
    Filtered(Arc<Filtered<'a>>),
}

/// One of them.
pub(super) struct Member<'a> {
    pub(super) reading: Reading<'a>,
    pub(super) key: Option<Str>,
    /// Why it may not be a member.
    pub(super) uncertain: Option<Arc<Unknown>>,
}

impl Members<'_> {
    pub(super) fn len(&self) -> usize {
        match &self.kind {
            Kind::Nothing => 0,
            Kind::Nodes(nodes) => nodes.len(),
            Kind::Entries(entries) => entries.len(),
            Kind::Computed(list) => list.items.len(),
            Kind::Set(set) => set.members.len(),
            Kind::Filtered(filtered) => filtered.members.len(),
        }
    }

    /// Whether these are resources: then each is evidence of its own.
    pub(super) const fn are_resources(&self) -> bool {
        matches!(self.kind, Kind::Set(_))
    }

    /// How many there are: at least, and at most if that is known.
    pub(super) fn count(&self) -> (i64, Option<i64>) {
        let uncertain = match &self.kind {
            Kind::Set(set) => set.members.iter().filter(|(_, uncertain)| uncertain.is_some()).count(),
            Kind::Filtered(filtered) => filtered.members.iter().filter(|(_, uncertain)| uncertain.is_some()).count(),
            _ => 0,
        };
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let most = if self.rest.is_some() { None } else { Some(number(self.len())) };
        (number(self.len() - uncertain), most)
    }

    /// Why the count is not known.
    pub(super) fn doubt(&self) -> Option<Arc<Unknown>> {
        let mut reasons: Vec<Reason> = self.rest.iter().flat_map(|unknown| unknown.reasons().to_vec()).collect();
        let mut add = |unknown: &Option<Arc<Unknown>>| {
            reasons.extend(unknown.iter().flat_map(|unknown| unknown.reasons().to_vec()));
        };
        match &self.kind {
            Kind::Set(set) => set.members.iter().for_each(|(_, unknown)| add(unknown)),
            Kind::Filtered(filtered) => filtered.members.iter().for_each(|(_, unknown)| add(unknown)),
            _ => {}
        }
        Unknown::all(reasons)
    }
}

impl<'a> Evaluator<'a> {
    pub(super) fn members(&self, base: Reading<'a>) -> Members<'a> {
        let mut rest = None;
        let kind = match &base.held {
            Held::Node(Value::List(list)) => {
                rest.clone_from(&list.rest);
                Kind::Nodes(&list.items)
            }
            Held::Owned(Value::List(list)) => {
                rest.clone_from(&list.rest);
                Kind::Computed(Arc::clone(list))
            }
            Held::Node(Value::Map(map)) => {
                rest = rest_of(&map.rest);
                Kind::Entries(map.entries())
            }
            Held::Set(set) => {
                rest.clone_from(&set.rest);
                Kind::Set(Arc::clone(set))
            }
            Held::Filtered(filtered) => {
                rest.clone_from(&filtered.rest);
                Kind::Filtered(Arc::clone(filtered))
            }
            Held::Node(Value::Unknown(unknown)) | Held::Owned(Value::Unknown(unknown)) => {
                rest = Some(Arc::clone(unknown));
                Kind::Nothing
            }
            held if held.is_null() => Kind::Nothing,
            held => {
                let what = super::text::shown(held.value());
                rest = Some(Unknown::new(
                    ReasonClass::Problem,
                    &format!("{what} is no list"),
                    redan_model::Origin::NOWHERE,
                ));
                Kind::Nothing
            }
        };
        Members { base, kind, rest }
    }

    pub(super) fn member_at(&self, members: &Members<'a>, index: usize) -> Option<Member<'a>> {
        let mut key = None;
        let mut uncertain = None;
        let (held, value, origin) = match &members.kind {
            Kind::Nothing => return None,
            Kind::Nodes(nodes) => {
                let node = nodes.get(index)?;
                (Held::Node(&node.value), &node.value, node.origin)
            }
            Kind::Entries(entries) => {
                let entry = entries.get(index)?;
                key = Some(entry.key);
                (Held::Node(&entry.node.value), &entry.node.value, entry.node.origin)
            }
            Kind::Computed(list) => {
                let node = list.items.get(index)?;
                (Held::Owned(node.value.clone()), &node.value, node.origin)
            }
            Kind::Set(set) => {
                let (id, doubt) = set.members.get(index)?;
                let mut reading = self.resource(*id);
                if let (Some(trail), Some(before)) = (&mut reading.trail, &members.base.trail) {
                    trail.block = before.block;
                }
                return Some(Member { reading, key, uncertain: doubt.clone() });
            }
            Kind::Filtered(filtered) => {
                let (reading, doubt) = filtered.members.get(index)?;
                uncertain.clone_from(doubt);
                return Some(Member { reading: reading.clone(), key, uncertain });
            }
        };
        let mut trail = members.base.trail.clone();
        if let Some(trail) = &mut trail {
            trail.element(index, key.as_deref(), value);
            if origin != redan_model::Origin::NOWHERE {
                trail.origin = origin;
                if members.base.resource == self.subject && self.context.estate.sources().is_in_file(origin) {
                    trail.block = origin;
                }
            }
        }
        let reading = Reading { held, resource: members.base.resource, stated: members.base.stated, trail };
        Some(Member { reading, key, uncertain })
    }

    /// Binds the names of a quantifier to a member.
    pub(super) fn bind(&mut self, quantifier: &'a Quantifier, member: Member<'a>) {
        if let (Some(slot), Some(name)) = (quantifier.key, member.key) {
            let key = self.plain(Held::Owned(Value::Text(name)));
            if let Some(place) = self.slots.get_mut(slot) {
                *place = Some(key);
            }
        }
        if let Some(place) = self.slots.get_mut(quantifier.slot) {
            *place = Some(member.reading);
        }
    }

    pub(super) fn quantified(&mut self, quantifier: &'a Quantifier) -> Truth {
        let over = self.value(&quantifier.over);
        let members = self.members(over);
        let decisive = if quantifier.quantity == Quantity::Exists { Truth::True } else { Truth::False };
        let mut result = if members.rest.is_some() { Truth::Unknown } else { !decisive };
        for index in 0..members.len() {
            let Some(member) = self.member_at(&members, index) else { break };
            let certain = member.uncertain.is_none();
            self.bind(quantifier, member);
            let truth = self.truth(&quantifier.body);
            if truth == decisive && certain {
                return decisive;
            }
            if truth == decisive || truth == Truth::Unknown {
                result = Truth::Unknown;
            }
        }
        result
    }

    pub(super) fn filtered(&mut self, quantifier: &'a Quantifier) -> Reading<'a> {
        let over = self.value(&quantifier.over);
        let mut result = over.clone();
        let members = self.members(over);
        let mut kept = Vec::new();
        for index in 0..members.len() {
            let Some(member) = self.member_at(&members, index) else { break };
            let (reading, uncertain) = (member.reading.clone(), member.uncertain.clone());
            self.bind(quantifier, member);
            match self.truth(&quantifier.body) {
                Truth::False => {}
                Truth::True => kept.push((reading, uncertain)),
                Truth::Unknown => {
                    let why = uncertain.unwrap_or_else(|| self.because(&quantifier.body));
                    kept.push((reading, Some(why)));
                }
            }
        }
        result.held = Held::Filtered(Arc::new(Filtered { members: kept, rest: members.rest }));
        result
    }

    /// Whether a set has a known member.
    pub(crate) fn has_members(&mut self, path: &'a Path) -> bool {
        let reading = self.path(path);
        self.members(reading).len() > 0
    }
}

fn rest_of(rest: &Rest) -> Option<Arc<Unknown>> {
    match rest {
        Rest::Unknown(unknown) => Some(Arc::clone(unknown)),
        Rest::Absent | Rest::Assumed(_) => None,
    }
}
