//! Which addresses are the internet, and how much of it is "open to the internet".
//!
//! Sources: the IANA special-purpose address registries, <https://www.iana.org/assignments/iana-ipv4-special-registry>
//! and <https://www.iana.org/assignments/iana-ipv6-special-registry>, and the multicast and reserved space of RFC 1112
//! and RFC 5771.

use crate::address::{Address, Block};
use crate::ranges::{self, Range};

/// IPv4 blocks that are not globally reachable.
const SPECIAL_V4: [(u32, u32); 15] = [
    (0x0000_0000, 0x00FF_FFFF), // 0.0.0.0/8
    (0x0A00_0000, 0x0AFF_FFFF), // 10.0.0.0/8
    (0x6440_0000, 0x647F_FFFF), // 100.64.0.0/10
    (0x7F00_0000, 0x7FFF_FFFF), // 127.0.0.0/8
    (0xA9FE_0000, 0xA9FE_FFFF), // 169.254.0.0/16
    (0xAC10_0000, 0xAC1F_FFFF), // 172.16.0.0/12
    (0xC000_0000, 0xC000_00FF), // 192.0.0.0/24
    (0xC000_0200, 0xC000_02FF), // 192.0.2.0/24
    (0xC058_6300, 0xC058_63FF), // 192.88.99.0/24
    (0xC0A8_0000, 0xC0A8_FFFF), // 192.168.0.0/16
    (0xC612_0000, 0xC613_FFFF), // 198.18.0.0/15
    (0xC633_6400, 0xC633_64FF), // 198.51.100.0/24
    (0xCB00_7100, 0xCB00_71FF), // 203.0.113.0/24
    (0xE000_0000, 0xEFFF_FFFF), // 224.0.0.0/4
    (0xF000_0000, 0xFFFF_FFFF), // 240.0.0.0/4
];

/// The global unicast block of IPv6, 2000::/3.
const GLOBAL_V6: (u128, u128) = (0x2000 << 112, (0x4000 << 112) - 1);

/// IPv6 blocks inside 2000::/3 that are not globally reachable.
const SPECIAL_V6: [(u128, u128); 3] = [
    (0x2001 << 112, (0x2001_01FF << 96) | ((1 << 96) - 1)), // 2001::/23
    (0x2001_0DB8 << 96, (0x2001_0DB9 << 96) - 1),           // 2001:db8::/32
    (0x3FFF << 112, (0x3FFF_1000 << 96) - 1),               // 3fff::/20
];

/// An IP version whose public addresses are known.
pub(crate) trait Public: Address {
    /// More public addresses than this are "the internet": 1/256 of the version's unicast space, a /8 of IPv4 and a
    /// /11 of IPv6.
    const OPEN_BEYOND: u128;

    /// The addresses that the internet routes.
    fn public() -> Vec<Range<Self>>;
}

impl Public for u32 {
    const OPEN_BEYOND: u128 = 1 << 24;

    fn public() -> Vec<Range<Self>> {
        ranges::complement(&ranges::canonical(SPECIAL_V4.to_vec()))
    }
}

impl Public for u128 {
    const OPEN_BEYOND: Self = 1 << 117;

    fn public() -> Vec<Range<Self>> {
        ranges::difference(&[GLOBAL_V6], &SPECIAL_V6)
    }
}

/// Whether the internet routes the address.
pub(crate) fn is_public(address: std::net::IpAddr) -> bool {
    match Block::single(address) {
        Block::V4(a, _) => !SPECIAL_V4.iter().any(|&(low, high)| (low..=high).contains(&a)),
        Block::V6(a, _) => {
            (GLOBAL_V6.0..=GLOBAL_V6.1).contains(&a) && !SPECIAL_V6.iter().any(|&(low, high)| (low..=high).contains(&a))
        }
    }
}

/// Whether the internet routes every address of the blocks, or none; no blocks say nothing.
pub(crate) fn all_public(blocks: &[Block]) -> Option<bool> {
    fn held<A: Public>(blocks: &[Block]) -> (u128, u128) {
        let own = ranges::canonical(blocks.iter().filter_map(A::range_of).collect());
        let public = ranges::intersection(&own, &A::public());
        (ranges::size(&own), ranges::size(&public))
    }
    let ((all_v4, v4), (all_v6, v6)) = (held::<u32>(blocks), held::<u128>(blocks));
    match (v4.saturating_add(v6), all_v4.saturating_add(all_v6)) {
        (_, 0) => None,
        (0, _) => Some(false),
        (public, all) => (public == all).then_some(true),
    }
}
