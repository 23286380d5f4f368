//! Keys that do not exist, operators that do not fit them, values of the wrong type.
//!
//! Must not know actions beyond which of them have a key.

use super::names::meant;
use super::{Lint, Weight, push};
use crate::glob::{Glob, Reading, Token};
use crate::keys::{global_keys, key_type};
use crate::operator::{Comparison, Quantifier};
use crate::policy::{Condition, Effect, Statement};
use crate::range::{Scale, cidr};
use crate::table::{KeyType, table};

pub(crate) fn check(statement: &Statement, variables: bool, lints: &mut Vec<Lint>) {
    for condition in &statement.conditions {
        key(statement, condition, lints);
        values(condition, lints);
        sets(statement, condition, lints);
    }
    let texts = statement.resource.iter().flat_map(|element| &element.entries);
    for value in texts.chain(statement.conditions.iter().flat_map(|condition| &condition.values)) {
        let read = Glob::read(&value.text, Reading::Wild, true);
        for token in &read.tokens {
            let Token::Variable(key, _) = token else { continue };
            if !variables {
                let message = format!(
                    "`${{{key}}}` stands for itself in version 2008-10-17; write `\"Version\": \"2012-10-17\"`"
                );
                push(lints, value.span, Weight::Security, "variable-without-version", message);
            } else if key_type(key).is_none() && !is_provider(key) {
                let message = format!("`{key}` is no condition key{}", meant(key, global_keys().map(str::to_owned)));
                push(lints, value.span, Weight::Error, "unknown-variable", message);
            }
        }
    }
}

/// Keys of identity providers are named after them.
fn is_provider(key: &str) -> bool {
    key.split([':', '/']).next().is_some_and(|prefix| prefix.contains('.') || prefix == "saml")
}

fn key(statement: &Statement, condition: &Condition, lints: &mut Vec<Lint>) {
    let lower = condition.key.to_lowercase();
    let Some((kind, _)) = key_type(&lower) else {
        if !is_provider(&lower) {
            let message =
                format!("`{}` is no condition key{}", condition.key, meant(&lower, global_keys().map(str::to_owned)));
            push(lints, condition.span, Weight::Error, "unknown-key", message);
        }
        return;
    };
    let fits = match condition.operator.comparison {
        Comparison::Null => true,
        Comparison::Text | Comparison::FoldedText | Comparison::Pattern => true,
        Comparison::Binary => kind == KeyType::Text,
        Comparison::Arn => matches!(kind, KeyType::Arn | KeyType::Text),
        Comparison::Bool => matches!(kind, KeyType::Bool | KeyType::Text),
        Comparison::Number(_) => matches!(kind, KeyType::Number | KeyType::Text | KeyType::Date),
        Comparison::Date(_) => matches!(kind, KeyType::Date | KeyType::Text),
        Comparison::Address => matches!(kind, KeyType::Address | KeyType::Text),
    };
    if !fits {
        let message = format!("`{}` does not compare with this operator; use one for its type", condition.key);
        push(lints, condition.span, Weight::Error, "operator-type-mismatch", message);
    }
    if let Some(possible) = table().key_actions(&lower)
        && !statement.action.negated
        && !statement.action.unknown
    {
        let mut taken = crate::bits::Bits::empty(table().bound());
        let patterns = statement.action.entries.iter().filter_map(|entry| entry.text.known());
        let mut known = false;
        for pattern in patterns {
            known |= crate::compile::add_actions(&pattern.to_lowercase(), table(), &mut taken);
        }
        if known && !taken.intersects(&possible) {
            let message = format!("no request of these actions has the key `{}`", condition.key);
            push(lints, condition.span, Weight::Error, "key-without-action", message);
        }
    }
}

fn values(condition: &Condition, lints: &mut Vec<Lint>) {
    for value in &condition.values {
        let Some(text) = value.text.known().filter(|text| !text.contains("${")) else { continue };
        let wrong = match condition.operator.comparison {
            Comparison::Number(_) if Scale::Number.read(text).is_none() => "a number",
            Comparison::Date(_) if Scale::Date.read(text).is_none() => "a date such as `2030-01-31T00:00:00Z`",
            Comparison::Address if cidr(text).is_none() => "an address or a block such as `203.0.113.0/24`",
            Comparison::Bool | Comparison::Null if !["true", "false"].contains(&text.to_lowercase().as_str()) => {
                "`true` or `false`"
            }
            Comparison::Arn if text != "*" && text.splitn(6, ':').count() < 6 => "an ARN with six parts",
            _ => continue,
        };
        push(lints, value.span, Weight::Error, "wrong-value", format!("`{text}` is not {wrong}"));
    }
    let wild = condition
        .values
        .iter()
        .filter(|value| value.text.known().is_some_and(|text| text.contains(['*', '?']) && !text.contains("${")));
    if condition.operator.comparison == Comparison::Text {
        for value in wild {
            let message = "`*` and `?` are no wildcards for this operator; use `StringLike`";
            push(lints, value.span, Weight::Warning, "wildcard-without-like", message);
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
fn sets(statement: &Statement, condition: &Condition, lints: &mut Vec<Lint>) {
    let many = key_type(&condition.key.to_lowercase()).map(|(_, many)| many);
    let null = condition.operator.comparison == Comparison::Null;
    match (condition.operator.quantifier, many) {
        (Quantifier::One, Some(true)) if !null => {
            let message = format!("`{}` has many values; write `ForAnyValue:` or `ForAllValues:`", condition.key);
            push(lints, condition.span, Weight::Error, "set-operator-missing", message);
        }
        (Quantifier::Any | Quantifier::All, Some(false)) => {
            let message = format!(
                "`{}` has one value; write the operator without `ForAnyValue:` or `ForAllValues:`",
                condition.key
            );
            push(lints, condition.span, Weight::Security, "set-operator-on-single-value", message);
        }
        _ => {}
    }
    let tested = || {
        statement.conditions.iter().any(|other| {
            other.operator.comparison == Comparison::Null
                && other.key.eq_ignore_ascii_case(&condition.key)
                && other.values.iter().any(|value| value.text.known() == Some("false"))
        })
    };
    if condition.operator.quantifier == Quantifier::All && statement.effect == Some(Effect::Allow) && !tested() {
        let message = format!(
            "`ForAllValues` also holds where `{}` is absent; demand it with `\"Null\": {{\"{}\": \"false\"}}`",
            condition.key, condition.key
        );
        push(lints, condition.span, Weight::Security, "for-all-values-when-absent", message);
    }
}
