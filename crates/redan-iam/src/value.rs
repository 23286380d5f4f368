//! Is there a value (or are there values) of one key that satisfies all tests on it?
//!
//! Must not know statements. Strings, ranges and presence each have their own theory; a key with tests of two theories is tried on
//! the boundary values of both.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::compile::{Atom, Test, relax};
use crate::glob::{Glob, NAME_HOLE, Token, letter, name_letter};
use crate::keys::{domain, key_type};
use crate::language::{Found, Fuel, Union, find, in_union};
use crate::operator::Quantifier;
use crate::range::{Ranges, Scale};
use crate::table::KeyType;

/// A test that must hold or must not.
pub(crate) type Lit<'a> = (&'a Atom, bool);

/// Values of the keys that variables name; `None`: absent.
pub(crate) type Assignment = FxHashMap<String, Option<String>>;

/// How patterns with gaps are read.
#[derive(Clone, Copy)]
pub(crate) enum Gaps<'a> {
    /// Variables and holes may be anything: an upper bound.
    Relaxed,
    /// These variables have these values, the others and holes may be anything: an upper bound.
    Partly(&'a Assignment),
    /// Variables have these values, holes may be anything.
    Assigned(&'a Assignment),
    /// Variables have these values; the answer must hold whatever fills the holes.
    Forced(&'a Assignment),
}

/// Finds a string inside all of some sets and outside all of others.
pub(crate) fn find_text(inside: &[&Union], outside: &[&Union], gaps: Gaps<'_>, fuel: &Fuel) -> Found {
    let plain = |unions: &[&Union]| !unions.iter().any(|union| union.iter().any(Glob::has_gaps));
    if plain(inside) && plain(outside) {
        let (inside, outside): (Vec<&[Glob]>, Vec<&[Glob]>) =
            (inside.iter().map(|union| &***union).collect(), outside.iter().map(|union| &***union).collect());
        return find(&inside, &outside, false, fuel);
    }
    let mut letters = Vec::new();
    let open: Vec<Vec<Glob>> = inside.iter().map(|union| fill(union, gaps, true, &mut letters)).collect();
    let shut: Vec<Vec<Glob>> = outside.iter().map(|union| fill(union, gaps, false, &mut letters)).collect();
    let (open, shut): (Vec<&[Glob]>, Vec<&[Glob]>) =
        (open.iter().map(Vec::as_slice).collect(), shut.iter().map(Vec::as_slice).collect());
    let found = find(&open, &shut, matches!(gaps, Gaps::Forced(_)), fuel);
    if found == Found::None || matches!(gaps, Gaps::Forced(_)) || plain(outside) {
        return found;
    }
    // Each gap as one unknown letter: if that set is inside the others' union, so it is whatever fills the gaps.
    let refuted = inside.iter().any(|union| {
        let mut letters = Vec::new();
        let own = spell(union, gaps, &mut letters);
        let others: Vec<Vec<Glob>> = outside.iter().map(|union| spell(union, gaps, &mut letters)).collect();
        let others: Vec<&[Glob]> = others.iter().map(Vec::as_slice).collect();
        find(&[&own], &others, false, fuel) == Found::None
    });
    if refuted { Found::None } else { found }
}

/// The patterns with gaps filled: an upper bound inside, a lower bound outside, or (forced) the reverse.
fn fill(union: &Union, gaps: Gaps<'_>, inside: bool, letters: &mut Vec<String>) -> Vec<Glob> {
    let assigned = union.iter().filter_map(|glob| assign(glob, gaps));
    let filled = assigned.filter_map(|glob| match (glob.has_gaps(), gaps, inside) {
        (false, ..) => Some(glob.into_owned()),
        (true, Gaps::Forced(_), true) => Some(letter_gaps(&glob, letters)),
        (true, Gaps::Forced(_), false) | (true, _, true) => Some(relax(&glob)),
        (true, _, false) => None,
    });
    filled.collect()
}

fn spell(union: &Union, gaps: Gaps<'_>, letters: &mut Vec<String>) -> Vec<Glob> {
    union.iter().filter_map(|glob| assign(glob, gaps)).map(|glob| letter_gaps(&glob, letters)).collect()
}

/// Variables replaced by their values; `None` if one has none, so that the pattern matches nothing.
fn assign<'g>(glob: &'g Glob, gaps: Gaps<'_>) -> Option<Cow<'g, Glob>> {
    let (Gaps::Assigned(values) | Gaps::Forced(values) | Gaps::Partly(values)) = gaps else {
        return Some(Cow::Borrowed(glob));
    };
    let partly = matches!(gaps, Gaps::Partly(_));
    if !glob.has_gaps() {
        return Some(Cow::Borrowed(glob));
    }
    let mut tokens = Vec::new();
    for token in &glob.tokens {
        match token {
            Token::Variable(key, _) if partly && !values.contains_key(key) => tokens.push(token.clone()),
            Token::Variable(key, default) => {
                let value = values.get(key).cloned().flatten().or_else(|| default.clone())?;
                tokens.extend(value.chars().map(Token::Char));
            }
            other => tokens.push(other.clone()),
        }
    }
    Some(Cow::Owned(Glob { tokens }))
}

/// The patterns with their variables replaced by values, without those that have none.
pub(crate) fn assigned(union: &Union, values: &Assignment) -> Vec<Glob> {
    union.iter().filter_map(|glob| assign(glob, Gaps::Assigned(values)).map(Cow::into_owned)).collect()
}

fn letter_gaps(glob: &Glob, letters: &mut Vec<String>) -> Glob {
    let tokens = glob.tokens.iter().map(|token| {
        let name = match token {
            Token::Variable(key, default) => format!("v{key}\u{0}{}", default.as_deref().unwrap_or_default()),
            Token::Hole(name) => format!("h{name}"),
            other => return other.clone(),
        };
        let plain = matches!(token, Token::Hole(name) if name.starts_with(NAME_HOLE));
        let number = letters.iter().position(|own| *own == name).unwrap_or_else(|| {
            letters.push(name);
            letters.len() - 1
        });
        Token::Char(if plain { name_letter(number) } else { letter(number) })
    });
    Glob { tokens: tokens.collect() }
}

/// Whether every test holds where the key is absent.
pub(crate) fn may_be_absent(lits: &[Lit<'_>]) -> bool {
    lits.iter().all(|(atom, sign)| atom.absent == *sign)
}

/// The answer to a search for a key's values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Values {
    Some(Vec<String>),
    None,
    Unknown,
}

/// Values with which every test holds, for a key that is present.
pub(crate) fn find_values(key: &str, lits: &[Lit<'_>], gaps: Gaps<'_>, fuel: &Fuel) -> Values {
    let mut shared = Vec::new();
    let mut each = Vec::new();
    let mut single = key_type(key).is_some_and(|(_, many)| !many);
    for (atom, sign) in lits {
        if atom.test == Test::Present {
            if atom.negated == *sign {
                return Values::None;
            }
            continue;
        }
        single |= atom.quantifier == Quantifier::One;
        match (atom.quantifier, *sign) {
            (Quantifier::One, sign) => shared.push((&atom.test, sign != atom.negated)),
            (Quantifier::Any, true) | (Quantifier::All, false) => {
                each.push((&atom.test, (atom.quantifier == Quantifier::Any) != atom.negated))
            }
            (Quantifier::All, true) | (Quantifier::Any, false) => {
                shared.push((&atom.test, (atom.quantifier == Quantifier::All) != atom.negated))
            }
        }
    }
    if single || each.is_empty() {
        shared.extend(each);
        return match find_value(key, &shared, gaps, fuel) {
            Found::Some(value) => Values::Some(vec![value]),
            Found::None => Values::None,
            Found::Unknown => Values::Unknown,
        };
    }
    let mut values = Vec::new();
    for test in each {
        shared.push(test);
        match find_value(key, &shared, gaps, fuel) {
            Found::Some(value) if values.contains(&value) => {}
            Found::Some(value) => values.push(value),
            Found::None => return Values::None,
            Found::Unknown => return Values::Unknown,
        }
        shared.pop();
    }
    Values::Some(values)
}

fn find_value(key: &str, tests: &[(&Test, bool)], gaps: Gaps<'_>, fuel: &Fuel) -> Found {
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    let mut range: Option<(Scale, Ranges)> = None;
    for (test, sign) in tests {
        match test {
            Test::Text(union) if *sign => inside.push(union),
            Test::Text(union) => outside.push(union),
            Test::Range(scale, set) => {
                let set = if *sign { set.clone() } else { set.complement() };
                match &mut range {
                    None => range = Some((*scale, set)),
                    Some((own, all)) if own == scale => *all = all.intersection(&set),
                    Some(_) => return Found::Unknown,
                }
            }
            Test::Present => {}
        }
    }
    let texts = !inside.is_empty() || !outside.is_empty();
    match range {
        None => {
            inside.extend(domain(key));
            match key_type(key) {
                Some((KeyType::Number, _)) if !texts => Found::Some("1".to_owned()),
                Some((KeyType::Date, _)) if !texts => Found::Some("2030-01-01T00:00:00Z".to_owned()),
                Some((KeyType::Address, _)) if !texts => Found::Some("198.51.100.7".to_owned()),
                _ => {
                    let nonempty = [Glob {
                        tokens: vec![Token::One(crate::glob::Class::Any), Token::Many(crate::glob::Class::Any)],
                    }];
                    let nonempty: Union = nonempty.into();
                    if inside.is_empty() {
                        inside.push(&nonempty);
                    }
                    find_text(&inside, &outside, gaps, fuel)
                }
            }
        }
        Some((scale, set)) if !texts => scale.pick(&set).map_or(Found::None, |value| Found::Some(scale.write(value))),
        Some((scale, set)) => mixed(scale, &set, &inside, &outside),
    }
}

/// Tests of text and of ranges on one key: the values that either names are tried.
fn mixed(scale: Scale, set: &Ranges, inside: &[&Union], outside: &[&Union]) -> Found {
    let set = set.intersection(&scale.everything());
    if set.is_empty() {
        return Found::None;
    }
    let mut candidates: Vec<String> =
        set.intervals().iter().flat_map(|(low, high)| [scale.write(*low), scale.write(*high)]).collect();
    candidates.extend(scale.pick(&set).map(|value| scale.write(value)));
    candidates.extend(inside.iter().flat_map(|union| union.iter().filter_map(Glob::as_literal)));
    let fits = candidates.into_iter().find(|value| {
        let text: Vec<char> = value.chars().collect();
        scale.read(value).is_some_and(|number| set.contains(number))
            && inside.iter().all(|union| in_union(union, &text))
            && !outside.iter().any(|union| in_union(union, &text))
    });
    let finite = inside.iter().any(|union| union.iter().all(|glob| glob.as_literal().is_some()));
    match fits {
        Some(value) => Found::Some(value),
        None if finite => Found::None,
        None => Found::Unknown,
    }
}
