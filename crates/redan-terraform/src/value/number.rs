//! Numbers as Terraform has them: binary floating point of up to 512 bits, rounded half to even, printed as the shortest
//! decimal that reads back as the same number. Small integers take a fast path. It knows nothing of values or types.
//! Semantics: <https://pkg.go.dev/math/big#Float>; precisions: <https://github.com/zclconf/go-cty/blob/main/cty/value_init.go>

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::{BigInt, BigUint, Sign};

use super::decimal;

/// Bits of a number that comes from text.
pub(crate) const TEXT_PRECISION: u32 = 512;
const INT_PRECISION: u32 = 64;
const FLOAT_PRECISION: u32 = 53;
/// Largest binary exponent that is kept: beyond it a number is refused, so that no text grows without bound.
const MAX_EXPONENT: i64 = 1 << 13;
const MAX_DIGITS: usize = 2_000;

/// A number and the number of bits it was computed with.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    repr: Repr,
    precision: u32,
}

#[derive(Clone, Debug)]
enum Repr {
    Int(i64),
    /// Never a value that fits `Int`.
    Big(Arc<Big>),
}

/// `(-1)^negative * mantissa * 2^exponent`, the mantissa odd.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Big {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self { repr: Repr::Int(value), precision: INT_PRECISION }
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Equal
    }
}

impl Number {
    /// Reads `-12.5e3`; nothing else is a number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(value) = small_integer(text) {
            return Some(Self { repr: Repr::Int(value), precision: TEXT_PRECISION });
        }
        let (negative, digits, exponent) = decimal::scan(text)?;
        if digits.len() > MAX_DIGITS || exponent.abs() > MAX_EXPONENT / 4 {
            return None;
        }
        let mantissa = BigUint::parse_bytes(digits.as_bytes(), 10)?;
        let power = BigUint::from(10u8).pow(u32::try_from(exponent.unsigned_abs()).ok()?);
        if exponent >= 0 {
            Self::rounded(negative, mantissa * power, 0, false, TEXT_PRECISION)
        } else {
            Self::quotient(negative, &mantissa, &power, 0, TEXT_PRECISION)
        }
    }

    pub(crate) fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = i64::try_from((bits >> 52) & 0x7ff).ok()?;
        let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased - 1075) };
        Self::rounded(value < 0.0, BigUint::from(mantissa), exponent, false, FLOAT_PRECISION)
    }

    pub(crate) fn from_integer(value: &BigInt) -> Option<Self> {
        let bits = u32::try_from(value.bits()).ok()?;
        Self::rounded(value.sign() == Sign::Minus, value.magnitude().clone(), 0, false, bits.max(INT_PRECISION))
    }

    pub(crate) fn to_f64(&self) -> f64 {
        match &self.repr {
            Repr::Int(value) => *value as f64,
            Repr::Big(_) => self.to_string().parse().unwrap_or(f64::INFINITY),
        }
    }

    /// The value if it is a whole number of 64 bits.
    pub(crate) fn to_i64(&self) -> Option<i64> {
        match &self.repr {
            Repr::Int(value) => Some(*value),
            Repr::Big(_) => None,
        }
    }

    pub(crate) fn to_usize(&self) -> Option<usize> {
        self.to_i64().and_then(|v| usize::try_from(v).ok())
    }

    pub(crate) fn is_integer(&self) -> bool {
        match &self.repr {
            Repr::Int(_) => true,
            Repr::Big(big) => big.exponent >= 0,
        }
    }

    pub(crate) fn is_negative(&self) -> bool {
        match &self.repr {
            Repr::Int(value) => *value < 0,
            Repr::Big(big) => big.negative,
        }
    }

    /// The whole part, towards zero.
    pub(crate) fn truncated(&self) -> BigInt {
        let big = self.big();
        let magnitude = if big.exponent >= 0 {
            big.mantissa.clone() << shift(big.exponent)
        } else {
            big.mantissa.clone() >> shift(-big.exponent)
        };
        BigInt::from_biguint(if big.negative { Sign::Minus } else { Sign::Plus }, magnitude)
    }

    pub(crate) fn floor(&self) -> Option<Self> {
        let whole = self.truncated();
        let whole = if self.is_negative() && !self.is_integer() { whole - 1 } else { whole };
        Self::from_integer(&whole)
    }

    pub(crate) fn ceil(&self) -> Option<Self> {
        let whole = self.truncated();
        let whole = if !self.is_negative() && !self.is_integer() { whole + 1 } else { whole };
        Self::from_integer(&whole)
    }

    pub(crate) fn negated(&self) -> Self {
        let repr = match &self.repr {
            Repr::Int(value) => match value.checked_neg() {
                Some(v) => Repr::Int(v),
                None => Repr::Big(Arc::new(Big { negative: false, ..self.big() })),
            },
            Repr::Big(big) => Repr::Big(Arc::new(Big { negative: !big.negative, ..(**big).clone() })),
        };
        Self { repr, precision: self.precision }
    }

    pub(crate) fn absolute(&self) -> Self {
        if self.is_negative() { self.negated() } else { self.clone() }
    }

    pub(crate) fn add(&self, other: &Self) -> Option<Self> {
        let precision = self.precision.max(other.precision);
        if let Some(sum) = self.small(other, i64::checked_add) {
            return Some(sum);
        }
        let (a, b) = (self.big(), other.big());
        let exponent = a.exponent.min(b.exponent);
        let sum = a.aligned(exponent) + b.aligned(exponent);
        let negative = sum.sign() == Sign::Minus;
        Self::rounded(negative, sum.magnitude().clone(), exponent, false, precision)
    }

    pub(crate) fn subtract(&self, other: &Self) -> Option<Self> {
        self.add(&other.negated())
    }

    pub(crate) fn multiply(&self, other: &Self) -> Option<Self> {
        if let Some(product) = self.small(other, i64::checked_mul) {
            return Some(product);
        }
        let (a, b) = (self.big(), other.big());
        let precision = self.precision.max(other.precision);
        Self::rounded(a.negative != b.negative, a.mantissa * b.mantissa, a.exponent + b.exponent, false, precision)
    }

    /// `None` for a zero divisor too.
    pub(crate) fn divide(&self, other: &Self) -> Option<Self> {
        if other.to_i64() == Some(0) {
            return None;
        }
        let (a, b) = (self.big(), other.big());
        let precision = self.precision.max(other.precision);
        Self::quotient(a.negative != b.negative, &a.mantissa, &b.mantissa, a.exponent - b.exponent, precision)
    }

    /// The remainder with the sign of the dividend; a zero divisor leaves the dividend, as Terraform does.
    pub(crate) fn modulo(&self, other: &Self) -> Option<Self> {
        if other.to_i64() == Some(0) {
            return Some(self.clone());
        }
        let whole = Self::from_integer(&self.divide(other)?.truncated())?;
        self.subtract(&other.multiply(&whole)?)
    }

    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.repr, &other.repr) {
            return a.cmp(b);
        }
        let (a, b) = (self.big(), other.big());
        let exponent = a.exponent.min(b.exponent);
        a.aligned(exponent).cmp(&b.aligned(exponent))
    }

    fn small(&self, other: &Self, op: fn(i64, i64) -> Option<i64>) -> Option<Self> {
        let precision = self.precision.max(other.precision);
        match (&self.repr, &other.repr) {
            (Repr::Int(a), Repr::Int(b)) if precision >= INT_PRECISION => {
                op(*a, *b).map(|v| Self { repr: Repr::Int(v), precision })
            }
            _ => None,
        }
    }

    fn big(&self) -> Big {
        match &self.repr {
            Repr::Int(value) => {
                let magnitude = value.unsigned_abs();
                let zeros = if magnitude == 0 { 0 } else { magnitude.trailing_zeros() };
                let mantissa = BigUint::from(magnitude >> zeros);
                Big { negative: *value < 0, mantissa, exponent: i64::from(zeros) }
            }
            Repr::Big(big) => (**big).clone(),
        }
    }

    fn quotient(negative: bool, a: &BigUint, b: &BigUint, exponent: i64, precision: u32) -> Option<Self> {
        let wanted = u64::from(precision) + 2 + b.bits();
        let up = wanted.saturating_sub(a.bits());
        let scaled = a << up;
        let whole = &scaled / b;
        let sticky = &whole * b != scaled;
        Self::rounded(negative, whole, exponent - i64::try_from(up).ok()?, sticky, precision)
    }

    /// Rounds half to even; `sticky` says that something below the mantissa was cut off.
    fn rounded(
        negative: bool,
        mut mantissa: BigUint,
        mut exponent: i64,
        mut sticky: bool,
        precision: u32,
    ) -> Option<Self> {
        let excess = mantissa.bits().saturating_sub(u64::from(precision));
        if excess > 0 {
            let half = mantissa.bit(excess - 1);
            sticky |= mantissa.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
            mantissa >>= excess;
            exponent += i64::try_from(excess).ok()?;
            if half && (sticky || mantissa.bit(0)) {
                mantissa += 1u8;
            }
        }
        let Some(zeros) = mantissa.trailing_zeros() else {
            return Some(Self { repr: Repr::Int(0), precision });
        };
        mantissa >>= zeros;
        exponent += i64::try_from(zeros).ok()?;
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let big = Big { negative, mantissa, exponent };
        let repr = big.to_i64().map_or_else(|| Repr::Big(Arc::new(big)), Repr::Int);
        Some(Self { repr, precision })
    }
}

impl Big {
    fn aligned(&self, exponent: i64) -> BigInt {
        let magnitude = self.mantissa.clone() << shift(self.exponent - exponent);
        BigInt::from_biguint(if self.negative { Sign::Minus } else { Sign::Plus }, magnitude)
    }

    fn to_i64(&self) -> Option<i64> {
        if self.exponent < 0 || self.exponent > 63 {
            return None;
        }
        let magnitude = i128::try_from(self.mantissa.clone() << shift(self.exponent)).ok()?;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.repr {
            Repr::Int(value) if self.precision >= INT_PRECISION || value.unsigned_abs() < 1 << FLOAT_PRECISION => {
                write!(f, "{value}")
            }
            _ => f.write_str(&self.digits(None).to_plain()),
        }
    }
}

impl Number {
    /// `%.Nf`: exactly so many digits after the point.
    pub(crate) fn to_fixed(&self, places: usize) -> String {
        let mut digits = self.exact();
        digits.round_to_place(places);
        digits.to_fixed(places)
    }

    /// `%.Ne`, or the shortest form without `N`.
    pub(crate) fn to_scientific(&self, places: Option<usize>) -> String {
        self.digits(places.map(|p| p + 1)).to_scientific(places)
    }

    /// `%.Ng`: scientific for large and small exponents, plain otherwise.
    pub(crate) fn to_general(&self, places: Option<usize>) -> String {
        let significant = places.map(|p| p.max(1));
        let digits = self.digits(significant);
        let mut limit = significant.unwrap_or(6);
        let fits = i64::try_from(digits.len()).is_ok_and(|len| len >= digits.point());
        if significant.is_some() && limit > digits.len() && fits {
            limit = digits.len();
        }
        let exponent = digits.point() - 1;
        if exponent < -4 || usize::try_from(exponent).is_ok_and(|e| e >= limit) {
            let shown = significant.map_or(digits.len(), |p| p.min(digits.len()));
            return digits.to_scientific(Some(shown.saturating_sub(1)));
        }
        digits.to_plain()
    }

    fn exact(&self) -> decimal::Digits {
        let big = self.big();
        decimal::Digits::from_binary(big.negative, &big.mantissa, big.exponent)
    }

    fn digits(&self, significant: Option<usize>) -> decimal::Digits {
        let mut digits = self.exact();
        match significant {
            Some(count) => digits.round(count),
            None => {
                let big = self.big();
                digits.shorten(&big.mantissa, big.exponent, self.precision);
            }
        }
        digits
    }
}

fn small_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn shift(bits: i64) -> u64 {
    u64::try_from(bits).unwrap_or(0)
}
