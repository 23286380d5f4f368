//! Timestamps: formatting, adding, comparing. What asks the clock is unknown.

use super::duration::{Fields, Instant, offset_text, parse_duration};
use super::signature::{Context, Function, STRING, Shape, impure, text};
use crate::value::{Error, Number, Result, Type, Value};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("formatdate", &[STRING, STRING], Shape::String, formatdate),
    Function::new("plantimestamp", &[], Shape::String, |_, c| Ok(impure("plantimestamp", Type::String, c))),
    Function::new("timeadd", &[STRING, STRING], Shape::String, |args, _| {
        let start = instant(args, 0)?;
        let duration = parse_duration(text(args, 1)).ok_or_else(|| Error::new("a duration like 1h30m is required"))?;
        let end = start.plus(duration).ok_or_else(|| Error::new("the time is outside the supported range"))?;
        Ok(end.rfc3339().into())
    }),
    Function::new("timecmp", &[STRING, STRING], Shape::Number, |args, _| {
        let order = instant(args, 0)?.compare(instant(args, 1)?);
        Ok(Value::from(Number::from(order as i64)))
    }),
    Function::new("timestamp", &[], Shape::String, |_, c| Ok(impure("timestamp", Type::String, c))),
];

fn instant(args: &[Value], index: usize) -> Result<Instant> {
    Instant::parse(text(args, index)).ok_or_else(|| Error::new("an RFC 3339 timestamp is required"))
}

fn formatdate(args: &[Value], _: &Context<'_>) -> Result {
    let fields = instant(args, 1)?.fields();
    let mut rest = text(args, 0);
    let mut out = String::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => literal(rest, &mut out)?,
            c if c.is_ascii_alphabetic() => {
                let length = rest.chars().take_while(|c| *c == first).count();
                out.push_str(&verb(first, length, &fields)?);
                length
            }
            c => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or("");
    }
    Ok(out.into())
}

/// A quoted literal; two quotes are one. Gives its length.
fn literal(source: &str, out: &mut String) -> Result<usize> {
    if source.starts_with("''") {
        out.push('\'');
        return Ok(2);
    }
    let mut chars = source.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            out.push(c);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            out.push('\'');
        } else {
            return Ok(at + 1);
        }
    }
    Err(Error::new("a quoted literal does not end"))
}

fn named(names: &[&str], index: i64, short: bool) -> String {
    let name = usize::try_from(index).ok().and_then(|i| names.get(i)).copied().unwrap_or("");
    (if short { name.get(..3).unwrap_or(name) } else { name }).to_owned()
}

fn verb(verb: char, length: usize, f: &Fields) -> Result<String> {
    let twelve = if f.hour % 12 == 0 { 12 } else { f.hour % 12 };
    let number = |value: i64| match length {
        1 => Ok(value.to_string()),
        2 => Ok(format!("{value:02}")),
        _ => Err(Error::new("invalid verb in the date format")),
    };
    match (verb, length) {
        ('Y', 2) => Ok(format!("{:02}", f.year % 100)),
        ('Y', 4) => Ok(format!("{:04}", f.year)),
        ('M', 3 | 4) => Ok(named(&MONTHS, f.month - 1, length == 3)),
        ('M', _) => number(f.month),
        ('D', _) => number(f.day),
        ('E', 3 | 4) => Ok(named(&WEEKDAYS, f.weekday, length == 3)),
        ('h', _) => number(f.hour),
        ('H', _) => number(twelve),
        ('A', 2) => Ok(if f.hour < 12 { "AM" } else { "PM" }.to_owned()),
        ('a', 2) => Ok(if f.hour < 12 { "am" } else { "pm" }.to_owned()),
        ('m', _) => number(f.minute),
        ('s', _) => number(f.second),
        ('Z', 1) if f.offset == 0 => Ok("Z".to_owned()),
        ('Z', 3) if f.offset == 0 => Ok("UTC".to_owned()),
        ('Z', 3 | 4) => Ok(offset_text(f.offset, "")),
        ('Z', 1 | 5) => Ok(offset_text(f.offset, ":")),
        _ => Err(Error::new("invalid verb in the date format")),
    }
}
