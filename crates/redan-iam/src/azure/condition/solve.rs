//! Whether some request satisfies conditions, with the request as proof.
//!
//! Must not know assignments. Each attribute that the request leaves open takes one value for each way in which the condition tells values
//! apart; where that is not all there is (patterns), finding none is no proof.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::{Attributes, View};
use super::{Expr, Kind, Side};
use crate::azure::scope::Truth;

/// What is asked of conditions.
pub(crate) struct Question<'a> {
    /// The action, in lower case.
    pub(crate) action: &'a str,
    /// The sub-operation, if the request has one.
    pub(crate) sub_operation: Option<&'a str>,
    /// Attributes that are settled.
    pub(crate) settled: &'a Attributes,
}

/// The answer.
pub(crate) enum Outcome {
    /// Satisfied, with these attributes beside those that are settled.
    Yes(Attributes),
    No,
    Unknown(String),
}

/// The most requests that are tried.
const BOUND: usize = 20_000;
/// A value that no condition names.
const OTHER: &str = "zq7";
const OTHER_GUID: &str = "0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f";

/// Whether some request satisfies all of these.
pub(crate) fn solve(all: &[&Expr], question: &Question<'_>) -> Outcome {
    let mut finder = Finder::default();
    all.iter().for_each(|expr| finder.collect(expr, question));
    let mut open: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    for (name, values) in finder.values {
        // What a principal's attributes are is not the requester's to choose.
        if !question.settled.contains_key(&name) && !name.starts_with("@principal[") {
            open.push((name, values.into_iter().collect()));
        }
    }
    let combinations = open.iter().try_fold(1usize, |product, (_, values)| product.checked_mul(values.len().max(1)));
    if combinations.is_none_or(|count| count > BOUND) {
        return Outcome::Unknown("the condition has too many attributes to try".to_owned());
    }
    let mut unsure = false;
    let mut places = vec![0usize; open.len()];
    loop {
        let mut chosen = question.settled.clone();
        let pick = open.iter().zip(&places);
        chosen.extend(pick.filter_map(|((name, values), at)| Some((name.clone(), values.get(*at)?.clone()))));
        let view = View { action: question.action, sub_operation: question.sub_operation, attributes: &chosen };
        match all.iter().map(|expr| view.holds(expr)).fold(Some(true), crate::azure::scope::and) {
            Some(true) => {
                let used = chosen.into_iter().filter(|(name, _)| !question.settled.contains_key(name));
                return Outcome::Yes(needed(used.collect(), all, question));
            }
            Some(false) => {}
            None => unsure = true,
        }
        if !advance(&mut places, &open) {
            break;
        }
    }
    if unsure || finder.partial {
        let why = "the condition compares what cannot be told from here";
        return Outcome::Unknown(why.to_owned());
    }
    Outcome::No
}

/// The attributes without which the conditions are not settled.
fn needed(mut chosen: Attributes, all: &[&Expr], question: &Question<'_>) -> Attributes {
    let names: Vec<String> = chosen.keys().cloned().collect();
    for name in names {
        let mut fewer = question.settled.clone();
        fewer.extend(
            chosen.iter().filter(|(other, _)| **other != name).map(|(key, value)| (key.clone(), value.clone())),
        );
        let view = View { action: question.action, sub_operation: question.sub_operation, attributes: &fewer };
        let holds: Truth = all.iter().map(|expr| view.holds(expr)).fold(Some(true), crate::azure::scope::and);
        if holds == Some(true) {
            chosen.remove(&name);
        }
    }
    chosen
}

fn advance(places: &mut [usize], open: &[(String, Vec<Vec<String>>)]) -> bool {
    for (place, (_, values)) in places.iter_mut().zip(open) {
        *place += 1;
        if *place < values.len() {
            return true;
        }
        *place = 0;
    }
    false
}

#[derive(Default)]
struct Finder {
    values: BTreeMap<String, BTreeSet<Vec<String>>>,
    /// Whether the values are not all that the condition tells apart.
    partial: bool,
}

impl Finder {
    fn collect(&mut self, expr: &Expr, question: &Question<'_>) {
        match expr {
            Expr::Not(inner) => self.collect(inner, question),
            Expr::And(all) | Expr::Or(all) => all.iter().for_each(|inner| self.collect(inner, question)),
            Expr::Action(_) | Expr::SubOperation(_) => {}
            Expr::Exists(name) => {
                let values = self.values.entry(name.clone()).or_default();
                values.insert(Vec::new());
                values.insert(vec![OTHER.to_owned()]);
            }
            Expr::Compare { attribute, kind, side, .. } => {
                let values = match side {
                    Side::Values(values) => values.clone(),
                    Side::Attribute(other) => {
                        self.partial |= !question.settled.contains_key(other);
                        self.values.entry(other.clone()).or_default().insert(vec![OTHER.to_owned()]);
                        question.settled.get(other).cloned().unwrap_or_default()
                    }
                };
                // Of patterns not every text is tried, and attributes with several values (keys of tags) only with one.
                let many = matches!(kind, Kind::Like { .. } | Kind::StartsWith { .. } | Kind::Address);
                self.partial |= (many || attribute.contains("&$")) && !question.settled.contains_key(attribute);
                let found = self.values.entry(attribute.clone()).or_default();
                found.extend(values.iter().flat_map(|value| around(*kind, value)).map(|value| vec![value]));
                let other = if *kind == Kind::Guid { OTHER_GUID } else { OTHER };
                if !matches!(kind, Kind::Number(_) | Kind::Date(_) | Kind::Bool) {
                    found.insert(vec![other.to_owned()]);
                }
            }
        }
    }
}

/// Values on every side of the one that is written.
fn around(kind: Kind, value: &str) -> Vec<String> {
    match kind {
        Kind::Equals { .. } | Kind::Guid | Kind::Address => vec![value.to_owned()],
        Kind::StartsWith { .. } => vec![value.to_owned(), format!("{value}{OTHER}")],
        Kind::Like { .. } => {
            let fill = |star: &str| {
                let mut out = String::new();
                let mut escaped = false;
                for c in value.chars() {
                    match c {
                        '\\' if !escaped => {
                            escaped = true;
                            continue;
                        }
                        '*' if !escaped => out.push_str(star),
                        '?' if !escaped => out.push('x'),
                        c => out.push(c),
                    }
                    escaped = false;
                }
                out
            };
            vec![fill(""), fill(OTHER)]
        }
        Kind::Bool => vec!["true".to_owned(), "false".to_owned()],
        Kind::Number(_) => match value.parse::<i64>() {
            Ok(number) => [-1, 0, 1].iter().map(|step| number.saturating_add(*step).to_string()).collect(),
            Err(_) => Vec::new(),
        },
        Kind::Date(_) => match value.parse::<jiff::Timestamp>() {
            Ok(at) => {
                let step = |seconds: i64| at.checked_add(jiff::SignedDuration::from_secs(seconds)).ok();
                [-1, 0, 1].iter().filter_map(|seconds| step(*seconds)).map(|at| at.to_string()).collect()
            }
            Err(_) => Vec::new(),
        },
    }
}
