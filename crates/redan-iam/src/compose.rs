//! All policies that bear on a request of one principal, together.
//!
//! Must not know where policies come from. A request is allowed if no statement of any of them denies it and one path of allows is
//! open: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>. Within an account a resource
//! policy that names the principal opens a path of its own; across accounts it must allow beside the principal's own policies.

use std::sync::Arc;

use crate::compile::Compiled;
use crate::policy::{Policy, PrincipalEntry};
use crate::principal::{Principal, Who, callers};
use crate::question::{Answer, Ask, Shape, Sides, Verdict, settle};
use crate::request::View;
use crate::solve::{Mode, extras};

/// The policies that bear on a principal's requests, on resources that one policy covers.
#[derive(Clone, Debug, Default)]
pub struct Binding<'a> {
    /// Inline, attached and group policies.
    pub identity: Vec<&'a Policy>,
    /// The permission boundary.
    pub boundary: Option<&'a Policy>,
    /// Session policies; they limit, if there are any.
    pub session: Vec<&'a Policy>,
    /// Service control policies, level by level from the root: at each level one must allow.
    pub service_control: Vec<Vec<&'a Policy>>,
    /// Resource control policies, level by level.
    pub resource_control: Vec<Vec<&'a Policy>>,
    /// The policy on the resource.
    pub resource: Option<&'a Policy>,
    /// The resource's account is another than the principal's.
    pub cross_account: bool,
    /// The resource's policy must allow even within the account: KMS keys and the trust of roles.
    pub resource_decides: bool,
}

/// A way to be allowed: of each group one statement must match.
pub(crate) type Path<'a> = Vec<Vec<&'a Compiled>>;

/// Lists of paths longer than this are not taken apart.
const CHOICES: usize = 256;

impl<'a> Binding<'a> {
    /// Whether some request of the shape is allowed.
    pub fn allows(&self, principal: &Principal, shape: &Shape) -> Answer {
        self.question(principal, shape, |ask, sides, verdict| {
            sides.paths.iter().any(|path| verdict.solve(ask, path.clone(), sides.denies.clone(), |_| Vec::new()))
        })
    }

    /// Whether some request of the shape is not allowed.
    pub fn refuses_some(&self, principal: &Principal, shape: &Shape) -> Answer {
        self.question(principal, shape, |ask, sides, verdict| {
            if !sides.denies.is_empty() && verdict.solve(ask, vec![sides.denies.clone()], Vec::new(), |_| Vec::new()) {
                return true;
            }
            // Every path has a group of which nothing matches.
            let mut choices: Vec<Vec<&Compiled>> = vec![Vec::new()];
            for path in &sides.paths {
                let longer =
                    choices.iter().flat_map(|chosen| path.iter().map(|group| [chosen.as_slice(), group].concat()));
                choices = longer.collect();
                if choices.len() > CHOICES {
                    verdict.unsure = true;
                    return false;
                }
            }
            choices.into_iter().any(|none| verdict.solve(ask, Vec::new(), none, |_| Vec::new()))
        })
    }

    /// Whether some request of the shape is not explicitly denied by any of the policies.
    pub fn spares_some(&self, principal: &Principal, shape: &Shape) -> Answer {
        self.question(principal, shape, |ask, sides, verdict| {
            verdict.solve(ask, Vec::new(), sides.denies.clone(), |_| Vec::new())
        })
    }

    fn policies(&self) -> Vec<&'a Policy> {
        let levels = self.service_control.iter().chain(&self.resource_control).flatten().copied();
        let own = self.identity.iter().copied().chain(self.boundary).chain(self.session.iter().copied());
        own.chain(levels).chain(self.resource).collect()
    }

    fn question(
        &self,
        principal: &Principal,
        shape: &Shape,
        ask: impl Fn(&Ask<'_>, &Ways<'a>, &mut Verdict) -> bool,
    ) -> Answer {
        let policies = self.policies();
        let statements: Vec<&Arc<Compiled>> = policies.iter().flat_map(|policy| policy.compiled.iter()).collect();
        let plain: Vec<&Compiled> = statements.iter().map(|statement| &***statement).collect();
        let names = extras(plain.iter().copied());
        let parts = shape.parts(self.resource.is_some());
        let unknown = policies.iter().any(|policy| policy.unknown)
            || parts.has_holes()
            || plain.iter().any(|statement| statement.unknown || statement.has_holes());
        settle(unknown, |mode| {
            let mut verdict = Verdict::default();
            for caller in callers(&Who::Only(principal.clone()), &plain) {
                let sides = self.sides(principal, mode);
                let given = parts.given();
                let resource = parts.resource();
                let base = Ask {
                    caller: &caller,
                    given: &given,
                    resource: &resource,
                    actions: Some(&parts.actions),
                    extras: &names,
                    mode,
                };
                if ask(&base, &sides, &mut verdict) {
                    if let Some(witness) = &mut verdict.witness {
                        let view = View::new(&witness.request);
                        let identity = self.identity.iter().flat_map(|policy| policy.compiled.iter());
                        witness.statements = identity
                            .enumerate()
                            .filter(|(_, s)| view.matches(s) == Some(true))
                            .map(|(at, _)| at)
                            .collect();
                    }
                    return verdict;
                }
            }
            verdict
        })
    }

    fn sides(&self, principal: &Principal, mode: Mode) -> Ways<'a> {
        let of = |list: &[&'a Policy]| list.iter().flat_map(|policy| policy.compiled.iter()).map(|s| &**s).collect();
        let levels = self.service_control.iter().chain(&self.resource_control).map(|level| of(level)).collect();
        let lists = Lists {
            identity: of(&self.identity),
            boundary: self.boundary.map(|policy| of(&[policy])),
            session: (!self.session.is_empty()).then(|| of(&self.session)),
            levels,
            resource: self.resource.map(|policy| of(&[policy])),
            cross_account: self.cross_account,
            resource_decides: self.resource_decides,
        };
        lists.ways(principal, mode)
    }
}

/// The statements that bear on a request, by what their policies do.
pub(crate) struct Lists<'a> {
    pub(crate) identity: Vec<&'a Compiled>,
    pub(crate) boundary: Option<Vec<&'a Compiled>>,
    pub(crate) session: Option<Vec<&'a Compiled>>,
    /// Of each level one statement must allow, whatever the path.
    pub(crate) levels: Vec<Vec<&'a Compiled>>,
    pub(crate) resource: Option<Vec<&'a Compiled>>,
    pub(crate) cross_account: bool,
    pub(crate) resource_decides: bool,
}

impl<'a> Lists<'a> {
    /// All statements.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Compiled> {
        let limits = self.boundary.iter().chain(&self.session).chain(&self.levels).chain(&self.resource).flatten();
        self.identity.iter().chain(limits).copied()
    }

    /// All ways for the principal to be allowed.
    pub(crate) fn ways(&self, principal: &Principal, mode: Mode) -> Ways<'a> {
        let mut denies = Vec::new();
        let mut allowing = |list: &[&'a Compiled]| {
            let side = Sides::among(list.iter().copied(), principal, mode);
            denies.extend(side.denies);
            side.allows
        };
        let identity = allowing(&self.identity);
        let boundary = self.boundary.as_deref().map(&mut allowing);
        let session = self.session.as_deref().map(&mut allowing);
        let levels: Path<'a> = self.levels.iter().map(|level| allowing(level)).collect();
        let resource = self.resource.as_deref().map(&mut allowing);
        let limits = |own: bool| -> Path<'a> {
            let personal = boundary.iter().chain(&session).filter(|_| own).cloned();
            personal.chain(levels.iter().cloned()).collect()
        };
        let mut paths: Vec<Path<'a>> = Vec::new();
        let mut by_identity = vec![identity];
        by_identity.extend(limits(true));
        if self.cross_account || self.resource_decides {
            by_identity.push(resource.clone().unwrap_or_default());
        }
        paths.push(by_identity);
        if let Some(resource) = resource.filter(|_| !self.cross_account) {
            for (free, group) in direct(principal, &resource) {
                let mut path = vec![group];
                path.extend(limits(!free));
                paths.push(path);
            }
        }
        Ways { paths, denies }
    }
}

/// Statements of a resource policy that name the principal itself, by whether boundary and session policies leave them alone.
fn direct<'a>(principal: &Principal, allows: &[&'a Compiled]) -> Vec<(bool, Vec<&'a Compiled>)> {
    let session = principal.id();
    let (mut free, mut limited) = (Vec::new(), Vec::new());
    for statement in allows {
        let entries = statement.principal.as_ref().map(|element| element.entries.as_slice()).unwrap_or_default();
        let named =
            |wanted: &str| entries.iter().any(|entry| matches!(entry, PrincipalEntry::Arn(arn) if arn == wanted));
        let everyone = entries.contains(&PrincipalEntry::Everyone);
        match principal {
            Principal::User(arn) if named(arn) || everyone => free.push(*statement),
            Principal::Session(..) if named(&session) => free.push(*statement),
            Principal::Session(role, _) if named(role) || everyone => limited.push(*statement),
            Principal::User(_) | Principal::Session(..) => {}
            _ => free.push(*statement),
        }
    }
    [(true, free), (false, limited)].into_iter().filter(|(_, group)| !group.is_empty()).collect()
}

/// All ways to be allowed and all statements that deny.
pub(crate) struct Ways<'a> {
    pub(crate) paths: Vec<Path<'a>>,
    pub(crate) denies: Vec<&'a Compiled>,
}
