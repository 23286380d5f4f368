//! Address ranges.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr>

use super::{Call, Fault, Outcome, wrong};
use redan_model::{Node, Str, Value};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Outcome> {
    Some(match name {
        "parsecidr" => parse(call),
        "cidrsubnet" => subnet(call),
        "cidrhost" => host(call),
        _ => return None,
    })
}

/// A range: its first address as a number, the length of its prefix, and the width of its addresses.
#[derive(Clone, Copy)]
struct Range {
    first: u128,
    prefix: u32,
    width: u32,
}

impl Range {
    fn read(text: &str) -> Result<Self, Fault> {
        let parts = text.split_once('/').and_then(|(address, prefix)| {
            Some((address.trim().parse::<IpAddr>().ok()?, prefix.trim().parse::<u32>().ok()?))
        });
        let Some((address, prefix)) = parts else { return wrong(format!("{text:?} is no address range")) };
        let (number, width) = match address {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        if prefix > width {
            return wrong(format!("a prefix of {prefix} bits is too long"));
        }
        let range = Self { first: number, prefix, width };
        Ok(Self { first: number & !range.hosts(), ..range })
    }

    /// The bits of an address that the prefix leaves free.
    fn hosts(self) -> u128 {
        match self.width - self.prefix {
            0 => 0,
            free => u128::MAX >> (128 - free),
        }
    }

    fn address(self, number: u128) -> String {
        if self.width == 32 {
            u32::try_from(number).map_or_else(|_| String::new(), |number| Ipv4Addr::from(number).to_string())
        } else {
            Ipv6Addr::from(number).to_string()
        }
    }
}

fn parse(call: &Call<'_>) -> Outcome {
    let range = Range::read(&call.text(0)?)?;
    let last = range.first | range.hosts();
    let mask = if range.width == 32 { u128::from(u32::MAX) } else { u128::MAX } & !range.hosts();
    let text = |number| Node::text(&range.address(number), call.origin);
    let mut entries = vec![
        (Str::new("network"), text(range.first)),
        (Str::new("netmask"), text(mask)),
        (Str::new("cidr"), Node::new(Value::Int(i64::from(range.prefix)), call.origin)),
    ];
    // Ranges of IPv6 have no broadcast address: all of their addresses can be used.
    let reserved = u128::from(range.width == 32 && range.prefix < 31);
    if range.width == 32 {
        entries.push((Str::new("broadcast"), text(last)));
    }
    entries.push((Str::new("firstUsable"), text(range.first + reserved)));
    entries.push((Str::new("lastUsable"), text(last - reserved)));
    Ok(Node::map(entries, call.origin).value)
}

fn subnet(call: &Call<'_>) -> Outcome {
    let range = Range::read(&call.text(0)?)?;
    let prefix = u32::try_from(call.int(1)?).ok().filter(|prefix| (range.prefix..=range.width).contains(prefix));
    let Some(prefix) = prefix else { return wrong("the new prefix is not inside the range") };
    let inner = Range { prefix, ..range };
    let index = u128::try_from(call.int(2)?).ok();
    let offset = index.and_then(|index| index.checked_mul(inner.hosts().checked_add(1).unwrap_or(0)));
    match offset.filter(|offset| *offset <= range.hosts()) {
        Some(offset) => Ok(Value::text(&format!("{}/{prefix}", inner.address(range.first + offset)))),
        None => wrong("there is no subnet of that index"),
    }
}

/// The first host, of index 0, is the address after the network's.
fn host(call: &Call<'_>) -> Outcome {
    let range = Range::read(&call.text(0)?)?;
    let first = u128::from(range.width == 32 && range.prefix < 31);
    let offset = u128::try_from(call.int(1)?).ok().and_then(|index| index.checked_add(first));
    match offset.filter(|offset| *offset <= range.hosts()) {
        Some(offset) => Ok(Value::text(&range.address(range.first + offset))),
        None => wrong("there is no host of that index"),
    }
}
