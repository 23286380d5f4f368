//! Sets of numbers as sorted intervals: addresses, numbers and dates of conditions.
//!
//! Must not know operators or keys. Numbers are kept as integers: a signed number with nine decimals, a date in milliseconds, an
//! address as IPv6 (IPv4 in its mapped range), all shifted into `u128`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;

const ZERO: u128 = 1 << 127;
const DECIMALS: u32 = 9;
const V4: u128 = 0xffff << 32;

/// A set of `u128` as disjoint closed intervals in ascending order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ranges(Vec<(u128, u128)>);

impl Ranges {
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn between(low: u128, high: u128) -> Self {
        Self(if low <= high { vec![(low, high)] } else { Vec::new() })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, value: u128) -> bool {
        self.0.iter().any(|(low, high)| (*low..=*high).contains(&value))
    }

    pub(crate) fn complement(&self) -> Self {
        let mut out = Vec::new();
        let mut next = Some(0u128);
        for (low, high) in &self.0 {
            if let Some(start) = next
                && start < *low
            {
                out.push((start, low - 1));
            }
            next = high.checked_add(1);
        }
        if let Some(start) = next {
            out.push((start, u128::MAX));
        }
        Self(out)
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut all: Vec<(u128, u128)> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut out: Vec<(u128, u128)> = Vec::new();
        for (low, high) in all {
            match out.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => out.push((low, high)),
            }
        }
        Self(out)
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        for (low, high) in &self.0 {
            for (from, to) in &other.0 {
                let (start, end) = (*low.max(from), *high.min(to));
                if start <= end {
                    out.push((start, end));
                }
            }
        }
        out.sort_unstable();
        Self(out)
    }

    /// Whether some interval is wider than a /8 of IPv4 addresses, or a /32 of IPv6 addresses.
    pub(crate) fn is_wide(&self) -> bool {
        self.0.iter().any(|(low, high)| {
            let size = high.saturating_sub(*low);
            if *low >= V4 && *high <= V4 | 0xffff_ffff { size >= 1 << 24 } else { size >= 1 << 96 }
        })
    }

    pub(crate) fn intervals(&self) -> &[(u128, u128)] {
        &self.0
    }
}

/// What the numbers of a set stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scale {
    Number,
    Date,
    Address,
}

impl Scale {
    /// Everything that a request could hold.
    pub(crate) fn everything(self) -> Ranges {
        match self {
            Self::Number => Ranges::between(ZERO - 10u128.pow(27), ZERO + 10u128.pow(27)),
            Self::Date => Ranges::between(ZERO, ZERO + 253_402_207_200_000),
            Self::Address => {
                Ranges::between(V4, V4 | 0xffff_ffff).union(&Ranges::between(1 << 125, (1 << 125) | ((1 << 125) - 1)))
            }
        }
    }

    /// The value of a request, or a single value of a policy.
    pub(crate) fn read(self, text: &str) -> Option<u128> {
        match self {
            Self::Number => number(text),
            Self::Date => date(text),
            Self::Address => text.parse().ok().map(address),
        }
    }

    /// Writes a value as a request would hold it.
    pub(crate) fn write(self, value: u128) -> String {
        match self {
            Self::Number => write_number(value),
            Self::Date => {
                let milliseconds = i64::try_from(value.saturating_sub(ZERO)).unwrap_or_default();
                Timestamp::from_millisecond(milliseconds)
                    .map_or_else(|_| milliseconds.to_string(), |time| time.to_string())
            }
            Self::Address if value >> 32 == 0xffff => {
                Ipv4Addr::from(u32::try_from(value & 0xffff_ffff).unwrap_or_default()).to_string()
            }
            Self::Address => Ipv6Addr::from(value).to_string(),
        }
    }

    /// A member of the set that reads well, if the set has one.
    pub(crate) fn pick(self, set: &Ranges) -> Option<u128> {
        let set = set.intersection(&self.everything());
        let liked: &[&str] = match self {
            Self::Number => &["1", "0", "100"],
            Self::Date => &["2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z"],
            Self::Address => &["198.51.100.7", "203.0.113.7", "8.8.8.8", "10.0.0.7", "2001:db8::7", "2600::7"],
        };
        let liked = liked.iter().filter_map(|text| self.read(text)).find(|value| set.contains(*value));
        liked.or_else(|| {
            let unit = match self {
                Self::Number => 10u128.pow(DECIMALS),
                Self::Date => 1000,
                Self::Address => 1,
            };
            let round = set.intervals().iter().find_map(|(low, high)| {
                let up = low.div_ceil(unit) * unit;
                let shifted = up + (ZERO % unit);
                [shifted.saturating_sub(unit), shifted].into_iter().find(|value| value >= low && value <= high)
            });
            round.or_else(|| set.intervals().first().map(|(low, _)| *low))
        })
    }
}

/// The block of a CIDR or a single address, as numbers, with its length in bits of its own version.
pub(crate) fn cidr(text: &str) -> Option<(u128, u128, IpAddr, u32)> {
    let (base, length) = match text.split_once('/') {
        Some((base, length)) => (base, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let ip: IpAddr = base.trim().parse().ok()?;
    let (width, value) = match ip {
        IpAddr::V4(_) => (32, address(ip)),
        IpAddr::V6(_) => (128, address(ip)),
    };
    let length = length.unwrap_or(width);
    let free = width.checked_sub(length)?;
    let mask = if free == 128 { u128::MAX } else { (1u128 << free) - 1 };
    Some((value & !mask, value | mask, ip, length))
}

fn address(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => V4 | u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

fn number(text: &str) -> Option<u128> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let wellformed = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || part.len() > DECIMALS as usize || !wellformed(whole) || !wellformed(part)
    {
        return None;
    }
    let fraction: u128 = format!("{part:0<9}").parse().ok()?;
    let magnitude = whole.parse::<u128>().ok()? * 10u128.pow(DECIMALS) + fraction;
    Some(if negative { ZERO - magnitude } else { ZERO + magnitude })
}

fn write_number(value: u128) -> String {
    let (sign, magnitude) = if value >= ZERO { ("", value - ZERO) } else { ("-", ZERO - value) };
    let unit = 10u128.pow(DECIMALS);
    let fraction = format!("{:09}", magnitude % unit);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", magnitude / unit)
}

/// Dates as the W3C profiles of ISO 8601, or seconds since 1970:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
fn date(text: &str) -> Option<u128> {
    let text = text.trim();
    let milliseconds = if let Ok(seconds) = text.parse::<i64>() {
        seconds.checked_mul(1000)?
    } else if let Ok(time) = text.parse::<Timestamp>() {
        time.as_millisecond()
    } else {
        let day: jiff::civil::Date = text.trim_end_matches('Z').parse().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_millisecond()
    };
    u128::try_from(milliseconds).ok().map(|value| ZERO + value)
}
