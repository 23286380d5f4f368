//! The decision procedure: is there a request that matches one statement of each of these groups and none of those?
//!
//! Must not know what the groups mean. A search over statements with unit propagation; each variable has its own theory, and the
//! answer is a request that could really be made, a proof that there is none, or *unknown* when the bound is reached.

use crate::bits::Bits;
use crate::compile::Compiled;
use crate::leaf::{Leaf, Model};
use crate::state::{Escape, Memory, Prepared, ResourceLit, State, WORK};
use crate::table::{EXTRA, table};
use crate::value::Lit;

const STEPS: usize = 20_000;

/// What all goals of a question may spend together, in steps through patterns; a step of the search counts as so many.
pub(crate) const BUDGET: u64 = 4 * WORK;
const STEP: u64 = 100;

/// Whether unknown parts are read so that the answer may hold or must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    May,
    Must,
}

/// A question in its simplest form.
pub(crate) struct Goal<'a> {
    /// Of each group one statement must match.
    pub(crate) any: Vec<Vec<&'a Compiled>>,
    /// None of these may match.
    pub(crate) none: Vec<&'a Compiled>,
    /// Tests on keys.
    pub(crate) given: Vec<Lit<'a>>,
    /// Tests on the resource.
    pub(crate) resource: Vec<ResourceLit<'a>>,
    /// The actions to look at; all if not given.
    pub(crate) actions: Option<&'a Bits>,
    /// Actions that the table does not know and documents name.
    pub(crate) extras: &'a [String],
    pub(crate) mode: Mode,
}

/// The answer.
pub(crate) enum Outcome {
    Found(Box<Model>),
    /// No request; `beyond`: only one whose action and resource the table does not put together.
    None {
        beyond: bool,
    },
    Unknown,
}

/// Answers the goal, and adds to what its question has spent.
pub(crate) fn solve(goal: &Goal<'_>, spent: &mut u64) -> Outcome {
    let work = WORK.min(BUDGET.saturating_sub(*spent));
    if work == 0 {
        return Outcome::Unknown;
    }
    let mut groups: Vec<Vec<Prepared<'_>>> = Vec::new();
    for group in &goal.any {
        let group = group.iter().filter(|statement| goal.mode == Mode::May || !statement.unknown);
        groups.push(group.map(|statement| prepare(statement, goal.extras)).collect());
    }
    groups.sort_by_key(Vec::len);
    let none = goal.none.iter().filter(|statement| goal.mode == Mode::Must || !statement.unknown);
    let clauses: Vec<Prepared<'_>> = none.map(|statement| prepare(statement, goal.extras)).collect();
    let mut state = State { actions: universe(goal), resource: Vec::new(), keys: Vec::new() };
    state.resource.extend_from_slice(&goal.resource);
    let memory = Memory::new(work);
    let feasible = goal.given.iter().all(|lit| state.assume_key(*lit, &memory));
    if !feasible || state.actions.is_empty() {
        return Outcome::None { beyond: false };
    }
    let leaf = Leaf { mode: goal.mode, extras: goal.extras };
    let mut search =
        Search { groups: &groups, clauses: &clauses, leaf, memory, steps: 0, unsure: false, beyond: false };
    let open: Vec<usize> = (0..clauses.len()).collect();
    let found = search.choose(&state, 0, &open);
    *spent += work - search.memory.fuel.left() + search.steps as u64 * STEP;
    match found {
        Some(model) => Outcome::Found(Box::new(model)),
        None if search.unsure || search.spent() => Outcome::Unknown,
        None => Outcome::None { beyond: search.beyond },
    }
}

fn universe(goal: &Goal<'_>) -> Bits {
    let table = table();
    let mut actions = Bits::full(table.bound());
    let mut unused = Bits::empty(table.bound());
    (table.actions.len() + goal.extras.len().min(EXTRA)..table.bound()).for_each(|number| unused.insert(number));
    actions.subtract(&unused);
    if let Some(only) = goal.actions {
        actions.intersect(only);
    }
    actions
}

fn prepare<'a>(statement: &'a Compiled, extras: &[String]) -> Prepared<'a> {
    if extras.is_empty() {
        return Prepared { statement, actions: std::borrow::Cow::Borrowed(&statement.actions) };
    }
    let table = table();
    let mut actions = statement.actions.clone();
    let mut clear = Bits::empty(table.bound());
    (table.actions.len()..table.bound()).for_each(|number| clear.insert(number));
    actions.subtract(&clear);
    for (place, name) in extras.iter().enumerate().take(EXTRA) {
        if statement.takes_name(name) {
            actions.insert(table.actions.len() + place);
        }
    }
    Prepared { statement, actions: std::borrow::Cow::Owned(actions) }
}

struct Search<'a> {
    groups: &'a [Vec<Prepared<'a>>],
    clauses: &'a [Prepared<'a>],
    leaf: Leaf<'a>,
    memory: Memory,
    steps: usize,
    /// Some branch was given up without a proof.
    unsure: bool,
    beyond: bool,
}

impl<'a> Search<'a> {
    fn spent(&self) -> bool {
        self.steps > STEPS || self.memory.fuel.is_empty()
    }

    fn choose(&mut self, state: &State<'a>, group: usize, open: &[usize]) -> Option<Model> {
        let Some(members) = self.groups.get(group) else { return self.escape(state.clone(), open.to_vec()) };
        for member in members {
            self.steps += 1;
            if self.spent() {
                return None;
            }
            let mut next = state.clone();
            if next.assume(member, &mut self.memory)
                && let Some(mut model) = self.choose(&next, group + 1, open)
            {
                model.statements.push(member.statement.index);
                return Some(model);
            }
        }
        None
    }

    /// Lets every open statement not match: the forced ways first, then the statement with the fewest ways.
    fn escape(&mut self, mut state: State<'a>, mut open: Vec<usize>) -> Option<Model> {
        loop {
            self.steps += 1;
            if self.spent() {
                return None;
            }
            let mut narrowest: Option<(usize, Vec<Escape<'a>>)> = None;
            let mut still = Vec::with_capacity(open.len());
            let mut forced = false;
            for number in &open {
                let Some(clause) = self.clauses.get(*number) else { continue };
                let Some(escapes) = state.escapes(clause, &mut self.memory) else { continue };
                match escapes.as_slice() {
                    [] => return None,
                    [only] => {
                        if !state.assume_escape(clause, *only, &mut self.memory) {
                            return None;
                        }
                        forced = true;
                    }
                    _ => {
                        still.push(*number);
                        if narrowest.as_ref().is_none_or(|(_, best)| escapes.len() < best.len()) {
                            narrowest = Some((*number, escapes));
                        }
                    }
                }
            }
            open = still;
            if forced {
                continue;
            }
            let Some((number, escapes)) = narrowest else { return self.finish(&state) };
            open.retain(|other| *other != number);
            return self.branch(&state, number, &escapes, &open);
        }
    }

    /// Tries the ways in turn; each later one under the assumption that the earlier are closed.
    fn branch(&mut self, state: &State<'a>, number: usize, escapes: &[Escape<'a>], open: &[usize]) -> Option<Model> {
        let clause = self.clauses.get(number)?;
        let mut base = state.clone();
        for escape in escapes {
            let mut next = base.clone();
            if next.assume_escape(clause, *escape, &mut self.memory)
                && let Some(model) = self.escape(next, open.to_vec())
            {
                return Some(model);
            }
            if self.spent() || !base.close_escape(clause, *escape, &mut self.memory) {
                return None;
            }
        }
        None
    }

    fn finish(&mut self, state: &State<'a>) -> Option<Model> {
        let answer = self.leaf.request(state, &mut self.steps, &self.memory.fuel);
        self.unsure |= answer.unsure;
        self.beyond |= answer.beyond;
        answer.model
    }
}

/// Names that some documents use and the table does not know, in order.
pub(crate) fn extras<'a>(statements: impl IntoIterator<Item = &'a Compiled>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in statements.into_iter().flat_map(|statement| &statement.extras) {
        if !names.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    names.sort_unstable();
    names.truncate(EXTRA);
    names
}
