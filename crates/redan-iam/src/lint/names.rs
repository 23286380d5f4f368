//! Actions and resources that do not exist or do not fit together.
//!
//! Must not know conditions.

use super::{Lint, Weight, push};
use crate::bits::Bits;
use crate::compile::{actions_on, add_actions};
use crate::glob::{Glob, Reading};
use crate::policy::{Element, Spanned, Statement};
use crate::table::table;

pub(crate) fn check(statement: &Statement, lints: &mut Vec<Lint>) {
    let mut taken = Bits::empty(table().bound());
    for entry in &statement.action.entries {
        if let Some(pattern) = entry.text.known() {
            action(entry, pattern, &mut taken, lints);
        }
    }
    covered(&statement.action, lints);
    let Some(resource) = &statement.resource else { return };
    for entry in &resource.entries {
        if let Some(text) = entry.text.known() {
            arn(entry, text, lints);
        }
    }
    if !statement.action.negated && !resource.negated && !statement.action.unknown && !resource.unknown {
        fit(statement, resource, &taken, lints);
    }
}

fn action(entry: &Spanned, pattern: &str, taken: &mut Bits, lints: &mut Vec<Lint>) {
    let lower = pattern.to_lowercase();
    if lower != "*" && !lower.contains(':') {
        let message = format!("`{pattern}` has no service; write `service:Action`");
        push(lints, entry.span, Weight::Error, "action-without-service", message);
        return;
    }
    let mut bits = Bits::empty(table().bound());
    if add_actions(&lower, table(), &mut bits) {
        taken.unite(&bits);
        return;
    }
    let (service, name) = lower.split_once(':').unwrap_or((lower.as_str(), ""));
    let Some(known) = table().service(service) else {
        let prefixes = table().services.iter().map(|service| service.prefix.to_owned());
        let message = format!("no service has the prefix `{service}`{}", meant(service, prefixes));
        push(lints, entry.span, Weight::Error, "unknown-service", message);
        return;
    };
    let names = table().actions_named(known).iter().map(|action| action.name.to_owned());
    let message = format!("`{service}` has no action `{name}`{} (table of {})", meant(name, names), table().date);
    push(lints, entry.span, Weight::Error, "unknown-action", message);
}

/// A hint at the nearest name, if one is near.
pub(crate) fn meant(name: &str, names: impl Iterator<Item = String>) -> String {
    let near = names
        .map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 6)
        .min();
    near.map_or_else(String::new, |(_, known)| format!("; did you mean `{known}`?"))
}

/// Actions of a list that another of the same list takes anyway.
fn covered(element: &Element<Spanned>, lints: &mut Vec<Lint>) {
    let patterns: Vec<(usize, String, Glob)> = element
        .entries
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| Some((place, entry.text.known()?.to_lowercase())))
        .map(|(place, text)| (place, text.clone(), Glob::read(&text.into(), Reading::Wild, false)))
        .collect();
    for (place, text, _) in &patterns {
        let characters: Vec<char> = text.chars().collect();
        let other = patterns.iter().find(|(other, wider, glob)| {
            glob.matches(&characters) && (wider != text || other < place) && other != place
        });
        if let Some((_, wider, _)) = other
            && let Some(entry) = element.entries.get(*place)
        {
            let message = format!("`{}` is taken by `{wider}` already; remove it", entry.text.shown());
            push(lints, entry.span, Weight::Warning, "redundant-action", message);
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn arn(entry: &Spanned, text: &str, lints: &mut Vec<Lint>) {
    if text == "*" {
        return;
    }
    let mut error = |code, message: String| push(lints, entry.span, Weight::Error, code, message);
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    if !text.starts_with("arn:") && !text.starts_with('*') && !text.starts_with("${") {
        error(
            "invalid-arn",
            format!("`{text}` is no ARN; write `arn:partition:service:region:account:resource` or `*`"),
        );
        return;
    }
    if segments.len() < 6 && !text.ends_with('*') {
        error("short-arn", format!("`{text}` has {} of the six parts of an ARN", segments.len()));
    }
    let part = |place: usize| segments.get(place).copied().unwrap_or_default();
    let free = |part: &str| part.is_empty() || part.contains(['*', '?', '$']);
    if !free(part(1))
        && !["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"]
            .contains(&part(1))
    {
        error("unknown-partition", format!("`{}` is no partition; most use `aws`", part(1)));
    }
    let account = part(4);
    if !free(account) && account != "aws" && !(account.len() == 12 && account.chars().all(|c| c.is_ascii_digit())) {
        error("invalid-account", format!("`{account}` is no account; an account has twelve digits"));
    }
}

/// Actions that cannot work on any of the resources, and resources that none of the actions work on.
fn fit(statement: &Statement, resource: &Element<Spanned>, taken: &Bits, lints: &mut Vec<Lint>) {
    let globs: Vec<Glob> =
        resource.entries.iter().map(|entry| Glob::read(&entry.text, Reading::Resource, true)).collect();
    if globs.iter().any(Glob::is_any) || taken.is_empty() {
        return;
    }
    let possible = actions_on(&globs.clone().into(), table());
    for entry in &statement.action.entries {
        let Some(pattern) = entry.text.known() else { continue };
        let mut own = Bits::empty(table().bound());
        if add_actions(&pattern.to_lowercase(), table(), &mut own) && !own.intersects(&possible) {
            let without = own.is_subset(&table().without_resource);
            let hint = if without { "; it works on no single resource: write `\"Resource\": \"*\"`" } else { "" };
            let message = format!("`{pattern}` works on none of these resources{hint}");
            push(lints, entry.span, Weight::Error, "action-resource-mismatch", message);
        }
    }
    for (entry, glob) in resource.entries.iter().zip(globs) {
        let shown = entry.text.shown();
        if !actions_on(&[glob].into(), table()).intersects(taken) && shown.starts_with("arn:") {
            let message = format!("none of these actions works on `{shown}`");
            push(lints, entry.span, Weight::Warning, "resource-without-action", message);
        }
    }
}
