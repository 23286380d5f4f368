//! The engine of Azure against the interpreter: random probes over generated networks, with a fresh seed in every run.

#![cfg(test)]

#[path = "azure/generator.rs"]
mod azure_generator;
#[path = "common/generator.rs"]
#[expect(dead_code, reason = "only its numbers are used here")]
mod generator;
#[path = "common/harness.rs"]
mod harness;
#[path = "azure/interpreter.rs"]
mod interpreter;

use std::net::IpAddr;

use generator::Numbers;
use harness::{one, probes, seed};
use redan_network::Protocol;
use redan_network::azure::{Network, Nic, Paths};

fn service(numbers: &mut Numbers) -> (Protocol, u16) {
    let protocols = [Protocol::TCP, Protocol::TCP, Protocol::UDP, Protocol::ICMP, Protocol(50)];
    let ports = [21, 22, 23, 80, 443, 1023, 1024, 1025, 3389, 8080, 65535];
    (*one(numbers, &protocols), *one(numbers, &ports))
}

fn nic<'n>(numbers: &mut Numbers, network: &'n Network) -> &'n Nic {
    one(numbers, &network.nics)
}

fn source(numbers: &mut Numbers) -> IpAddr {
    let fixed = [
        "8.8.8.8",
        "8.8.8.9",
        "8.9.0.0",
        "1.0.0.0",
        "128.0.0.0",
        "20.0.0.0",
        "20.4.0.0",
        "20.16.0.0",
        "2603::1",
        "2a00::1",
    ];
    one(numbers, &fixed).parse().unwrap()
}

#[test]
fn the_internet_reaches_what_the_interpreter_says() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    let (mut left, mut open) = (probes(), 0u64);
    while left > 0 {
        let network = azure_generator::network(&mut numbers);
        let paths = Paths::new(&network);
        for _ in 0..200.min(left) {
            left -= 1;
            let (nic, source, (protocol, port)) =
                (nic(&mut numbers, &network), source(&mut numbers), service(&mut numbers));
            let expected = interpreter::from_internet(&network, nic, source, protocol, port);
            let found = paths.from_internet(&nic.id, source).unwrap().carries(protocol, port);
            open += u64::from(expected);
            let gateway = found.is_none();
            assert!(
                gateway || found == Some(expected),
                "REDAN_SEED={seed}: {source} to {} {protocol}/{port}: {found:?}",
                nic.id
            );
            assert!(!gateway, "REDAN_SEED={seed}: nothing in these networks is unknown to the internet");
        }
    }
    assert!(open > 0, "no probe got through: the networks are too closed to show anything");
    println!("{open} got through");
}

#[test]
fn the_exposure_of_an_interface_is_what_single_addresses_reach() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    for _ in 0..probes() / 2_000 {
        let network = azure_generator::network(&mut numbers);
        let paths = Paths::new(&network);
        let nic = nic(&mut numbers, &network);
        let exposure = paths.exposure(&nic.id);
        for _ in 0..20 {
            let (source, (protocol, port)) = (source(&mut numbers), service(&mut numbers));
            let expected = interpreter::from_internet(&network, nic, source, protocol, port);
            let found = exposure.sure.iter().any(|opening| {
                (opening.protocol..=opening.last_protocol).contains(&protocol)
                    && (opening.ports.low..=opening.ports.high).contains(&port)
                    && opening.sources.iter().any(|block| block.contains(source))
            });
            assert_eq!(found, expected, "REDAN_SEED={seed}: {source} to {} {protocol}/{port}", nic.id);
        }
    }
}

#[test]
fn interfaces_reach_each_other_as_the_interpreter_says() {
    let seed = seed();
    let mut numbers = Numbers::new(seed);
    let (mut left, mut open) = (probes() / 2, 0u64);
    while left > 0 {
        let network = azure_generator::network(&mut numbers);
        let paths = Paths::new(&network);
        for _ in 0..200.min(left) {
            left -= 1;
            let (from, to, (protocol, port)) =
                (nic(&mut numbers, &network), nic(&mut numbers, &network), service(&mut numbers));
            if from.id == to.id || interpreter::beyond(&network, from, to) {
                continue;
            }
            let expected = interpreter::between(&network, from, to, protocol, port);
            let found = paths.between(&from.id, &to.id).unwrap().carries(protocol, port);
            open += u64::from(expected);
            assert_eq!(found, Some(expected), "REDAN_SEED={seed}: {} to {} {protocol}/{port}", from.id, to.id);
        }
    }
    assert!(open > 0, "no probe got through: the networks are too closed to show anything");
    println!("{open} got through");
}
