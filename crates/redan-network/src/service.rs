//! What a packet asks for: protocol and destination port (or ICMP type and code), as one number on one axis.
//!
//! A service is `protocol << 16 | port`. Protocols without ports span all 65,536 values; ICMP puts its type in the
//! high byte and its code in the low byte. So any rule of any cloud matches a few closed ranges of one axis.

use std::fmt;

/// The highest service: protocol 255, port 65535.
pub(crate) const LAST: u32 = 0x00FF_FFFF;

/// An IP protocol number.
/// <https://www.iana.org/assignments/protocol-numbers>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// Internet Control Message Protocol.
    pub const ICMP: Self = Self(1);
    /// Transmission Control Protocol.
    pub const TCP: Self = Self(6);
    /// User Datagram Protocol.
    pub const UDP: Self = Self(17);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);

    /// Whether the protocol has ports.
    pub fn has_ports(self) -> bool {
        self == Self::TCP || self == Self::UDP
    }

    /// Whether the protocol has message types and codes.
    pub fn has_types(self) -> bool {
        self == Self::ICMP || self == Self::ICMPV6
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.write_str("icmp"),
            Self::TCP => f.write_str("tcp"),
            Self::UDP => f.write_str("udp"),
            Self::ICMPV6 => f.write_str("icmpv6"),
            Self(number) => write!(f, "{number}"),
        }
    }
}

/// The protocols that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocols {
    /// Every protocol.
    All,
    /// One protocol.
    One(Protocol),
}

impl Protocols {
    /// Reads a protocol as the AWS and Azure APIs spell it: a name in any case, a number, `-1`, `all`, `*` or `Any`.
    pub fn parse(text: &str) -> Option<Self> {
        let protocol = match text.trim().to_ascii_lowercase().as_str() {
            "-1" | "*" | "all" | "any" => return Some(Self::All),
            "icmp" => Protocol::ICMP,
            "tcp" => Protocol::TCP,
            "udp" => Protocol::UDP,
            "icmpv6" | "icmp6" => Protocol::ICMPV6,
            "esp" => Protocol(50),
            "ah" => Protocol(51),
            number => Protocol(number.parse().ok()?),
        };
        Some(Self::One(protocol))
    }
}

/// A closed range of ports; for ICMP, of `type << 8 | code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    /// The lowest port.
    pub low: u16,
    /// The highest port.
    pub high: u16,
}

impl Ports {
    /// Every port.
    pub const ALL: Self = Self { low: 0, high: u16::MAX };
    /// Ports that clients choose for the other end of a connection.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports>
    pub const EPHEMERAL: Self = Self { low: 1024, high: u16::MAX };

    /// The range from one port to another.
    pub fn new(low: u16, high: u16) -> Self {
        Self { low, high }
    }

    /// One port.
    pub fn one(port: u16) -> Self {
        Self { low: port, high: port }
    }

    /// An ICMP type and code, where -1 stands for any.
    pub fn icmp(kind: i64, code: i64) -> Option<Self> {
        if kind == -1 {
            return Some(Self::ALL);
        }
        let kind = u16::from(u8::try_from(kind).ok()?) << 8;
        if code == -1 {
            return Some(Self::new(kind, kind | 0xFF));
        }
        Some(Self::one(kind | u16::from(u8::try_from(code).ok()?)))
    }

    /// Reads `80`, `80-90` or `*`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "*" {
            return Some(Self::ALL);
        }
        let (low, high) = text.split_once('-').unwrap_or((text, text));
        Some(Self::new(low.trim().parse().ok()?, high.trim().parse().ok()?))
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (0, u16::MAX) => f.write_str("all ports"),
            (low, high) if low == high => write!(f, "{low}"),
            (low, high) => write!(f, "{low}-{high}"),
        }
    }
}

/// The number of one service.
pub(crate) fn service(protocol: Protocol, port: u16) -> u32 {
    u32::from(protocol.0) << 16 | u32::from(port)
}

/// The closed range of services of one protocol between two ports.
pub(crate) fn services(protocol: Protocol, ports: Ports) -> (u32, u32) {
    (service(protocol, ports.low), service(protocol, ports.high))
}

/// All services of one protocol.
pub(crate) fn whole(protocol: Protocol) -> (u32, u32) {
    services(protocol, Ports::ALL)
}
