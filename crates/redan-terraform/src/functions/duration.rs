//! Instants and durations, without a clock. Years are those of the proleptic Gregorian calendar.
//! Text forms: RFC 3339, <https://pkg.go.dev/time#ParseDuration>

const DAY: i64 = 86_400;

/// A point in time and the offset it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instant {
    /// Seconds since 1970 in UTC.
    seconds: i64,
    nanos: i64,
    /// Seconds east of UTC.
    offset: i64,
}

/// The fields of a point in time as a clock at its place shows them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// 0 is Sunday.
    pub(super) weekday: i64,
    /// Seconds east of UTC.
    pub(super) offset: i64,
}

/// Days since 1970-01-01: <https://howardhinnant.github.io/date_algorithms.html>.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Takes so many digits.
fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let part = text.get(..count).filter(|p| p.bytes().all(|b| b.is_ascii_digit()))?;
    Some((part.parse().ok()?, text.get(count..)?))
}

impl Instant {
    /// `2006-01-02T15:04:05.999-07:00`, in exactly this form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (year, rest) = digits(text, 4)?;
        let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (hour, rest) = digits(rest.strip_prefix('T')?, 2)?;
        let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
        let (second, mut rest) = digits(rest.strip_prefix(':')?, 2)?;
        let mut nanos = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            let shown = fraction.get(..end.min(9)).filter(|f| !f.is_empty())?;
            nanos = format!("{shown:0<9}").parse().ok()?;
            rest = fraction.get(end..)?;
        }
        let offset = match rest {
            "Z" => 0,
            _ => {
                let sign = if rest.starts_with('-') { -1 } else { 1 };
                let (hours, after) = digits(rest.strip_prefix(['+', '-'])?, 2)?;
                let (minutes, end) = digits(after.strip_prefix(':')?, 2)?;
                if !end.is_empty() || hours > 24 || minutes > 59 {
                    return None;
                }
                sign * (hours * 3600 + minutes * 60)
            }
        };
        Self::from_fields(year, month, day, (hour, minute, second), nanos, offset)
    }

    pub(super) fn from_fields(
        year: i64,
        month: i64,
        day: i64,
        (hour, minute, second): (i64, i64, i64),
        nanos: i64,
        offset: i64,
    ) -> Option<Self> {
        let valid = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let seconds = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
        valid.then_some(Self { seconds, nanos, offset })
    }

    pub(super) fn fields(self) -> Fields {
        let local = self.seconds + self.offset;
        let (days, second) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        let weekday = (days + 4).rem_euclid(7);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        Fields { year, month, day, hour, minute, second: second % 60, weekday, offset: self.offset }
    }

    pub(super) fn plus(self, nanos: i64) -> Option<Self> {
        let total = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos) + i128::from(nanos);
        let seconds = i64::try_from(total.div_euclid(1_000_000_000)).ok()?;
        Some(Self { seconds, nanos: i64::try_from(total.rem_euclid(1_000_000_000)).ok()?, offset: self.offset })
    }

    pub(super) fn compare(self, other: Self) -> std::cmp::Ordering {
        (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos))
    }

    pub(super) fn rfc3339(self) -> String {
        let f = self.fields();
        let zone = if f.offset == 0 { "Z".to_owned() } else { offset_text(f.offset, ":") };
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}", f.year, f.month, f.day, f.hour, f.minute, f.second)
    }
}

/// `+01:30` with that separator.
pub(super) fn offset_text(offset: i64, separator: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{separator}{:02}", offset.abs() / 3600, offset.abs() / 60 % 60)
}

/// `-1h30m0.5s` in nanoseconds.
pub(super) fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0_i128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (whole, fraction) = rest.get(..end)?.split_once('.').unwrap_or((rest.get(..end)?, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') || whole.len() > 19 {
            return None;
        }
        rest = rest.get(end..)?;
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit: i128 = match rest.get(..end)? {
            "ns" => 1,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        rest = rest.get(end..)?;
        if !whole.is_empty() {
            total += whole.parse::<i128>().ok()? * unit;
        }
        let shown = fraction.get(..fraction.len().min(18))?;
        if !shown.is_empty() {
            total += shown.parse::<i128>().ok()? * unit / 10_i128.pow(u32::try_from(shown.len()).ok()?);
        }
    }
    i64::try_from(if negative { -total } else { total }).ok()
}
