//! `format` and `formatlist`: verbs as in `printf`. An unknown argument leaves a hole in the text.
//! Verbs: <https://developer.hashicorp.com/terraform/language/functions/format>

use num_bigint::{BigInt, Sign};
use unicode_segmentation::UnicodeSegmentation;

use super::json;
use super::signature::{Context, Function, RAW, STRING, Shape, text};
use crate::eval::{MAX_TEXT, unknown_from};
use crate::value::{Class, Error, Kind, Number, Piece, Result, Type, Value, Why, convert};

const MAX_WIDTH: usize = 10_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("format", &[STRING], Shape::String, format).rest(RAW),
    Function::new("formatlist", &[STRING], Shape::Strings, formatlist).rest(RAW),
];

/// One parsed verb.
#[derive(Clone, Copy, Default)]
struct Verb {
    argument: usize,
    mode: char,
    zero: bool,
    sharp: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

impl Verb {
    fn is_plain(self) -> bool {
        self.width.is_none() && self.precision.is_none() && !self.sharp
    }
}

/// A null of no type makes Terraform give up on knowing the text.
fn untyped_null(args: &[Value], ty: Type, context: &Context<'_>) -> Option<Value> {
    let untyped = args.iter().any(|a| matches!(a.kind, Kind::Null(Type::Dynamic)));
    untyped.then(|| Value::unknown(ty, Why::new(Class::Problem, "null cannot be formatted", context.origin)))
}

fn format(args: &[Value], context: &Context<'_>) -> Result {
    match untyped_null(args, Type::String, context) {
        Some(unknown) => Ok(unknown),
        None => formatted(text(args, 0), args.get(1..).unwrap_or(&[])),
    }
}

fn formatted(format: &str, args: &[Value]) -> Result {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    let mut next = 1;
    let mut highest = 0;
    let mut size = format.len();
    while let Some(at) = rest.find('%') {
        literal.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at + 1..).unwrap_or("");
        if let Some(after) = rest.strip_prefix('%') {
            literal.push('%');
            rest = after;
            continue;
        }
        let (verb, after) = parse(rest, next).ok_or_else(|| Error::new("invalid verb in the format"))?;
        rest = after;
        highest = highest.max(verb.argument);
        next = verb.argument + 1;
        let argument = verb.argument.checked_sub(1).and_then(|i| args.get(i));
        let argument = argument.ok_or_else(|| Error::new("not enough arguments for the format"))?;
        match append(verb, argument)? {
            Ok(text) => literal.push_str(&text),
            Err(hole) => {
                pieces.push(Piece::Literal(std::mem::take(&mut literal).into()));
                pieces.extend(hole);
            }
        }
        size += literal.len();
        if literal.len() > MAX_TEXT || size > MAX_TEXT * 8 {
            return Err(Error::limit("text is longer than the limit allows"));
        }
    }
    if highest < args.len() {
        return Err(Error::new("too many arguments for the format"));
    }
    literal.push_str(rest);
    pieces.push(Piece::Literal(literal.into()));
    Ok(Value::pieces(pieces))
}

fn number(text: &str) -> (Option<usize>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.parse().ok(), rest)
}

/// Flags, width, precision, argument index, mode.
fn parse(text: &str, next: usize) -> Option<(Verb, &str)> {
    let mut verb = Verb { argument: next, ..Verb::default() };
    let mut rest = text;
    loop {
        match rest.chars().next()? {
            '0' => verb.zero = true,
            '#' => verb.sharp = true,
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            ' ' => verb.space = true,
            _ => break,
        }
        rest = rest.get(1..)?;
    }
    (verb.width, rest) = number(rest);
    if let Some(after) = rest.strip_prefix('.') {
        let (precision, after) = number(after);
        verb.precision = Some(precision.unwrap_or(0));
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('[') {
        let (index, after) = number(after);
        verb.argument = index.filter(|i| *i > 0)?;
        rest = after.strip_prefix(']')?;
    }
    verb.mode = rest.chars().next().filter(char::is_ascii_alphabetic)?;
    Some((verb, rest.get(1..)?))
}

type Appended = std::result::Result<String, Vec<Piece>>;

fn append(verb: Verb, argument: &Value) -> Result<Appended> {
    if verb.width.max(verb.precision).unwrap_or(0) > MAX_WIDTH {
        return Err(Error::limit("width larger than the limit allows"));
    }
    if argument.is_null() && verb.mode != 'v' {
        return Err(Error::new("a null value cannot be formatted"));
    }
    match verb.mode {
        'v' => as_is(verb, argument),
        't' => as_type(argument, &Type::Bool, |value| {
            Ok(if value.as_bool() == Some(true) { "true" } else { "false" }.to_owned())
        }),
        'b' | 'd' | 'o' | 'x' | 'X' => as_type(argument, &Type::Number, |value| integer(verb, value)),
        'e' | 'E' | 'f' | 'g' | 'G' => as_type(argument, &Type::Number, |value| float(verb, value)),
        's' | 'q' => as_text(verb, argument),
        _ => Err(Error::new("unsupported verb in the format")),
    }
}

fn hole(value: &Value) -> Appended {
    match &value.kind {
        Kind::Composite(composite) => Err(composite.pieces.clone()),
        _ => Err(vec![Piece::Hole(value.clone())]),
    }
}

fn as_type(argument: &Value, ty: &Type, write: impl Fn(&Value) -> Result<String>) -> Result<Appended> {
    let value = convert(argument, ty)?;
    if value.has_unknown() {
        return Ok(hole(&unknown_from(Type::String, [&value])));
    }
    write(&value).map(Ok)
}

fn as_is(verb: Verb, argument: &Value) -> Result<Appended> {
    let written = match &argument.kind {
        Kind::Unknown(_) if verb.is_plain() => return Ok(hole(argument)),
        Kind::Unknown(_) => return Ok(hole(&unknown_from(Type::String, [argument]))),
        Kind::String(_) | Kind::Composite(_) if !verb.sharp => argument.clone(),
        Kind::Number(number) if !verb.sharp => number.to_general(None).into(),
        _ => json::encode(argument)?,
    };
    Ok(match written.as_str() {
        Some(known) => Ok(padded(verb, known)),
        None if verb.is_plain() || verb.width.is_none() => hole(&written),
        None => hole(&unknown_from(Type::String, [&written])),
    })
}

fn as_text(verb: Verb, argument: &Value) -> Result<Appended> {
    let value = convert(argument, &Type::String)?;
    let Some(known) = value.as_str() else {
        let plain = verb.is_plain() && verb.mode == 's';
        return Ok(if plain { hole(&value) } else { hole(&unknown_from(Type::String, [&value])) });
    };
    let cut: String = match verb.precision {
        Some(count) if count > 0 => known.graphemes(true).take(count).collect(),
        _ => known.to_owned(),
    };
    let text = if verb.mode == 'q' { json::quoted(&cut) } else { cut };
    Ok(Ok(padded(verb, &text)))
}

fn padded(verb: Verb, text: &str) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
    let pad = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus { format!("{text}{pad}") } else { format!("{pad}{text}") }
}

fn sign(verb: Verb, negative: bool) -> &'static str {
    match (negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// Pads a number: zeros go between its sign or prefix and its digits.
fn aligned(verb: Verb, prefix: &str, digits: &str, zeros: bool) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(prefix.len() + digits.len());
    match (verb.minus, zeros) {
        (true, _) => format!("{prefix}{digits}{}", " ".repeat(missing)),
        (false, true) => format!("{prefix}{}{digits}", "0".repeat(missing)),
        (false, false) => format!("{}{prefix}{digits}", " ".repeat(missing)),
    }
}

fn integer(verb: Verb, value: &Value) -> Result<String> {
    let number =
        value.as_number().filter(|n| n.is_integer()).ok_or_else(|| Error::new("a whole number is required"))?;
    let whole: BigInt = number.truncated();
    let (radix, base) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = whole.magnitude().to_str_radix(radix);
    if verb.mode == 'X' {
        digits = digits.to_uppercase();
    }
    if let Some(precision) = verb.precision {
        let missing = precision.saturating_sub(digits.len());
        digits = if precision == 0 && digits == "0" { String::new() } else { "0".repeat(missing) + &digits };
    }
    let prefix = format!("{}{}", sign(verb, whole.sign() == Sign::Minus), if verb.sharp { base } else { "" });
    Ok(aligned(verb, &prefix, &digits, verb.zero && verb.precision.is_none()))
}

fn float(verb: Verb, value: &Value) -> Result<String> {
    let number: &Number = value.as_number().ok_or_else(|| Error::new("a number is required"))?;
    let magnitude = number.absolute();
    let digits = match verb.mode {
        'f' => magnitude.to_fixed(verb.precision.unwrap_or(6)),
        'e' | 'E' => magnitude.to_scientific(Some(verb.precision.unwrap_or(6))),
        _ => magnitude.to_general(verb.precision),
    };
    let digits = if verb.mode.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
    Ok(aligned(verb, sign(verb, number.is_negative()), &digits, verb.zero))
}

fn formatlist(args: &[Value], context: &Context<'_>) -> Result {
    let (format, args) = (text(args, 0), args.get(1..).unwrap_or(&[]));
    if let Some(unknown) = untyped_null(args, Type::list(Type::String), context) {
        return Ok(unknown);
    }
    let mut length = None;
    for argument in args {
        match (&argument.kind, argument.as_seq()) {
            (_, Some(seq)) if seq.rest.is_some() => return Ok(unknown_from(Type::list(Type::String), args)),
            (Kind::Unknown(unknown), _) if !unknown.ty.is_primitive() => {
                return Ok(unknown_from(Type::list(Type::String), args));
            }
            (_, Some(seq)) if length.is_some_and(|l| l != seq.items.len()) => {
                return Err(Error::new("the lists have different lengths"));
            }
            (_, Some(seq)) => length = Some(seq.items.len()),
            _ => {}
        }
    }
    let mut items = Vec::new();
    for position in 0..length.unwrap_or(1) {
        context.budget.spend(1)?;
        let row: Vec<Value> =
            args.iter().map(|a| a.as_seq().and_then(|s| s.items.get(position)).unwrap_or(a).clone()).collect();
        items.push(formatted(format, &row)?);
    }
    Ok(Value::list(items, Type::String))
}
