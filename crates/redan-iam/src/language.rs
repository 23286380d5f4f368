//! Is there a string that matches one pattern of each of these sets and none of those? With the string.
//!
//! Must not know what the strings are. Exact: guesses first, then a breadth-first walk through the product of the patterns'
//! automata, which ends with the shortest string, a proof that there is none, or the bound.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::glob::{Class, Glob, Token, is_letter, is_name};

/// A set of patterns: a string is in it if it matches one.
pub(crate) type Union = Arc<[Glob]>;

/// The answer to a search for a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Such a string.
    Some(String),
    /// There is none.
    None,
    /// The bound was reached first.
    Unknown,
}

const STATES: usize = 6000;

/// The work that a question may still do, in steps through tokens; when it is used up, searches end unknown.
#[derive(Debug)]
pub(crate) struct Fuel(Cell<u64>);

impl Fuel {
    pub(crate) fn new(steps: u64) -> Self {
        Self(Cell::new(steps))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.get() == 0
    }

    /// What is left.
    pub(crate) fn left(&self) -> u64 {
        self.0.get()
    }

    fn burn(&self, steps: usize) {
        self.0.set(self.0.get().saturating_sub(steps as u64));
    }
}

pub(crate) fn in_union(union: &[Glob], text: &[char]) -> bool {
    union.iter().any(|glob| glob.matches(text))
}

/// Finds a string in every set of `inside` and in none of `outside`. Gaps match nothing: callers replace them first. With
/// `worst`, an unknown text in the string is taken to match whatever `outside` has at its place.
pub(crate) fn find(inside: &[&[Glob]], outside: &[&[Glob]], worst: bool, fuel: &Fuel) -> Found {
    let size: usize = inside.iter().chain(outside).flat_map(|union| union.iter()).map(|glob| glob.tokens.len()).sum();
    fuel.burn(size);
    if fuel.is_empty() {
        return Found::Unknown;
    }
    let everything = [Glob::any()];
    let mut inside = inside.to_vec();
    if inside.is_empty() {
        inside.push(&everything);
    }
    inside.sort_by_key(|union| (union.iter().any(Glob::is_any), union.len()));
    let Some((smallest, others)) = inside.split_first() else { return Found::Unknown };
    let mut finite = true;
    for glob in smallest.iter() {
        let wild = glob.tokens.iter().any(|token| matches!(token, Token::Many(_) | Token::One(_)));
        let lettered = glob.tokens.iter().any(|token| matches!(token, Token::Char(c) if is_letter(*c)));
        finite &= !(wild || (worst && lettered));
        if glob.has_gaps() {
            continue;
        }
        for text in guesses(glob, wild) {
            fuel.burn(size);
            if fuel.is_empty() {
                return Found::Unknown;
            }
            let fits = others.iter().all(|union| in_union(union, &text));
            let holey = worst && text.iter().any(|c| is_letter(*c));
            if fits && !holey && !outside.iter().any(|union| in_union(union, &text)) {
                return Found::Some(text.into_iter().collect());
            }
        }
    }
    let folds = smallest.iter().any(|glob| glob.tokens.iter().any(|token| matches!(token, Token::Fold(_))));
    if let Some(text) = by_segments(smallest, others).filter(|text| {
        let inside = in_union(smallest, text) && others.iter().all(|union| in_union(union, text));
        inside && !outside.iter().any(|union| in_union(union, text)) && !(worst && text.iter().any(|c| is_letter(*c)))
    }) {
        return Found::Some(text.into_iter().collect());
    }
    if finite && !folds {
        return Found::None;
    }
    Walk::new(&inside, outside, worst).run(size, fuel)
}

/// Strings that match the pattern, those that read well first.
fn guesses(glob: &Glob, wild: bool) -> Vec<Vec<char>> {
    let fillings: &[&str] = if wild { &["example", "", "other-7"] } else { &[""] };
    fillings.iter().map(|filling| fill(glob, filling)).collect()
}

fn fill(glob: &Glob, filling: &str) -> Vec<char> {
    let mut text = Vec::new();
    let mut tokens = glob.tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Char(c) | Token::Fold(c) => text.push(*c),
            Token::One(Class::Region) if tokens.peek() == Some(&&Token::Many(Class::Region)) => {
                tokens.next();
                text.extend("us-east-1".chars());
            }
            Token::One(Class::Digit) => text.push('1'),
            Token::One(_) => text.push('x'),
            Token::Many(Class::Any | Class::NoColon | Class::Until(_)) => text.extend(filling.chars()),
            _ => {}
        }
    }
    text
}

/// A string with the most definite segments of several ARN patterns.
fn by_segments(first: &[Glob], others: &[&[Glob]]) -> Option<Vec<char>> {
    let mut best = segments(first.first()?)?;
    for union in others.iter().filter(|union| !union.iter().any(Glob::is_any)) {
        let other = segments(union.first()?)?;
        for (mine, theirs) in best.iter_mut().zip(other) {
            if definite(theirs) > definite(mine) {
                *mine = theirs;
            }
        }
    }
    let tokens = best.join(&Token::Char(':'));
    Some(fill(&Glob { tokens }, "example"))
}

fn definite(tokens: &[Token]) -> (bool, usize, usize) {
    let known = tokens.iter().filter(|token| matches!(token, Token::Char(_))).count();
    (known == tokens.len(), known, tokens.len())
}

/// The six segments of an ARN pattern.
fn segments(glob: &Glob) -> Option<Vec<&[Token]>> {
    let parts: Vec<&[Token]> = glob.tokens.splitn(6, |token| *token == Token::Char(':')).collect();
    (parts.len() == 6).then_some(parts)
}

/// One pattern in the product, with the words of the state that hold its active places.
struct Machine<'a> {
    tokens: &'a [Token],
    first: usize,
    words: usize,
}

struct Walk<'a> {
    machines: Vec<Machine<'a>>,
    inside: Vec<std::ops::Range<usize>>,
    outside: std::ops::Range<usize>,
    words: usize,
    alphabet: Vec<char>,
    worst: bool,
}

type State = Box<[u64]>;

impl<'a> Walk<'a> {
    fn new(inside: &[&'a [Glob]], outside: &[&'a [Glob]], worst: bool) -> Self {
        let mut walk =
            Self { machines: Vec::new(), inside: Vec::new(), outside: 0..0, words: 0, alphabet: Vec::new(), worst };
        for union in inside {
            let from = walk.machines.len();
            walk.add(union);
            walk.inside.push(from..walk.machines.len());
        }
        let from = walk.machines.len();
        for union in outside {
            walk.add(union);
        }
        walk.outside = from..walk.machines.len();
        walk.alphabet = alphabet(&walk.machines);
        walk
    }

    fn add(&mut self, union: &'a [Glob]) {
        for glob in union {
            let words = glob.tokens.len() / 64 + 1;
            self.machines.push(Machine { tokens: &glob.tokens, first: self.words, words });
            self.words += words;
        }
    }

    fn run(&self, size: usize, fuel: &Fuel) -> Found {
        let mut start: State = vec![0; self.words].into();
        for machine in &self.machines {
            set(&mut start, machine, 0);
            machine.spread(&mut start);
        }
        let mut seen = FxHashSet::default();
        let mut nodes: Vec<(usize, char)> = vec![(0, '\0')];
        let mut queue = VecDeque::from([(0usize, start.clone())]);
        seen.insert(start);
        while let Some((number, state)) = queue.pop_front() {
            if self.accepts(&state) {
                return Found::Some(trace(&nodes, number));
            }
            for c in self.next(&state) {
                let Some(after) = self.step(&state, c) else { continue };
                if !seen.insert(after.clone()) {
                    continue;
                }
                fuel.burn(size);
                if seen.len() > STATES || fuel.is_empty() {
                    return Found::Unknown;
                }
                nodes.push((number, c));
                queue.push_back((nodes.len() - 1, after));
            }
        }
        Found::None
    }

    fn group(&self, range: &std::ops::Range<usize>) -> &[Machine<'a>] {
        self.machines.get(range.clone()).unwrap_or_default()
    }

    fn accepts(&self, state: &State) -> bool {
        let in_all = self.inside.iter().all(|range| self.group(range).iter().any(|machine| machine.accepts(state)));
        in_all && !self.group(&self.outside).iter().any(|machine| machine.accepts(state))
    }

    /// The characters worth a step: those that the first set can take.
    fn next(&self, state: &State) -> Vec<char> {
        let mut characters = Vec::new();
        for machine in self.inside.first().map(|range| self.group(range)).unwrap_or_default() {
            for place in machine.active(state) {
                match machine.tokens.get(place) {
                    Some(Token::Char(c)) => characters.push(*c),
                    Some(token) => {
                        characters.extend(self.alphabet.iter().filter(|c| token.steps(**c) || token.stays(**c)));
                    }
                    None => {}
                }
            }
        }
        characters.sort_unstable();
        characters.dedup();
        characters
    }

    /// The state after a character, unless nothing can be found beyond it.
    fn step(&self, state: &State, c: char) -> Option<State> {
        let mut after: State = vec![0; self.words].into();
        for range in &self.inside {
            let mut alive = false;
            for machine in self.group(range) {
                machine.advance(state, c, &mut after);
                alive |= machine.active(&after).next().is_some();
            }
            if !alive {
                return None;
            }
        }
        for machine in self.group(&self.outside) {
            if self.worst && is_letter(c) {
                machine.leap(state, c, &mut after);
            } else {
                machine.advance(state, c, &mut after);
            }
            let endless = machine.tokens.len().checked_sub(1).filter(|last| {
                matches!(machine.tokens.get(*last), Some(Token::Many(Class::Any))) && get(&after, machine, *last)
            });
            if endless.is_some() {
                return None;
            }
        }
        Some(after)
    }
}

impl Machine<'_> {
    fn active<'s>(&'s self, state: &'s State) -> impl Iterator<Item = usize> + 's {
        let words = state.get(self.first..self.first + self.words).unwrap_or_default();
        words.iter().enumerate().flat_map(|(number, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(number * 64 + bit)
            })
        })
    }

    fn accepts(&self, state: &State) -> bool {
        get(state, self, self.tokens.len())
    }

    fn advance(&self, state: &State, c: char, after: &mut State) {
        for place in self.active(state) {
            let Some(token) = self.tokens.get(place) else { continue };
            if token.stays(c) {
                set(after, self, place);
            } else if token.steps(c) {
                set(after, self, place + 1);
            }
        }
        self.spread(after);
    }

    /// All places where the pattern may be after an unknown text; a plain name takes no slash and no colon.
    fn leap(&self, state: &State, c: char, after: &mut State) {
        for place in self.active(state) {
            set(after, self, place);
            for (number, token) in self.tokens.iter().enumerate().skip(place) {
                if is_name(c) && matches!(token, Token::Char('/' | ':')) {
                    break;
                }
                set(after, self, number + 1);
            }
        }
    }

    fn spread(&self, state: &mut State) {
        for (place, token) in self.tokens.iter().enumerate() {
            if matches!(token, Token::Many(_)) && get(state, self, place) {
                set(state, self, place + 1);
            }
        }
    }
}

fn set(state: &mut State, machine: &Machine<'_>, place: usize) {
    if let Some(word) = state.get_mut(machine.first + place / 64) {
        *word |= 1 << (place % 64);
    }
}

fn get(state: &State, machine: &Machine<'_>, place: usize) -> bool {
    state.get(machine.first + place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}

/// The characters that patterns name, in both cases where case is ignored, and for each class of others a representative.
fn alphabet(machines: &[Machine<'_>]) -> Vec<char> {
    let mut named = FxHashSet::default();
    for token in machines.iter().flat_map(|machine| machine.tokens) {
        match token {
            Token::Char(c) => {
                named.insert(*c);
            }
            Token::Fold(c) => {
                named.insert(*c);
                named.extend(c.to_uppercase());
            }
            Token::One(Class::Until(c)) | Token::Many(Class::Until(c)) => {
                named.insert(*c);
            }
            _ => {}
        }
    }
    named.insert(':');
    let fresh = |candidates: &str| candidates.chars().find(|c| !named.contains(c));
    let others = [fresh("xqzjkvwyabcdefghilmnoprstu"), fresh("7890123456"), fresh("XQZJKVWY_~^§µ")];
    let mut alphabet: Vec<char> = named.iter().copied().chain(others.into_iter().flatten()).collect();
    alphabet.sort_unstable();
    alphabet
}

fn trace(nodes: &[(usize, char)], mut number: usize) -> String {
    let mut text = Vec::new();
    while number != 0
        && let Some((parent, c)) = nodes.get(number)
    {
        text.push(*c);
        number = *parent;
    }
    text.into_iter().rev().collect()
}
