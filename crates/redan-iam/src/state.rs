//! What a search has assumed so far about a request: its possible actions, tests on its resource, tests on its keys.
//!
//! Must not know the order of the search. A state is feasible until shown otherwise; single variables are checked exactly.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bits::Bits;
use crate::compile::{Compiled, Test};
use crate::glob::Glob;
use crate::language::{Found, Fuel, Union};
use crate::table::{Table, table};
use crate::value::{Gaps, Lit, Values, find_text, find_values, may_be_absent};

/// A test on the resource.
pub(crate) type ResourceLit<'a> = (&'a Union, bool);

#[derive(Clone)]
pub(crate) struct State<'a> {
    pub(crate) actions: Bits,
    pub(crate) resource: Vec<ResourceLit<'a>>,
    pub(crate) keys: Vec<(Arc<str>, Vec<Lit<'a>>)>,
}

/// Steps through patterns that one goal may take.
pub(crate) const WORK: u64 = 5_000_000;

/// Answers about sets of tests that were found before, within one question.
pub(crate) struct Memory {
    pub(crate) fuel: Fuel,
    resources: FxHashMap<Vec<(usize, bool)>, bool>,
}

/// A statement with its actions in the universe of the question.
pub(crate) struct Prepared<'a> {
    pub(crate) statement: &'a Compiled,
    pub(crate) actions: Cow<'a, Bits>,
}

/// One way in which a statement does not match.
#[derive(Clone, Copy)]
pub(crate) enum Escape<'a> {
    Action,
    Resource(&'a Union, bool),
    Key(Lit<'a>),
}

impl<'a> State<'a> {
    /// Assumes that the statement matches; false if that cannot be.
    pub(crate) fn assume(&mut self, prepared: &'a Prepared<'a>, memory: &mut Memory) -> bool {
        self.actions.intersect(&prepared.actions);
        if self.actions.is_empty() {
            return false;
        }
        if let Some(test) = &prepared.statement.resource
            && !self.assume_resource((&test.union, !test.negated), memory)
        {
            return false;
        }
        prepared.statement.atoms.iter().filter(|atom| !atom.unknown).all(|atom| self.assume_key((atom, true), memory))
    }

    /// Assumes one way in which the statement does not match.
    pub(crate) fn assume_escape(&mut self, prepared: &Prepared<'_>, escape: Escape<'a>, memory: &mut Memory) -> bool {
        match escape {
            Escape::Action => {
                self.actions.subtract(&prepared.actions);
                !self.actions.is_empty()
            }
            Escape::Resource(union, sign) => self.assume_resource((union, sign), memory),
            Escape::Key(lit) => self.assume_key(lit, memory),
        }
    }

    /// Assumes that this way is closed.
    pub(crate) fn close_escape(&mut self, prepared: &Prepared<'_>, escape: Escape<'a>, memory: &mut Memory) -> bool {
        match escape {
            Escape::Action => {
                self.actions.intersect(&prepared.actions);
                !self.actions.is_empty()
            }
            Escape::Resource(union, sign) => self.assume_resource((union, !sign), memory),
            Escape::Key((atom, sign)) => self.assume_key((atom, !sign), memory),
        }
    }

    fn assume_resource(&mut self, lit: ResourceLit<'a>, memory: &mut Memory) -> bool {
        if !self.resource.iter().any(|(union, sign)| Arc::ptr_eq(union, lit.0) && *sign == lit.1) {
            self.resource.push(lit);
        }
        memory.resource_feasible(&self.resource, None)
    }

    pub(crate) fn assume_key(&mut self, lit: Lit<'a>, memory: &Memory) -> bool {
        let place = self.keys.iter().position(|(key, _)| *key == lit.0.key).unwrap_or_else(|| {
            self.keys.push((lit.0.key.clone(), Vec::new()));
            self.keys.len() - 1
        });
        let Some((key, lits)) = self.keys.get_mut(place) else { return true };
        if lits.contains(&lit) {
            return true;
        }
        lits.push(lit);
        if may_be_absent(lits) {
            return true;
        }
        if let Some(possible) = table().key_actions(key) {
            let extras = extras_of(&self.actions, table());
            self.actions.intersect(&possible);
            extras.iter().for_each(|extra| self.actions.insert(*extra));
            if self.actions.is_empty() {
                return false;
            }
        }
        find_values(key, lits, Gaps::Relaxed, &memory.fuel) != Values::None
    }

    /// The ways in which the statement may still not match; `None` if it does not match anyway.
    pub(crate) fn escapes(&self, prepared: &Prepared<'a>, memory: &mut Memory) -> Option<Vec<Escape<'a>>> {
        if !self.actions.intersects(&prepared.actions) {
            return None;
        }
        let mut escapes = Vec::new();
        if !self.actions.is_subset(&prepared.actions) {
            escapes.push(Escape::Action);
        }
        if let Some(test) = &prepared.statement.resource {
            let test: (&Union, bool) = (&test.union, !test.negated);
            if !memory.resource_feasible(&self.resource, Some(test)) {
                return None;
            }
            if memory.resource_feasible(&self.resource, Some((test.0, !test.1))) {
                escapes.push(Escape::Resource(test.0, !test.1));
            }
        }
        for atom in prepared.statement.atoms.iter().filter(|atom| !atom.unknown) {
            if !self.key_feasible((atom, true), memory) {
                return None;
            }
            if self.key_feasible((atom, false), memory) {
                escapes.push(Escape::Key((atom, false)));
            }
        }
        Some(escapes)
    }

    fn key_feasible(&self, lit: Lit<'_>, memory: &Memory) -> bool {
        let own =
            self.keys.iter().find(|(key, _)| *key == lit.0.key).map(|(_, lits)| lits.as_slice()).unwrap_or_default();
        let mut lits: Vec<Lit<'_>> = own.to_vec();
        if lits.iter().any(|(atom, sign)| *sign != lit.1 && std::ptr::eq(*atom, lit.0)) {
            return false;
        }
        lits.push(lit);
        may_be_absent(&lits) || find_values(&lit.0.key, &lits, Gaps::Relaxed, &memory.fuel) != Values::None
    }

    /// Keys that variables in the tests name.
    pub(crate) fn variables(&self) -> Vec<String> {
        let mut found = Vec::new();
        let unions = self.resource.iter().map(|(union, _)| *union).chain(self.keys.iter().flat_map(|(_, lits)| {
            lits.iter().filter_map(|(atom, _)| if let Test::Text(union) = &atom.test { Some(union) } else { None })
        }));
        for token in unions.flat_map(|union| union.iter()).filter(|glob| glob.has_gaps()).flat_map(|glob| &glob.tokens)
        {
            if let crate::glob::Token::Variable(key, _) = token
                && !found.contains(key)
            {
                found.push(key.clone());
            }
        }
        found
    }

    pub(crate) fn resource_has_holes(&self) -> bool {
        self.resource.iter().any(|(union, _)| union.iter().any(Glob::has_holes))
    }
}

/// Actions of the set that the table does not know.
pub(crate) fn extras_of(actions: &Bits, table: &Table) -> Vec<usize> {
    (table.actions.len()..table.bound()).filter(|number| actions.contains(*number)).collect()
}

impl Memory {
    pub(crate) fn new(work: u64) -> Self {
        Self { fuel: Fuel::new(work), resources: FxHashMap::default() }
    }

    fn resource_feasible(&mut self, lits: &[ResourceLit<'_>], more: Option<ResourceLit<'_>>) -> bool {
        let all: Vec<ResourceLit<'_>> = lits.iter().copied().chain(more).collect();
        let mut key: Vec<(usize, bool)> =
            all.iter().map(|(union, sign)| (Arc::as_ptr(union).cast::<u8>().addr(), *sign)).collect();
        key.sort_unstable();
        key.dedup();
        if let Some(known) = self.resources.get(&key) {
            return *known;
        }
        let contradicts = key.iter().zip(key.iter().skip(1)).any(|((one, _), (other, _))| one == other);
        let inside: Vec<&Union> = all.iter().filter(|(_, sign)| *sign).map(|(union, _)| *union).collect();
        let outside: Vec<&Union> = all.iter().filter(|(_, sign)| !sign).map(|(union, _)| *union).collect();
        let feasible = !contradicts && find_text(&inside, &outside, Gaps::Relaxed, &self.fuel) != Found::None;
        self.resources.insert(key, feasible);
        feasible
    }
}
