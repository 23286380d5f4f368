//! The end of a branch: from tests on single variables to one request that the table puts together.
//!
//! Must not know the search. Action, resource type and keys are chosen jointly; policy variables get concrete values.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::compile::{Atom, Test};
use crate::glob::{Glob, Token};
use crate::language::{Found, Fuel, Union};
use crate::operator::Quantifier;
use crate::solve::Mode;
use crate::state::{State, extras_of};
use crate::table::{Pair, table};
use crate::value::{Assignment, Gaps, Lit, Values, find_text, find_values, may_be_absent};

const COMBINATIONS: usize = 48;

/// A request, before the principal is put in.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) context: Vec<(Arc<str>, Vec<String>)>,
    /// Indices of the statements that match, one of each group, the last group first.
    pub(crate) statements: Vec<usize>,
}

pub(crate) struct Leaf<'a> {
    pub(crate) mode: Mode,
    pub(crate) extras: &'a [String],
}

#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) model: Option<Model>,
    /// No request was found, and none was refuted.
    pub(crate) unsure: bool,
    /// There is a request, but not one that the table knows.
    pub(crate) beyond: bool,
}

impl Leaf<'_> {
    pub(crate) fn request(&self, state: &State<'_>, steps: &mut usize, fuel: &Fuel) -> Answer {
        let variables = state.variables();
        if variables.is_empty() {
            return self.with(state, &Assignment::default(), steps, fuel);
        }
        let mut answer = Answer::default();
        let (assignments, complete) = assignments(state, &variables, fuel);
        for assignment in assignments {
            let tried = self.with(state, &assignment, steps, fuel);
            answer.beyond |= tried.beyond;
            answer.unsure |= tried.unsure;
            if tried.model.is_some() {
                return tried;
            }
        }
        answer.unsure = (!complete || answer.unsure) && !refuted(state, &settled(state, &variables, fuel), fuel);
        answer
    }

    fn gaps<'g>(&self, assignment: &'g Assignment) -> Gaps<'g> {
        match self.mode {
            Mode::May => Gaps::Assigned(assignment),
            Mode::Must => Gaps::Forced(assignment),
        }
    }

    fn with(&self, state: &State<'_>, assignment: &Assignment, steps: &mut usize, fuel: &Fuel) -> Answer {
        let gaps = self.gaps(assignment);
        let mut answer = Answer::default();
        let mut context: Vec<(Arc<str>, Vec<String>)> = Vec::new();
        for (key, lits) in &state.keys {
            let fixed = assignment.get(&**key);
            if matches!(fixed, Some(None)) || (fixed.is_none() && may_be_absent(lits)) {
                if !may_be_absent(lits) {
                    return answer;
                }
                continue;
            }
            match values(key, lits, fixed, gaps, fuel) {
                Values::Some(values) => context.push((key.clone(), values)),
                Values::None => return answer,
                Values::Unknown => {
                    answer.unsure = true;
                    return answer;
                }
            }
        }
        for (key, value) in assignment {
            if let Some(value) = value
                && !context.iter().any(|(own, _)| **own == **key)
            {
                context.push((key.as_str().into(), vec![value.clone()]));
            }
        }
        self.place(state, context, gaps, (steps, fuel), &mut answer);
        answer
    }

    /// Looks for an action and a resource of one of its types.
    fn place(
        &self,
        state: &State<'_>,
        context: Vec<(Arc<str>, Vec<String>)>,
        gaps: Gaps<'_>,
        (steps, fuel): (&mut usize, &Fuel),
        answer: &mut Answer,
    ) {
        let table = table();
        let free = self.mode == Mode::Must && state.resource_has_holes();
        let mut seen: FxHashMap<Option<usize>, Found> = FxHashMap::default();
        for number in state.actions.iter() {
            let Some(action) = table.actions.get(number) else { break };
            let pairs = table.pairs_of(action);
            let mut choices: Vec<Option<&Pair>> =
                if pairs.is_empty() { vec![None] } else { pairs.iter().map(Some).collect() };
            choices.sort_by_key(|pair| !pair.is_some_and(|pair| pair.required));
            for pair in choices {
                if !context.iter().all(|(key, _)| table.key_applies(key, action, pair)) {
                    continue;
                }
                let kind = pair.map(|pair| pair.kind);
                let found = seen.entry(kind).or_insert_with(|| {
                    *steps += 1;
                    resource(state, domain(pair, free).as_ref(), gaps, fuel)
                });
                match found {
                    Found::Some(resource) => {
                        let action = table.action_name(number).unwrap_or_default();
                        let resource = resource.clone();
                        answer.model = Some(Model { action, resource, context, statements: Vec::new() });
                        return;
                    }
                    Found::Unknown => answer.unsure = true,
                    Found::None => {}
                }
            }
        }
        let found = resource(state, None, gaps, fuel);
        answer.unsure |= found == Found::Unknown;
        let extra =
            extras_of(&state.actions, table).first().and_then(|number| self.extras.get(number - table.actions.len()));
        if let Found::Some(resource) = found {
            answer.beyond = true;
            if let Some(action) = extra {
                answer.model = Some(Model { action: action.clone(), resource, context, statements: Vec::new() });
            }
        }
    }
}

fn values(key: &str, lits: &[Lit<'_>], fixed: Option<&Option<String>>, gaps: Gaps<'_>, fuel: &Fuel) -> Values {
    let Some(Some(value)) = fixed else { return find_values(key, lits, gaps, fuel) };
    let only = Atom {
        key: key.into(),
        quantifier: Quantifier::One,
        test: Test::Text(Arc::new([Glob::literal(value)])),
        negated: false,
        absent: false,
        unknown: false,
    };
    let lits: Vec<Lit<'_>> = lits.iter().copied().chain([(&only, true)]).collect();
    find_values(key, &lits, gaps, fuel)
}

/// The ARNs that a request of this action can name; `*` where the action works on no resource type.
fn domain(pair: Option<&Pair>, free: bool) -> Option<Union> {
    if free {
        return None;
    }
    match pair {
        Some(pair) => table().kinds.get(pair.kind).map(|kind| kind.arns.clone()),
        None => Some(Arc::new([Glob::literal("*")])),
    }
}

fn resource(state: &State<'_>, domain: Option<&Union>, gaps: Gaps<'_>, fuel: &Fuel) -> Found {
    let mut inside: Vec<&Union> = state.resource.iter().filter(|(_, sign)| *sign).map(|(union, _)| *union).collect();
    let outside: Vec<&Union> = state.resource.iter().filter(|(_, sign)| !sign).map(|(union, _)| *union).collect();
    inside.extend(domain);
    find_text(&inside, &outside, gaps, fuel)
}

/// Values worth trying for the variables, and whether they are all that matter.
fn assignments(state: &State<'_>, variables: &[String], fuel: &Fuel) -> (Vec<Assignment>, bool) {
    let mut all = vec![Assignment::default()];
    let mut complete = true;
    for key in variables {
        let lits =
            state.keys.iter().find(|(own, _)| **own == **key).map(|(_, lits)| lits.as_slice()).unwrap_or_default();
        let candidates = match only_values(key, lits, fuel) {
            Some(values) => values,
            None => {
                complete = false;
                candidates(state, key, lits, fuel)
            }
        };
        let mut next = Vec::new();
        for assignment in &all {
            for candidate in &candidates {
                let mut more = assignment.clone();
                more.insert(key.clone(), candidate.clone());
                next.push(more);
            }
        }
        complete &= next.len() <= COMBINATIONS;
        next.truncate(COMBINATIONS);
        all = next;
    }
    (all, complete)
}

/// The values that the tests on the key leave, if they are few.
fn only_values(key: &str, lits: &[Lit<'_>], fuel: &Fuel) -> Option<Vec<Option<String>>> {
    let absent = may_be_absent(lits);
    let listed = lits.iter().find_map(|(atom, sign)| match &atom.test {
        Test::Text(union) if *sign && !atom.negated && !atom.absent && atom.quantifier == Quantifier::One => {
            union.iter().map(Glob::as_literal).collect::<Option<Vec<String>>>()
        }
        _ => None,
    });
    match listed {
        Some(values) => Some(values.into_iter().map(Some).collect()),
        None if absent && find_values(key, lits, Gaps::Relaxed, fuel) == Values::None => Some(vec![None]),
        None => None,
    }
}

fn candidates(state: &State<'_>, key: &str, lits: &[Lit<'_>], fuel: &Fuel) -> Vec<Option<String>> {
    let mut out = Vec::new();
    if let Values::Some(values) = find_values(key, lits, Gaps::Relaxed, fuel) {
        out.extend(values.into_iter().map(Some));
    }
    let texts = |lits: &[Lit<'_>]| -> Vec<Union> {
        lits.iter()
            .filter_map(|(atom, _)| if let Test::Text(union) = &atom.test { Some(union.clone()) } else { None })
            .collect()
    };
    out.extend(texts(lits).iter().flat_map(|union| union.iter().filter_map(Glob::as_literal)).map(Some));
    let mut unions: Vec<Union> = state.resource.iter().map(|(union, _)| (*union).clone()).collect();
    unions.extend(state.keys.iter().flat_map(|(_, lits)| texts(lits)));
    let patterns: Vec<&Glob> = unions.iter().flat_map(|union| union.iter()).collect();
    for holder in patterns.iter().filter(|glob| glob.has_gaps()) {
        out.extend(patterns.iter().filter_map(|other| captured(holder, key, other)).map(Some));
    }
    if may_be_absent(lits) {
        out.push(Some("example".to_owned()));
        out.push(Some("fresh-7q".to_owned()));
        out.push(None);
    }
    let mut unique = Vec::new();
    out.into_iter().for_each(|value| {
        if !unique.contains(&value) {
            unique.push(value);
        }
    });
    unique.truncate(12);
    unique
}

/// The characters that another pattern has where this one has the variable, if they begin alike.
fn captured(holder: &Glob, key: &str, other: &Glob) -> Option<String> {
    let place = holder.tokens.iter().position(|token| matches!(token, Token::Variable(own, _) if own == key))?;
    let (before, after) = (holder.tokens.get(..place)?, holder.tokens.get(place + 1..)?);
    let alike =
        |(left, right): &(&Token, &Token)| left == right || !matches!((left, right), (Token::Char(_), Token::Char(_)));
    if other.tokens.len() < place || !before.iter().zip(&other.tokens).all(|pair| alike(&pair)) {
        return None;
    }
    let inner: String = other
        .tokens
        .get(place..)?
        .iter()
        .map_while(|token| if let Token::Char(c) = token { Some(*c) } else { None })
        .collect();
    let end = after.first().and_then(|token| if let Token::Char(c) = token { inner.find(*c) } else { None });
    let inner = inner.get(..end.unwrap_or(inner.len()))?;
    (!inner.is_empty()).then(|| inner.to_owned())
}

/// The variables that can have one value only, or none.
fn settled(state: &State<'_>, variables: &[String], fuel: &Fuel) -> Assignment {
    let mut settled = Assignment::default();
    for key in variables {
        let lits =
            state.keys.iter().find(|(own, _)| **own == **key).map(|(_, lits)| lits.as_slice()).unwrap_or_default();
        if let Some([only]) = only_values(key, lits, fuel).as_deref() {
            settled.insert(key.clone(), only.clone());
        }
    }
    settled
}

/// Whether the tests on the resource or on some key cannot hold together whatever values the other variables have.
fn refuted(state: &State<'_>, settled: &Assignment, fuel: &Fuel) -> bool {
    let gaps = Gaps::Partly(settled);
    resource(state, None, gaps, fuel) == Found::None
        || state
            .keys
            .iter()
            .any(|(key, lits)| !may_be_absent(lits) && find_values(key, lits, gaps, fuel) == Values::None)
}
