//! Decimal digits of binary numbers: exact expansion, shortest form that reads back, rounding, notation.
//! It follows the text conversion of Go's big floats: <https://pkg.go.dev/math/big#Float.Text>

use num_bigint::BigUint;

/// `0.d1d2d3… * 10^point`, without trailing zeros; no digits is zero.
pub(crate) struct Digits {
    negative: bool,
    digits: Vec<u8>,
    point: i64,
}

/// Splits `-12.5e3` into sign, digits and the power of ten they are multiplied with.
pub(crate) fn scan(text: &str) -> Option<(bool, String, i64)> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at)?, exponent(rest.get(at + 1..)?)?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((negative, digits, exponent - i64::try_from(fraction.len()).ok()?))
}

fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl Digits {
    pub(crate) fn from_binary(negative: bool, mantissa: &BigUint, exponent: i64) -> Self {
        let (text, power) = if exponent >= 0 {
            ((mantissa << u64::try_from(exponent).unwrap_or(0)).to_string(), 0)
        } else {
            let fives = u32::try_from(-exponent).unwrap_or(0);
            ((mantissa * BigUint::from(5u8).pow(fives)).to_string(), exponent)
        };
        let mut digits: Vec<u8> = text.bytes().map(|b| b - b'0').collect();
        let point = i64::try_from(digits.len()).unwrap_or(0) + power;
        if mantissa.bits() == 0 {
            digits.clear();
        }
        let mut result = Self { negative, digits, point };
        result.trim();
        result
    }

    pub(crate) fn len(&self) -> usize {
        self.digits.len()
    }

    pub(crate) fn point(&self) -> i64 {
        self.point
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(0)
    }

    /// Keeps `count` digits, rounding half to even.
    pub(crate) fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let next = self.at(count);
        let tie = next == 5 && count + 1 == self.digits.len();
        let up = if tie { count > 0 && self.at(count - 1) % 2 == 1 } else { next >= 5 };
        if up { self.round_up(count) } else { self.round_down(count) }
    }

    pub(crate) fn round_to_place(&mut self, places: usize) {
        let count = self.point + i64::try_from(places).unwrap_or(i64::MAX / 2);
        match usize::try_from(count) {
            Ok(count) => self.round(count),
            Err(_) => {
                self.digits.clear();
                self.point = 0;
            }
        }
    }

    fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        self.trim();
    }

    fn round_up(&mut self, count: usize) {
        self.digits.truncate(count);
        while let Some(last) = self.digits.pop() {
            if last < 9 {
                self.digits.push(last + 1);
                return;
            }
        }
        self.digits.push(1);
        self.point += 1;
    }

    /// The shortest digits that lie closer to this number than to its neighbours of `precision` bits.
    pub(crate) fn shorten(&mut self, mantissa: &BigUint, exponent: i64, precision: u32) {
        if self.digits.is_empty() {
            return;
        }
        let up = u64::from(precision + 1).saturating_sub(mantissa.bits());
        let half = mantissa << up;
        let exponent = exponent - i64::try_from(up).unwrap_or(0);
        let lower = Self::from_binary(false, &(&half - 1u8), exponent);
        let upper = Self::from_binary(false, &(&half + 1u8), exponent);
        let inclusive = !half.bit(1);
        for index in 0..self.digits.len() {
            let (digit, low, high) = (self.at(index), lower.at(index), upper.at(index));
            let down = low != digit || (inclusive && index + 1 == lower.digits.len());
            let may_rise = digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
            match (down, may_rise) {
                (true, true) => return self.round(index + 1),
                (true, false) => return self.round_down(index + 1),
                (false, true) => return self.round_up(index + 1),
                (false, false) => {}
            }
        }
    }

    pub(crate) fn to_plain(&self) -> String {
        let places = i64::try_from(self.digits.len()).unwrap_or(0) - self.point;
        self.to_fixed(usize::try_from(places).unwrap_or(0))
    }

    pub(crate) fn to_fixed(&self, places: usize) -> String {
        let mut out = String::new();
        if self.negative && !self.digits.is_empty() {
            out.push('-');
        }
        let whole = usize::try_from(self.point).unwrap_or(0);
        if whole == 0 {
            out.push('0');
        }
        out.extend((0..whole).map(|i| char::from(b'0' + self.at(i))));
        if places > 0 {
            out.push('.');
            for place in 0..places {
                let index = self.point + i64::try_from(place).unwrap_or(0);
                out.push(char::from(b'0' + usize::try_from(index).map_or(0, |i| self.at(i))));
            }
        }
        out
    }

    pub(crate) fn to_scientific(&self, places: Option<usize>) -> String {
        let places = places.unwrap_or(self.digits.len().saturating_sub(1));
        let mut out = String::new();
        if self.negative && !self.digits.is_empty() {
            out.push('-');
        }
        out.push(char::from(b'0' + self.at(0)));
        if places > 0 {
            out.push('.');
            out.extend((1..=places).map(|i| char::from(b'0' + self.at(i))));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        out + &format!("e{sign}{:02}", exponent.abs())
    }
}
