//! Text: cases, trimming, searching, joining. Positions count grapheme clusters, as Terraform does.

use unicode_segmentation::UnicodeSegmentation;

use super::signature::{Context, Function, NUMBER, STRING, STRINGS, Shape, argument, text, whole};
use crate::eval::{MAX_TEXT, unknown_from};
use crate::value::{Error, Kind, Piece, Result, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chomp", &[STRING], Shape::String, |args, _| Ok(text(args, 0).trim_end_matches(['\r', '\n']).into())),
    Function::new("endswith", &[STRING.partial(), STRING], Shape::Bool, |args, _| affix(args, End::Suffix)),
    Function::new("indent", &[NUMBER, STRING], Shape::String, indent),
    Function::new("join", &[STRING.partial()], Shape::String, join).rest(STRINGS.partial()),
    Function::new("lower", &[STRING.partial()], Shape::String, |args, _| mapped(args, lower)),
    Function::new("split", &[STRING, STRING], Shape::Strings, split),
    Function::new("startswith", &[STRING.partial(), STRING], Shape::Bool, |args, _| affix(args, End::Prefix)),
    Function::new("strcontains", &[STRING.partial(), STRING], Shape::Bool, strcontains),
    Function::new("strrev", &[STRING], Shape::String, |args, _| {
        Ok(text(args, 0).graphemes(true).rev().collect::<String>().into())
    }),
    Function::new("substr", &[STRING, NUMBER, NUMBER], Shape::String, substr),
    Function::new("title", &[STRING], Shape::String, |args, _| Ok(title(text(args, 0)).into())),
    Function::new("trim", &[STRING, STRING], Shape::String, |args, _| {
        let cutset = text(args, 1);
        Ok(text(args, 0).trim_matches(|c| cutset.contains(c)).into())
    }),
    Function::new("trimprefix", &[STRING, STRING], Shape::String, |args, _| {
        let source = text(args, 0);
        Ok(source.strip_prefix(text(args, 1)).unwrap_or(source).into())
    }),
    Function::new("trimspace", &[STRING], Shape::String, |args, _| Ok(text(args, 0).trim().into())),
    Function::new("trimsuffix", &[STRING, STRING], Shape::String, |args, _| {
        let source = text(args, 0);
        Ok(source.strip_suffix(text(args, 1)).unwrap_or(source).into())
    }),
    Function::new("upper", &[STRING.partial()], Shape::String, |args, _| mapped(args, upper)),
];

/// Which end of a text is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Prefix,
    Suffix,
}

/// Characters whose upper case is more than one character stay, as in Go's <https://pkg.go.dev/unicode#ToUpper>.
fn upper(source: &str) -> String {
    source.chars().map(upper_char).collect()
}

/// Four letters are written with two signs, of which only the first rises.
fn title_char(c: char) -> char {
    match c {
        'Ǆ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǳ' => 'ǲ',
        c => upper_char(c),
    }
}

fn upper_char(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

fn lower(source: &str) -> String {
    let lower_char = |c: char| {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(single), None) => single,
            (first, _) => first.unwrap_or(c),
        }
    };
    source.chars().map(lower_char).collect()
}

/// Changes what is known; what fills a hole changes too, in a way not known.
fn mapped(args: &[Value], change: fn(&str) -> String) -> Result {
    let pieces = pieces_of(argument(args, 0)?).into_iter().map(|piece| match piece {
        Piece::Literal(literal) => Piece::Literal(change(&literal).into()),
        Piece::Hole(value) => Piece::Hole(unknown_from(Type::String, [&value])),
    });
    Ok(Value::pieces(pieces.collect()))
}

/// Upper case after everything that is neither letter, digit, underscore nor, outside ASCII, a mark:
/// <https://pkg.go.dev/strings#Title>.
fn title(source: &str) -> String {
    let mut separated = true;
    let convert = |c: char| {
        let result = if separated { title_char(c) } else { c };
        separated = if c.is_ascii() { !(c.is_ascii_alphanumeric() || c == '_') } else { c.is_whitespace() };
        result
    };
    source.chars().map(convert).collect()
}

fn affix(args: &[Value], end: End) -> Result {
    let (source, wanted) = (argument(args, 0)?, text(args, 1));
    if let Some(known) = source.as_str() {
        let found = if end == End::Prefix { known.starts_with(wanted) } else { known.ends_with(wanted) };
        return Ok(found.into());
    }
    let undecided = unknown_from(Type::Bool, [source]);
    let Kind::Composite(composite) = &source.kind else {
        return Ok(if wanted.is_empty() { true.into() } else { undecided });
    };
    let (found, possible) = match end {
        End::Prefix => (composite.prefix().starts_with(wanted), wanted.starts_with(composite.prefix())),
        End::Suffix => (composite.suffix().ends_with(wanted), wanted.ends_with(composite.suffix())),
    };
    Ok(match (found, possible) {
        (true, _) => true.into(),
        (false, true) => undecided,
        (false, false) => false.into(),
    })
}

fn strcontains(args: &[Value], _: &Context<'_>) -> Result {
    let (source, wanted) = (argument(args, 0)?, text(args, 1));
    if let Some(known) = source.as_str() {
        return Ok(known.contains(wanted).into());
    }
    let found = match &source.kind {
        Kind::Composite(composite) => composite.pieces.iter().any(|piece| match piece {
            Piece::Literal(literal) => literal.contains(wanted),
            Piece::Hole(_) => wanted.is_empty(),
        }),
        _ => wanted.is_empty(),
    };
    Ok(if found { true.into() } else { unknown_from(Type::Bool, [source]) })
}

fn indent(args: &[Value], _: &Context<'_>) -> Result {
    let spaces = usize::try_from(whole(args, 0)?).map_err(|_| Error::new("the number of spaces is negative"))?;
    let source = text(args, 1);
    let lines = source.matches('\n').count();
    if lines.saturating_mul(spaces).saturating_add(source.len()) > MAX_TEXT {
        return Err(Error::limit("text is longer than the limit allows"));
    }
    Ok(source.replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
}

fn pieces_of(value: &Value) -> Vec<Piece> {
    match &value.kind {
        Kind::String(literal) => vec![Piece::Literal(literal.clone())],
        Kind::Composite(composite) => composite.pieces.clone(),
        _ => vec![Piece::Hole(value.clone())],
    }
}

fn join(args: &[Value], context: &Context<'_>) -> Result {
    let (separator, lists) = args.split_first().ok_or_else(|| Error::new("a separator is required"))?;
    if lists.is_empty() {
        return Err(Error::new("at least one list is required"));
    }
    let between = pieces_of(separator);
    let mut pieces = Vec::new();
    let mut first = true;
    for list in lists {
        let (items, rest) = match list.as_seq() {
            Some(seq) => (seq.items.as_slice(), seq.rest.as_ref().map(|r| (r.prefix, r.why.clone()))),
            None => return Ok(unknown_from(Type::String, args)),
        };
        if let Some((0, why)) = rest {
            return Ok(Value::unknown(Type::String, unknown_from(Type::String, args).why().map_or(why.clone(), |w| w)));
        }
        let certain = rest.as_ref().map_or(items.len(), |(prefix, _)| *prefix);
        for item in items.iter().take(certain) {
            if item.is_null() {
                return Err(Error::new("an element is null"));
            }
            if !std::mem::take(&mut first) {
                pieces.extend(between.iter().cloned());
            }
            pieces.extend(pieces_of(item));
        }
        if let Some((_, why)) = rest {
            pieces.push(Piece::Hole(Value::unknown(Type::String, why)));
        }
    }
    context.budget.spend(pieces.len())?;
    let bytes = |p: &Piece| if let Piece::Literal(literal) = p { literal.len() } else { 0 };
    if pieces.iter().map(bytes).sum::<usize>() > MAX_TEXT {
        return Err(Error::limit("text is longer than the limit allows"));
    }
    Ok(Value::pieces(pieces))
}

fn split(args: &[Value], _: &Context<'_>) -> Result {
    let (separator, source) = (text(args, 0), text(args, 1));
    let items = match separator {
        "" => source.chars().map(|c| Value::from(c.to_string())).collect(),
        separator => source.split(separator).map(Value::from).collect(),
    };
    Ok(Value::list(items, Type::String))
}

fn substr(args: &[Value], _: &Context<'_>) -> Result {
    let source = text(args, 0);
    let (mut offset, length) = (whole(args, 1)?, whole(args, 2)?);
    if offset < 0 {
        offset += i64::try_from(source.graphemes(true).count()).unwrap_or(i64::MAX);
    } else if length == 0 {
        return Ok("".into());
    }
    let skipped = source.graphemes(true).skip(usize::try_from(offset).unwrap_or(0));
    let taken = match usize::try_from(length) {
        Ok(0) | Err(_) => usize::MAX,
        Ok(length) => length,
    };
    Ok(skipped.take(taken).collect::<String>().into())
}
