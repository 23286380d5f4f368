//! IP address arithmetic over both families.
//! Semantics: <https://developer.hashicorp.com/terraform/language/functions/cidrsubnet>

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::BigInt;

use super::signature::{Context, Function, NUMBER, STRING, Shape, argument, text, whole};
use crate::value::{Error, Number, Result, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("cidrhost", &[STRING, NUMBER], Shape::String, cidrhost),
    Function::new("cidrnetmask", &[STRING], Shape::String, cidrnetmask),
    Function::new("cidrsubnet", &[STRING, NUMBER, NUMBER], Shape::String, cidrsubnet),
    Function::new("cidrsubnets", &[STRING], Shape::Strings, cidrsubnets).rest(NUMBER),
];

/// A network: the address of its first host, left-aligned in 128 bits.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    length: u32,
    /// 32 or 128.
    width: u32,
}

impl Network {
    fn parse(source: &str) -> Result<Self> {
        let invalid = || Error::new("a network like 10.0.0.0/8 is required");
        let (address, length) = source.split_once('/').ok_or_else(invalid)?;
        let plain = !length.is_empty() && length.len() <= 3 && length.bytes().all(|b| b.is_ascii_digit());
        let length: u32 = if plain { length.parse().map_err(|_| invalid())? } else { return Err(invalid()) };
        let (address, width) = match (ipv4(address), address.parse::<Ipv6Addr>()) {
            (Some(v4), _) => (u128::from(v4) << 96, 32),
            (None, Ok(v6)) => (v6.to_bits(), 128),
            _ => return Err(invalid()),
        };
        if length > width {
            return Err(invalid());
        }
        Ok(Self { address: address & mask(length), length, width })
    }

    fn text(self, address: u128) -> String {
        if self.width == 32 {
            u32::try_from(address >> 96).map(Ipv4Addr::from_bits).unwrap_or(Ipv4Addr::UNSPECIFIED).to_string()
        } else {
            Ipv6Addr::from_bits(address).to_string()
        }
    }

    fn free_bits(self) -> u32 {
        self.width - self.length
    }

    /// The subnet of that length and number. Negative numbers mean what Terraform makes of them.
    fn subnet(self, new_bits: i64, number: &BigInt) -> Result<Self> {
        let length = i64::from(self.length).checked_add(new_bits).and_then(|l| u32::try_from(l).ok());
        let length = length.filter(|l| *l <= self.width);
        let length = length.ok_or_else(|| Error::new("the new prefix is longer or shorter than an address allows"))?;
        let too_large = || Error::new("the prefix extension does not accommodate that network number");
        if new_bits >= 0 && *number >= BigInt::from(1) << new_bits {
            return Err(too_large());
        }
        let shifted = BigInt::from(self.address >> (128 - self.width)) | (number << (self.width - length));
        let address = u128::try_from(shifted.magnitude().clone()).map_err(|_| too_large())?;
        Ok(Self { address: address << (128 - self.width), length, width: self.width })
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.text(self.address), self.length)
    }
}

fn mask(length: u32) -> u128 {
    if length == 0 { 0 } else { u128::MAX << (128 - length) }
}

/// Dotted decimal; leading zeros do not make a part octal.
fn ipv4(source: &str) -> Option<u32> {
    let mut address = 0_u32;
    let mut parts = 0;
    for part in source.split('.') {
        let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let value: u8 = if plain { part.parse().ok()? } else { return None };
        address = (address << 8) | u32::from(value);
        parts += 1;
        if parts > 4 {
            return None;
        }
    }
    (parts == 4).then_some(address)
}

fn integer(args: &[Value], index: usize) -> Result<BigInt> {
    let number = argument(args, index)?.as_number().filter(|n| n.is_integer());
    number.map(Number::truncated).ok_or_else(|| Error::new("a whole number is required"))
}

fn cidrhost(args: &[Value], _: &Context<'_>) -> Result {
    let network = Network::parse(text(args, 0))?;
    let number = integer(args, 1)?;
    let hosts = BigInt::from(1) << network.free_bits();
    let number = if number < BigInt::from(0) { number + &hosts } else { number };
    if number < BigInt::from(0) || number >= hosts {
        return Err(Error::new("the prefix does not accommodate a host of that number"));
    }
    let host = u128::try_from(number).map_err(|_| Error::new("the host number is too large"))?;
    Ok(network.text(network.address | (host << (128 - network.width))).into())
}

fn cidrnetmask(args: &[Value], _: &Context<'_>) -> Result {
    let network = Network::parse(text(args, 0))?;
    if network.width != 32 {
        return Err(Error::new("only IPv4 networks have a netmask"));
    }
    Ok(network.text(mask(network.length)).into())
}

fn cidrsubnet(args: &[Value], _: &Context<'_>) -> Result {
    let network = Network::parse(text(args, 0))?;
    Ok(network.subnet(whole(args, 1)?, &integer(args, 2)?)?.to_string().into())
}

/// Subnets of these sizes, one behind the other.
fn cidrsubnets(args: &[Value], _: &Context<'_>) -> Result {
    let network = Network::parse(text(args, 0))?;
    let mut next = Some(network.address);
    let mut items = Vec::with_capacity(args.len());
    for index in 1..args.len() {
        let new_bits = whole(args, index)?;
        if !(1..=32).contains(&new_bits) {
            return Err(Error::new("a prefix must be extended by 1 to 32 bits"));
        }
        let length = network.length + u32::try_from(new_bits).unwrap_or(0);
        if length > network.width {
            return Err(Error::new("the new prefix is longer than an address"));
        }
        let size = 1_u128.checked_shl(128 - length).unwrap_or(0);
        let full = || Error::new("not enough address space is left");
        let start = next.ok_or_else(full)?;
        let aligned = start.checked_add(size - 1).map(|a| a & mask(length)).ok_or_else(full)?;
        if aligned & mask(network.length) != network.address {
            return Err(full());
        }
        items.push(Value::from(Network { address: aligned, length, width: network.width }.to_string()));
        next = aligned.checked_add(size);
    }
    Ok(Value::list(items, Type::String))
}
