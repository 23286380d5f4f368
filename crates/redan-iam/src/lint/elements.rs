//! Checks of single elements: principals, passed roles, values that cannot be meant as they are written.
//!
//! Must not know other statements. The vendor's list:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>.

use super::{Lint, PolicyKind, Weight, push};
use crate::bits::Bits;
use crate::compile::add_actions;
use crate::glob::{Glob, Reading};
use crate::operator::Comparison;
use crate::policy::{Condition, Effect, Element, PrincipalEntry, Spanned, Statement};
use crate::range::cidr;
use crate::table::table;

/// Keys that tie a request of a service to the resource or account that it acts for.
const SOURCES: &[&str] =
    &["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"];

pub(crate) fn check(statement: &Statement, kind: PolicyKind, lints: &mut Vec<Lint>) {
    if let Some(principal) = &statement.principal {
        principals(principal, lints);
        confused_deputy(statement, principal, kind, lints);
    }
    passed_roles(statement, lints);
    if let Some(resource) = &statement.resource {
        resource.entries.iter().for_each(|entry| variable(entry, lints));
        covered(&resource.entries, Reading::Resource, "redundant-resource", lints);
        resource.entries.iter().for_each(|entry| region(entry, lints));
    }
    for condition in &statement.conditions {
        condition.values.iter().for_each(|value| variable(value, lints));
        null(condition, lints);
        addresses(condition, lints);
        match condition.operator.comparison {
            Comparison::Pattern => covered(&condition.values, Reading::Wild, "redundant-value", lints),
            Comparison::Arn => covered(&condition.values, Reading::Arn, "redundant-value", lints),
            _ => {}
        }
    }
}

fn principals(principal: &Element<PrincipalEntry>, lints: &mut Vec<Lint>) {
    for entry in &principal.entries {
        match entry {
            PrincipalEntry::Arn(arn) if arn.contains(['*', '?']) => {
                let message = format!(
                    "`{arn}`: wildcards stand for no part of a principal; use `aws:PrincipalArn` with `ArnLike`"
                );
                push(lints, principal.span, Weight::Error, "wildcard-in-principal", message);
            }
            PrincipalEntry::Service(name) if name != "*" && !name.contains('.') => {
                let message = format!("`{name}` is no service; write it in whole, such as `{name}.amazonaws.com`");
                push(lints, principal.span, Weight::Error, "service-principal", message);
            }
            _ => {}
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
fn confused_deputy(
    statement: &Statement,
    principal: &Element<PrincipalEntry>,
    kind: PolicyKind,
    lints: &mut Vec<Lint>,
) {
    let service = principal.entries.iter().find_map(|entry| match entry {
        PrincipalEntry::Service(name) => Some(name),
        _ => None,
    });
    let tied = statement.conditions.iter().any(|condition| SOURCES.contains(&condition.key.to_lowercase().as_str()));
    if let Some(service) = service
        && kind == PolicyKind::Resource
        && statement.effect == Some(Effect::Allow)
        && !principal.negated
        && !tied
    {
        let message = format!(
            "`{service}` may come on behalf of any account; demand `aws:SourceArn`, `aws:SourceAccount` or `aws:SourceOrgID`"
        );
        push(lints, principal.span, Weight::Security, "service-for-anybody", message);
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
fn passed_roles(statement: &Statement, lints: &mut Vec<Lint>) {
    let Some(pass) = table().action("iam:PassRole") else { return };
    if statement.effect != Some(Effect::Allow) || statement.action.negated || statement.principal.is_some() {
        return;
    }
    let limited =
        statement.conditions.iter().any(|condition| condition.key.eq_ignore_ascii_case("iam:PassedToService"));
    let taking = statement.action.entries.iter().find(|entry| {
        let mut bits = Bits::empty(table().bound());
        let known = entry.text.known().is_some_and(|text| add_actions(&text.to_lowercase(), table(), &mut bits));
        known && bits.contains(pass)
    });
    let (Some(entry), Some(resource)) = (taking, &statement.resource) else { return };
    let every = |entry: &Spanned| {
        entry.text.known().is_some_and(|text| text == "*" || (text.starts_with("arn:") && text.ends_with(":role/*")))
    };
    // Who may do everything is told so elsewhere.
    let whole = entry.text.known().is_some_and(|text| ["*", "*:*"].contains(&text));
    if !limited && !whole && (resource.negated || resource.entries.iter().any(every)) {
        let message = "any role may be passed to any service; name the roles, or limit `iam:PassedToService`";
        push(lints, entry.span, Weight::Security, "pass-every-role", message);
    }
}

fn variable(entry: &Spanned, lints: &mut Vec<Lint>) {
    let Some(text) = entry.text.known() else { return };
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let wrong = match after.split_once('}') {
            None => Some("has no closing brace"),
            Some((body, _)) if body.trim().is_empty() => Some("names nothing"),
            Some((body, _)) if body.contains("${") => Some("has another variable in it"),
            Some((body, _)) if body.matches('\'').count() % 2 == 1 => Some("has one quotation mark alone"),
            Some(_) => None,
        };
        if let Some(wrong) = wrong {
            let message = format!("a variable in `{text}` {wrong}; write `${{key}}` or `${{key, 'default'}}`");
            push(lints, entry.span, Weight::Error, "broken-variable", message);
            return;
        }
        rest = after;
    }
}

fn null(condition: &Condition, lints: &mut Vec<Lint>) {
    let comparison = condition.operator.comparison;
    if comparison == Comparison::Null && condition.operator.if_exists {
        let message = "`Null` asks whether the key exists; write it without `IfExists`";
        push(lints, condition.span, Weight::Error, "null-if-exists", message);
    }
    if matches!(comparison, Comparison::Null | Comparison::Bool) {
        let has = |word: &str| {
            condition.values.iter().any(|value| value.text.known().is_some_and(|text| text.eq_ignore_ascii_case(word)))
        };
        if has("true") && has("false") {
            let message = format!("`{}` is always `true` or `false`; write the one that is meant", condition.key);
            push(lints, condition.span, Weight::Error, "both-booleans", message);
        }
    }
}

/// What `aws:SourceIp` holds is a public address:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>.
fn addresses(condition: &Condition, lints: &mut Vec<Lint>) {
    if condition.operator.comparison != Comparison::Address {
        return;
    }
    for value in &condition.values {
        let Some((low, high, ip, _)) = value.text.known().and_then(cidr) else { continue };
        let private =
            ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].iter().filter_map(|block| cidr(block));
        let mut private = private.filter(|(from, to, ..)| low >= *from && high <= *to);
        if condition.key.eq_ignore_ascii_case("aws:SourceIp") && private.next().is_some() {
            let message =
                "requests come from public addresses; for a private network use `aws:VpcSourceIp` or `aws:SourceVpc`";
            push(lints, value.span, Weight::Error, "private-address", message);
        }
        let base = crate::range::Scale::Address.read(&ip.to_string());
        if base.is_some_and(|base| base != low) {
            let first = crate::range::Scale::Address.write(low);
            let message = format!("the block begins at {first}; write it so");
            push(lints, value.span, Weight::Warning, "block-with-host", message);
        }
    }
}

/// ARNs of IAM and S3 buckets name no region: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
fn region(entry: &Spanned, lints: &mut Vec<Lint>) {
    let Some(text) = entry.text.known() else { return };
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    if let ["arn", _, "iam", region, ..] = segments.as_slice()
        && !region.is_empty()
        && !region.contains(['*', '?', '$'])
    {
        push(
            lints,
            entry.span,
            Weight::Error,
            "region-in-arn",
            format!("ARNs of IAM have no region; remove `{region}`"),
        );
    }
    if segments.first() == Some(&"arn")
        && segments.get(2).is_some_and(|service| service.chars().any(char::is_uppercase))
    {
        push(lints, entry.span, Weight::Error, "service-case", "the service in an ARN is in lower case");
    }
}

/// Patterns of a list that another of the same list takes anyway.
fn covered(entries: &[Spanned], reading: Reading, code: &'static str, lints: &mut Vec<Lint>) {
    let known: Vec<(&Spanned, &str, Glob)> = entries
        .iter()
        .filter_map(|entry| entry.text.known().filter(|text| !text.contains("${")).map(|text| (entry, text)))
        .map(|(entry, text)| (entry, text, Glob::read(&entry.text, reading, false)))
        .collect();
    for (place, (entry, text, _)) in known.iter().enumerate() {
        let characters: Vec<char> = text.chars().collect();
        let wider = known.iter().enumerate().find(|(other, (_, theirs, glob))| {
            *other != place && (theirs != text || *other < place) && !text.contains('?') && glob.matches(&characters)
        });
        if let Some((_, (_, wider, _))) = wider {
            push(
                lints,
                entry.span,
                Weight::Warning,
                code,
                format!("`{text}` is taken by `{wider}` already; remove it"),
            );
        }
    }
}
