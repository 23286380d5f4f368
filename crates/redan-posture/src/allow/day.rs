//! Days of the calendar, counted from the first of 1970.

const SECONDS: i64 = 86_400;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day that is written `YYYY-MM-DD`, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            text.get(range).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<i64>().ok()
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let found = Self(count(year, month, day));
        (found.date() == (year, month, day)).then_some(found)
    }

    /// The day of a moment in seconds since 1970, in UTC.
    #[must_use]
    pub const fn of(seconds: i64) -> Self {
        Self(seconds.div_euclid(SECONDS))
    }

    /// The day before.
    pub(crate) const fn before(self) -> Self {
        Self(self.0 - 1)
    }

    /// The inverse of [`count`]: year, month, day.
    const fn date(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        (year + era * 400 + (month <= 2) as i64, month, day)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; the year is counted from March
/// (<https://howardhinnant.github.io/date_algorithms.html#days_from_civil>).
const fn count(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(Day::parse("1970-01-01"), Some(Day(0)));
        assert_eq!(Day::parse("2000-03-01"), Some(Day(11_017)));
        assert_eq!(Day::parse("2026-12-31"), Some(Day::of(1_798_761_599)), "the last second of the day");
        for wrong in ["2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026/01/01", "+026-01-01", ""]
        {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
        for day in (-200_000..200_000).step_by(77) {
            let text = Day(day).to_string();
            assert_eq!(Day::parse(&text), Some(Day(day)), "{text}");
        }
        assert_eq!(Day::parse("2028-03-01").map(Day::before), Day::parse("2028-02-29"));
    }
}
