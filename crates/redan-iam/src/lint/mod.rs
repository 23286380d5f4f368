//! What is wrong with a policy although it parses: names that do not exist, values of the wrong type, parts that do nothing.
//!
//! Must not know where the document stands. The checks follow the vendor's own list:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>.

mod conditions;
mod elements;
mod names;
mod redundancy;

use crate::policy::{Effect, Policy, PrincipalEntry, Span, Statement};

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// Users, groups, roles; also boundaries and session policies.
    Identity,
    /// A resource.
    Resource,
    /// A role: who may assume it.
    Trust,
    /// An organization's service control policy.
    ServiceControl,
    /// An organization's resource control policy.
    ResourceControl,
}

/// How bad a lint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// The policy is refused, or does not do what it says.
    Error,
    /// It gives more than it seems to.
    Security,
    /// A part of it does nothing.
    Warning,
}

/// Something wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// Where.
    pub span: Span,
    /// How bad.
    pub weight: Weight,
    /// A stable name of the check.
    pub code: &'static str,
    /// What, and what to do about it.
    pub message: String,
}

/// Checks a policy; sorted by place.
pub fn lint(policy: &Policy, kind: PolicyKind) -> Vec<Lint> {
    let parsed = policy.problems.iter().map(|problem| Lint {
        span: problem.span,
        weight: Weight::Error,
        code: "syntax",
        message: problem.message.clone(),
    });
    let mut lints: Vec<Lint> = parsed.collect();
    document(policy, &mut lints);
    for statement in &policy.statements {
        shape(statement, kind, &mut lints);
        elements::check(statement, kind, &mut lints);
        names::check(statement, &mut lints);
        conditions::check(statement, policy.variables, &mut lints);
    }
    redundancy::check(policy, &mut lints);
    lints.sort();
    lints.dedup();
    lints
}

pub(crate) fn push(lints: &mut Vec<Lint>, span: Span, weight: Weight, code: &'static str, message: impl Into<String>) {
    lints.push(Lint { span, weight, code, message: message.into() });
}

fn document(policy: &Policy, lints: &mut Vec<Lint>) {
    if policy.statements.is_empty() && !policy.unknown {
        push(lints, Span::default(), Weight::Error, "no-statement", "the policy has no statement; add one");
    }
    if !policy.variables && !policy.unknown && !policy.statements.is_empty() {
        let message = "the policy is in the language of 2008, without variables; write `\"Version\": \"2012-10-17\"`";
        push(lints, Span::default(), Weight::Warning, "old-version", message);
    }
    let mut seen: Vec<&str> = Vec::new();
    for statement in &policy.statements {
        let Some(sid) = statement.sid.as_deref() else { continue };
        if seen.contains(&sid) {
            let message = format!("two statements have the Sid `{sid}`; give each its own");
            push(lints, statement.span, Weight::Error, "duplicate-sid", message);
        }
        seen.push(sid);
    }
}

fn shape(statement: &Statement, kind: PolicyKind, lints: &mut Vec<Lint>) {
    let has_principal = statement.principal.is_some();
    let mut error = |code, message: &str| push(lints, statement.span, Weight::Error, code, message);
    match kind {
        PolicyKind::Identity | PolicyKind::ServiceControl if has_principal => {
            error("unexpected-principal", "a policy of this kind has no `Principal`; remove it");
        }
        PolicyKind::Resource | PolicyKind::Trust | PolicyKind::ResourceControl
            if !has_principal && !statement.unknown =>
        {
            error("no-principal", "the statement has no `Principal`; say whom it is for");
        }
        _ => {}
    }
    match (kind, statement.resource.is_some()) {
        (PolicyKind::Trust, true) => error("unexpected-resource", "a trust policy has no `Resource`; remove it"),
        (PolicyKind::Trust, false) | (_, true) => {}
        (_, false) if statement.unknown => {}
        (_, false) => error("no-resource", "the statement has no `Resource`; add one"),
    }
    if statement.effect != Some(Effect::Allow) {
        return;
    }
    if kind == PolicyKind::ResourceControl {
        error("rcp-allow", "a resource control policy of yours cannot allow; write `Deny`");
    }
    if statement.action.negated && !statement.action.entries.is_empty() {
        let message = "`NotAction` with `Allow` gives every other action, also those that come later; list the actions";
        push(lints, statement.action.span, Weight::Security, "allow-not-action", message);
    }
    if let Some(principal) = &statement.principal
        && principal.negated
    {
        let message = "`NotPrincipal` with `Allow` lets in everybody else, strangers too; list the principals";
        push(lints, principal.span, Weight::Security, "allow-not-principal", message);
    }
    if let Some(principal) = &statement.principal
        && kind == PolicyKind::Trust
        && !principal.negated
        && principal.entries.contains(&PrincipalEntry::Everyone)
        && statement.conditions.is_empty()
    {
        push(lints, principal.span, Weight::Security, "trust-everybody", "everybody may assume the role; name who may");
    }
}
