//! A statement in the form that the decision procedure works on: a set of actions, a set of ARNs, tests on keys.
//!
//! Must not know questions. Actions, resource types and keys are coupled here: a statement's actions are cut down to those whose
//! resource types can match its resources and whose requests can hold the keys that it needs. Requests outside can never match.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bits::Bits;
use crate::glob::{Class, Glob, NAME_HOLE, Reading, Token};
use crate::language::{Found, Fuel, Union, find};
use crate::operator::{Comparison, Operator, Order, Quantifier};
use crate::policy::{Condition, Effect, Element, PrincipalEntry, Spanned, Statement};
use crate::range::{Ranges, Scale, cidr};
use crate::table::{Kind, Table, table};
use crate::text::Text;

/// What one value of a key must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    Text(Union),
    Range(Scale, Ranges),
    /// Any value: what `Null` asks is presence.
    Present,
}

/// A test on a key of the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Atom {
    /// In lower case: keys have no case.
    pub(crate) key: Arc<str>,
    pub(crate) quantifier: Quantifier,
    pub(crate) test: Test,
    /// The test's result is inverted.
    pub(crate) negated: bool,
    /// The result where the key is absent.
    pub(crate) absent: bool,
    pub(crate) unknown: bool,
}

/// `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub(crate) struct ResourceTest {
    pub(crate) union: Union,
    pub(crate) negated: bool,
}

/// A statement, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) index: usize,
    /// `None`: not known.
    pub(crate) effect: Option<Effect>,
    pub(crate) principal: Option<Element<PrincipalEntry>>,
    pub(crate) actions: Bits,
    /// Patterns of `Action` in lower case, for actions that the table does not know.
    pub(crate) patterns: Vec<Glob>,
    pub(crate) not_action: bool,
    /// Names that match nothing in the table.
    pub(crate) extras: Vec<String>,
    /// `None`: every resource.
    pub(crate) resource: Option<ResourceTest>,
    pub(crate) atoms: Vec<Atom>,
    /// A part of the statement is not known: it may or may not match.
    pub(crate) unknown: bool,
}

impl Compiled {
    pub(crate) fn new(index: usize, statement: &Statement, variables: bool) -> Self {
        let table = table();
        let (mut actions, patterns, extras) = actions(&statement.action, table);
        let resource = statement.resource.as_ref().and_then(|element| resource(element, variables));
        if let Some(test) = &resource
            && !test.negated
        {
            actions.intersect(&actions_on(&test.union, table));
        }
        let atoms: Vec<Atom> = statement.conditions.iter().map(|condition| atom(condition, variables)).collect();
        for atom in atoms.iter().filter(|atom| !atom.absent && !atom.unknown) {
            if let Some(possible) = table.key_actions(&atom.key) {
                let mut possible = (*possible).clone();
                (table.actions.len()..table.bound()).for_each(|extra| possible.insert(extra));
                actions.intersect(&possible);
            }
        }
        let unknown = statement.unknown
            || statement.effect.is_none()
            || statement.action.unknown
            || statement.resource.as_ref().is_some_and(|element| element.unknown)
            || statement.principal.as_ref().is_some_and(|element| element.unknown)
            || atoms.iter().any(|atom| atom.unknown);
        Self {
            index,
            effect: statement.effect,
            principal: statement.principal.clone(),
            actions,
            patterns,
            not_action: statement.action.negated,
            extras,
            resource,
            atoms,
            unknown,
        }
    }

    /// The test of `Action` on a name that the table does not know.
    pub(crate) fn takes_name(&self, name: &str) -> bool {
        let text: Vec<char> = name.to_lowercase().chars().collect();
        self.patterns.iter().any(|glob| glob.matches(&text)) != self.not_action
    }

    pub(crate) fn has_holes(&self) -> bool {
        let holes = |union: &Union| union.iter().any(Glob::has_holes);
        self.resource.as_ref().is_some_and(|test| holes(&test.union))
            || self.atoms.iter().any(|atom| matches!(&atom.test, Test::Text(union) if holes(union)))
    }
}

/// The actions of `Action` or `NotAction`: names have no case, `*` and `?` are wildcards.
fn actions(element: &Element<Spanned>, table: &Table) -> (Bits, Vec<Glob>, Vec<String>) {
    let mut bits = Bits::empty(table.bound());
    let (mut patterns, mut extras) = (Vec::new(), Vec::new());
    for entry in &element.entries {
        let Some(pattern) = entry.text.known() else { continue };
        let lower = pattern.to_lowercase();
        patterns.push(Glob::read(&Text::from(lower.as_str()), Reading::Wild, false));
        if !add_actions(&lower, table, &mut bits) {
            let name: String = pattern.chars().filter(|c| !"*?".contains(*c)).collect();
            if name.split_once(':').is_some_and(|(service, _)| !service.is_empty()) {
                extras.push(name);
            }
        }
    }
    if element.unknown {
        bits = Bits::full(table.bound());
    } else if element.negated {
        let mut all = Bits::full(table.bound());
        all.subtract(&bits);
        bits = all;
    }
    (bits, patterns, extras)
}

/// Adds the actions that match; false if there are none.
pub(crate) fn add_actions(pattern: &str, table: &Table, bits: &mut Bits) -> bool {
    if pattern.chars().all(|c| c == '*') || pattern == "*:*" {
        *bits = Bits::full(table.bound());
        return true;
    }
    let Some((service, name)) = pattern.split_once(':') else {
        // `s3*` with no colon: a star may go over it.
        return add_by_full_name(pattern, table, bits);
    };
    if service.contains(['*', '?']) {
        return add_by_full_name(pattern, table, bits);
    }
    let Some(service) = table.service(service) else { return false };
    let glob = Glob::read(&Text::from(name), Reading::Wild, false);
    let head = literal_head(name);
    let mut found = false;
    for (place, action) in table.actions_named(service).iter().enumerate() {
        if !action.lower.starts_with(&head) {
            continue;
        }
        if glob.is_any() || glob.matches(&action.lower.chars().collect::<Vec<char>>()) {
            bits.insert(service.actions.start + place);
            found = true;
        }
    }
    found
}

/// What every name that a pattern matches begins with, in small letters.
fn literal_head(pattern: &str) -> String {
    pattern.chars().take_while(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn add_by_full_name(pattern: &str, table: &Table, bits: &mut Bits) -> bool {
    let glob = Glob::read(&Text::from(pattern), Reading::Wild, false);
    let mut found = false;
    for number in 0..table.actions.len() {
        let name = table.action_name(number).unwrap_or_default().to_lowercase();
        if glob.matches(&name.chars().collect::<Vec<char>>()) {
            bits.insert(number);
            found = true;
        }
    }
    found
}

fn resource(element: &Element<Spanned>, variables: bool) -> Option<ResourceTest> {
    let globs: Vec<Glob> =
        element.entries.iter().map(|entry| Glob::read(&entry.text, Reading::Resource, variables)).collect();
    if element.unknown || (!element.negated && globs.iter().any(Glob::is_any)) {
        return None;
    }
    Some(ResourceTest { union: globs.into(), negated: element.negated })
}

/// Steps that finding the resource types of one statement may take; beyond, it keeps all.
const COUPLING: u64 = 300_000;

/// How many patterns a thread remembers.
const REMEMBERED: usize = 4096;

thread_local! {
    static KNOWN: RefCell<FxHashMap<Glob, Bits>> = RefCell::default();
}

/// The actions that have a resource type whose ARNs can match the patterns.
pub(crate) fn actions_on(union: &Union, table: &Table) -> Bits {
    let mut bits = Bits::empty(table.bound());
    (table.actions.len()..table.bound()).for_each(|extra| bits.insert(extra));
    for glob in union.iter() {
        with_actions_of(glob, table, |actions| bits.unite(actions));
    }
    bits
}

/// The same for one pattern. Remembered: the same few patterns stand in most policies, but for the names of what they do
/// not say, and every question reads its policy anew.
fn with_actions_of(glob: &Glob, table: &Table, mut then: impl FnMut(&Bits)) {
    let key = unnamed(glob);
    let known = KNOWN.with_borrow(|known| known.get(&key).map(&mut then).is_some());
    if known {
        return;
    }
    let found = find_actions_on(&key, table);
    then(&found);
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, found);
    });
}

/// The pattern without the names of its gaps, on which its resource types do not depend.
fn unnamed(glob: &Glob) -> Glob {
    let tokens = glob.tokens.iter().map(|token| match token {
        Token::Hole(name) if name.starts_with(NAME_HOLE) => Token::Hole(NAME_HOLE.into()),
        Token::Hole(_) => Token::Hole(String::new()),
        Token::Variable(..) => Token::Variable(String::new(), None),
        other => other.clone(),
    });
    Glob { tokens: tokens.collect() }
}

fn find_actions_on(glob: &Glob, table: &Table) -> Bits {
    if glob.has_gaps() && !matches!(glob.tokens.first(), Some(Token::Char('a'))) {
        return Bits::full(table.bound());
    }
    let mut bits = Bits::empty(table.bound());
    if glob.matches(&['*']) {
        bits.unite(&table.without_resource);
    }
    let fuel = Fuel::new(COUPLING);
    for number in table.kinds_of(arn_service(glob).as_deref()) {
        let Some(kind) = table.kinds.get(number as usize) else { continue };
        if kind.actions.iter().all(|action| bits.contains(*action as usize)) || !may_be(kind, glob, &fuel) {
            continue;
        }
        kind.actions.iter().for_each(|action| bits.insert(*action as usize));
    }
    bits
}

/// The third segment of a pattern, if it has no wildcards. What stands unknown in the place of the partition is one
/// segment: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
fn arn_service(glob: &Glob) -> Option<String> {
    let mut colons = 0;
    let mut service = String::new();
    for token in &glob.tokens {
        match token {
            Token::Char(':') if colons == 2 => return Some(service),
            Token::Char(':') => colons += 1,
            Token::Char(c) if colons == 2 => service.push(*c),
            Token::Hole(_) if colons == 1 => {}
            Token::Many(Class::Any) | Token::Variable(..) | Token::Hole(_) => return None,
            _ if colons == 2 => return None,
            _ => {}
        }
    }
    None
}

fn may_be(kind: &Kind, glob: &Glob, fuel: &Fuel) -> bool {
    let relaxed = [relax(glob)];
    find(&[&relaxed, &kind.arns], &[], false, fuel) != Found::None
}

/// The pattern with gaps that may be anything.
pub(crate) fn relax(glob: &Glob) -> Glob {
    let tokens = glob.tokens.iter().map(|token| match token {
        Token::Hole(name) if name.starts_with(NAME_HOLE) => Token::Many(Class::Until('/')),
        Token::Variable(..) | Token::Hole(_) => Token::Many(Class::Any),
        other => other.clone(),
    });
    Glob { tokens: tokens.collect() }
}

fn atom(condition: &Condition, variables: bool) -> Atom {
    let Operator { quantifier, comparison, negated, .. } = condition.operator;
    let key: Arc<str> = condition.key.to_lowercase().into();
    let mut unknown = condition.unknown;
    let test = match comparison {
        Comparison::Null => {
            let wants = |word: &str| condition.values.iter().any(|value| value.text.known() == Some(word));
            unknown |= condition.values.iter().any(|value| value.text.known().is_none());
            let (absent, present) = (wants("true"), wants("false"));
            return Atom { key, quantifier: Quantifier::One, test: Test::Present, negated: !present, absent, unknown };
        }
        Comparison::Number(order) => ranges(condition, Scale::Number, order, &mut unknown),
        Comparison::Date(order) => ranges(condition, Scale::Date, order, &mut unknown),
        Comparison::Address => addresses(condition, &mut unknown),
        // Variables stand in operators for text and ARNs:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse
        Comparison::Binary => patterns(condition, Reading::Exact, false),
        Comparison::Text => patterns(condition, Reading::Exact, variables),
        Comparison::FoldedText | Comparison::Bool => patterns(condition, Reading::Folded, variables),
        Comparison::Pattern => patterns(condition, Reading::Wild, variables),
        Comparison::Arn => patterns(condition, Reading::Arn, variables),
    };
    Atom { key, quantifier, test, negated, absent: condition.operator.when_absent(), unknown }
}

fn patterns(condition: &Condition, reading: Reading, variables: bool) -> Test {
    Test::Text(condition.values.iter().map(|value| Glob::read(&value.text, reading, variables)).collect())
}

fn ranges(condition: &Condition, scale: Scale, order: Order, unknown: &mut bool) -> Test {
    let mut set = Ranges::none();
    for value in &condition.values {
        let Some(text) = value.text.known() else {
            *unknown = true;
            continue;
        };
        if text.contains("${") {
            *unknown = true;
        }
        // A value of the wrong type compares with nothing; the lint reports it.
        let Some(number) = scale.read(text) else { continue };
        set = set.union(&match order {
            Order::Equal => Ranges::between(number, number),
            Order::Less => Ranges::between(0, number.saturating_sub(1)),
            Order::LessOrEqual => Ranges::between(0, number),
            Order::Greater => Ranges::between(number.saturating_add(1), u128::MAX),
            Order::GreaterOrEqual => Ranges::between(number, u128::MAX),
        });
    }
    Test::Range(scale, set.intersection(&scale.everything()))
}

fn addresses(condition: &Condition, unknown: &mut bool) -> Test {
    let mut set = Ranges::none();
    for value in &condition.values {
        match value.text.known() {
            Some(text) if !text.contains("${") => {
                if let Some((low, high, ..)) = cidr(text) {
                    set = set.union(&Ranges::between(low, high));
                }
            }
            _ => *unknown = true,
        }
    }
    Test::Range(Scale::Address, set)
}
