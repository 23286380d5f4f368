//! The engine against the interpreter: random probes at boundary addresses and ports over generated estates, with a
//! fresh seed in every run.

#![cfg(test)]

#[path = "common/blanks.rs"]
mod blanks;
#[path = "common/generator.rs"]
mod generator;
#[path = "common/harness.rs"]
mod harness;
#[path = "common/interpreter.rs"]
mod interpreter;

use std::net::IpAddr;

use generator::{Numbers, Shape};
use harness::{one, probes, seed};
use interpreter::Probe;
use redan_network::Protocol;
use redan_network::aws::{InternetView, Network, Pairs, Paths, Version};

fn probe(numbers: &mut Numbers) -> Probe {
    let ports = [21, 22, 23, 53, 80, 443, 1023, 1024, 1025, 3306, 3389, 5432, 8080, 32767, 32768, 65535, 0];
    let protocols = [Protocol::TCP, Protocol::TCP, Protocol::UDP, Protocol::ICMP, Protocol(50), Protocol(253)];
    Probe { protocol: *one(numbers, &protocols), port: *one(numbers, &ports) }
}

/// A public address at or beside the edge of some block of the network.
fn source(network: &Network, numbers: &mut Numbers, v6: bool) -> IpAddr {
    let lists = &network.prefix_lists.items;
    for _ in 0..8 {
        let group = one(numbers, &network.groups.items);
        let rule = one(numbers, &group.inbound);
        let mut blocks: Vec<_> = one(numbers, lists).blocks.clone();
        blocks.extend(rule.rule.remotes.iter().filter_map(|remote| match remote {
            redan_network::Remote::Block(block) => Some(*block),
            _ => None,
        }));
        let block = *one(numbers, &blocks);
        let edge = if numbers.chance(50) { block.first() } else { block.last() };
        let shift = numbers.below(3);
        let address = match edge {
            IpAddr::V4(a) => {
                IpAddr::V4((u32::from(a).wrapping_add(u32::try_from(shift).unwrap()).wrapping_sub(1)).into())
            }
            IpAddr::V6(a) => IpAddr::V6((u128::from(a).wrapping_add(u128::from(shift)).wrapping_sub(1)).into()),
        };
        if address.is_ipv6() == v6 && public(address) {
            return address;
        }
    }
    if v6 { "2a00::1".parse().unwrap() } else { "8.8.8.8".parse().unwrap() }
}

fn public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => {
            let [first, second, ..] = a.octets();
            !(a.is_private()
                || a.is_loopback()
                || a.is_link_local()
                || a.is_documentation()
                || first == 0
                || first >= 224)
                && !(first == 100 && (64..128).contains(&second))
                && first != 192
                && first != 198
        }
        IpAddr::V6(a) => a.segments()[0] & 0xE000 == 0x2000 && a.segments()[0] != 0x2001 && a.segments()[0] != 0x3fff,
    }
}

#[test]
fn the_internet_reaches_what_the_interpreter_says() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    let (mut left, mut open) = (probes(), 0u64);
    while left > 0 {
        let network = generator::network(numbers.next(), Shape::of(48));
        let mut view = InternetView::new(&network);
        for _ in 0..500.min(left) {
            left -= 1;
            let interface = one(&mut numbers, &network.interfaces.items);
            let v6 = numbers.chance(40);
            let (address, probe) = (source(&network, &mut numbers, v6), probe(&mut numbers));
            let found = view.admits(interface, address, probe.protocol, probe.port);
            let expected = interpreter::from_internet(&network, interface, address, probe);
            open += u64::from(expected);
            assert_eq!(
                found,
                Some(expected),
                "REDAN_SEED={seed}: {address} to {} {}/{}",
                interface.id,
                probe.protocol,
                probe.port
            );
        }
    }
    assert!(open > 0, "no probe got through: the estates are too closed to show anything");
    println!("{open} got through");
}

#[test]
fn interfaces_reach_each_other_as_the_interpreter_says() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    let (mut left, mut open) = (probes() / 5, 0u64);
    while left > 0 {
        let network = generator::network(numbers.next(), Shape::of(48));
        let paths = Paths::new(&network);
        for _ in 0..200.min(left) {
            left -= 1;
            let (from, to) =
                (one(&mut numbers, &network.interfaces.items), one(&mut numbers, &network.interfaces.items));
            let v6 = numbers.chance(40) && !from.v6.is_empty() && !to.v6.is_empty();
            let nat = |i: &redan_network::aws::Interface| i.id.ends_with("-0");
            if from.id == to.id || nat(from) {
                continue;
            }
            let probe = probe(&mut numbers);
            let version = if v6 { Version::V6 } else { Version::V4 };
            let found = paths.reach(&from.id, &to.id, version, Some((probe.protocol, probe.port))).unwrap();
            let expected = interpreter::between(&network, from, to, v6, probe);
            open += u64::from(expected);
            assert_eq!(
                found.reached(),
                Some(expected),
                "REDAN_SEED={seed}: {} to {} {}/{} {version:?}: {found:#?}",
                from.id,
                to.id,
                probe.protocol,
                probe.port
            );
            assert_eq!(found.obstacles.is_empty(), expected, "what is blocked has an obstacle, what is open has none");
        }
    }
    assert!(open > 0, "no probe got through: the estates are too closed to show anything");
    println!("{open} got through");
}

/// What is said for certain of a network of which something is not known holds of the network as it is.
#[test]
fn less_knowledge_never_gives_another_certain_answer() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    let (mut left, mut certain, mut doubtful) = (probes() / 10, 0u64, 0u64);
    while left > 0 {
        let network = generator::network(numbers.next(), Shape::of(48));
        let blanked = blanks::blank(&network, &mut numbers);
        let mut view = InternetView::new(&blanked);
        let paths = Paths::new(&blanked);
        for _ in 0..100.min(left) {
            left -= 1;
            let position = usize::try_from(numbers.below(network.interfaces.items.len() as u64)).unwrap();
            let (known, less) = (&network.interfaces.items[position], &blanked.interfaces.items[position]);
            let (address, probe) = (source(&network, &mut numbers, false), probe(&mut numbers));
            let expected = interpreter::from_internet(&network, known, address, probe);
            let found = view.admits(less, address, probe.protocol, probe.port);
            let (protocol, port) = (probe.protocol, probe.port);
            assert!(
                found.is_none_or(|found| found == expected),
                "REDAN_SEED={seed}: {address} to {} {protocol}/{port}: {found:?}, in truth {expected}",
                known.id
            );
            let other = one(&mut numbers, &network.interfaces.items);
            let between = paths.reach(&known.id, &other.id, Version::V4, Some((protocol, port))).unwrap();
            if known.id != other.id && !known.id.ends_with("-0") {
                let expected = interpreter::between(&network, known, other, false, probe);
                assert!(
                    between.reached().is_none_or(|found| found == expected),
                    "REDAN_SEED={seed}: {} to {} {protocol}/{port}: in truth {expected}: {between:#?}",
                    known.id,
                    other.id
                );
            }
            if found.is_some() { certain += 1 } else { doubtful += 1 }
        }
    }
    assert!(certain > 0 && doubtful > 0, "{certain} certain and {doubtful} doubtful answers show nothing");
}

/// The services of [`probe`], as far as they have a bit of their own.
const SERVICES: [(Protocol, u16); 6] = [
    (Protocol::TCP, 22),
    (Protocol::TCP, 443),
    (Protocol::TCP, 5432),
    (Protocol::UDP, 53),
    (Protocol::ICMP, 2048),
    (Protocol(253), 0),
];

/// What classes of interfaces say of all pairs at once is what each pair says by itself, also where less is known.
#[test]
fn classes_say_of_all_pairs_what_each_pair_says() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    let (mut left, mut open, mut doubtful) = (probes() / 10, 0u64, 0u64);
    while left > 0 {
        let whole = generator::network(numbers.next(), Shape::of(48));
        let less = numbers.chance(40);
        let network = if less { blanks::blank(&whole, &mut numbers) } else { whole.clone() };
        let version = if numbers.chance(40) { Version::V6 } else { Version::V4 };
        let (paths, pairs) = (Paths::new(&network), Pairs::new(&network, version, &SERVICES));
        let mut found = std::collections::BTreeMap::new();
        pairs.visit(|_| true, |_| true, |pair| assert!(found.insert((pair.from, pair.to), pair).is_none()));
        for _ in 0..200.min(left) {
            left -= 1;
            let mut place = || usize::try_from(numbers.below(network.interfaces.items.len() as u64)).unwrap();
            let (from, to) = (place(), place());
            let bit = usize::try_from(numbers.below(6)).unwrap();
            if from == to {
                continue;
            }
            let (one, other) = (&network.interfaces.items[from].id, &network.interfaces.items[to].id);
            let expected = paths.reach(one, other, version, Some(SERVICES[bit])).unwrap().reached();
            let classes = pairs.class_of(from).zip(pairs.class_of(to));
            let bits = classes.and_then(|pair| found.get(&pair)).map_or((0, 0), |pair| (pair.sure, pair.possible));
            let said = match (bits.0 >> bit & 1, bits.1 >> bit & 1) {
                (1, _) => Some(true),
                (_, 0) => Some(false),
                _ => None,
            };
            open += u64::from(said == Some(true));
            doubtful += u64::from(said.is_none());
            // Where a way is not known, classes still ask the receiver's groups.
            let (known, far) = (&whole.interfaces.items[from], &whole.interfaces.items[to]);
            let (v6, (protocol, port)) = (version == Version::V6, SERVICES[bit]);
            let refuted = || v6 && (known.v6.is_empty() || far.v6.is_empty());
            let truth = || !refuted() && interpreter::between(&whole, known, far, v6, Probe { protocol, port });
            let more_is_known = less && expected.is_none() && said == Some(false) && !truth();
            assert!(
                said == expected || more_is_known,
                "REDAN_SEED={seed}: {one} to {other} {protocol}/{port} {version:?}: {said:?}, alone {expected:?}"
            );
        }
    }
    assert!(open > 0 && doubtful > 0, "{open} open and {doubtful} doubtful pairs show nothing");
}
