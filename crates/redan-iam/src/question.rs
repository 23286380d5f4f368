//! The questions on one document or two: new access, public access, is some request allowed, is every one, is every one denied.
//!
//! Must not know accounts or estates. Each question becomes goals of the decision procedure, one for each caller that the
//! documents can tell apart.

use std::collections::BTreeMap;

use crate::bits::Bits;
use crate::compile::{Atom, Compiled, actions_on, add_actions};
use crate::glob::{Glob, Reading};
use crate::language::Union;
use crate::leaf::Model;
use crate::policy::{Effect, Policy};
use crate::principal::{Caller, Principal, Who, callers, one_of};
use crate::request::{Request, View};
use crate::solve::{Goal, Mode, Outcome, extras, solve};
use crate::stranger::stranger_facts;
use crate::table::table;
use crate::text::{Part, Text};

/// A request that proves an answer, with the statements that let it through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The request.
    pub request: Request,
    /// Indices of the statements that match it, of the policy that the question is about.
    pub statements: Vec<usize>,
}

/// The answer to a question whether there is some request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes: this one.
    Yes(Box<Witness>),
    /// No: proven.
    No,
    /// Not decided, with the reason.
    Unknown(String),
}

impl Answer {
    /// Whether the answer is yes.
    pub fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }
}

/// Requests of a certain shape; what is left out is anything.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Who asks; everybody if left out.
    pub principal: Option<Who>,
    /// Patterns such as `s3:Get*`.
    pub actions: Vec<String>,
    /// Patterns of ARNs, which may have holes.
    pub resources: Vec<Text>,
    /// Keys with the only values that they have.
    pub context: BTreeMap<String, Vec<String>>,
}

pub(crate) const BOUND: &str = "the bound of the search was reached before an answer";
pub(crate) const HOLES: &str = "a part of the policy is not known";

/// Whether `candidate` allows a request that `reference` does not: what CheckNoNewAccess asks.
pub fn new_access(reference: &Policy, candidate: &Policy) -> Answer {
    let names = extras(reference.compiled.iter().chain(candidate.compiled.iter()).map(|s| &**s));
    let all: Vec<&Compiled> = reference.compiled.iter().chain(candidate.compiled.iter()).map(|s| &**s).collect();
    let who = if all.iter().any(|statement| statement.principal.is_some()) { Who::All } else { Who::Holder };
    let unknown = reference.unknown || candidate.unknown;
    settle(unknown || all.iter().any(|s| s.unknown || s.has_holes()), |mode| {
        let mut verdict = Verdict::default();
        for (extras, caller) in each(&names, callers(&who, &all)) {
            let new = Sides::of(candidate, &caller.principal, mode);
            let old = Sides::of(reference, &caller.principal, flip(mode));
            if new.allows.is_empty() {
                continue;
            }
            let base = Ask { caller: &caller, given: &[], resource: &[], actions: None, extras, mode };
            let none = new.denies.iter().chain(&old.allows).copied().collect();
            if verdict.take(&base, vec![new.allows.clone()], none, candidate) {
                return verdict;
            }
            if !old.denies.is_empty()
                && verdict.take(&base, vec![new.allows.clone(), old.denies.clone()], new.denies.clone(), candidate)
            {
                return verdict;
            }
        }
        verdict
    })
}

/// Whether the policy lets strangers in: a caller that no fixed value in it names.
pub fn public(policy: &Policy) -> Answer {
    allows(policy, &Shape { principal: Some(Who::Anyone), ..Shape::default() })
}

/// Whether the policy allows some request of the shape.
pub fn allows(policy: &Policy, shape: &Shape) -> Answer {
    question(policy, shape, |ask, sides, verdict| {
        verdict.take(ask, vec![sides.allows.clone()], sides.denies.clone(), policy)
    })
}

/// Whether there is a request of the shape that the policy does not allow: the refutation of "allows all".
pub fn refuses_some(policy: &Policy, shape: &Shape) -> Answer {
    question(policy, shape, |ask, sides, verdict| {
        verdict.take(ask, Vec::new(), sides.allows.clone(), policy)
            || (!sides.denies.is_empty() && verdict.take(ask, vec![sides.denies.clone()], Vec::new(), policy))
    })
}

/// Whether there is a request of the shape that no statement denies: the refutation of "denies".
pub fn spares_some(policy: &Policy, shape: &Shape) -> Answer {
    question(policy, shape, |ask, sides, verdict| verdict.take(ask, Vec::new(), sides.denies.clone(), policy))
}

fn question<'p>(policy: &'p Policy, shape: &Shape, ask: impl Fn(&Ask<'_>, &Sides<'p>, &mut Verdict) -> bool) -> Answer {
    let statements: Vec<&Compiled> = policy.compiled.iter().map(|s| &**s).collect();
    let names = extras(policy.compiled.iter().map(|s| &**s));
    let on_resource = statements.iter().any(|statement| statement.principal.is_some());
    let parts = shape.parts(on_resource);
    let who = shape.principal.clone().unwrap_or(if on_resource { Who::All } else { Who::Holder });
    let unknown = policy.unknown || parts.has_holes() || statements.iter().any(|s| s.unknown || s.has_holes());
    let facts = stranger_facts(&who, &statements);
    let given: Vec<(&Atom, bool)> = parts.given().into_iter().chain(facts.iter().map(|atom| (atom, true))).collect();
    let resource = parts.resource();
    settle(unknown, |mode| {
        let mut verdict = Verdict::default();
        for (extras, caller) in each(&names, callers(&who, &statements)) {
            let mut sides = Sides::of(policy, &caller.principal, mode);
            if matches!(who, Who::Anyone | Who::Outside(_) | Who::OutsideOrganization(_)) {
                // A statement without `Principal` is about its holder, and nobody else holds the policy.
                sides.allows.retain(|statement| statement.principal.is_some());
                sides.denies.retain(|statement| statement.principal.is_some());
            }
            let actions = Some(&parts.actions);
            let base = Ask { caller: &caller, given: &given, resource: &resource, actions, extras, mode };
            if ask(&base, &sides, &mut verdict) {
                return verdict;
            }
        }
        verdict
    })
}

/// The callers, first with the actions of the table alone, then also with those that only the documents name: a request that
/// is known to exist is the better proof.
fn each(names: &[String], callers: Vec<Caller>) -> impl Iterator<Item = (&[String], Caller)> {
    let again = if names.is_empty() { Vec::new() } else { callers.clone() };
    callers.into_iter().map(|caller| (&[][..], caller)).chain(again.into_iter().map(move |caller| (names, caller)))
}

/// A shape in the form that goals take.
pub(crate) struct Parts {
    union: Option<Union>,
    pub(crate) actions: Bits,
    context: Vec<Atom>,
}

impl Parts {
    pub(crate) fn given(&self) -> Vec<(&Atom, bool)> {
        self.context.iter().map(|atom| (atom, true)).collect()
    }

    pub(crate) fn resource(&self) -> Vec<(&Union, bool)> {
        self.union.iter().map(|union| (union, true)).collect()
    }

    pub(crate) fn has_holes(&self) -> bool {
        self.union.iter().any(|union| union.iter().any(Glob::has_holes))
    }
}

impl Shape {
    pub(crate) fn parts(&self, on_resource: bool) -> Parts {
        let union: Option<Union> = (!self.resources.is_empty())
            .then(|| self.resources.iter().map(|text| Glob::read(text, Reading::Resource, false)).collect());
        let mut actions = self.actions(on_resource).unwrap_or_else(|| Bits::full(table().bound()));
        union.iter().for_each(|union| actions.intersect(&actions_on(union, table())));
        Parts { union, actions, context: self.context() }
    }

    /// The actions asked about. A policy on a resource governs the actions of the resource's own service only.
    fn actions(&self, on_resource: bool) -> Option<Bits> {
        let own: Vec<String> =
            if on_resource { self.resources.iter().filter_map(own_actions).collect() } else { Vec::new() };
        let patterns = match self.actions.as_slice() {
            [] if own.is_empty() || own.len() < self.resources.len() => return None,
            [] => &own,
            _ => &self.actions,
        };
        let mut bits = Bits::empty(table().bound());
        for pattern in patterns {
            add_actions(&pattern.to_lowercase(), table(), &mut bits);
        }
        Some(bits)
    }

    fn context(&self) -> Vec<Atom> {
        let atoms = self.context.iter().map(|(key, values)| {
            one_of(&key.to_lowercase(), values.iter().map(|value| Glob::literal(value)).collect())
        });
        atoms.collect()
    }
}

/// The actions of the service that an ARN names; the policy of a role is about assuming it.
fn own_actions(resource: &Text) -> Option<String> {
    let Some(Part::Known(head)) = resource.parts().first() else { return None };
    match head.split(':').nth(2)? {
        "" => None,
        "iam" => Some("sts:*".to_owned()),
        service if service.contains(['*', '?']) => None,
        service => Some(format!("{service}:*")),
    }
}

/// The statements of a policy that concern a caller.
#[derive(Clone)]
pub(crate) struct Sides<'a> {
    pub(crate) allows: Vec<&'a Compiled>,
    pub(crate) denies: Vec<&'a Compiled>,
}

impl<'a> Sides<'a> {
    pub(crate) fn of(policy: &'a Policy, principal: &Principal, mode: Mode) -> Self {
        Self::among(policy.compiled.iter().map(|statement| &**statement), principal, mode)
    }

    pub(crate) fn among(statements: impl IntoIterator<Item = &'a Compiled>, principal: &Principal, mode: Mode) -> Self {
        let mut sides = Self { allows: Vec::new(), denies: Vec::new() };
        for statement in statements {
            let unknown = statement.principal.as_ref().is_some_and(|element| element.unknown);
            if !unknown && statement.principal.as_ref().is_some_and(|element| !principal.is_taken(element)) {
                continue;
            }
            match (statement.effect, mode) {
                (Some(Effect::Allow), _) | (None, Mode::May) => sides.allows.push(statement),
                (Some(Effect::Deny), _) | (None, Mode::Must) => sides.denies.push(statement),
            }
        }
        sides
    }
}

/// The other policy's unknown parts work against the answer.
pub(crate) fn flip(mode: Mode) -> Mode {
    match mode {
        Mode::May => Mode::Must,
        Mode::Must => Mode::May,
    }
}

/// The part of a goal that stays the same for a caller.
pub(crate) struct Ask<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) given: &'a [(&'a Atom, bool)],
    pub(crate) resource: &'a [(&'a Union, bool)],
    pub(crate) actions: Option<&'a Bits>,
    pub(crate) extras: &'a [String],
    pub(crate) mode: Mode,
}

/// What has been found so far.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) witness: Option<Box<Witness>>,
    pub(crate) unsure: bool,
    pub(crate) beyond: bool,
    /// What its goals have taken so far.
    pub(crate) spent: u64,
}

impl Verdict {
    /// Solves one goal; true if it has a witness.
    fn take(&mut self, ask: &Ask<'_>, any: Vec<Vec<&Compiled>>, none: Vec<&Compiled>, policy: &Policy) -> bool {
        self.solve(ask, any, none, |request| {
            let view = View::new(request);
            policy.compiled.iter().filter(|s| view.matches(s) != Some(false)).map(|s| s.index).collect()
        })
    }

    /// Solves one goal, with the statements that a request matches.
    pub(crate) fn solve(
        &mut self,
        ask: &Ask<'_>,
        any: Vec<Vec<&Compiled>>,
        none: Vec<&Compiled>,
        matching: impl Fn(&Request) -> Vec<usize>,
    ) -> bool {
        let facts = ask.caller.facts.iter().map(|atom| (atom, true));
        let given = ask.given.iter().copied().chain(facts).collect();
        let goal = Goal {
            any,
            none,
            given,
            resource: ask.resource.to_vec(),
            actions: ask.actions,
            extras: ask.extras,
            mode: ask.mode,
        };
        match solve(&goal, &mut self.spent) {
            Outcome::Found(model) => {
                let request = request(ask.caller, &model);
                // A request that the direct evaluation does not confirm proves nothing.
                if ask.mode == Mode::May && !confirmed(&goal, &request) {
                    self.unsure = true;
                    return false;
                }
                let statements = matching(&request);
                self.witness = Some(Box::new(Witness { request, statements }));
                return true;
            }
            Outcome::None { beyond } => self.beyond |= beyond,
            Outcome::Unknown => self.unsure = true,
        }
        false
    }
}

fn confirmed(goal: &Goal<'_>, request: &Request) -> bool {
    let view = View::new(request);
    let groups = goal.any.iter().all(|group| group.iter().any(|statement| view.matches(statement) != Some(false)));
    groups && goal.none.iter().all(|statement| view.matches(statement) != Some(true))
}

fn request(caller: &Caller, model: &Model) -> Request {
    let context: BTreeMap<String, Vec<String>> =
        model.context.iter().map(|(key, values)| (key.to_string(), values.clone())).collect();
    let named = context.get("aws:principalarn").and_then(|values| values.first());
    let principal = match (named, &caller.principal) {
        (Some(arn), Principal::User(_)) if caller.open => Principal::User(arn.clone()),
        (Some(arn), Principal::Session(_, name)) if caller.open => Principal::Session(arn.clone(), name.clone()),
        _ => caller.principal.clone(),
    };
    Request { principal, action: model.action.clone(), resource: model.resource.clone(), context }
}

/// Asks what may be, and if the documents have unknown parts, what must be.
pub(crate) fn settle(unknown: bool, ask: impl Fn(Mode) -> Verdict) -> Answer {
    let may = ask(Mode::May);
    match may.witness {
        None if may.unsure => Answer::Unknown(BOUND.to_owned()),
        None => Answer::No,
        Some(witness) if !unknown => Answer::Yes(witness),
        Some(_) => match ask(Mode::Must).witness {
            Some(witness) => Answer::Yes(witness),
            None => Answer::Unknown(HOLES.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::BUDGET;
    use crate::state::WORK;

    /// Policies that are made to keep a search busy: globs that fit everywhere, many alternatives, sets of values, many callers.
    fn hostile(kind: usize, size: usize) -> String {
        let stars = "*a".repeat(size);
        let principals: Vec<String> =
            (0..size * 4).map(|number| format!(r#""arn:aws:iam::111122223333:user/u{number}""#)).collect();
        let statement = |number: usize| match kind {
            0 => format!(r#""Resource": ["arn:aws:s3:::{stars}{number}", "arn:aws:s3:::*{number}?{stars}"]"#),
            1 => format!(
                r#""Resource": "*", "Condition": {{"ForAllValues:StringLike": {{"aws:TagKeys": ["{stars}", "x{number}*"]}},
                    "ForAnyValue:StringNotLike": {{"aws:TagKeys": ["*{number}{stars}", "{stars}*"]}}}}"#
            ),
            2 => format!(
                r#""Resource": "*", "Condition": {{"StringNotLike": {{"aws:UserAgent": "{number}*", "aws:Referer": "*{number}",
                    "aws:PrincipalTag/a": "{number}*a*", "aws:PrincipalTag/b": "*{number}*b"}}}}"#
            ),
            _ => format!(
                r#""NotPrincipal": {{"AWS": [{}]}}, "Resource": "arn:aws:s3:::${{aws:username}}/{stars}/${{aws:PrincipalTag/t{number}}}""#,
                principals.join(",")
            ),
        };
        let mut statements: Vec<String> = (0..size.min(40))
            .map(|number| format!(r#"{{"Effect": "Deny", "Action": "s3:*", {}}}"#, statement(number)))
            .collect();
        statements.push(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#.to_owned());
        format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(","))
    }

    #[test]
    fn hostile_policies_stay_within_the_budget() {
        for (kind, size) in (0..4).flat_map(|kind| [(kind, 6), (kind, 20)]) {
            let policy = Policy::from_json(&hostile(kind, size));
            let statements: Vec<&Compiled> = policy.compiled.iter().map(|s| &**s).collect();
            let mut verdict = Verdict::default();
            let all = Shape::default();
            let parts = all.parts(true);
            for caller in callers(&Who::All, &statements) {
                let sides = Sides::of(&policy, &caller.principal, Mode::May);
                let ask = Ask {
                    caller: &caller,
                    given: &[],
                    resource: &[],
                    actions: Some(&parts.actions),
                    extras: &[],
                    mode: Mode::May,
                };
                verdict.take(&ask, vec![sides.denies.clone()], sides.denies.clone(), &policy);
                verdict.take(&ask, vec![sides.allows.clone()], sides.denies.clone(), &policy);
            }
            // A goal that has begun may end: its own work, and a hundred a step.
            assert!(verdict.spent <= BUDGET + WORK + 100 * 20_002, "kind {kind}, size {size}: {}", verdict.spent);
        }
    }
}
