//! Regular expressions in RE2's syntax, brought to the syntax of this program's engine, and `replace`.
//! Syntax: <https://github.com/google/re2/wiki/Syntax>

use std::cell::RefCell;

use regex::{Captures, Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::signature::{Context, Function, STRING, Shape, text};
use crate::eval::MAX_TEXT;
use crate::value::{Error, Result, Type, Value};

const MAX_PROGRAM: usize = 1 << 20;
const MAX_CACHED: usize = 256;
const MAX_REPEAT: u32 = 1000;
/// Bytes that count as one step.
const LOOK_AHEAD: usize = 64;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regex", &[STRING, STRING], Shape::Any, regex),
    Function::new("regexall", &[STRING, STRING], Shape::List, regexall),
    Function::new("replace", &[STRING, STRING, STRING], Shape::String, replace),
];

thread_local! {
    static CACHE: RefCell<FxHashMap<String, Regex>> = RefCell::default();
}

fn compiled(pattern: &str) -> Result<Regex> {
    CACHE.with_borrow_mut(|cache| {
        if let Some(regex) = cache.get(pattern) {
            return Ok(regex.clone());
        }
        let translated = translate(pattern).ok_or_else(|| Error::new("invalid regular expression"))?;
        let regex =
            RegexBuilder::new(&translated).size_limit(MAX_PROGRAM).dfa_size_limit(MAX_PROGRAM).build().map_err(
                |e| match e {
                    regex::Error::CompiledTooBig(_) => Error::limit("regular expression larger than the limit allows"),
                    _ => Error::new("invalid regular expression"),
                },
            )?;
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    })
}

/// Brings a pattern to this engine's syntax; `None` for what RE2 refuses.
fn translate(pattern: &str) -> Option<String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut at = 0;
    let mut class = 0_u32;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        at += 1;
        match c {
            '\\' => at += escape(next?, chars.get(at + 1..).unwrap_or_default(), class > 0, &mut out)?,
            '[' if class == 0 => {
                class = 1;
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    at += 1;
                }
                if chars.get(at) == Some(&']') {
                    out.push_str("\\]");
                    at += 1;
                }
            }
            '[' if next == Some(':') => {
                let end = chars.get(at..)?.windows(2).position(|w| w == [':', ']'])?;
                out.push('[');
                out.extend(chars.get(at..at + end + 2)?);
                at += end + 2;
            }
            '[' => out.push_str("\\["),
            ']' if class > 0 => {
                class = 0;
                out.push(']');
            }
            '&' | '~' if class > 0 => {
                out.push('\\');
                out.push(c);
            }
            '-' if class > 0 && next == Some('-') => out.push_str("\\-"),
            '{' if class == 0 => match repetition(chars.get(at..).unwrap_or_default()) {
                Some(length) => {
                    let text: String = chars.get(at..at + length)?.iter().collect();
                    if text.split(',').any(|n| n.parse::<u32>().is_ok_and(|n| n > MAX_REPEAT)) {
                        return None;
                    }
                    out.push('{');
                    out.push_str(&text);
                    out.push('}');
                    at += length + 1;
                }
                None => out.push_str("\\{"),
            },
            '}' if class == 0 => out.push_str("\\}"),
            '(' if class == 0 && next == Some('?') => {
                let flags = chars.get(at + 1..)?.iter().take_while(|c| c.is_ascii_alphabetic());
                if flags.clone().any(|c| *c == 'x' || *c == 'u' || *c == 'R') {
                    return None;
                }
                out.push('(');
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// The length of `n}`, `n,}` or `n,m}` without the brace.
fn repetition(rest: &[char]) -> Option<usize> {
    let end = rest.iter().position(|c| *c == '}')?;
    let text: String = rest.get(..end)?.iter().collect();
    let (low, high) = text.split_once(',').unwrap_or((&text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    (!low.is_empty() && digits(low) && digits(high)).then_some(end)
}

/// Writes the meaning of an escape; gives how many characters it took after the backslash.
fn escape(c: char, rest: &[char], in_class: bool, out: &mut String) -> Option<usize> {
    let (set, negated) = match c {
        'd' => ("0-9", false),
        'D' => ("0-9", true),
        'w' => ("0-9A-Za-z_", false),
        'W' => ("0-9A-Za-z_", true),
        's' => ("\\t\\n\\x0C\\r ", false),
        'S' => ("\\t\\n\\x0C\\r ", true),
        'b' if !in_class => {
            out.push_str("(?-u:\\b)");
            return Some(1);
        }
        'Q' if !in_class => {
            let end = rest.windows(2).position(|w| w == ['\\', 'E']);
            let literal: String = rest.get(..end.unwrap_or(rest.len()))?.iter().collect();
            out.push_str(&regex::escape(&literal));
            return Some(1 + literal.chars().count() + if end.is_some() { 2 } else { 0 });
        }
        'C' | 'Z' | 'G' | 'h' | 'H' | 'R' | 'X' | 'K' | 'k' | 'c' | 'e' | 'u' | 'U' => return None,
        '1'..='9' => return None,
        c if c.is_ascii_punctuation() => {
            out.push_str(&regex::escape(&c.to_string()));
            if !regex::escape(&c.to_string()).starts_with('\\') && in_class && "&~-".contains(c) {
                out.pop();
                out.push('\\');
                out.push(c);
            }
            return Some(1);
        }
        c => {
            out.push('\\');
            out.push(c);
            return Some(1);
        }
    };
    match (negated, in_class) {
        (false, true) => out.push_str(set),
        (false, false) => out.push_str(&format!("[{set}]")),
        (true, _) => out.push_str(&format!("[^{set}]")),
    }
    Some(1)
}

/// The shape of a match: the whole text without groups, a tuple or an object of groups.
fn groups(regex: &Regex) -> Result<Option<Vec<Option<&str>>>> {
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    let named = names.iter().filter(|n| n.is_some()).count();
    match (names.len(), named) {
        (0, _) => Ok(None),
        (all, named) if named == 0 || named == all => Ok(Some(names)),
        _ => Err(Error::new("groups must all be named or all be unnamed")),
    }
}

fn matched(captures: &Captures<'_>, names: Option<&[Option<&str>]>) -> Value {
    let group = |i: usize| match captures.get(i) {
        Some(found) => Value::from(found.as_str()),
        None => Value::null(Type::String),
    };
    match names {
        None => group(0),
        Some(names) if names.iter().all(Option::is_some) => Value::object(
            names.iter().enumerate().filter_map(|(i, name)| Some(((*name)?.into(), group(i + 1)))).collect(),
        ),
        Some(names) => Value::tuple((1..=names.len()).map(group).collect()),
    }
}

fn regex(args: &[Value], _: &Context<'_>) -> Result {
    let regex = compiled(text(args, 0))?;
    let names = groups(&regex)?;
    let captures = regex.captures(text(args, 1)).ok_or_else(|| Error::new("the pattern does not match"))?;
    Ok(matched(&captures, names.as_deref()))
}

/// What is left to search behind a match: a pattern may look at all of it for each match.
fn remaining(source: &str, captures: &Captures<'_>) -> usize {
    captures.get(0).map_or(0, |found| source.len().saturating_sub(found.end()))
}

fn regexall(args: &[Value], context: &Context<'_>) -> Result {
    let regex = compiled(text(args, 0))?;
    let names = groups(&regex)?;
    let mut items = Vec::new();
    let source = text(args, 1);
    for captures in regex.captures_iter(source) {
        context.budget.spend(1 + remaining(source, &captures) / LOOK_AHEAD)?;
        items.push(matched(&captures, names.as_deref()));
    }
    let element = match (&names, items.first()) {
        (_, Some(first)) => first.ty(),
        (None, None) => Type::String,
        (Some(_), None) => empty_group(names.as_deref().unwrap_or_default()),
    };
    Ok(Value::list(items, element))
}

fn empty_group(names: &[Option<&str>]) -> Type {
    if names.iter().any(Option::is_none) {
        return Type::Tuple(names.iter().map(|_| Type::String).collect());
    }
    let field = |name: &Option<&str>| {
        Some(crate::value::Field { name: (*name)?.into(), ty: Type::String, optional: false, default: None })
    };
    Type::object(names.iter().filter_map(field).collect())
}

/// A pattern between slashes is a regular expression.
fn replace(args: &[Value], context: &Context<'_>) -> Result {
    let (source, pattern, with) = (text(args, 0), text(args, 1), text(args, 2));
    let inner = pattern.strip_prefix('/').and_then(|p| p.strip_suffix('/')).filter(|_| pattern.len() > 1);
    let replaced = match inner {
        Some(inner) => {
            let regex = compiled(inner)?;
            let mut count = 0_usize;
            for captures in regex.captures_iter(source) {
                context.budget.spend(1 + remaining(source, &captures) / LOOK_AHEAD)?;
                count += 1;
            }
            let bound = count.saturating_mul(with.len().max(1));
            context.budget.spend(bound / 16)?;
            if bound.saturating_add(source.len()) > MAX_TEXT {
                return Err(Error::limit("text is longer than the limit allows"));
            }
            regex.replace_all(source, with).into_owned()
        }
        None => {
            let count = source.matches(pattern).count();
            if count.saturating_mul(with.len()).saturating_add(source.len()) > MAX_TEXT {
                return Err(Error::limit("text is longer than the limit allows"));
            }
            source.replace(pattern, with)
        }
    };
    Ok(replaced.into())
}
