//! What plain scalars of YAML mean to CloudFormation: <https://yaml.org/type/bool.html>, and numbers only where their
//! spelling survives (a version `1.10` or an account `012345678901` stays text).

use super::ast::{Kind, Tree};
use redan_model::Str;

/// A plain scalar.
pub(crate) fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Kind::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Kind::Bool(false),
        _ => {}
    }
    number(text).unwrap_or_else(|| Kind::Text(Str::new(text)))
}

/// A number whose text is what the number prints as.
pub(crate) fn number(text: &str) -> Option<Kind> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return (whole.to_string() == text).then_some(Kind::Int(whole));
    }
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && number.to_string() == text).then_some(Kind::Float(number))
}

/// A scalar as CloudFormation hands it on: parameters and attributes are text.
pub(crate) fn as_text(tree: &Tree) -> Option<Str> {
    Some(match &tree.kind {
        Kind::Text(text) => *text,
        Kind::Bool(value) => Str::new(if *value { "true" } else { "false" }),
        Kind::Int(value) => Str::from(value.to_string()),
        Kind::Float(value) => Str::from(value.to_string()),
        Kind::Null | Kind::List(_) | Kind::Map(_) | Kind::Broken(_) => return None,
    })
}
