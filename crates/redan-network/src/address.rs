//! IP addresses as unsigned integers, and blocks of them in the spellings that cloud APIs use.
//!
//! The algorithms are generic over the two IP versions through [`Address`]; nothing here knows a cloud.

use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address of one IP version (or any other ordered axis) as an unsigned integer.
pub(crate) trait Address: Copy + Ord + Hash + fmt::Debug {
    /// The lowest address.
    const MIN: Self;
    /// The highest address.
    const MAX: Self;

    /// The address above, unless this is the highest.
    fn above(self) -> Option<Self>;
    /// The address below, unless this is the lowest.
    fn below(self) -> Option<Self>;
    /// How many addresses lie in the closed range, saturating.
    fn count(low: Self, high: Self) -> u128;
    /// The part of a block that belongs to this IP version.
    fn range_of(block: &Block) -> Option<(Self, Self)>;
    /// The address in its usual type.
    fn to_ip(self) -> IpAddr;
}

impl Address for u32 {
    const MIN: Self = 0;
    const MAX: Self = Self::MAX;

    fn above(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn below(self) -> Option<Self> {
        self.checked_sub(1)
    }

    fn count(low: Self, high: Self) -> u128 {
        u128::from(high.saturating_sub(low)) + 1
    }

    fn range_of(block: &Block) -> Option<(Self, Self)> {
        match *block {
            Block::V4(low, high) => Some((low, high)),
            Block::V6(..) => None,
        }
    }

    fn to_ip(self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(self))
    }
}

impl Address for u128 {
    const MIN: Self = 0;
    const MAX: Self = Self::MAX;

    fn above(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn below(self) -> Option<Self> {
        self.checked_sub(1)
    }

    fn count(low: Self, high: Self) -> u128 {
        high.saturating_sub(low).saturating_add(1)
    }

    fn range_of(block: &Block) -> Option<(Self, Self)> {
        match *block {
            Block::V4(..) => None,
            Block::V6(low, high) => Some((low, high)),
        }
    }

    fn to_ip(self) -> IpAddr {
        IpAddr::V6(Ipv6Addr::from_bits(self))
    }
}

/// A closed range of addresses of one IP version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Block {
    /// IPv4, lowest and highest address.
    V4(u32, u32),
    /// IPv6, lowest and highest address.
    V6(u128, u128),
}

impl Block {
    /// Every IPv4 address.
    pub const ALL_V4: Self = Self::V4(u32::MIN, u32::MAX);
    /// Every IPv6 address.
    pub const ALL_V6: Self = Self::V6(u128::MIN, u128::MAX);

    /// Reads `a.b.c.d`, `a.b.c.d/n`, `a.b.c.d-e.f.g.h` and the same in IPv6. Host bits below the mask are ignored, as
    /// the clouds do.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((address, length)) = text.split_once('/') {
            let length: u32 = length.trim().parse().ok()?;
            return Self::cidr(address.trim().parse().ok()?, length);
        }
        if let Some((low, high)) = text.split_once('-') {
            return Self::range(low.trim().parse().ok()?, high.trim().parse().ok()?);
        }
        text.parse().ok().map(Self::single)
    }

    /// The block of one address.
    pub fn single(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(a) => Self::V4(a.to_bits(), a.to_bits()),
            IpAddr::V6(a) => Self::V6(a.to_bits(), a.to_bits()),
        }
    }

    /// The block from one address to another of the same version.
    pub fn range(low: IpAddr, high: IpAddr) -> Option<Self> {
        match (low, high) {
            (IpAddr::V4(a), IpAddr::V4(b)) if a <= b => Some(Self::V4(a.to_bits(), b.to_bits())),
            (IpAddr::V6(a), IpAddr::V6(b)) if a <= b => Some(Self::V6(a.to_bits(), b.to_bits())),
            _ => None,
        }
    }

    /// The block of a prefix.
    pub fn cidr(address: IpAddr, length: u32) -> Option<Self> {
        match address {
            IpAddr::V4(a) => {
                let host = u32::MAX.checked_shr(length).unwrap_or(0);
                (length <= 32).then(|| Self::V4(a.to_bits() & !host, a.to_bits() | host))
            }
            IpAddr::V6(a) => {
                let host = u128::MAX.checked_shr(length).unwrap_or(0);
                (length <= 128).then(|| Self::V6(a.to_bits() & !host, a.to_bits() | host))
            }
        }
    }

    /// Whether the address lies in the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (*self, address) {
            (Self::V4(low, high), IpAddr::V4(a)) => (low..=high).contains(&a.to_bits()),
            (Self::V6(low, high), IpAddr::V6(a)) => (low..=high).contains(&a.to_bits()),
            _ => false,
        }
    }

    /// Whether every address of the other block lies in this one.
    pub fn covers(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::V4(low, high), Self::V4(a, b)) => low <= a && b <= high,
            (Self::V6(low, high), Self::V6(a, b)) => low <= a && b <= high,
            _ => false,
        }
    }

    /// Whether the blocks share an address.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::V4(low, high), Self::V4(a, b)) => low <= b && a <= high,
            (Self::V6(low, high), Self::V6(a, b)) => low <= b && a <= high,
            _ => false,
        }
    }

    /// The number of leading bits that all addresses share: the prefix length, for a prefix.
    pub fn prefix_length(&self) -> u32 {
        match *self {
            Self::V4(low, high) => (low ^ high).leading_zeros(),
            Self::V6(low, high) => (low ^ high).leading_zeros(),
        }
    }

    /// The lowest address.
    pub fn first(&self) -> IpAddr {
        match *self {
            Self::V4(low, _) => low.to_ip(),
            Self::V6(low, _) => low.to_ip(),
        }
    }

    /// The highest address.
    pub fn last(&self) -> IpAddr {
        match *self {
            Self::V4(_, high) => high.to_ip(),
            Self::V6(_, high) => high.to_ip(),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first(), self.last());
        let length = self.prefix_length();
        if first == last {
            write!(f, "{first}")
        } else if Self::cidr(first, length).as_ref() == Some(self) {
            write!(f, "{first}/{length}")
        } else {
            write!(f, "{first}-{last}")
        }
    }
}
