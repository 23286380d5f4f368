//! Which principal can become administrator or take another's place, and by which chain of steps.
//!
//! Must not know how permissions are decided. Principals are the nodes; an edge is a way to act as the other. Administrators hold
//! everything on a subscription or above.

mod directory;
mod resources;

use std::collections::VecDeque;

use super::Tenant;
use super::decide::Asked;
use super::scope::{group_of, segments};
use crate::account::{Escalation, Given, StatementOf, Step};

/// The name of what is behind all administrators.
const ADMINISTRATOR: &str = "administrator";

/// Where an edge leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    Administrator,
    Principal(usize),
    /// Data of a place: an end, not a way on.
    Data(usize),
}

/// A way from one principal to another.
struct Edge {
    to: Goal,
    actions: Vec<&'static str>,
    how: String,
    /// For each of the actions, all that allows it: without one of these sets the way is gone.
    by: Vec<Vec<StatementOf>>,
}

struct Search<'t> {
    tenant: &'t Tenant,
    administrators: Vec<bool>,
    edges: Vec<Vec<Edge>>,
}

/// Whether a scope is a subscription or above.
fn is_broad(scope: &str) -> bool {
    let count = segments(scope).count();
    count == 0 || group_of(scope).is_some() || (count == 2 && scope.to_lowercase().starts_with("/subscriptions/"))
}

impl Tenant {
    /// Everybody who can become administrator or take another's place, in the order of their names.
    pub fn escalations(&self) -> Vec<Escalation> {
        let mut search = Search {
            tenant: self,
            administrators: (0..self.principals.len()).map(|at| self.is_administrator(at)).collect(),
            edges: Vec::new(),
        };
        for at in 0..self.principals.len() {
            let mut edges = search.over_resources(at);
            edges.extend(search.over_directory(at));
            search.edges.push(edges);
        }
        search.report()
    }

    /// Whether the principal holds everything on a subscription or above, access included, and no deny takes it back.
    pub(crate) fn is_administrator(&self, principal: usize) -> bool {
        self.administration(principal).is_some()
    }

    /// The assignments that make the principal administrator.
    pub(crate) fn administration(&self, principal: usize) -> Option<Vec<usize>> {
        let selves = self.selves(principal);
        let held = selves.iter().flat_map(|one| self.by_principal.get(one).into_iter().flatten()).copied();
        let whole: Vec<usize> = held
            .filter(|at| {
                self.assignments.get(*at).is_some_and(|own| {
                    let role = own.role.as_ref().ok().and_then(|role| self.roles.get(*role));
                    is_broad(&own.scope)
                        && own.condition.is_none()
                        && own.uncertain.is_none()
                        && role.is_some_and(super::Role::is_owner)
                        && !self.surely(&selves, &Asked::new("*", Some(&own.scope), &Given::new())).is_empty()
                })
            })
            .collect();
        (!whole.is_empty()).then_some(whole)
    }

    /// What people know a principal by.
    pub(crate) fn called(&self, principal: usize) -> String {
        let own = self.principals.get(principal);
        own.map(|own| own.address.clone().unwrap_or_else(|| self.label(own))).unwrap_or_default()
    }
}

impl Search<'_> {
    fn report(&self) -> Vec<Escalation> {
        let next = self.ways_to_power();
        let mut out = Vec::new();
        for (at, own) in self.tenant.principals.iter().enumerate() {
            let edges = self.edges.get(at).map(Vec::as_slice).unwrap_or_default();
            let administrator = self.administrators.get(at).copied().unwrap_or_default();
            // What a group whose members are known can do, its members can.
            if (self.tenant.is_group(at) && own.open.is_none()) || (edges.is_empty() && !administrator) {
                continue;
            }
            let mut steps: Vec<Step> = Vec::new();
            for edge in edges {
                if !steps.iter().any(|step| step.how == edge.how) {
                    steps.push(self.step(at, edge));
                }
            }
            let chain = if administrator { Vec::new() } else { self.chain(at, &next) };
            let shown: Vec<Step> = chain.iter().map(|(from, edge)| self.step(*from, edge)).collect();
            let first = if chain.is_empty() { edges.iter().take(1).collect() } else { Vec::new() };
            let cut = cut(chain.iter().map(|(_, edge)| *edge).chain(first));
            out.push(Escalation {
                identity: self.tenant.called(at),
                administrator,
                chain: shown,
                cut,
                steps,
                reaches: self.reached(at),
            });
        }
        out.sort_by(|one, other| one.identity.cmp(&other.identity));
        out
    }

    fn step(&self, from: usize, edge: &Edge) -> Step {
        let mut statements: Vec<StatementOf> = edge.by.iter().flatten().cloned().collect();
        statements.sort();
        statements.dedup();
        Step {
            from: self.tenant.called(from),
            to: match edge.to {
                Goal::Administrator => ADMINISTRATOR.to_owned(),
                Goal::Principal(to) => self.tenant.called(to),
                Goal::Data(place) => {
                    let place = self.tenant.places.get(place);
                    place.map(|place| place.address.clone().unwrap_or_else(|| place.id.clone())).unwrap_or_default()
                }
            },
            actions: edge.actions.iter().map(|action| (*action).to_owned()).collect(),
            how: edge.how.clone(),
            assuming: None,
            statements,
        }
    }

    /// For each principal its first edge on a shortest way to everything.
    fn ways_to_power(&self) -> Vec<Option<usize>> {
        let count = self.tenant.principals.len();
        let mut incoming: Vec<Vec<(usize, usize)>> = (0..count).map(|_| Vec::new()).collect();
        let mut next: Vec<Option<usize>> = vec![None; count];
        let mut queue = VecDeque::new();
        let mut seen = self.administrators.clone();
        queue.extend(self.administrators.iter().enumerate().filter(|(_, own)| **own).map(|(at, _)| at));
        for (from, edges) in self.edges.iter().enumerate() {
            for (number, edge) in edges.iter().enumerate() {
                match (edge.to, next.get_mut(from), seen.get_mut(from)) {
                    (Goal::Administrator, Some(slot), Some(seen)) if !*seen => {
                        *seen = true;
                        *slot = Some(number);
                        queue.push_back(from);
                    }
                    (Goal::Principal(to), ..) => {
                        incoming.get_mut(to).into_iter().for_each(|own| own.push((from, number)))
                    }
                    _ => {}
                }
            }
        }
        while let Some(at) = queue.pop_front() {
            for (from, number) in incoming.get(at).into_iter().flatten() {
                if let (Some(seen), Some(slot)) = (seen.get_mut(*from), next.get_mut(*from))
                    && !*seen
                {
                    *seen = true;
                    *slot = Some(*number);
                    queue.push_back(*from);
                }
            }
        }
        next
    }

    fn chain(&self, from: usize, next: &[Option<usize>]) -> Vec<(usize, &Edge)> {
        let mut chain = Vec::new();
        let mut at = from;
        while chain.len() <= self.tenant.principals.len()
            && !self.administrators.get(at).copied().unwrap_or_default()
            && let Some(Some(number)) = next.get(at)
        {
            let Some(edge) = self.edges.get(at).and_then(|edges| edges.get(*number)) else { break };
            chain.push((at, edge));
            match edge.to {
                Goal::Principal(to) => at = to,
                _ => break,
            }
        }
        chain
    }

    /// How many others a principal reaches, directly or not.
    fn reached(&self, from: usize) -> usize {
        let mut seen = vec![false; self.tenant.principals.len()];
        let mut stack = vec![from];
        let mut count = 0;
        while let Some(at) = stack.pop() {
            match seen.get_mut(at) {
                Some(slot) if !*slot => *slot = true,
                _ => continue,
            }
            count += 1;
            let edges = self.edges.get(at).into_iter().flatten();
            stack.extend(edges.filter_map(|edge| if let Goal::Principal(to) = edge.to { Some(to) } else { None }));
        }
        usize::saturating_sub(count, 1)
    }
}

/// A chain is gone when one action of one step is not allowed any more: the one that the fewest statements allow.
fn cut<'e>(edges: impl Iterator<Item = &'e Edge>) -> Vec<StatementOf> {
    let sets = edges.flat_map(|edge| edge.by.iter()).filter(|set| !set.is_empty());
    sets.min_by_key(|set| set.len()).cloned().unwrap_or_default()
}
