//! Statements that do nothing: what they allow is allowed or denied by others, or no request matches them.
//!
//! Must not know names: it asks the decision procedure.

use std::sync::Arc;

use super::{Lint, Weight, push};
use crate::compile::Compiled;
use crate::policy::{Effect, Policy};
use crate::question::{Answer, Shape, allows, new_access};

/// Policies with more statements than this are not compared statement by statement.
const STATEMENTS: usize = 60;

pub(crate) fn check(policy: &Policy, lints: &mut Vec<Lint>) {
    if policy.statements.len() > STATEMENTS || policy.unknown {
        return;
    }
    let only = |keep: &dyn Fn(&Compiled) -> bool| -> Policy {
        let compiled: Arc<[Arc<Compiled>]> =
            policy.compiled.iter().filter(|statement| keep(statement)).cloned().collect();
        Policy { compiled, ..policy.clone() }
    };
    for (statement, compiled) in policy.statements.iter().zip(policy.compiled.iter()) {
        if compiled.unknown || compiled.has_holes() {
            continue;
        }
        let denies = compiled.effect == Some(Effect::Deny);
        let alone = only(&|other| other.index == compiled.index);
        let as_allow = if denies { allowing(&alone) } else { alone };
        if allows(&as_allow, &Shape::default()) == Answer::No {
            let message = "no request matches this statement; correct it or remove it";
            push(lints, statement.span, Weight::Warning, "matches-nothing", message);
            continue;
        }
        if denies {
            let others = only(&|other| other.effect == Some(Effect::Deny) && other.index != compiled.index);
            if !others.compiled.is_empty() && new_access(&allowing(&others), &as_allow) == Answer::No {
                push(
                    lints,
                    statement.span,
                    Weight::Warning,
                    "redundant-statement",
                    "other statements deny all of this already",
                );
            }
            continue;
        }
        let with_denies = only(&|other| other.index == compiled.index || other.effect == Some(Effect::Deny));
        if allows(&with_denies, &Shape::default()) == Answer::No {
            let message = "another statement denies all that this one allows; remove one of them";
            push(lints, statement.span, Weight::Warning, "denied-statement", message);
            continue;
        }
        let others = only(&|other| other.effect == Some(Effect::Allow) && other.index != compiled.index);
        if !others.compiled.is_empty() && new_access(&others, &as_allow) == Answer::No {
            push(
                lints,
                statement.span,
                Weight::Warning,
                "redundant-statement",
                "other statements allow all of this already",
            );
        }
    }
}

/// The same statements as allows.
fn allowing(policy: &Policy) -> Policy {
    let compiled = policy
        .compiled
        .iter()
        .map(|statement| Arc::new(Compiled { effect: Some(Effect::Allow), ..(**statement).clone() }));
    Policy { compiled: compiled.collect(), ..policy.clone() }
}
