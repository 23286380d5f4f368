//! `format`: .NET's composite formatting, as far as templates use it.
//!
//! <https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting>

use super::text::{assembled, formatted};
use super::values::unknown_of;
use super::{Call, Fault, Outcome, wrong};
use crate::eval::MAX_TEXT;
use redan_model::{Node, Part, Str, Value};

pub(super) fn format(call: &Call<'_>) -> Outcome {
    let pattern = call.text(0)?;
    let mut parts = Vec::new();
    let (mut literal, mut bytes) = (String::new(), 0);
    let mut rest = pattern.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if from.starts_with("{{") || from.starts_with("}}") {
            literal.push_str(from.get(..1).unwrap_or_default());
            rest = from.get(2..).unwrap_or_default();
            continue;
        }
        let Some((item, after)) = from.strip_prefix('{').and_then(|from| from.split_once('}')) else {
            return wrong("a brace of the pattern has no partner");
        };
        parts.push(Part::Literal(Str::from(std::mem::take(&mut literal))));
        let part = hole(item, call)?;
        bytes += match &part {
            Part::Literal(text) => text.len(),
            Part::Hole(_) => 1,
        };
        parts.push(part);
        if bytes > MAX_TEXT {
            return Ok(assembled(parts));
        }
        rest = after;
    }
    literal.push_str(rest);
    parts.push(Part::Literal(Str::from(literal)));
    Ok(assembled(parts))
}

/// `index[,alignment][:format]`.
fn hole(item: &str, call: &Call<'_>) -> Result<Part, Fault> {
    let (place, pattern) = item.split_once(':').unwrap_or((item, ""));
    let (index, alignment) = place.split_once(',').unwrap_or((place, ""));
    let Ok(index) = index.trim().parse::<usize>() else { return wrong(format!("`{{{item}}}` names no argument")) };
    let Some(node) = call.arguments.get(index.saturating_add(1)) else {
        return wrong(format!("`{{{item}}}` has no argument: {} given", call.arguments.len().saturating_sub(1)));
    };
    let part = match &node.value {
        Value::Int(value) if !pattern.is_empty() => Part::Literal(Str::from(number(*value, pattern)?)),
        _ => formatted(node),
    };
    Ok(match (part, alignment.trim().parse::<i64>()) {
        (Part::Literal(text), Ok(width)) => Part::Literal(Str::from(aligned(&text, width))),
        (hole @ Part::Hole(_), Ok(_)) => match unknown_of(node) {
            Some(unknown) => Part::Hole(Node::new(Value::Unknown(unknown), node.origin)),
            None => hole,
        },
        (part, Err(_)) => part,
    })
}

fn aligned(text: &str, width: i64) -> String {
    let wanted = usize::try_from(width.unsigned_abs()).unwrap_or(0).min(1 << 16);
    if width < 0 { format!("{text:<wanted$}") } else { format!("{text:>wanted$}") }
}

/// <https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings>
fn number(value: i64, pattern: &str) -> Result<String, Fault> {
    let mut characters = pattern.chars();
    let kind = characters.next().unwrap_or('G');
    let precision = characters.as_str();
    if pattern.chars().all(|character| character == '0') {
        return Ok(padded(value, pattern.len()));
    }
    let Ok(digits) = (if precision.is_empty() { Ok(None) } else { precision.parse::<usize>().map(Some) }) else {
        return wrong(format!("the number format `{pattern}` is not known"));
    };
    Ok(match kind {
        'G' | 'g' | 'R' | 'r' => value.to_string(),
        'D' | 'd' => padded(value, digits.unwrap_or(0)),
        'N' | 'n' => format!("{}{}", grouped(value), decimals(digits.unwrap_or(2))),
        'F' | 'f' => format!("{value}{}", decimals(digits.unwrap_or(2))),
        'X' => format!("{value:0width$X}", width = digits.unwrap_or(0).min(64)),
        'x' => format!("{value:0width$x}", width = digits.unwrap_or(0).min(64)),
        _ => return wrong(format!("the number format `{pattern}` is not known")),
    })
}

fn padded(value: i64, digits: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{:0width$}", value.unsigned_abs(), width = digits.min(64))
}

fn decimals(digits: usize) -> String {
    if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits.min(64))) }
}

fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0 { format!("-{out}") } else { out }
}
