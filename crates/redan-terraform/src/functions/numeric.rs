//! Numbers: arithmetic, rounding, parsing.

use num_bigint::BigInt;

use super::signature::{ANY, Context, Function, NUMBER, Shape, argument, items, text, whole};
use crate::value::{Error, Kind, Number, Result, Type, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs", &[NUMBER], Shape::Number, |args, _| Ok(number(args, 0)?.absolute().into())),
    Function::new("ceil", &[NUMBER], Shape::Number, |args, _| exact(number(args, 0)?.ceil())),
    Function::new("floor", &[NUMBER], Shape::Number, |args, _| exact(number(args, 0)?.floor())),
    Function::new("log", &[NUMBER, NUMBER], Shape::Number, |args, _| {
        exact(Number::from_f64(number(args, 0)?.to_f64().ln() / number(args, 1)?.to_f64().ln()))
    }),
    Function::new("max", &[], Shape::Number, |args, _| extreme(args, true)).rest(NUMBER),
    Function::new("min", &[], Shape::Number, |args, _| extreme(args, false)).rest(NUMBER),
    Function::new("parseint", &[ANY, NUMBER], Shape::Number, parseint),
    Function::new("pow", &[NUMBER, NUMBER], Shape::Number, |args, _| {
        exact(Number::from_f64(number(args, 0)?.to_f64().powf(number(args, 1)?.to_f64())))
    }),
    Function::new("signum", &[NUMBER], Shape::Number, |args, _| {
        whole(args, 0).map(|v| Value::from(Number::from(v.signum())))
    }),
    Function::new("sum", &[ANY], Shape::Number, sum),
];

fn number(arguments: &[Value], index: usize) -> Result<&Number> {
    argument(arguments, index)?.as_number().ok_or_else(|| Error::new("a number is required"))
}

fn exact(result: Option<Number>) -> Result {
    result.map(Value::from).ok_or_else(|| Error::limit("the result is outside the supported range"))
}

fn extreme(arguments: &[Value], largest: bool) -> Result {
    let numbers = arguments.iter().filter_map(Value::as_number);
    let wanted = if largest { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less };
    let best = numbers.reduce(|best, next| if next.compare(best) == wanted { next } else { best });
    best.map(|n| Value::from(n.clone())).ok_or_else(|| Error::new("at least one number is required"))
}

fn parseint(arguments: &[Value], _: &Context<'_>) -> Result {
    if !matches!(argument(arguments, 0)?.kind, Kind::String(_) | Kind::Composite(_)) {
        return Err(Error::new("the first argument must be text"));
    }
    let base = whole(arguments, 1)?;
    if !(2..=62).contains(&base) {
        return Err(Error::new("base must be between 2 and 62"));
    }
    let source = text(arguments, 0);
    let (negative, digits) = match source.as_bytes().first() {
        Some(b'-') => (true, source.get(1..).unwrap_or("")),
        Some(b'+') => (false, source.get(1..).unwrap_or("")),
        _ => (false, source),
    };
    if digits.is_empty() || digits.len() > 2_000 {
        return Err(Error::new("not a number of that base"));
    }
    let mut value = BigInt::from(0);
    for byte in digits.bytes() {
        let digit = digit(byte, base).ok_or_else(|| Error::new("not a number of that base"))?;
        value = value * base + digit;
    }
    exact(Number::from_integer(&if negative { -value } else { value }))
}

/// Up to base 36 letters of either case count from 10; above, upper case counts from 36.
fn digit(byte: u8, base: i64) -> Option<i64> {
    let value = match byte {
        b'0'..=b'9' => i64::from(byte - b'0'),
        b'a'..=b'z' => i64::from(byte - b'a') + 10,
        b'A'..=b'Z' if base <= 36 => i64::from(byte - b'A') + 10,
        b'A'..=b'Z' => i64::from(byte - b'A') + 36,
        _ => return None,
    };
    (value < base).then_some(value)
}

fn sum(arguments: &[Value], _: &Context<'_>) -> Result {
    if argument(arguments, 0)?.as_seq().is_none() {
        return Err(Error::new("a list, set or tuple of numbers is required"));
    }
    let mut total: Option<Number> = None;
    if items(arguments, 0).is_empty() {
        return Err(Error::new("a sum needs at least one number"));
    }
    for item in items(arguments, 0) {
        let value = convert(item, &Type::Number)?;
        let next = value.as_number().ok_or_else(|| Error::new("an element is null"))?;
        total = match total {
            Some(sum) => sum.add(next),
            None => Some(next.clone()),
        };
        if total.is_none() {
            break;
        }
    }
    exact(total)
}
