//! Moments as documents write them. It knows no clock.

use jiff::Timestamp;

/// `2026-01-01T00:00:00`, in UTC.
pub(crate) fn stamp(moment: i64) -> String {
    let timestamp = Timestamp::from_second(moment).unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2026-01-01 00:00 UTC`, for people.
pub(crate) fn minute(moment: i64) -> String {
    let timestamp = Timestamp::from_second(moment).unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
