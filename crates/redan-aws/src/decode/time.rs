//! Moments, as services write them, in one form: RFC 3339 in UTC.

use jiff::Timestamp;
use jiff::fmt::{rfc2822, strtime};

/// A moment written as ISO 8601, RFC 822 or seconds of the epoch; what is none of them stays as it is.
pub(super) fn normal(text: &str) -> String {
    if let Ok(seconds) = text.parse::<f64>() {
        return of_epoch(seconds).unwrap_or_else(|| text.to_owned());
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return moment.to_string();
    }
    if let Ok(moment) = rfc2822::parse(text) {
        return moment.timestamp().to_string();
    }
    // Some services leave the offset out and mean UTC, or write it without a colon.
    if let Ok(moment) = format!("{text}Z").parse::<Timestamp>() {
        return moment.to_string();
    }
    let other = strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).and_then(|parts| parts.to_timestamp());
    other.map_or_else(|_| text.to_owned(), |moment| moment.to_string())
}

/// Seconds of the epoch, to the microsecond.
pub(super) fn of_epoch(seconds: f64) -> Option<String> {
    let limit = 1e11;
    if !seconds.is_finite() || seconds.abs() > limit {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let micros = (seconds * 1e6).round() as i64;
    Timestamp::from_microsecond(micros).ok().map(|moment| moment.to_string())
}
