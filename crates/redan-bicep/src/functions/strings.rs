//! Functions on text.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string>

use super::text::{assembled, formatted, json, too_long};
use super::values::{mismatch, unknown_of};
use super::{Call, Fault, Outcome, format, hashes, wrong};
use crate::eval::MAX_TEXT;
use redan_model::{Node, Part, Str, Template, Unknown, Value};
use std::sync::Arc;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    let first_is_text = || call.arguments.first().is_some_and(|node| is_text(&node.value));
    Some(match name {
        "concat" if !call.arguments.iter().any(|node| matches!(node.value, Value::List(_))) => concat(call),
        "format" => format::format(call),
        "string" => string(call),
        "tolower" => mapped(call, |text| text.to_lowercase()),
        "toupper" => mapped(call, |text| text.to_uppercase()),
        "trim" => trim(call),
        "replace" => replace(call),
        "split" => split(call),
        "join" => join(call),
        "padleft" => pad_left(call),
        "startswith" => ends(call, true),
        "endswith" => ends(call, false),
        "like" => like(call),
        "substring" => substring(call),
        "take" if first_is_text() => take(call),
        "skip" if first_is_text() => skip(call),
        "first" if first_is_text() => call.text(0).map(|text| one(text.chars().next())),
        "last" if first_is_text() => call.text(0).map(|text| one(text.chars().next_back())),
        "indexof" if first_is_text() => index_of(call, false),
        "lastindexof" if first_is_text() => index_of(call, true),
        "uniquestring" => hashes::unique_string(call),
        "guid" => hashes::guid(call),
        _ => return None,
    })
}

pub(super) fn is_text(value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::Template(_) => true,
        Value::Ref(reference) => reference.text.is_some(),
        _ => false,
    }
}

fn one(character: Option<char>) -> Value {
    character.map_or_else(|| Value::text(""), |character| Value::text(&character.to_string()))
}

fn concat(call: &Call<'_>) -> Outcome {
    // Unknown values alone may as well be lists.
    let of_unknowns = || call.arguments.iter().filter_map(unknown_of).reduce(|one, other| Unknown::merge(&one, &other));
    if call.arguments.iter().all(|node| matches!(node.value, Value::Unknown(_)))
        && let Some(unknown) = of_unknowns()
    {
        return Err(Fault::Unknown(unknown));
    }
    Ok(assembled(call.arguments.iter().map(formatted)))
}

fn string(call: &Call<'_>) -> Outcome {
    let node = call.at(0)?;
    match &node.value {
        Value::List(_) | Value::Map(_) => json(node),
        _ => Ok(Value::template([formatted(node)])),
    }
}

/// Each known part of text by itself.
fn mapped(call: &Call<'_>, change: impl Fn(&str) -> String) -> Outcome {
    let node = call.at(0)?;
    match &node.value {
        Value::Template(template) => Ok(Value::template(template.parts.iter().map(|part| match part {
            Part::Literal(text) => Part::Literal(Str::from(change(text))),
            Part::Hole(node) => Part::Hole(unsure(node)),
        }))),
        _ => call.text(0).map(|text| Value::text(&change(&text))),
    }
}

/// What a hole becomes when its text is changed: unknown, if it was a reference.
fn unsure(node: &Node) -> Node {
    match (&node.value, unknown_of(node)) {
        (Value::Ref(_), Some(unknown)) => Node::new(Value::Unknown(unknown), node.origin),
        _ => node.clone(),
    }
}

fn trim(call: &Call<'_>) -> Outcome {
    match &call.at(0)?.value {
        Value::Template(template) => {
            let last = template.parts.len().saturating_sub(1);
            Ok(Value::template(template.parts.iter().enumerate().map(|(at, part)| match part {
                Part::Literal(text) => {
                    let text = if at == 0 { text.trim_start() } else { text };
                    Part::Literal(Str::new(if at == last { text.trim_end() } else { text }))
                }
                Part::Hole(node) => Part::Hole(unsure(node)),
            })))
        }
        _ => call.text(0).map(|text| Value::text(text.trim())),
    }
}

fn replace(call: &Call<'_>) -> Outcome {
    let old = call.text(1)?;
    if old.is_empty() {
        return wrong("the text to replace is empty");
    }
    // A longer text could begin in one part and end in the next.
    if old.chars().count() == 1
        && let Value::Template(template) = &call.at(0)?.value
    {
        let new = call.text(2)?;
        return replace_in_parts(call, template, &old, &new);
    }
    let text = call.text(0)?;
    let new = formatted(call.at(2)?);
    let pieces = text.split(old.as_str()).enumerate();
    Ok(assembled(pieces.flat_map(|(at, piece)| {
        let between = (at > 0).then(|| new.clone());
        between.into_iter().chain([Part::Literal(Str::new(piece))])
    })))
}

fn replace_in_parts(call: &Call<'_>, template: &Template, old: &str, new: &str) -> Outcome {
    let grown = |part: &Part| match part {
        Part::Literal(text) => text.len() + text.matches(old).count() * new.len(),
        Part::Hole(_) => 1,
    };
    if template.parts.iter().map(grown).sum::<usize>() > MAX_TEXT {
        return Ok(too_long());
    }
    mapped(call, |text| text.replace(old, new))
}

fn split(call: &Call<'_>) -> Outcome {
    let delimiters: Vec<Str> = match &call.at(1)?.value {
        Value::List(list) => list.items.iter().map(super::values::text).collect::<Result<_, _>>()?,
        _ => vec![call.text(1)?],
    };
    let text = call.text(0)?;
    let mut pieces = vec![text.as_str()];
    for delimiter in delimiters.iter().filter(|delimiter| !delimiter.is_empty()) {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(delimiter.as_str())).collect();
    }
    Ok(Value::list(pieces.into_iter().map(|piece| Node::text(piece, call.origin)).collect()))
}

fn join(call: &Call<'_>) -> Outcome {
    let delimiter = formatted(call.at(1)?);
    let items = call.whole(0)?;
    Ok(assembled(items.iter().enumerate().flat_map(|(at, item)| {
        let between = (at > 0).then(|| delimiter.clone());
        between.into_iter().chain([formatted(item)])
    })))
}

fn pad_left(call: &Call<'_>) -> Outcome {
    let Value::Text(text) = Value::template([formatted(call.at(0)?)]) else { return call.text(0).map(Value::Text) };
    let width = usize::try_from(call.int(1)?).unwrap_or(0).min(1 << 16);
    let fill = match call.arguments.get(2) {
        Some(_) => call.text(2)?,
        None => Str::new(" "),
    };
    let missing = width.saturating_sub(text.chars().count());
    Ok(Value::text(&format!("{}{text}", fill.chars().take(1).collect::<String>().repeat(missing))))
}

/// `startsWith`, `endsWith`: without regard to case.
fn ends(call: &Call<'_>, start: bool) -> Outcome {
    let wanted = call.text(1)?.to_lowercase();
    let node = call.at(0)?;
    let fits = |text: &str| if start { text.starts_with(&wanted) } else { text.ends_with(&wanted) };
    let Value::Template(template) = &node.value else {
        return call.text(0).map(|text| Value::Bool(fits(&text.to_lowercase())));
    };
    let edge = if start { template.parts.first() } else { template.parts.last() };
    if let Some(Part::Literal(text)) = edge {
        let text = text.to_lowercase();
        let reversed = if start { wanted.starts_with(&text) } else { wanted.ends_with(&text) };
        if text.len() >= wanted.len() || !reversed {
            return Ok(Value::Bool(fits(&text)));
        }
    }
    Err(mismatch(node, "text"))
}

/// `like`: `*` stands for any text; without regard to case.
fn like(call: &Call<'_>) -> Outcome {
    let (text, pattern) = (call.text(0)?.to_lowercase(), call.text(1)?.to_lowercase());
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return Ok(Value::Bool(false));
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return Ok(Value::Bool(rest.is_empty())) };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return Ok(Value::Bool(false)),
        }
    }
    Ok(Value::Bool(rest.ends_with(last)))
}

/// The characters of known text from one position on, no more than so many.
fn slice(text: &str, start: usize, length: usize) -> String {
    text.chars().skip(start).take(length).collect()
}

fn position(value: i64) -> usize {
    usize::try_from(value).unwrap_or(0)
}

fn substring(call: &Call<'_>) -> Outcome {
    let start = call.arguments.get(1).map_or(Ok(0), |_| call.int(1))?;
    let length = call.arguments.get(2).map(|_| call.int(2)).transpose()?;
    if let Value::Template(template) = &call.at(0)?.value {
        let wanted = length.map_or(usize::MAX, position);
        return match start {
            0 => head(call, &template.parts, wanted),
            _ => Err(mismatch(call.at(0)?, "text")),
        };
    }
    let text = call.text(0)?;
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let length = length.unwrap_or(count.saturating_sub(start));
    if start < 0 || length < 0 || start.saturating_add(length) > count {
        return wrong(format!("index {start} and length {length} leave the text of {count} characters"));
    }
    Ok(Value::text(&slice(&text, position(start), position(length))))
}

fn take(call: &Call<'_>) -> Outcome {
    let wanted = position(call.int(1)?);
    match &call.at(0)?.value {
        Value::Template(template) => head(call, &template.parts, wanted),
        _ => call.text(0).map(|text| Value::text(&slice(&text, 0, wanted))),
    }
}

/// The first characters of text with holes: what stands before the first hole is known.
fn head(call: &Call<'_>, parts: &[Part], wanted: usize) -> Outcome {
    let known = match parts.first() {
        Some(Part::Literal(text)) => *text,
        _ => Str::default(),
    };
    if known.chars().count() >= wanted {
        return Ok(Value::text(&slice(&known, 0, wanted)));
    }
    let unknown: Option<Arc<Unknown>> = unknown_of(call.at(0)?);
    match unknown {
        Some(unknown) => {
            let hole = Node::new(Value::Unknown(unknown), call.origin);
            Ok(Value::template([Part::Literal(known), Part::Hole(hole)]))
        }
        None => Err(Fault::Wrong("text without a value".to_owned())),
    }
}

fn skip(call: &Call<'_>) -> Outcome {
    let count = position(call.int(1)?);
    call.text(0).map(|text| Value::text(&slice(&text, count, usize::MAX)))
}

/// `indexOf`, `lastIndexOf`: without regard to case.
fn index_of(call: &Call<'_>, last: bool) -> Outcome {
    let (text, wanted) = (call.text(0)?.to_lowercase(), call.text(1)?.to_lowercase());
    let found = if last { text.rfind(&wanted) } else { text.find(&wanted) };
    let at = found.map(|at| text.get(..at).unwrap_or_default().chars().count());
    Ok(Value::Int(at.map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX))))
}
