//! Whether a principal may do something: assignments, denies and conditions together.
//!
//! Must not know commands. The order of evaluation:
//! <https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource>;
//! denies win: <https://learn.microsoft.com/azure/role-based-access-control/deny-assignments>.

use std::collections::BTreeMap;

use super::builtin::table;
use super::condition::{Outcome, Question, attribute, solve};
use super::role::Plane;
use super::scope::{Truth, and, equal, or, segments};
use super::{Assignment, Condition, Deny, PrincipalKind, Tenant};
use crate::account::Given;

/// A request, the values of its attributes as far as they are settled.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// In lower case.
    pub(crate) action: String,
    /// The ARM id that the operation is on; `None`: any.
    pub(crate) target: Option<String>,
    pub(crate) attributes: BTreeMap<String, Vec<String>>,
    pub(crate) sub_operation: Option<String>,
}

/// What the tenant says to a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) allowed: Truth,
    /// The assignments that allow it; if none does, the denies that stop it are in `denies`.
    pub(crate) assignments: Vec<usize>,
    pub(crate) denies: Vec<usize>,
    /// Whether the access policies of a vault allow it: the place.
    pub(crate) vault: Option<usize>,
    pub(crate) context: BTreeMap<String, Vec<String>>,
    pub(crate) reason: Option<String>,
}

impl Asked {
    pub(crate) fn new(action: &str, target: Option<&str>, given: &Given) -> Self {
        let mut asked = Self {
            action: action.to_lowercase(),
            target: target.map(str::to_owned),
            attributes: BTreeMap::new(),
            sub_operation: None,
        };
        if let Some(target) = target {
            asked.names(target);
        }
        for (key, values) in given {
            let lower = attribute(key);
            match (lower.as_str(), values.first()) {
                ("suboperation" | "@request[suboperation]", Some(value)) => {
                    asked.sub_operation = Some(value.to_lowercase());
                }
                _ => {
                    asked.attributes.insert(lower, values.clone());
                }
            }
        }
        asked
    }

    /// Names that conditions ask for and the id tells:
    /// <https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-attributes>.
    fn names(&mut self, target: &str) {
        let all: Vec<&str> = segments(target).collect();
        for pair in all.windows(2) {
            let [kind, name] = pair else { continue };
            let key = match kind.to_lowercase().as_str() {
                "storageaccounts" => "@resource[microsoft.storage/storageaccounts:name]",
                "containers" => "@resource[microsoft.storage/storageaccounts/blobservices/containers:name]",
                "queues" => "@resource[microsoft.storage/storageaccounts/queueservices/queues:name]",
                _ => continue,
            };
            if !name.contains('{') {
                self.attributes.insert(key.to_owned(), vec![(*name).to_owned()]);
            }
        }
    }
}

impl Tenant {
    /// What the tenant says to a principal's request, whichever plane the operation is of.
    pub(crate) fn decide(&self, principal: usize, asked: &Asked) -> Verdict {
        let planes = table().planes(&asked.action);
        let control = (planes.control != Some(false)).then(|| self.on_plane(principal, Plane::Control, asked));
        let data = (planes.data != Some(false)).then(|| self.on_plane(principal, Plane::Data, asked));
        match (control, data) {
            (Some(control), Some(data)) if planes.control.is_none() => {
                if control.allowed == data.allowed {
                    return control;
                }
                let reason = format!("it is not known whether {} is an operation on data", asked.action);
                Verdict { reason: Some(reason), ..Verdict::default() }
            }
            (Some(control), Some(data)) => {
                if control.allowed == Some(true) || (control.allowed.is_none() && data.allowed == Some(false)) {
                    control
                } else {
                    data
                }
            }
            (Some(verdict), None) | (None, Some(verdict)) => verdict,
            (None, None) => Verdict { allowed: Some(false), ..Verdict::default() },
        }
    }

    pub(crate) fn on_plane(&self, principal: usize, plane: Plane, asked: &Asked) -> Verdict {
        let selves = self.selves(principal);
        let mut verdict = Verdict { allowed: Some(false), ..Verdict::default() };
        if let Some((at, by_policies)) = self.by_vault(&selves, plane, asked) {
            verdict.allowed = by_policies;
            verdict.vault = (by_policies == Some(true)).then_some(at);
            verdict.reason = by_policies.is_none().then(|| "the vault's access policies are not all known".to_owned());
            return verdict;
        }
        let own = selves.iter().flat_map(|one| self.by_principal.get(one).into_iter().flatten());
        for at in own {
            let Some(assignment) = self.assignments.get(*at) else { continue };
            self.add(&mut verdict, *at, assignment, plane, asked, None);
        }
        if verdict.allowed != Some(true) {
            self.through_others(&mut verdict, principal, &selves, plane, asked);
        }
        if verdict.allowed != Some(false) {
            self.denied(&mut verdict, &selves, plane, asked);
        }
        verdict
    }

    /// The assignments that let these allow a control-plane operation for certain; none where a deny may stop it.
    pub(crate) fn surely(&self, selves: &[usize], asked: &Asked) -> Vec<usize> {
        let mut verdict = Verdict { allowed: Some(false), ..Verdict::default() };
        for at in selves.iter().flat_map(|one| self.by_principal.get(one).into_iter().flatten()) {
            if let Some(assignment) = self.assignments.get(*at) {
                self.add(&mut verdict, *at, assignment, Plane::Control, asked, None);
            }
        }
        if verdict.allowed == Some(true) {
            self.denied(&mut verdict, selves, Plane::Control, asked);
        }
        if verdict.allowed == Some(true) { verdict.assignments } else { Vec::new() }
    }

    /// Adds what one assignment says.
    fn add(
        &self,
        verdict: &mut Verdict,
        at: usize,
        assignment: &Assignment,
        plane: Plane,
        asked: &Asked,
        doubt: Option<&str>,
    ) {
        let at_scope = self.reaches(&assignment.scope, asked);
        if at_scope == Some(false) {
            return;
        }
        let role = match &assignment.role {
            Ok(role) => self.roles.get(*role),
            Err(why) => return verdict.unsure(why),
        };
        for permissions in role.map(|role| role.permissions.as_slice()).unwrap_or_default() {
            let takes = and(at_scope, permissions.takes(plane, &asked.action));
            if takes == Some(false) {
                continue;
            }
            let conditions = [&permissions.condition, &assignment.condition];
            let (met, context, why) = met(&conditions, asked);
            let why = match (and(takes, met), doubt, &assignment.uncertain) {
                (Some(false), ..) => continue,
                (Some(true), None, None) => {
                    if verdict.allowed != Some(true) {
                        verdict.assignments.clear();
                        verdict.context = context;
                    }
                    verdict.allowed = Some(true);
                    verdict.reason = None;
                    verdict.assignments.push(at);
                    return;
                }
                (_, Some(doubt), _) => doubt.to_owned(),
                (_, _, Some(uncertain)) => uncertain.clone(),
                (None, ..) => why.or_else(|| permissions.open.clone()).unwrap_or_else(|| {
                    format!("whether {} lies below {} is not known", shown(asked), assignment.scope)
                }),
            };
            verdict.unsure(&why);
        }
    }

    /// Whether what holds at the scope is about the request; with no target it is about some request.
    fn reaches(&self, scope: &str, asked: &Asked) -> Truth {
        match &asked.target {
            Some(target) => self.hierarchy.covers(scope, target),
            None => Some(true),
        }
    }

    /// Assignments to groups and ids of which it is not known whether they are this principal.
    fn through_others(&self, verdict: &mut Verdict, principal: usize, selves: &[usize], plane: Plane, asked: &Asked) {
        let Some(own) = self.principals.get(principal) else { return };
        for (at, assignment) in self.assignments.iter().enumerate() {
            let other = assignment.principal;
            let Some(holder) = self.principals.get(other).filter(|_| !selves.contains(&other)) else { continue };
            let may_be =
                holder.kind == PrincipalKind::Unknown || (holder.kind == PrincipalKind::Group && holder.open.is_some());
            if may_be && own.kind != PrincipalKind::Unknown {
                let label = holder.address.as_deref().or(holder.name.as_deref()).unwrap_or(&holder.id);
                let doubt = format!("whether it is {label}, or a member of it, is not known");
                self.add(verdict, at, assignment, plane, asked, Some(&doubt));
            }
        }
    }

    fn denied(&self, verdict: &mut Verdict, selves: &[usize], plane: Plane, asked: &Asked) {
        for (at, deny) in self.denies.iter().enumerate() {
            let at_scope = match (&asked.target, deny.here_only) {
                (Some(target), true) => equal(&deny.scope, target),
                (Some(target), false) => self.hierarchy.covers(&deny.scope, target),
                // Some request on something else may be free of it; at the root nothing is.
                (None, here_only) => Some(!here_only && segments(&deny.scope).next().is_none()),
            };
            let takes = deny
                .permissions
                .iter()
                .map(|permissions| {
                    let open = permissions.condition.as_ref().map(|_| None).unwrap_or(Some(true));
                    and(open, permissions.takes(plane, &asked.action))
                })
                .fold(Some(false), or);
            match and(and(at_scope, takes), self.is_for(deny, selves)) {
                Some(false) => {}
                Some(true) => {
                    verdict.allowed = Some(false);
                    verdict.reason = Some(format!("{} denies it", deny.name));
                    verdict.denies.push(at);
                    verdict.assignments.clear();
                    verdict.context.clear();
                    return;
                }
                None => {
                    verdict.allowed = None;
                    verdict.reason = Some(format!("whether {} denies it is not known", deny.name));
                }
            }
        }
    }

    /// Whether a deny assignment is for a principal, directly or by a group.
    fn is_for(&self, deny: &Deny, selves: &[usize]) -> Truth {
        let named = |ids: &[(String, bool)]| {
            let is = |id: &str, at: &usize| self.principals.get(*at).is_some_and(|one| one.id.eq_ignore_ascii_case(id));
            if ids.iter().any(|(id, _)| selves.iter().any(|at| is(id, at))) {
                return Some(true);
            }
            // A group whose members are not all known may have it as one.
            let may_hold = |(id, may_be_group): &(String, bool)| {
                let known = self.principals.iter().find(|one| one.id.eq_ignore_ascii_case(id));
                match known {
                    Some(one) if one.kind == PrincipalKind::Group => one.open.is_some(),
                    Some(one) if one.kind != PrincipalKind::Unknown => false,
                    _ => *may_be_group,
                }
            };
            if ids.iter().any(may_hold) { None } else { Some(false) }
        };
        let included = if deny.everyone { Some(true) } else { named(&deny.principals) };
        and(included, named(&deny.excluded).map(|excluded| !excluded))
    }

    /// For data of a vault without roles: the vault's place, and what its access policies say.
    fn by_vault(&self, selves: &[usize], plane: Plane, asked: &Asked) -> Option<(usize, Truth)> {
        if plane == Plane::Control || !asked.action.starts_with("microsoft.keyvault/vaults/") {
            return None;
        }
        let target = asked.target.as_deref()?;
        let vaults = self.places.iter().enumerate().filter(|(_, place)| place.vault.is_some());
        let (at, place) =
            vaults.into_iter().find(|(_, place)| self.hierarchy.covers(&place.id, target) == Some(true))?;
        let vault = place.vault.as_ref().filter(|vault| vault.by_roles != Some(true))?;
        let ids: Vec<&str> =
            selves.iter().filter_map(|one| self.principals.get(*one)).map(|one| one.id.as_str()).collect();
        let by_policies = vault.gives(&ids, &asked.action);
        Some((at, if vault.by_roles.is_none() { None } else { by_policies }))
    }
}

impl Verdict {
    fn unsure(&mut self, why: &str) {
        if self.allowed == Some(false) {
            self.allowed = None;
            self.reason = Some(why.to_owned());
        }
    }
}

fn shown(asked: &Asked) -> &str {
    asked.target.as_deref().unwrap_or("the resource")
}

/// Whether conditions can be met together, by which attributes, and if that is not known why.
fn met(conditions: &[&Option<Condition>], asked: &Asked) -> (Truth, BTreeMap<String, Vec<String>>, Option<String>) {
    let mut all = Vec::new();
    for condition in conditions.iter().filter_map(|condition| condition.as_ref()) {
        match condition.expr() {
            Ok(expr) => all.push(expr),
            Err(why) => return (None, BTreeMap::new(), Some(format!("the condition is not decided: {why}"))),
        }
    }
    if all.is_empty() {
        return (Some(true), BTreeMap::new(), None);
    }
    let question =
        Question { action: &asked.action, sub_operation: asked.sub_operation.as_deref(), settled: &asked.attributes };
    match solve(&all, &question) {
        Outcome::Yes(context) => (Some(true), context, None),
        Outcome::No => (Some(false), BTreeMap::new(), None),
        Outcome::Unknown(why) => (None, BTreeMap::new(), Some(why)),
    }
}
