//! Dates: ISO 8601 times and durations, .NET's formats.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date>

use super::{Call, Fault, Outcome, wrong};
use redan_model::{ReasonClass, Unknown, Value};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "datetimeadd" => add(call),
        "datetimefromepoch" => call.int(0).and_then(|seconds| Ok(Value::text(&Time::of(seconds)?.format(ISO)))),
        "datetimetoepoch" => call.text(0).and_then(|text| Ok(Value::Int(Time::read(&text)?.0.seconds()))),
        _ => return None,
    })
}

const ISO: &str = "yyyy-MM-ddTHH:mm:ssZ";
const SECONDS_OF_DAY: i64 = 86_400;

/// A time in UTC.
#[derive(Clone, Copy)]
struct Time {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn length_of(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_of(next_year, next, 1) - days_of(year, month, 1)
}

impl Time {
    /// The time so many seconds after 1970; within the years 1 to 9999.
    fn of(seconds: i64) -> Result<Self, Fault> {
        if !(-62_135_596_800..=253_402_300_799).contains(&seconds) {
            return wrong("the time is not between the years 1 and 9999");
        }
        let days = seconds.div_euclid(SECONDS_OF_DAY) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Ok(Self { year, month, day, second_of_day: seconds.rem_euclid(SECONDS_OF_DAY) })
    }

    fn seconds(self) -> i64 {
        days_of(self.year, self.month, self.day) * SECONDS_OF_DAY + self.second_of_day
    }

    /// Reads a time, and says in which format it was written.
    fn read(text: &str) -> Result<(Self, Written), Fault> {
        let refused = || Fault::Wrong(format!("{text:?} is no time in ISO 8601"));
        let mut digits = Digits { rest: text.trim() };
        let year = digits.number(4).ok_or_else(refused)?;
        let dashed = digits.eat("-");
        let month = digits.number(2).ok_or_else(refused)?;
        let _ = digits.eat("-");
        let day = digits.number(2).ok_or_else(refused)?;
        let spaced = digits.rest.starts_with(' ');
        let (mut second_of_day, mut offset) = (0, 0);
        if digits.eat("T") || digits.eat("t") || digits.eat(" ") {
            let hour = digits.number(2).ok_or_else(refused)?;
            let _ = digits.eat(":");
            let minute = digits.number(2).ok_or_else(refused)?;
            let _ = digits.eat(":");
            let second = digits.number(2).unwrap_or(0);
            if digits.eat(".") {
                digits.skip_digits();
            }
            second_of_day = hour * 3600 + minute * 60 + second;
            offset = digits.offset().ok_or_else(refused)?;
        }
        let valid = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=length_of(year, month)).contains(&day)
            && (0..SECONDS_OF_DAY).contains(&second_of_day)
            && digits.rest.is_empty();
        if !valid {
            return Err(refused());
        }
        let local = Self { year, month, day, second_of_day };
        let written = match (dashed, spaced) {
            (true, true) => Written::General,
            (true, false) => Written::Iso,
            (false, _) => Written::Compact,
        };
        Ok((Self::of(local.seconds() - offset)?, written))
    }

    fn plus_months(self, months: i64) -> Self {
        let all = self.year * 12 + self.month - 1 + months;
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        Self { year, month, day: self.day.min(length_of(year, month)), ..self }
    }

    /// The time in one of .NET's custom formats.
    fn format(self, pattern: &str) -> String {
        let (hour, minute, second) = (self.second_of_day / 3600, self.second_of_day / 60 % 60, self.second_of_day % 60);
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            let run = rest.chars().take_while(|next| *next == first).count();
            let (token, after) = rest.split_at(run * first.len_utf8());
            rest = after;
            match first {
                'y' if run >= 3 => out.push_str(&format!("{:04}", self.year)),
                'y' => out.push_str(&format!("{:02}", self.year % 100)),
                'M' => out.push_str(&format!("{:0run$}", self.month, run = run.min(2))),
                'd' => out.push_str(&format!("{:0run$}", self.day, run = run.min(2))),
                'H' => out.push_str(&format!("{hour:0run$}", run = run.min(2))),
                'h' => out.push_str(&format!("{twelve:0run$}", run = run.min(2))),
                'm' => out.push_str(&format!("{minute:0run$}", run = run.min(2))),
                's' => out.push_str(&format!("{second:0run$}", run = run.min(2))),
                'f' => out.push_str(&"0".repeat(run)),
                't' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
                '\'' => {
                    let (quoted, after) = rest.split_once('\'').unwrap_or((rest, ""));
                    out.push_str(quoted);
                    rest = after;
                }
                _ => out.push_str(token),
            }
        }
        out
    }
}

/// How a time was written.
#[derive(Clone, Copy)]
enum Written {
    Iso,
    Compact,
    /// With a space: .NET gives it back in its general format.
    General,
}

struct Digits<'a> {
    rest: &'a str,
}

impl Digits<'_> {
    fn number(&mut self, count: usize) -> Option<i64> {
        let digits = self.rest.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        self.rest = self.rest.get(count..)?;
        digits.parse().ok()
    }

    fn eat(&mut self, text: &str) -> bool {
        let after = self.rest.strip_prefix(text);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn skip_digits(&mut self) {
        self.rest = self.rest.trim_start_matches(|character: char| character.is_ascii_digit());
    }

    /// Seconds ahead of UTC.
    fn offset(&mut self) -> Option<i64> {
        if self.rest.is_empty() || self.eat("Z") || self.eat("z") {
            return Some(0);
        }
        let sign = if self.eat("+") {
            1
        } else if self.eat("-") {
            -1
        } else {
            return None;
        };
        let hours = self.number(2)?;
        let _ = self.eat(":");
        Some(sign * (hours * 3600 + self.number(2)? * 60))
    }
}

/// A duration of ISO 8601: months and seconds.
fn duration(text: &str) -> Result<(i64, i64), Fault> {
    let refused = || Fault::Wrong(format!("{text:?} is no duration in ISO 8601"));
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut rest = rest.strip_prefix('P').ok_or_else(refused)?;
    let (mut months, mut seconds, mut in_time) = (0_i64, 0_i64, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (in_time, rest) = (true, after);
            continue;
        }
        let digits = rest.find(|character: char| !character.is_ascii_digit()).ok_or_else(refused)?;
        let (number, after) = rest.split_at(digits);
        let count: i64 = number.parse().map_err(|_| refused())?;
        let count = count.min(100_000_000_000);
        let unit = after.chars().next().ok_or_else(refused)?;
        rest = after.get(unit.len_utf8()..).unwrap_or_default();
        match (in_time, unit) {
            (false, 'Y') => months += count.saturating_mul(12),
            (false, 'M') => months += count,
            (false, 'W') => seconds += count * 7 * SECONDS_OF_DAY,
            (false, 'D') => seconds += count * SECONDS_OF_DAY,
            (true, 'H') => seconds += count * 3600,
            (true, 'M') => seconds += count * 60,
            (true, 'S') => seconds += count,
            _ => return Err(refused()),
        }
    }
    if months > 120_000 {
        return Err(refused());
    }
    Ok((sign * months, sign * seconds))
}

fn add(call: &Call<'_>) -> Outcome {
    let (base, written) = Time::read(&call.text(0)?)?;
    let (months, seconds) = duration(&call.text(1)?)?;
    let moved = base.plus_months(months);
    let time = Time::of(moved.seconds().saturating_add(seconds))?;
    let given = call.arguments.get(2).map(|_| call.text(2)).transpose()?;
    let pattern = match (given.as_ref().map(|given| given.as_str()), written) {
        (Some("u"), _) => "yyyy-MM-dd HH:mm:ssZ",
        (Some("s"), _) => "yyyy-MM-ddTHH:mm:ss",
        (Some("o" | "O"), _) => "yyyy-MM-ddTHH:mm:ss.fffffffZ",
        (Some("d"), _) => "MM/dd/yyyy",
        (Some("G"), _) => "MM/dd/yyyy HH:mm:ss",
        (Some(letter), _) if letter.chars().count() == 1 => return Err(unsupported(call, letter)),
        (Some(pattern), _) if pattern.contains("ddd") || pattern.contains("MMM") => {
            return Err(unsupported(call, pattern));
        }
        (Some(pattern), _) => pattern,
        (None, Written::Iso) => ISO,
        (None, Written::Compact) => "yyyyMMddTHHmmssZ",
        (None, Written::General) => "M/d/yyyy h:mm:ss tt",
    };
    Ok(Value::text(&time.format(pattern)))
}

fn unsupported(call: &Call<'_>, pattern: &str) -> Fault {
    Fault::Unknown(Unknown::new(ReasonClass::Unsupported, &format!("the time format {pattern}"), call.origin))
}
